"""Frames: caps on the length before anything is read, nesting without decoding."""

import struct
from typing import cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.exchange.request_types import RequestType
from net.exchange.frames import (
    ANSWER,
    ANSWER_BYTES,
    REFUSAL,
    REQUEST_BYTES,
    TooLargeError,
    encode,
    read_body,
    read_head,
)
from net.exchange.shape import check
from net.limits import MAX_FRAME_BYTES, MAX_ITEM_STEPS, MAX_NESTING

WIRE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.text(max_size=300)
    | st.binary(max_size=300),
    lambda inner: st.lists(inner, max_size=20),
    max_leaves=30,
)


class Bytes:
    """A stream of given bytes that comes in parts; counts what was asked for."""

    def __init__(self, data: bytes, part: int = 1000) -> None:
        self.left = data
        self.part = part
        self.reads = 0

    async def read(self, n: int | None = None) -> bytes:
        self.reads += 1
        size = min(self.part, len(self.left) if n is None else n)
        if not self.left:
            raise EOFError
        data, self.left = self.left[:size], self.left[size:]
        return data


def nested(depth: int, innermost: bytes = b"\x01") -> bytes:
    return b"\x91" * depth + innermost


def depth_of(value: object) -> int:
    if not isinstance(value, list):
        return 0
    return 1 + max(map(depth_of, cast("list[object]", value)), default=0)


@given(st.lists(WIRE, max_size=20))
def test_check_agrees_with_msgspec_on_what_is_well_formed(value: list[object]) -> None:
    body = msgspec.msgpack.encode(value)
    if depth_of(value) <= MAX_NESTING:
        check(body)
    else:
        with pytest.raises(MalformedMessageError):
            check(body)


@given(st.binary(max_size=200))
def test_what_passes_the_check_decodes_to_an_array(data: bytes) -> None:
    try:
        check(data)
    except MalformedMessageError:
        return
    try:
        value = cast("object", msgspec.msgpack.decode(data))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return  # text that is no UTF-8 is left to the decoder
    assert 0 < depth_of(value) <= MAX_NESTING


@pytest.mark.parametrize("innermost", [b"\x01", b"\x90"])
def test_nesting_at_the_limit_and_beyond(innermost: bytes) -> None:
    deepest = MAX_NESTING - (innermost == b"\x90")
    check(nested(deepest, innermost))
    with pytest.raises(MalformedMessageError):
        check(nested(deepest + 1, innermost))


def test_steps_at_the_limit_and_beyond() -> None:
    texts = MAX_ITEM_STEPS - 2
    head = b"\xdd" + struct.pack(">I", texts)
    check(head + b"\xa1a" * texts)
    head = b"\xdd" + struct.pack(">I", texts + 2)
    with pytest.raises(MalformedMessageError, match="finely divided"):
        check(head + b"\xa1a" * (texts + 2))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x01",
        b"\xa1a",
        b"\x80",
        b"\x91\x80",
        b"\x91\xcb" + b"\x00" * 8,
        b"\x91\xca" + b"\x00" * 4,
        b"\x91\xd4\x01\x00",
        b"\x91\xc1",
        b"\x92\x01",
        b"\x91\x01\x01",
        b"\x91\xc4",
        b"\x91\xc6\xff\xff\xff\xff",
        b"\x91\xdb\x7f\xff\xff\xff",
        b"\xdd\xff\xff\xff\xff",
        b"\xdd\xff\xff\xff\xff" + b"\x01" * 100,
        b"\x91" * 5000,
        b"\x91\xd9\x05ab",
    ],
)
def test_bodies_that_are_refused(body: bytes) -> None:
    with pytest.raises(MalformedMessageError):
        check(body)


@pytest.mark.parametrize("frame_type", sorted(RequestType))
async def test_each_request_has_a_cap(frame_type: RequestType) -> None:
    cap = REQUEST_BYTES[frame_type]
    at_limit = Bytes(struct.pack(">IB", cap, frame_type))
    assert await read_head(at_limit, REQUEST_BYTES) == (cap, frame_type)
    beyond = Bytes(struct.pack(">IB", cap + 1, frame_type) + b"\x00" * 10)
    with pytest.raises(TooLargeError):
        await read_head(beyond, REQUEST_BYTES)
    assert len(beyond.left) == 10


@pytest.mark.parametrize("frame_type", sorted(RequestType))
async def test_each_answer_has_a_cap(frame_type: RequestType) -> None:
    cap = ANSWER_BYTES[ANSWER + frame_type]
    assert cap <= MAX_FRAME_BYTES
    with pytest.raises(TooLargeError):
        await read_head(
            Bytes(struct.pack(">IB", cap + 1, ANSWER + frame_type)), ANSWER_BYTES
        )


async def test_an_unknown_type_has_the_cap_of_all_frames() -> None:
    at_limit = Bytes(struct.pack(">IB", MAX_FRAME_BYTES, 99))
    assert await read_head(at_limit, REQUEST_BYTES) == (MAX_FRAME_BYTES, 99)
    with pytest.raises(TooLargeError):
        await read_head(
            Bytes(struct.pack(">IB", MAX_FRAME_BYTES + 1, 99)), REQUEST_BYTES
        )


async def test_a_frame_comes_in_parts() -> None:
    body = msgspec.msgpack.encode([b"x" * 500])
    stream = Bytes(encode(RequestType.PUT, body, REQUEST_BYTES), part=7)
    length, frame_type = await read_head(stream, REQUEST_BYTES)
    assert frame_type == RequestType.PUT
    assert await read_body(stream, length) == body


@pytest.mark.parametrize("cut", [0, 4, 5, 8])
async def test_a_stream_that_ends_inside_a_frame(cut: int) -> None:
    stream = Bytes(encode(RequestType.PUT, b"\x93\x01\x02\x03", REQUEST_BYTES)[:cut])
    with pytest.raises(EOFError):
        await read_body(stream, (await read_head(stream, REQUEST_BYTES))[0])


async def test_an_empty_read_is_an_end() -> None:
    class Silent:
        async def read(self, n: int | None = None) -> bytes:
            del n
            return b""

    with pytest.raises(EOFError):
        await read_head(Silent(), REQUEST_BYTES)


def test_a_body_above_its_cap_is_a_bug_of_ours() -> None:
    encode(REFUSAL, b"x" * ANSWER_BYTES[REFUSAL], ANSWER_BYTES)
    with pytest.raises(ValueError, match="frame type"):
        encode(REFUSAL, b"x" * (ANSWER_BYTES[REFUSAL] + 1), ANSWER_BYTES)
    with pytest.raises(ValueError, match="frame type"):
        encode(99, b"", REQUEST_BYTES)
