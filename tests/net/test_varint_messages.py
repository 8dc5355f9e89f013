"""Messages of libp2p's own protocols: bounds, and what is no message."""

import pytest

from bazaar.domain.errors import MalformedMessageError
from net.limits import RELAY_MESSAGE_BYTES
from net.reach.relay_messages import (
    DialStatus,
    Hop,
    HopType,
    Limit,
    Punch,
    Status,
    Stop,
    dial_bytes,
    dial_of,
    dialled_bytes,
    dialled_of,
    hop_bytes,
    hop_of,
    punch_bytes,
    punch_of,
    stop_bytes,
    stop_of,
)
from net.varint_messages import read_message, write_message

KEY = bytes(range(32))
PLACE = "/ip4/8.8.8.8/tcp/4001"


class Line:
    """A stream in memory that gives what it has in pieces of one byte at least."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = data

    async def read(self, n: int | None = None) -> bytes:
        taken, self.data = self.data[:n], self.data[n:]
        return taken

    async def write(self, data: bytes) -> None:
        self.data += data


@pytest.mark.parametrize("size", [0, 1, 127, 128, RELAY_MESSAGE_BYTES])
async def test_what_is_written_is_read(size: int) -> None:
    line = Line()
    await write_message(line, bytes(size))
    line.data += b"more"
    assert await read_message(line) == bytes(size)
    assert line.data == b"more"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x05abc",
        b"\x80",
        b"\x81\x20" + bytes(RELAY_MESSAGE_BYTES + 1),  # one byte too long
        b"\xff" * 9 + b"\x01",  # a varint of ten bytes
        b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",  # 2^63
    ],
)
async def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedMessageError):
        await read_message(Line(data))


def test_every_word_comes_back() -> None:
    for hop in (
        Hop(HopType.RESERVE),
        Hop(HopType.CONNECT, peer=KEY),
        Hop(HopType.STATUS, Status.OK, None, 7, (PLACE,), Limit(3, 4)),
        Hop(HopType.STATUS, Status.NO_RESERVATION),
    ):
        assert hop_of(hop_bytes(hop)) == hop
    for stop in (Stop(Status.NONE, KEY, Limit(1, 2)), Stop(Status.PERMISSION_DENIED)):
        assert stop_of(stop_bytes(stop)) == stop
    for punch in (Punch(is_sync=False, addresses=(PLACE,)), Punch(is_sync=True)):
        assert punch_of(punch_bytes(punch)) == punch
    assert dial_of(dial_bytes(KEY, [PLACE])) == (KEY, (PLACE,))
    for answer in ((DialStatus.OK, PLACE), (DialStatus.DIAL_ERROR, "")):
        assert dialled_of(dialled_bytes(*answer)) == answer


@pytest.mark.parametrize("decode", [hop_of, stop_of, punch_of, dial_of, dialled_of])
@pytest.mark.parametrize(
    "data", [b"\xff" * 40, b"\x12\xff\xff\xff\xff\x0f", b"\x0a\x80"]
)
def test_garbage_is_malformed(decode: object, data: bytes) -> None:
    assert callable(decode)
    with pytest.raises(MalformedMessageError):
        decode(data)


def test_unknown_numbers_and_ids_are_malformed() -> None:
    with pytest.raises(MalformedMessageError):
        hop_of(b"\x08\x09")
    with pytest.raises(MalformedMessageError):
        stop_of(b"\x08\x00\x12\x04\x0a\x02ab")


def test_addresses_of_other_kinds_are_left_out() -> None:
    data = punch_bytes(Punch(is_sync=False, addresses=(PLACE,)))
    assert punch_of(data + b"\x12\x02\xff\xff").addresses == (PLACE,)
