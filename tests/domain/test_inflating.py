"""What a stranger packed is inflated up to what was agreed, whole, and no further."""

import zlib

import pytest

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.wire.inflating import inflate

WHOLE = b"lamps and more lamps " * 100


def test_at_the_limit_it_passes_and_one_byte_beyond_it_does_not() -> None:
    packed = zlib.compress(WHOLE)
    assert inflate(packed, len(WHOLE)) == WHOLE
    with pytest.raises(MalformedMessageError, match="more than"):
        inflate(packed, len(WHOLE) - 1)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"lamps",
        zlib.compress(WHOLE)[:-1],
        zlib.compress(WHOLE) + b"x",
        zlib.compress(WHOLE) * 2,
    ],
)
def test_what_is_cut_off_or_goes_on_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedMessageError):
        inflate(data, len(WHOLE))


def test_a_bomb_costs_no_more_than_the_limit() -> None:
    with pytest.raises(MalformedMessageError, match="more than 1000"):
        inflate(zlib.compress(bytes(50_000_000)), 1_000)
