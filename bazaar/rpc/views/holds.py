"""Holds of an account as a person reads them: how much, for which order, over whom."""

from bazaar.app.credit.accounts import Account
from bazaar.app.node import Node
from bazaar.app.ports import Unit
from bazaar.domain.credit.account import Hold
from bazaar.domain.credit.holds import BUYER_LEG, HUB_LEG
from bazaar.domain.trading.messages import Role
from bazaar.domain.trading.trade import Trade
from bazaar.rpc.schema.accounts import HoldView
from bazaar.rpc.views.people import People, money


async def hold_views(
    node: Node, people: People, account: Account
) -> tuple[HoldView, ...]:
    """Every hold of the account, those of one order together."""
    with node.context.book.unit() as unit:
        found = [(hold, _trade(node, unit, hold)) for hold in account.state.holds]
    return tuple([await _view(people, account, hold, trade) for hold, trade in found])


def _trade(node: Node, unit: Unit, hold: Hold) -> Trade | None:
    return node.trades.of_contract(unit, hold.contract)


async def _view(
    people: People, account: Account, hold: Hold, trade: Trade | None
) -> HoldView:
    pays = hold.payer == account.mine
    purpose = _purpose(people.me, hold, trade)
    end = _other_end(people.me, account, trade)
    other = await people.person(end) if end else None
    return HoldView(
        order_id=trade.id.hex() if trade else "",
        amount=money(hold.amount, account.row.unit),
        you_pay=pays,
        purpose=purpose,
        other=other.peer_id if other else "",
        other_name=other.name if other else "",
        until=hold.expires,
    )


def _purpose(me: bytes, hold: Hold, trade: Trade | None) -> str:
    if trade is None:
        return "clearing"
    if hold.leg not in {BUYER_LEG, HUB_LEG}:
        return "fee"
    if trade.contract.hub == me:
        return "carried"
    return "purchase" if trade.contract.role_of(me) is Role.BUYER else "sale"


def _other_end(me: bytes, account: Account, trade: Trade | None) -> bytes | None:
    """Who stands beyond the account's partner: the seller over a hub, or the buyer."""
    if trade is None or trade.contract.hub is None:
        return None
    keys = trade.contract.keys
    ends = [keys[Role.BUYER], keys[Role.SELLER]]
    beyond = [key for key in ends if key not in {me, account.row.partner}]
    return beyond[0] if beyond else None
