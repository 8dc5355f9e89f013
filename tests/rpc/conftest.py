"""A served door for each test that asks for one."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.rpc.door import House, opened


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with opened(tmp_path) as house:
        yield house
