"""``account``: what people owe each other; promises between two people, not money in a bank."""

import argparse
from pathlib import Path

from bazaar.cli import account_clear
from bazaar.cli.formats import moment, money, short
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.domain.errors import InputError
from bazaar.rpc.client import Client
from bazaar.rpc.schema.accounts import (
    AccountClose,
    AccountHub,
    AccountLimit,
    AccountList,
    AccountReopen,
    AccountSettle,
    AccountStatement,
    AccountUnsettle,
    AccountView,
    HoldView,
    HubView,
    StatementView,
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

    _add_rest(account)
    account_clear.register(account)


def _add_rest(account: Commands) -> None:
    for name, text, run in (
        ("unsettle", "refuse or take back a payment noted outside", _unsettle),
        ("close", "close an account on which nothing is open", _close),
        ("reopen", "use a closed account again", _reopen),
    ):
        command = account.ask(name, text, run)
        command.add_argument("peer", metavar="PEER")
        command.add_argument("unit", metavar="UNIT", help="such as EUR")
    statement = account.ask("statement", "the history of one account", _statement)
    statement.add_argument("peer", metavar="PEER")
    statement.add_argument("--unit", default="", metavar="UNIT")
    statement.add_argument("--csv", metavar="FILE", help="write it for a spreadsheet")


def _unsettle(args: argparse.Namespace, node: Client) -> Shown:
    return _one(node.call(AccountUnsettle(peer=args.peer, unit=args.unit)))


def _close(args: argparse.Namespace, node: Client) -> Shown:
    return _one(node.call(AccountClose(peer=args.peer, unit=args.unit)))


def _reopen(args: argparse.Namespace, node: Client) -> Shown:
    return _one(node.call(AccountReopen(peer=args.peer, unit=args.unit)))


def _one(account: AccountView) -> Shown:
    return Shown([account], lambda page: _page(page, (account,)))


def _statement(args: argparse.Namespace, node: Client) -> Shown:
    found: StatementView = node.call(AccountStatement(peer=args.peer, unit=args.unit))
    if args.csv:
        try:
            Path(args.csv).write_text(found.csv, encoding="utf-8", newline="")
        except OSError as error:
            raise InputError(
                args.csv, f"cannot be written: {error.strerror}"
            ) from error
    return Shown(found, lambda page: _show_statement(page, found, args.csv))


def _show_statement(page: Page, found: StatementView, file: str | None) -> None:
    heads = ("WHEN", "BY", "WHAT", "ORDER", "CHANGE>", "THEY OWE YOU>")
    rows = [
        (
            moment(one.at) if one.at else "-",
            "you" if one.by == "you" else found.account.name,
            one.words,
            short(one.order_id) if one.order_id else "",
            money(one.change) if one.change.minor else "",
            money(one.balance),
        )
        for one in found.entries
    ]
    page.table(heads, rows, "nothing has happened on this account")
    if file:
        page.line(f"written to {file}")


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
        if account.breach:
            page.line(f"! {account.breach}")
        if account.said_paid is not None:
            amount = money(account.said_paid)
            answer = (
                "says that it was not paid"
                if account.paid_refused
                else "has not confirmed it"
            )
            page.line(
                f"you noted {amount} as paid outside; {account.name} {answer}: "
                f"bazaar account unsettle {account.peer_id} {account.unit} takes it back"
            )
        if account.says_paid is not None:
            amount = money(account.says_paid)
            page.line(
                f"{account.name} says that {amount} were paid outside; if so: "
                f'bazaar account settle {account.peer_id} "{amount}" --how TEXT; '
                f"if not: bazaar account unsettle {account.peer_id} {account.unit}"
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
