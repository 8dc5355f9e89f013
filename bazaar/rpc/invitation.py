"""Invitation links: ``bazaar:join?network=NAME&at=MULTIADDR&at=...``."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from bazaar.domain.errors import InputError

SCHEME: Final = "bazaar"
MAX_ADDRESSES: Final = 8
MAX_LINK: Final = 2048


def invitation(network: str, addresses: Sequence[str]) -> str:
    """A link to a node at ``addresses``, which end in /p2p/ID."""
    query = [("network", network), *(("at", one) for one in addresses[:MAX_ADDRESSES])]
    return f"{SCHEME}:join?{urlencode(query, safe='/:')}"


def addresses_in(text: str) -> list[str]:
    """The multiaddresses of a link, or ``text`` itself where it is one.

    Raises InputError for anything else.
    """
    typed = text.strip()
    if typed.startswith("/"):
        return [typed]
    parts = urlsplit(typed)
    if len(typed) > MAX_LINK or parts.scheme != SCHEME or parts.path != "join":
        raise InputError(
            "address",
            "give an address like /ip4/1.2.3.4/tcp/4001/p2p/12D3... or an invitation link",
        )
    return [one for one in parse_qs(parts.query).get("at", []) if one.startswith("/")][
        :MAX_ADDRESSES
    ]
