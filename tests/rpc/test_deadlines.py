"""Each call has an end, and the client's comes after the node's."""

import pytest

from bazaar.rpc.deadlines import (
    CALL_SECONDS,
    MARGIN_SECONDS,
    MAX_WAIT_SECONDS,
    PEER_SECONDS,
    client_seconds,
    node_seconds,
)
from bazaar.rpc.schema.node import Status
from bazaar.rpc.schema.orders import OrderWait
from bazaar.rpc.schema.search import Store


def test_a_call_that_asks_others_has_longer() -> None:
    assert node_seconds(Status()) == CALL_SECONDS
    assert node_seconds(Store(peer="p")) == PEER_SECONDS
    assert client_seconds(Status()) == CALL_SECONDS + MARGIN_SECONDS


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (10.0, 10.0),
        (-1.0, 0.0),
        (MAX_WAIT_SECONDS, MAX_WAIT_SECONDS),
        (1e300, MAX_WAIT_SECONDS),
    ],
)
def test_waiting_for_an_order_is_bounded(asked: float, given: float) -> None:
    call = OrderWait(id="o", state="paid", timeout=asked)
    assert node_seconds(call) == given + MARGIN_SECONDS
