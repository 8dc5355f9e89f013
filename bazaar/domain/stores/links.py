"""Links into the market: ``bazaar:join?...``, ``bazaar:store/PEER`` and so on (PROTOCOL.md 15). Pure.

They work without any web site: a link names a key, and where somebody may be asked.
"""

from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlencode

from bazaar.domain.errors import InputError
from bazaar.domain.keys.peer_ids import key_of

SCHEME: Final = "bazaar"
MAX_LINK: Final = 2048
MAX_ADDRESSES: Final = 8
MAX_WORDS: Final = 200
ID_LETTERS: Final = 64
WRONG: Final = "this is no link of the market"


class LinkKind(StrEnum):
    """Where a link leads."""

    JOIN = "join"
    STORE = "store"
    LISTING = "listing"
    ARBITER = "arbiter"
    ORDER = "order"
    SEARCH = "search"


class Link(NamedTuple):
    """A link taken apart.

    Attributes:
        peer: Peer id of the store's owner or of the arbiter.
        item: Id of a listing or an own order, 64 hex digits.
        words: What to search for.
        category: In which category; empty for all.
        network: Name of the market; empty if the link does not say.
        addresses: Where a node may be asked, each ending in /p2p/ID.
    """

    kind: LinkKind
    peer: str = ""
    item: str = ""
    words: str = ""
    category: str = ""
    network: str = ""
    addresses: tuple[str, ...] = ()


def written(link: Link) -> str:
    """The text of ``link``, as short as it may be; addresses that do not fit are left out."""
    path = "/".join((link.kind, *filter(None, (link.peer, link.item))))
    named = {"words": link.words, "category": link.category, "network": link.network}
    query = [(name, text) for name, text in named.items() if text]
    text = _text(path, query)
    for address in link.addresses[:MAX_ADDRESSES]:
        longer = _text(path, [*query, ("at", address)])
        if len(longer) > MAX_LINK:
            break
        query.append(("at", address))
        text = longer
    return text


def read(text: str) -> Link:
    """Take a link apart; ``bazaar:`` and ``bazaar://`` are the same. Raises InputError."""
    typed = text.strip()
    scheme, _, rest = typed.partition(":")
    if len(typed) > MAX_LINK or scheme.lower() != SCHEME:
        raise InputError("link", WRONG)
    path, _, query = rest.partition("#")[0].partition("?")
    words = [unquote(one) for one in path.split("/") if one]
    try:
        kind, names = LinkKind(words[0] if words else ""), words[1:]
        asked = parse_qs(query, max_num_fields=MAX_ADDRESSES * 4)
    except ValueError as error:
        raise InputError("link", WRONG) from error
    link = Link(
        kind,
        words=_first(asked, "words")[:MAX_WORDS],
        category=_first(asked, "category")[:MAX_WORDS],
        network=_first(asked, "network")[:MAX_WORDS],
        addresses=tuple(one for one in asked.get("at", []) if one.startswith("/"))[
            :MAX_ADDRESSES
        ],
    )
    return _named(link, names)


def _named(link: Link, names: list[str]) -> Link:
    """``link`` with what its path names, as many as its kind has."""
    match link.kind, names:
        case ((LinkKind.STORE | LinkKind.ARBITER), [peer]):
            return link._replace(peer=_peer(peer))
        case LinkKind.LISTING, [peer, item]:
            return link._replace(peer=_peer(peer), item=_item(item))
        case LinkKind.ORDER, [item]:
            return link._replace(item=_item(item))
        case ((LinkKind.JOIN | LinkKind.SEARCH), []):
            return link
        case _:
            raise InputError("link", WRONG)


def _text(path: str, query: list[tuple[str, str]]) -> str:
    asked = urlencode(query, safe="/:", quote_via=quote)
    return f"{SCHEME}:{path}?{asked}" if asked else f"{SCHEME}:{path}"


def _first(asked: dict[str, list[str]], name: str) -> str:
    return asked.get(name, [""])[0]


def _peer(text: str) -> str:
    key_of(text)
    return text


def _item(text: str) -> str:
    try:
        is_id = len(text) == ID_LETTERS and bool(bytes.fromhex(text))
    except ValueError:
        is_id = False
    if not is_id:
        raise InputError("link", WRONG)
    return text.lower()
