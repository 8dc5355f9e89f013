"""``account``: what people owe each other; promises between two people, not money in a bank."""

import argparse

from bazaar.cli.formats import moment, money, short
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema import (
    AccountHub,
    AccountLimit,
    AccountList,
    AccountSettle,
    AccountView,
    HoldView,
    HubView,
)

_HEADS = ("PEER", "NAME", "THEY OWE YOU>", "YOU LET THEM OWE>", "THEY LET YOU OWE>")


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    account = commands.group("account", "credit between you and others")
    account.ask("list", "your accounts", _list)
    limit = account.ask("limit", "let a peer owe you up to AMOUNT", _limit)
    limit.add_argument("peer", metavar="PEER")
    limit.add_argument("amount", metavar="AMOUNT", help="such as '100 EUR'")
    hub = account.ask("hub", "carry orders between others, up to AMOUNT", _hub)
    hub.add_argument(
        "amount", metavar="AMOUNT", nargs="?", default="", help="0 EUR stops it"
    )
    settle = account.ask("settle", "note a payment made outside", _settle)
    settle.add_argument("peer", metavar="PEER")
    settle.add_argument("amount", metavar="AMOUNT")
    settle.add_argument("--how", required=True, metavar="T", help="such as cash")


def _list(_: argparse.Namespace, node: Client) -> Shown:
    accounts: tuple[AccountView, ...] = node.call(AccountList())
    return Shown(accounts, lambda page: _page(page, accounts))


def _limit(args: argparse.Namespace, node: Client) -> Shown:
    account: AccountView = node.call(AccountLimit(peer=args.peer, amount=args.amount))
    return Shown([account], lambda page: _page(page, (account,)))


def _settle(args: argparse.Namespace, node: Client) -> Shown:
    account: AccountView = node.call(
        AccountSettle(peer=args.peer, amount=args.amount, how=args.how)
    )
    return Shown([account], lambda page: _page(page, (account,)))


def _hub(args: argparse.Namespace, node: Client) -> Shown:
    allowed: tuple[HubView, ...] = node.call(AccountHub(amount=args.amount))
    rows = [(one.unit, money(one.most), money(one.carried)) for one in allowed]
    heads = ("UNIT", "AT MOST AT A TIME>", "CARRIED NOW>")
    empty = "you carry no orders of others"
    return Shown(allowed, lambda page: page.table(heads, rows, empty))


def _page(page: Page, accounts: tuple[AccountView, ...]) -> None:
    heads = (*_HEADS, "HELD>", "FREE TO SPEND>", "")
    page.table(
        heads, [_row(one) for one in accounts], "no accounts yet: bazaar account limit"
    )
    for account in accounts:
        if account.says_paid is not None:
            amount = money(account.says_paid)
            page.line(
                f"{account.name} says that {amount} were paid outside; if so: "
                f'bazaar account settle {account.peer_id} "{amount}" --how TEXT'
            )
    for account in accounts:
        for hold in account.holds:
            page.line(_hold(account, hold))
    for note in dict.fromkeys(account.note for account in accounts):
        page.line(note)


def _hold(account: AccountView, hold: HoldView) -> str:
    who = "you pay" if hold.you_pay else f"{account.name} pays"
    what = f"order {short(hold.order_id)}" if hold.order_id else "clearing"
    over = f" with {hold.other_name}" if hold.other else ""
    return (
        f"held: {money(hold.amount)} that {who} for {what}{over}, "
        f"{hold.purpose}, until {moment(hold.until)}"
    )


def _row(account: AccountView) -> tuple[str, ...]:
    amounts = (
        account.balance,
        account.limit_given,
        account.limit_got,
        account.held,
        account.free_to_spend,
    )
    state = "frozen" if account.frozen else "being agreed" if account.pending else ""
    return account.peer_id, account.name, *map(money, amounts), state
