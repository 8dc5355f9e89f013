"""Orders on paper and in spreadsheets, for the two who trade."""

from typing import Final

from bazaar.rpc.schema.call import Answer, Answers, Call, MoneyView
from bazaar.rpc.schema.merchant import Exported
from bazaar.rpc.schema.placing import AmountLine


class OrderExport(Call, frozen=True, tag="order.export"):
    """Write own purchases or sales to a CSV file that only this user may read.

    Attributes:
        role: buyer or seller; addresses stand in sales alone.
        since, until: Times of the offer, seconds; 0: no bound.
    """

    file: str
    role: str = "seller"
    state: str = ""
    since: int = 0
    until: int = 0


class OrderSlip(Call, frozen=True, tag="order.slip"):
    """A packing slip with the bill; only for the seller of the order."""

    id: str


class SlipItem(Answer, frozen=True):
    """One line of an order; ``choice`` is the variant in words."""

    title: str
    choice: str
    sku: str
    quantity: int
    amount: MoneyView


class SlipView(Answer, frozen=True):
    """What goes into a parcel; ``address`` is empty until the buyer's arrives.

    Attributes:
        shipping: The way and service that the buyer chose.
        bill: The rows of the bill, for an invoice.
    """

    order_id: str
    created: int
    seller_name: str
    buyer_name: str
    address: tuple[str, ...]
    note: str
    shipping: str
    items: tuple[SlipItem, ...]
    bill: tuple[AmountLine, ...]


CALLS: Final[Answers] = {
    OrderExport: Exported,
    OrderSlip: SlipView,
}
