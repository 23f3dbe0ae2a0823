"""Rounds of second opinion at work: their turns, what is due of them, where they are posted."""
