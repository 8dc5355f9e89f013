"""What the user has to do with listings that are shown: his wishes, and who warns of them."""

from collections.abc import Sequence

import msgspec

from bazaar.app.node import Node
from bazaar.rpc.schema.listings import CardView


def marked(
    node: Node, cards: Sequence[CardView], sellers: Sequence[bytes]
) -> tuple[CardView, ...]:
    """``cards`` with wishes and warnings, in the same order; ``sellers`` has the key of each."""
    if not cards:
        return ()
    with node.context.book.unit() as unit:
        wished = {(row.seller, row.slug) for row in node.wishes.rows(unit)}
    both = zip(cards, sellers, strict=True)
    return tuple(_marked(node, card, seller, wished) for card, seller in both)


def _marked(
    node: Node, card: CardView, seller: bytes, wished: set[tuple[bytes, str]]
) -> CardView:
    warned = node.lists.warned(bytes.fromhex(card.listing_id), seller)
    is_wished = (seller, card.slug) in wished
    if warned is None and not is_wished:
        return card
    return msgspec.structs.replace(
        card,
        wished=is_wished,
        warning=warned.reason.name.lower() if warned else "",
        warned_by=warned.title if warned else "",
    )
