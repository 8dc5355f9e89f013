"""A Ship as the seller's node says it: what it delivers is sealed to the buyer's box."""

from collections.abc import Sequence
from typing import NamedTuple

from bazaar.app.files import share
from bazaar.app.ports import Unit
from bazaar.app.trading.deed_checks import check_in_time
from bazaar.app.trading.deliveries import keep_delivery
from bazaar.app.trading.goods import Prepared, keep_goods
from bazaar.app.trading.rail import SettlementRail
from bazaar.app.trading.sealed import new_delivery, seal_for
from bazaar.app.trading.trades import Trades
from bazaar.domain.errors import NotAllowedError, ReplyCode
from bazaar.domain.trading.goods import delivery_text
from bazaar.domain.trading.messages import Role, Ship
from bazaar.domain.trading.trade import Trade


class Parcel(NamedTuple):
    """What a seller says that he sent.

    Attributes:
        text: Tracking, a link or a code, for the buyer alone.
        goods: Files that were taken in for this delivery.
        late: He sends it although it may not count as in time.
    """

    text: str
    goods: Sequence[Prepared] = ()
    late: bool = False


class Shipments:
    """Says Ship in a unit that is open already."""

    def __init__(self, trades: Trades, rail: SettlementRail) -> None:
        self._trades = trades
        self._rail = rail

    def check(
        self, unit: Unit, trade: Trade, parts: Sequence[int], sent: Parcel
    ) -> None:
        """Raise NotAllowedError where it is late or the money is not bound."""
        if not sent.late:
            check_in_time(trade, parts, self._trades.receipts(unit, trade))
        if not self._rail.is_funded(unit, trade):
            raise NotAllowedError(
                "do not ship: the money of this order is not bound",
                ReplyCode.WRONG_STATE,
            )

    def say(
        self, unit: Unit, trade: Trade, parts: tuple[int, ...], sent: Parcel
    ) -> Trade:
        """Ship ``parts``: the standing half of the release.

        Raises NotAllowedError as ``check``, InputError for a text that does not fit.
        """
        self.check(unit, trade, parts, sent)
        files = tuple(one.file for one in sent.goods)
        text = delivery_text(sent.text, [one.sealed for one in sent.goods])
        delivery = new_delivery(text)
        sealed = seal_for(trade.contract.offer.buyer_box, delivery)
        digest = keep_delivery(unit, trade.id, delivery)
        buyer = [trade.contract.keys[Role.BUYER]]
        share(unit, trade.id, buyer, [one.hash for one in files])
        keep_goods(unit, sent.goods)
        return self._trades.say(
            unit, trade, lambda h: Ship(*h, parts, sealed, digest, files)
        )
