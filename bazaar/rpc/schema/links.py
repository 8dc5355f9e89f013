"""Links into the market: made for others, opened for oneself."""

from typing import Final

from bazaar.rpc.schema.call import Answer, Answers, Call


class LinkMake(Call, frozen=True, tag="link.make"):
    """A link that others can open, and its QR code.

    Attributes:
        kind: store, listing, arbiter, order or search.
        peer: Whose store, listing or terms; empty for one's own.
        item: Id of the listing or order.
        words: What a search is for.
        category: Where a search looks; empty for everywhere.
    """

    kind: str
    peer: str = ""
    item: str = ""
    words: str = ""
    category: str = ""


class LinkView(Answer, frozen=True):
    """``qr`` is an SVG document; empty where the link is too long for one."""

    link: str
    qr: str


class LinkOpen(Call, frozen=True, tag="link.open"):
    """Go where a link leads: connect to the nodes that it names, fetch what it shows."""

    link: str


class LinkTarget(Answer, frozen=True):
    """What a link leads to.

    Attributes:
        kind: join, store, listing, arbiter, order or search.
        peer_id: Owner of the store or listing, or the arbiter; empty for the rest.
        item: Id of the listing or order; empty for the rest.
        connected: How many of the nodes that it names are connected now.
        known: Whether the store or listing is here now.
    """

    kind: str
    peer_id: str
    item: str
    words: str
    category: str
    connected: int
    known: bool


CALLS: Final[Answers] = {
    LinkMake: LinkView,
    LinkOpen: LinkTarget,
}
