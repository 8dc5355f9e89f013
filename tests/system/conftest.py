"""One node process for all hostile peers of a module, and the peers."""

from collections.abc import Generator, Mapping
from typing import Any

import pytest

from bazaar.app.ports import Handler
from bazaar.domain.exchange.request_types import RequestType
from tests.node_process import running
from tests.system.hostile import hostile
from tests.system.victim import NETWORK, NOTHING, NUMBERS, ON, Make, Victim


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Generator[Victim]:
    folder = tmp_path_factory.mktemp("hostile")
    with running(folder, NETWORK, "victim") as node:
        yield Victim(node, folder / "victim")


@pytest.fixture
def make(victim: Victim) -> Make:
    """Makes hostile peers, each of a key that was never seen."""

    def one(serving: Mapping[RequestType, Handler] = NOTHING, number: int = 0) -> Any:
        return hostile(number or next(NUMBERS), ON, victim.node.address, serving)

    return one
