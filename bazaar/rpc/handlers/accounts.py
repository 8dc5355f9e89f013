"""account list, limit, settle."""

from bazaar.app.context import CREDIT_NOTE
from bazaar.app.credit import hub_policy, outside
from bazaar.app.credit.accounts import Account
from bazaar.app.credit.people_accounts import (
    Paid,
    close,
    owed_to_me,
    reopen,
    set_limit,
    settle_outside,
    unsettle,
    wants_reopened,
)
from bazaar.app.credit.statement import entries
from bazaar.app.node import Node
from bazaar.app.recovery import resync_mode
from bazaar.domain.amounts.money import parse_amount
from bazaar.domain.credit.ledger import PAYER_A, free
from bazaar.domain.errors import InputError
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
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
    HubView,
    StatementView,
)
from bazaar.rpc.views.breaches import breach_words
from bazaar.rpc.views.holds import hold_views
from bazaar.rpc.views.people import People, money
from bazaar.rpc.views.statement import as_csv, entry_view


class AccountCalls:
    """Promises between two people, seen from this one."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            AccountList: self.accounts,
            AccountLimit: self.limit,
            AccountHub: self.hub,
            AccountUnsettle: self.unsettle,
            AccountClose: self.close,
            AccountReopen: self.reopen,
            AccountStatement: self.statement,
            AccountSettle: self.settle,
        }

    async def accounts(self, _: AccountList) -> tuple[AccountView, ...]:
        """Every account."""
        with self._node.context.book.unit() as unit:
            found = self._node.accounts.all(unit)
        people = People(self._node.context)
        return tuple([await self._view(people, account) for account in found])

    async def limit(self, call: AccountLimit) -> AccountView:
        """Let a peer owe up to an amount."""
        partner = await self._partner(call.peer)
        amount = parse_amount(call.amount, "amount")
        with self._node.context.book.unit() as unit:
            account = set_limit(unit, self._node.accounts, partner, amount)
        self._node.stir()
        return await self._view(People(self._node.context), account)

    async def settle(self, call: AccountSettle) -> AccountView:
        """Note a payment made outside, or agree to the other's note of it."""
        partner = await self._partner(call.peer)
        amount = parse_amount(call.amount, "amount")
        with self._node.context.book.unit() as unit:
            account = settle_outside(
                unit, self._node.accounts, Paid(partner, amount, call.how)
            )
        self._node.stir()
        return await self._view(People(self._node.context), account)

    async def unsettle(self, call: AccountUnsettle) -> AccountView:
        """Refuse the other's note of a payment, or take back the own one."""
        partner = await self._partner(call.peer)
        with self._node.context.book.unit() as unit:
            account = unsettle(unit, self._node.accounts, partner, call.unit)
        self._node.stir()
        return await self._view(People(self._node.context), account)

    async def close(self, call: AccountClose) -> AccountView:
        """Close an account on which nothing is open."""
        partner = await self._partner(call.peer)
        with self._node.context.book.unit() as unit:
            account = close(unit, self._node.accounts, partner, call.unit)
        self._node.stir()
        return await self._view(People(self._node.context), account)

    async def reopen(self, call: AccountReopen) -> AccountView:
        """Use a closed account again once both said so."""
        partner = await self._partner(call.peer)
        with self._node.context.book.unit() as unit:
            account = reopen(unit, self._node.accounts, partner, call.unit)
        self._node.stir()
        return await self._view(People(self._node.context), account)

    async def statement(self, call: AccountStatement) -> StatementView:
        """Every entry of one account, recomputed from what both signed."""
        partner = await self._partner(call.peer)
        network = self._node.context.network.id
        with self._node.context.book.unit() as unit:
            found = self._node.accounts.all(unit, partner)
            fitting = [one for one in found if call.unit in {"", one.row.unit}]
            if len(fitting) != 1:
                units = ", ".join(one.row.unit for one in found) or "none"
                raise InputError("unit", f"name one of your accounts: {units}")
            account = fitting[0]
            rows = tuple(
                entry_view(self._node, unit, entry, account.row.unit)
                for entry in entries(unit, account, network)
            )
        view = await self._view(People(self._node.context), account)
        return StatementView(account=view, entries=rows, csv=as_csv(rows))

    async def hub(self, call: AccountHub) -> tuple[HubView, ...]:
        """Set or show what this node may carry for others."""
        with self._node.context.book.unit() as unit:
            if call.amount:
                hub_policy.allow(unit, parse_amount(call.amount, "amount"))
            accounts = self._node.accounts.all(unit)
            allowed = hub_policy.allowed(unit)
        return tuple(
            HubView(
                unit=one.unit,
                most=money(one.minor, one.unit),
                carried=money(hub_policy.carried(accounts, one.unit), one.unit),
            )
            for one in allowed
        )

    async def _partner(self, text: str) -> bytes:
        partner = await resolve.peer(self._node, text)
        if partner == self._node.context.me:
            raise InputError("peer", "an account needs two people")
        return partner

    async def _view(self, people: People, account: Account) -> AccountView:
        person = await people.person(account.row.partner)
        state, unit = account.state, account.row.unit
        given, got = state.limit_a, state.limit_b
        if account.mine != PAYER_A:
            given, got = got, given
        held = sum(hold.amount for hold in state.holds)
        with self._node.context.book.unit() as book:
            said = outside.heard(book, account.row.id)
            noted = outside.said(book, account.row.id)
            broken = self._node.accounts.broken(book, account)
            is_open = resync_mode.is_open_account(book, account.row.partner)
            reopening = wants_reopened(book, account)
        return AccountView(
            peer_id=person.peer_id,
            name=person.name,
            unit=unit,
            balance=money(owed_to_me(account), unit),
            limit_given=money(given, unit),
            limit_got=money(got, unit),
            held=money(held, unit),
            free_to_spend=money(free(state, account.mine), unit),
            frozen=state.frozen or bool(broken),
            breach=breach_words(person.name, account, broken),
            pending=account.row.open is not None,
            n=account.row.n,
            note=CREDIT_NOTE,
            says_paid=money(said.amount, unit) if said else None,
            said_paid=money(noted.amount, unit) if noted else None,
            paid_refused=noted is not None and noted.refused,
            recovering=not is_open,
            reopening=state.frozen and reopening,
            holds=await hold_views(self._node, people, account),
        )
