"""Decide by a table: gates, points, confidence, what would change it, and the card that says so."""
