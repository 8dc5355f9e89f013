"""A town for every test that needs one; what all need first is done once and copied."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import trio

from store.book.book import open_book
from tests.app.town import NAMES, Cast, Town, a_town


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty book at the newest revision."""
    path = tmp_path_factory.mktemp("template") / "book.db"
    open_book(path).close()
    return path


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    """The homes of seller, buyer and two arbiters after the shop was opened."""
    folder = tmp_path_factory.mktemp("market")

    async def open_shop() -> bytes:
        async with a_town(folder, template) as town:
            cast = Cast(town, [await town.settle_in(name) for name in NAMES])
            await cast.open_shop()
            await town.quiet()
            return cast.lamp

    (folder / "lamp").write_bytes(trio.run(open_shop))
    return folder


@pytest.fixture
async def town(tmp_path: Path, template: Path) -> AsyncGenerator[Town]:
    async with a_town(tmp_path, template) as town:
        yield town


@pytest.fixture
async def cast(town: Town, market: Path) -> Cast:
    """Seller, buyer and two arbiters; the shop is open and known to all."""
    people = [await town.move_back(name, market / name) for name in NAMES]
    cast = Cast(town, people)
    cast.lamp = (market / "lamp").read_bytes()
    return cast
