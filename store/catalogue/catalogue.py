"""The catalogue as the node holds it: calls that a task can wait for, each kind in its module."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import trio

from bazaar.app.ports import Clock
from store.catalogue.head_calls import HeadCalls
from store.catalogue.record_calls import RecordCalls
from store.catalogue.room_calls import RoomCalls
from store.catalogue.schema import prepare
from store.catalogue.search_calls import SearchCalls
from store.engine import assert_sqlite


class SqlCatalogue(HeadCalls, SearchCalls, RecordCalls, RoomCalls):
    """Fits ``bazaar.app.ports.Catalogue``; use ``open_catalogue``."""


@asynccontextmanager
async def open_catalogue(path: Path, clock: Clock) -> AsyncGenerator[SqlCatalogue]:
    """Open or create the catalogue; it is closed when the block is left, also by cancellation.

    ``clock`` says which heads have run out. Raises UnsafeSqliteError or OSError.
    """
    assert_sqlite()
    await trio.to_thread.run_sync(prepare, path)
    catalogue = SqlCatalogue(path, clock)
    try:
        yield catalogue
    finally:
        with trio.CancelScope(shield=True):
            await trio.to_thread.run_sync(catalogue.join)
