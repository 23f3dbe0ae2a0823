"""What is written down as it happens: the evidence log, and what came of a decision."""
