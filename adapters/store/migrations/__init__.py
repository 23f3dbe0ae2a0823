"""The steps from an older database file to the newest form."""
