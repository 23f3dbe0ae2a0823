"""Times as the database keeps them: whole microseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Give a time with an offset as microseconds."""
    return (at - _EPOCH) // _MICROSECOND


def moment(stored: int) -> datetime:
    """Give a stored time back, in UTC."""
    return _EPOCH + timedelta(microseconds=stored)
