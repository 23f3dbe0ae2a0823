"""A second opinion: rounds, ballots, agreement and what is revealed of them; pure."""
