"""The card that buyers will see, painted by the same painter."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QListView

from bazaar.rpc.schema.call import MoneyView
from bazaar.rpc.schema.listings import CardView, ListingView
from bazaar.rpc.schema.node import StatusView
from gui.delegates.card import GAP_PX, CardDelegate, card_height
from gui.models.cards import Cards
from gui.models.pictures import Pictures, Wanted
from gui.pages.editor.combinations import words
from gui.pages.editor.draft import Draft
from gui.pages.editor.photos import own_picture
from gui.pages.editor.presenter import amount
from gui.texts import tr

WIDE_PX = 248
PICTURE = QSize(400, 400)


class Preview(QListView):
    """One card that follows the form."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._pictures = pictures
        self._model = Cards(self)
        self._delegate = CardDelegate(pictures)
        self._delegate.cell = QSize(WIDE_PX, card_height(WIDE_PX))
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setViewportMargins(-GAP_PX // 2, -GAP_PX // 2, 0, 0)
        self.setFixedSize(WIDE_PX + 4, card_height(WIDE_PX) + 4)
        self.setAccessibleName(tr("editor.as_buyers_see"))

    def show_draft(
        self, draft: Draft, old: ListingView | None, status: StatusView | None
    ) -> None:
        """Show the card of a draft."""
        card = card_of(draft, old, status)
        first = draft.pictures[0] if draft.pictures else ""
        if first and card.thumbnail == first:
            wanted = Wanted(first, card.seller, PICTURE.width())
            self._pictures.put(wanted, lambda: own_picture(first, PICTURE))
        self._model.show_cards((card,))


def card_of(
    draft: Draft, old: ListingView | None, status: StatusView | None
) -> CardView:
    """Return the card that a draft makes."""
    first = draft.pictures[0] if draft.pictures else None
    return CardView(
        listing_id="",
        slug="",
        version=0,
        title=draft.title or tr("editor.no_title"),
        price=price_of(draft),
        type=draft.type,
        state=draft.state,
        categories=(draft.category,),
        tags=tuple(words(draft.tags)),
        thumbnail=old.card.thumbnail if old else first,
        free_shipping=any(
            amount(one.first) and not float(one.first)
            for way in draft.ways
            for one in way.services
        ),
        nsfw=draft.mature,
        changed=0,
        seller=status.peer_id if status else "",
        seller_name=status.name if status else "",
        seller_fingerprint=status.fingerprint if status else (),
        seller_colour=status.colour if status else "#808080",
        seller_online=True,
        stock="",
        has_arbiters=True,
    )


def price_of(draft: Draft) -> MoneyView:
    """Return the price as typed, zero while it is none."""
    text = draft.price.strip() if amount(draft.price) else "0.00"
    whole, _, rest = text.partition(".")
    return MoneyView(minor=int(whole + rest), unit=draft.unit or "?", scale=len(rest))
