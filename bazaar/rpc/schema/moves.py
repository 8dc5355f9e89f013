"""The moves of a party."""

from typing import Final

from msgspec import field

from bazaar.rpc.schema.call import Answer, Answers, Call


class Move(Call, frozen=True):
    """Base of a party's moves (cli.md, ``order``).

    Attributes:
        version: Digest the user saw; empty means the present one. A move on an old
            one is refused with WRONG_STATE and changes nothing.
        part: Part indices; empty means all that the move fits.
    """

    id: str
    version: str = ""
    part: tuple[int, ...] = ()


class OrderAccept(Move, frozen=True, tag="order.accept"):
    """Seller: take the order; stock is reserved in the same transaction."""


class OrderDecline(Move, frozen=True, tag="order.decline"):
    """Seller: Withdraw before funding, Decline after."""


class OrderWithdraw(Move, frozen=True, tag="order.withdraw"):
    """Either party: leave before the money is bound."""


class OrderFund(Move, frozen=True, tag="order.fund"):
    """Buyer: bind the money."""


class OrderShip(Move, frozen=True, tag="order.ship"):
    """Seller: sent; ``text`` is tracking, a link or a code, sealed to the buyer.

    ``late``: the person knows that it may not count as in time (``ship_risk`` of the order).
    """

    text: str = ""
    late: bool = False


class OrderDeliver(Move, frozen=True, kw_only=True, tag="order.deliver"):
    """Seller: ship a digital part as ``file``, and ``more`` files with it (whole paths)."""

    file: str
    more: tuple[str, ...] = ()
    text: str = ""
    late: bool = False


class OrderConfirm(Move, frozen=True, tag="order.confirm"):
    """Buyer: agree to the seller's Ship."""


class OrderRefund(Move, frozen=True, tag="order.refund"):
    """Seller: a Decline, or with ``amount`` a proposal to give that much back."""

    amount: str | None = None


class OrderPropose(Move, frozen=True, tag="order.propose"):
    """Either party: a split of one part; amounts as text, the missing one is the rest.

    With ``suggestion``, the id of an arbiter's line in the order's room, part and shares
    are what it says.
    """

    buyer: str | None = None
    seller: str | None = None
    suggestion: str = ""


class OrderResume(Move, frozen=True, tag="order.resume"):
    """Either party, after a restore: wait no more for roles that do not answer.

    ``despite``: the person knows that this node may then contradict what it has lost.
    """

    despite: bool = False


class OrderAgree(Move, frozen=True, tag="order.agree"):
    """Complete a Ship, Decline, Proposal or Ruling; empty ``names`` is the newest one."""

    names: str = ""


class OrderExtend(Move, frozen=True, kw_only=True, tag="order.extend"):
    """Buyer: give the seller more days."""

    days: int


class Moved(Answer, frozen=True):
    """The state after a move."""

    order_id: str
    state: str
    deadlines: dict[str, int] = field(default_factory=dict[str, int])


CALLS: Final[Answers] = {
    OrderAccept: Moved,
    OrderDecline: Moved,
    OrderWithdraw: Moved,
    OrderFund: Moved,
    OrderShip: Moved,
    OrderDeliver: Moved,
    OrderConfirm: Moved,
    OrderResume: Moved,
    OrderRefund: Moved,
    OrderPropose: Moved,
    OrderAgree: Moved,
    OrderExtend: Moved,
}
