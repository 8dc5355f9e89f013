"""The `credit` rail's terms in an Offer: empty, or the one hub over which the money goes (9.3)."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from bazaar.domain.trading.messages import Offer

CREDIT: Final = "credit"
KEY_BYTES: Final = 32
_Terms = tuple[Annotated[bytes, Meta(min_length=KEY_BYTES, max_length=KEY_BYTES)]]


def terms_of(hub: bytes | None) -> bytes:
    """The rail terms that name ``hub``; none for a direct account."""
    return b"" if hub is None else _encoder.encode((hub,))


def hub_of(offer: Offer) -> bytes | None:
    """The hub that an Offer names, or None; also for terms that are not canonical."""
    if offer.rail != CREDIT or not offer.rail_terms:
        return None
    try:
        (hub,) = _decoder.decode(offer.rail_terms)
    except msgspec.DecodeError:
        return None
    return hub if terms_of(hub) == offer.rail_terms else None


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(_Terms)
