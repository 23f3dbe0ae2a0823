"""The dialogues that ship with Crossroads, as data: one folder a flow, no code."""
