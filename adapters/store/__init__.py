"""Keeping cases, events and effects: SQLite now, sealed at rest."""
