"""Stores for the tests: opened on one folder, as often as a test likes, and closed at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from adapters.store.sqlite import SqliteStore, open_store
from tests.store.making import LATER, Open, database_of, home_of


@pytest_asyncio.fixture
async def open_sqlite(tmp_path: Path) -> AsyncIterator[Open]:
    """Open the store in the test's folder: each call is like another process."""
    stores: list[SqliteStore] = []

    async def open_one(**options: Any) -> SqliteStore:
        home = options.pop("home", home_of(tmp_path))
        file = options.pop("file", database_of(tmp_path))
        stores.append(await open_store(file, home, lambda: LATER, **options))
        return stores[-1]

    yield open_one
    for store in stores:
        await store.close()


@pytest.fixture(params=["sqlite"])
def open_any(request: Any) -> Open:
    """Open any kind of store; the contract is tested on each of them."""
    opened: Open = request.getfixturevalue(f"open_{request.param}")
    return opened
