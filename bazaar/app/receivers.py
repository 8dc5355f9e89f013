"""Which service takes which kind of message; every other kind is refused at the door."""

from typing import TYPE_CHECKING, Any

from bazaar.app.ports import Unit
from bazaar.app.trading.inbound import Receiver
from bazaar.domain.wire.envelope import Signed
from bazaar.domain.wire.kinds import TRADE_KINDS, Kind

if TYPE_CHECKING:
    from bazaar.app.services import Services


def receivers(node: "Services") -> dict[Kind, Receiver]:
    """The receiver of each kind, for ``Inbound``."""
    trade: dict[Kind, Receiver] = dict.fromkeys(TRADE_KINDS, node.tending.receive_step)
    return trade | {
        Kind.ACCOUNT_PROPOSE: _of_account(node, node.accounts.receive_propose),
        Kind.ACCOUNT_ACCEPT: _of_account(node, node.accounts.receive_accept),
        Kind.ACCOUNT_REJECT: _of_account(node, node.accounts.receive_reject),
        Kind.CLEAR_SEEK: node.clearing.receive_seek,
        Kind.CLEAR_PLAN: node.clearing.receive_plan,
        Kind.CLEAR_VOTE: node.clearing.receive_vote,
        Kind.ADDRESS: node.conduct.receive_address,
        Kind.DISCLOSE: node.disclosure.receive,
        Kind.LISTING: node.tending.receive_paper,
        Kind.ARBITER_OFFER: node.tending.receive_paper,
        Kind.RATING: node.ratings.receive,
        Kind.RATING_REPLY: node.replies.receive,
        Kind.PROFILE: node.partners.receive,
        Kind.CONTACT: node.partners.receive,
        Kind.CHAT: node.talk.chat.receive,
        Kind.FOLLOW: node.follows.receive,
        Kind.ACK: node.outbox.receive_ack,
    }


def _of_account(node: "Services", receive: Receiver) -> Receiver:
    """What an account says may matter to any trade with its partner."""

    def received(unit: Unit, message: Signed[Any]) -> None:
        bound = node.tending.bound(unit, message.author)
        receive(unit, message)
        bound |= node.tending.bound(unit, message.author)
        node.tending.touch_trades_of(unit, message.author, bound)

    return received
