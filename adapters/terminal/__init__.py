"""The terminal as a face: plain lines, a richer look, and JSON lines for programs."""
