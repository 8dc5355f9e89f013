"""A town for every test that needs one; the empty book is migrated once."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from store.book.book import open_book
from tests.app.town import Cast, Town, a_town


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty book at the newest revision."""
    path = tmp_path_factory.mktemp("template") / "book.db"
    open_book(path).close()
    return path


@pytest.fixture
async def town(tmp_path: Path, template: Path) -> AsyncGenerator[Town]:
    async with a_town(tmp_path, template) as town:
        yield town


@pytest.fixture
async def cast(town: Town) -> Cast:
    """Seller, buyer and two arbiters; the shop is open and known to all."""
    names = ("seller", "buyer", "primary", "backup")
    cast = Cast(town, [await town.settle_in(name) for name in names])
    await cast.open_shop()
    return cast
