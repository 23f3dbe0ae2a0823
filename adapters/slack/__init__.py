"""Crossroads in Slack: direct messages, commands, App Home."""
