"""Keys and peer ids: two spellings of one identity (protocol.md 2.3)."""

from typing import Final

from bazaar.domain.errors import MalformedMessageError
from net._vendor import ID

KEY_BYTES: Final = 32
_HEAD: Final = bytes.fromhex("002408011220")


def peer_id(key: bytes) -> ID:
    """The libp2p id of a raw 32-byte Ed25519 public key.

    Raises:
        MalformedMessageError: ``key`` is not 32 bytes.
    """
    if len(key) != KEY_BYTES:
        raise MalformedMessageError(f"a key has {KEY_BYTES} bytes, this has {len(key)}")
    return ID(_HEAD + key)


def key_of(peer: ID) -> bytes:
    """The raw Ed25519 key inside a libp2p id.

    Raises:
        MalformedMessageError: the id is not that of an Ed25519 key.
    """
    spelt = peer.to_bytes()
    if len(spelt) != len(_HEAD) + KEY_BYTES or not spelt.startswith(_HEAD):
        raise MalformedMessageError("not the peer id of an Ed25519 key")
    return spelt[len(_HEAD) :]


def raw_key(peer: ID) -> bytes | None:
    """The raw key inside a libp2p id; None if the id is not that of an Ed25519 key."""
    try:
        return key_of(peer)
    except MalformedMessageError:
        return None


def peer_text(key: bytes) -> str:
    """The id as people see it, starting ``12D3KooW``."""
    return peer_id(key).to_base58()


def key_from_text(text: str) -> bytes:
    """The key spelt by the text of a peer id.

    Raises:
        MalformedMessageError: the text is not the id of an Ed25519 key.
    """
    try:
        return key_of(ID.from_base58(text))
    except ValueError as error:
        raise MalformedMessageError("not a peer id") from error
