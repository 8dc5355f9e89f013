"""Heads for the network tests: signed by the domain, checked by the domain."""

import time

from nacl.signing import SigningKey

from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import seal, verify_as
from net.gossip.heads import HeadFacts
from tests.net.nodes import NETWORK

DAY = 86_400


def signer(number: int) -> SigningKey:
    """The key of the node that the fixture ``make`` builds as ``number`` (from 1)."""
    return SigningKey(bytes([number]) * 32)


def head(
    key: SigningKey,
    seq: int = 1,
    *,
    issued: int | None = None,
    lasts: int = DAY,
    network: bytes = NETWORK,
) -> bytes:
    """A sealed head; ``issued`` is now unless it is given."""
    began = int(time.time()) if issued is None else issued
    body = StoreHead(
        by=key.verify_key.encode(),
        seq=seq,
        issued=began,
        expires=began + lasts,
        root=b"r" * 32,
        count=0,
        size=1,
        profile=b"p" * 32,
        bitmap=bytes(32),
    )
    return seal(body, key, network).envelope


def check_head(value: bytes) -> HeadFacts:
    """What the composition root passes in."""
    signed = verify_as(StoreHead, value, NETWORK)
    body = signed.body
    return HeadFacts(signed.author, body.seq, body.issued, body.expires)
