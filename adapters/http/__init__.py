"""The HTTP server that takes in what platforms send."""
