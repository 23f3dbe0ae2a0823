"""Run plain SQL statements inside an Alembic migration."""

from __future__ import annotations

from collections.abc import Sequence


def run(statements: Sequence[str]) -> None:
    """Execute the statements as they stand, within the migration's transaction."""
    from alembic import op  # imported here: it takes longer than everything else together

    connection = op.get_bind()
    for statement in statements:
        connection.exec_driver_sql(statement)
