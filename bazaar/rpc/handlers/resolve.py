"""From what a person typed to the one object meant: ids by unambiguous prefix."""

import string
from collections.abc import Iterable
from typing import Final

from bazaar.app.node import Node
from bazaar.domain.errors import InputError, NotFoundError
from bazaar.domain.keys.peer_ids import key_of, peer_id
from bazaar.domain.wire.kinds import Kind

LEAST_PREFIX: Final = 6
ID_DIGITS: Final = 64
MAX_STORES: Final = 10_000


def _hex(text: str) -> str:
    lower = text.strip().lower()
    if not LEAST_PREFIX <= len(lower) <= ID_DIGITS or set(lower) - set(
        string.hexdigits
    ):
        raise InputError(
            "id",
            f"an id is {ID_DIGITS} hex digits, or at least the first {LEAST_PREFIX}",
        )
    return lower


def _only(found: Iterable[bytes], what: str, text: str) -> bytes:
    matches = list(dict.fromkeys(found))
    if not matches:
        raise NotFoundError(f"there is no {what} {text}")
    if len(matches) > 1:
        raise InputError("id", f"{text} fits more than one {what}; give more digits")
    return matches[0]


def among(ids: Iterable[bytes], what: str, text: str) -> bytes:
    """The one of ``ids`` that starts as typed. Raises InputError or NotFoundError."""
    prefix = _hex(text)
    return _only((one for one in ids if one.hex().startswith(prefix)), what, text)


def order(node: Node, text: str) -> bytes:
    """The id of an own order. Raises InputError or NotFoundError."""
    prefix = _hex(text)
    with node.context.book.unit() as unit:
        found = [row.id for row in unit.trades() if row.id.hex().startswith(prefix)]
    return _only(found, "order", text)


async def listing(node: Node, text: str) -> bytes:
    """The id of a listing, own or in the catalogue. Raises InputError or NotFoundError."""
    prefix = _hex(text)
    with node.context.book.unit() as unit:
        own = [
            row.id
            for row in unit.records(Kind.LISTING)
            if row.id.hex().startswith(prefix)
        ]
    padded = bytes.fromhex(prefix + "0" * (len(prefix) % 2))
    others = await node.context.catalogue.listing_ids(padded, len(prefix))
    if len(prefix) == ID_DIGITS and not own and not others:
        return bytes.fromhex(prefix)
    return _only((*own, *others), "listing", text)


async def peer(node: Node, text: str) -> bytes:
    """The key of a peer id, or of the prefix of a known one. Raises InputError."""
    typed = text.strip()
    try:
        return key_of(typed)
    except InputError:
        if len(typed) < LEAST_PREFIX:
            raise
    stores = await node.context.catalogue.stores(MAX_STORES)
    keys = {row.key for row in stores} | {
        one.key for one in node.context.exchange.peers()
    }
    found = sorted(key for key in keys if peer_id(key).startswith(typed))
    if not found:
        raise InputError(
            "peer", f"{typed} is not a peer id, nor the start of a known one"
        )
    return _only(found, "peer", typed)
