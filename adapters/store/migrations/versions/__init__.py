"""One module for each revision: plain SQL, run by Alembic or directly on a new file."""
