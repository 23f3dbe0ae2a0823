"""The commands of the program, one module for each group; each has ``register(app)``."""
