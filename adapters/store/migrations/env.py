"""What Alembic runs: all missing revisions in one transaction, which is undone if one fails."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import create_engine, event, pool
from sqlalchemy.engine import URL

database = context.config.attributes["database"]
engine = create_engine(
    URL.create("sqlite", database=str(database)),
    poolclass=pool.NullPool,
    connect_args={
        "isolation_level": None,  # pysqlite's own transactions leave DDL outside
        "timeout": context.config.attributes["patience"],
    },
)


@event.listens_for(engine, "begin")
def begin(connection: Any) -> None:
    """Take the write lock at once, so that two programs never migrate the same file."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
