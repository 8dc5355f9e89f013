"""In which order pages are asked for."""

from bazaar.app.mirrors.source_order import in_order

OWNER, TELLER, OTHER = b"o" * 32, b"t" * 32, b"x" * 32


def test_a_connected_owner_is_asked_first() -> None:
    assert in_order(OWNER, [TELLER, OTHER], {OTHER, OWNER}) == [OWNER, OTHER, TELLER]


def test_an_owner_that_would_have_to_be_dialled_waits_for_those_next_door() -> None:
    assert in_order(OWNER, [TELLER, OTHER], {TELLER}) == [TELLER, OWNER, OTHER]


def test_each_is_asked_once() -> None:
    assert in_order(OWNER, [OWNER, TELLER, TELLER], set()) == [OWNER, TELLER]
