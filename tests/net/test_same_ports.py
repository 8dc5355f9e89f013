"""A node listens on the port that others remember, if it is still free."""

import socket

from bazaar.compose.network import same_ports

ANY, FIXED = "/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/tcp/4001"


def test_the_last_port_is_taken_again_only_while_it_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert same_ports([ANY], [port]) == [ANY]
    assert same_ports([ANY], [port]) == [f"/ip4/127.0.0.1/tcp/{port}"]


def test_an_address_that_was_asked_for_stays() -> None:
    assert same_ports([FIXED], [4002]) == [FIXED]
    assert same_ports([ANY], []) == [ANY]
    assert same_ports([ANY], [1, 2]) == [ANY]
