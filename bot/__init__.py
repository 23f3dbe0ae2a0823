"""Crossroads: what the bot decides. Nothing in here but ``bot.main`` touches the outside world."""

__version__ = "0.1.0"
