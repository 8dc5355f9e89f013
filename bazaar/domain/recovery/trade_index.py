"""The trade index: what the 24 words alone must bring back, sealed for the own mailboxes (PROTOCOL.md 14)."""

import hmac
import struct
from collections.abc import Iterable
from typing import Annotated, Final

import msgspec
from msgspec import Meta
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_ABYTES,
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
)
from nacl.exceptions import CryptoError

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.wire.bounds import U8, U16, U32, Body, Id, Key, Time, UnitId

KIB: Final = 1024
INDEX_SIZES: Final = (KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB)
"""Bytes of a sealed index: it has exactly one of these sizes."""

INDEX_TAG: Final = b"bazaar/1 trade index\0"
VERSION: Final = 1
NONCE_BYTES: Final = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
SEAL_BYTES: Final = NONCE_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES
LENGTH_BYTES: Final = 4
MAX_INDEX_BYTES: Final = INDEX_SIZES[-1] - SEAL_BYTES - LENGTH_BYTES
MAX_PARTNERS: Final = 7000
MAX_TRADES: Final = 7000
MAX_ACCOUNTS: Final = 10_000
MAX_OTHERS: Final = 8


class IndexedTrade(Body, frozen=True):
    """One open trade.

    Attributes:
        role: Own role, or the hub's place.
        seq: Of the last own message; None if there is none.
        others: Places of the other roles' keys in the list of partners.
    """

    id: Id
    role: U8
    seq: U32 | None
    others: Annotated[tuple[U16, ...], Meta(max_length=MAX_OTHERS)]


class IndexedAccount(Body, frozen=True):
    """One account by its partner's place in the list, its unit, and its newest number."""

    partner: U16
    unit: UnitId
    n: U32


class Index(Body, frozen=True):
    """Whom to ask after a loss, and about what."""

    version: Annotated[int, Meta(ge=VERSION, le=VERSION)]
    made: Time
    partners: Annotated[
        tuple[Key, ...], Meta(max_length=MAX_PARTNERS, extra={"unique": True})
    ]
    trades: Annotated[tuple[IndexedTrade, ...], Meta(max_length=MAX_TRADES)]
    accounts: Annotated[tuple[IndexedAccount, ...], Meta(max_length=MAX_ACCOUNTS)]


class Open(msgspec.Struct, frozen=True, array_like=True):
    """One open trade with the keys of its other roles."""

    id: bytes
    role: int
    seq: int | None
    others: tuple[bytes, ...]


class Running(msgspec.Struct, frozen=True, array_like=True):
    """One account with its partner's key."""

    partner: bytes
    unit: str
    n: int


def index_of(made: int, trades: Iterable[Open], accounts: Iterable[Running]) -> Index:
    """The index over trades and accounts, in this order.

    Of more than fits only the partners are all named: whoever is asked shows every
    trade shared with the asker.
    """
    trades, accounts = list(trades), list(accounts)
    named = [key for one in trades for key in sorted(one.others)]
    named += [one.partner for one in accounts]
    places = {key: at for at, key in enumerate(dict.fromkeys(named))}
    places = {key: at for key, at in places.items() if at < MAX_PARTNERS}
    room = MAX_INDEX_BYTES - 34 * len(places) - 64
    entries: list[IndexedTrade] = []
    for one in trades[:MAX_TRADES]:
        others = tuple(places[k] for k in sorted(one.others) if k in places)
        entry = IndexedTrade(one.id, one.role, one.seq, others[:MAX_OTHERS])
        room -= len(msgspec.msgpack.encode(entry))
        if room < 0:
            break
        entries.append(entry)
    lines: list[IndexedAccount] = []
    for account in accounts[:MAX_ACCOUNTS]:
        if account.partner not in places:
            continue
        line = IndexedAccount(places[account.partner], account.unit, account.n)
        room -= len(msgspec.msgpack.encode(line))
        if room < 0:
            break
        lines.append(line)
    return Index(VERSION, made, tuple(places), tuple(entries), tuple(lines))


def opened(index: Index) -> tuple[list[Open], list[Running]]:
    """Trades and accounts with the keys in place of numbers.

    Raises MalformedMessageError for a number that names nobody.
    """
    keys = index.partners
    try:
        trades = [
            Open(one.id, one.role, one.seq, tuple(keys[at] for at in one.others))
            for one in index.trades
        ]
        accounts = [Running(keys[a.partner], a.unit, a.n) for a in index.accounts]
    except IndexError as error:
        raise MalformedMessageError("the index names nobody") from error
    return trades, accounts


def seal_index(index: Index, backup_key: bytes, network: bytes, nonce: bytes) -> bytes:
    """The blob that a mailbox keeps; ``nonce`` is 24 random bytes, never used twice."""
    data = msgspec.msgpack.encode(index)
    plain = struct.pack(">I", len(data)) + data
    size = next(size for size in INDEX_SIZES if size >= len(plain) + SEAL_BYTES)
    sealed = crypto_aead_xchacha20poly1305_ietf_encrypt(
        plain.ljust(size - SEAL_BYTES, b"\0"), network, nonce, _key(backup_key)
    )
    return nonce + sealed


def open_index(blob: bytes, backup_key: bytes, network: bytes) -> Index:
    """The index in ``blob``. Raises MalformedMessageError for any other bytes."""
    if len(blob) not in INDEX_SIZES:
        raise MalformedMessageError(f"a sealed index never has {len(blob)} bytes")
    try:
        plain = crypto_aead_xchacha20poly1305_ietf_decrypt(
            blob[NONCE_BYTES:], network, blob[:NONCE_BYTES], _key(backup_key)
        )
    except CryptoError as error:
        raise MalformedMessageError("our words do not open this index") from error
    (length,) = struct.unpack_from(">I", plain)
    data, rest = plain[LENGTH_BYTES:][:length], plain[LENGTH_BYTES:][length:]
    try:
        index = msgspec.msgpack.decode(data, type=Index)
    except msgspec.DecodeError as error:
        raise MalformedMessageError(str(error)) from error
    if any(rest) or msgspec.msgpack.encode(index) != data:
        raise MalformedMessageError("the padding of this index is wrong")
    return index


def _key(backup_key: bytes) -> bytes:
    return hmac.digest(backup_key, INDEX_TAG, "sha256")
