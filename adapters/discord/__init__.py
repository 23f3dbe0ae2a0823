"""Crossroads on Discord: the dialogue in direct messages, by buttons, forms and typing."""
