"""The faces and the store: what touches the outside world."""
