"""Finds who could stand between buyer and seller: account partners that say they would (9.3)."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import trio

from bazaar.app.context import Context
from bazaar.app.credit import hub_policy
from bazaar.app.credit.accounts import Accounts
from bazaar.app.ports import Unit
from bazaar.app.trading.proofs import is_refused
from bazaar.domain.amounts.money import Money
from bazaar.domain.credit import ledger
from bazaar.domain.errors import BazaarError, InputError, RefusedError, ReplyCode
from bazaar.domain.exchange.accounts import HubAnswer, HubAsk
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.keys.peer_ids import key_of

log = logging.getLogger(__name__)

NO_HUB: Final = "none"
ASK_SECONDS: Final = 4.0
MAX_ASKED: Final = 8
MAX_WAYS: Final = 16
"""Hubs that are told of."""


class Payment(NamedTuple):
    """What must be bound for an order; ``seats`` are asked to carry it before others."""

    seller: bytes
    amount: Money
    seats: Sequence[bytes]


class Way(NamedTuple):
    """One way to pay an order.

    Attributes:
        hub: Over whom, or None on the account with the seller.
        free: What this user may still owe there, minor units.
        can: Whether the order could be bound there now.
        why: Why not, or what is not known yet, in words; empty where all is well.
    """

    hub: bytes | None
    free: int
    can: bool
    why: str = ""


class HubChoice:
    """Asks at the time of ordering; binds nobody."""

    def __init__(self, context: Context, accounts: Accounts) -> None:
        self._context = context
        self._accounts = accounts

    async def choose(self, wanted: str | None, payment: Payment) -> bytes | None:
        """The hub for an order, or None for the account with the seller.

        ``wanted`` is a peer id, "none", or None: then a hub is looked for only where the
        seller's own limit does not suffice. Raises InputError in words for a hub that is
        named and cannot carry the order. Cancelling leaves nothing behind.
        """
        if wanted == NO_HUB:
            return None
        if wanted is not None:
            return await self._named(key_of(wanted), payment)
        with self._context.book.unit() as unit:
            enough = self._free(unit, payment.seller, payment) >= payment.amount.minor
        if enough:
            return None
        return next(iter(await self.willing(payment)), None)

    async def willing(self, payment: Payment) -> list[bytes]:
        """Account partners that would carry the order now, the order's seats first."""
        with self._context.book.unit() as unit:
            asked = self._candidates(unit, payment)[:MAX_ASKED]
        codes: dict[bytes, int | None] = {}

        async def ask(hub: bytes) -> None:
            codes[hub] = await self._ask(hub, payment)

        async with trio.open_nursery() as nursery:
            for hub in asked:
                nursery.start_soon(ask, hub)
        return [hub for hub in asked if codes[hub] == ReplyCode.OK]

    async def ways(self, payment: Payment) -> list[Way]:
        """The account with the seller, then all who might stand between, the seats first.

        A hub that cannot be reached stays possible: it decides when the order is agreed.
        """
        with self._context.book.unit() as unit:
            free = self._free(unit, payment.seller, payment)
            hubs = {key: self._free(unit, key, payment) for key in self._partners(unit)}
        hubs.pop(payment.seller, None)
        unit_id, needed = payment.amount.unit, payment.amount.minor
        lacks = f"it lets you owe {Money(free, unit_id)} more"
        direct = Way(
            None, free, can=free >= needed, why="" if free >= needed else lacks
        )
        order = sorted(hubs, key=lambda key: (_rank(key, payment.seats), key))
        asked = [key for key in order if hubs[key] >= needed][:MAX_ASKED]
        codes: dict[bytes, int | None] = {}

        async def ask(hub: bytes) -> None:
            codes[hub] = await self._ask(hub, payment)

        async with trio.open_nursery() as nursery:
            for hub in asked:
                nursery.start_soon(ask, hub)
        over = [_way(key, hubs[key], payment.amount, codes) for key in order]
        return [direct, *sorted(over, key=lambda way: not way.can)][: 1 + MAX_WAYS]

    def _partners(self, unit: Unit) -> list[bytes]:
        """Account partners with whom something new may be begun."""
        partners = {one.row.partner for one in self._accounts.all(unit)}
        return [key for key in partners if not is_refused(unit, key)]

    async def _named(self, hub: bytes, payment: Payment) -> bytes:
        if hub in {payment.seller, self._context.me}:
            raise InputError("hub", "a party cannot be the hub of its own order")
        with self._context.book.unit() as unit:
            left = self._free(unit, hub, payment)
        if left < payment.amount.minor:
            lets = Money(left, payment.amount.unit)
            raise InputError(
                "hub", f"it lets you owe {lets} more, the order needs {payment.amount}"
            )
        code = await self._ask(hub, payment)
        if code not in {None, ReplyCode.OK}:
            raise InputError("hub", hub_policy.words(code or 0))
        return hub

    def _candidates(self, unit: Unit, payment: Payment) -> list[bytes]:
        fitting = [
            key
            for key in self._partners(unit)
            if key != payment.seller
            and self._free(unit, key, payment) >= payment.amount.minor
        ]
        return sorted(fitting, key=lambda key: (_rank(key, payment.seats), key))

    def _free(self, unit: Unit, partner: bytes, payment: Payment) -> int:
        account = self._accounts.load(unit, partner, payment.amount.unit)
        if account.state.frozen:
            return 0
        return ledger.free(account.state, account.mine)

    async def _ask(self, hub: bytes, payment: Payment) -> int | None:
        """The hub's code, or None while it cannot be reached."""
        amount = payment.amount
        body = encode(HubAsk(payment.seller, amount.unit, amount.minor))
        try:
            with trio.fail_after(ASK_SECONDS):
                reply = await self._context.exchange.request(hub, RequestType.HUB, body)
            return decode(HubAnswer, reply).code
        except RefusedError as error:
            return error.code
        except (BazaarError, trio.TooSlowError) as error:
            log.info("a hub did not answer", extra={"why": type(error).__name__})
            return None


def _way(
    hub: bytes, free: int, amount: Money, codes: Mapping[bytes, int | None]
) -> Way:
    if hub not in codes:
        lacks = f"it lets you owe {Money(free, amount.unit)} more"
        return Way(hub, free, can=False, why=lacks)
    code = codes[hub]
    if code is None:
        return Way(hub, free, can=True, why="it cannot be asked now")
    if code == ReplyCode.OK:
        return Way(hub, free, can=True)
    return Way(hub, free, can=False, why=hub_policy.words(code))


def _rank(key: bytes, seats: Iterable[bytes]) -> int:
    return next((n for n, seat in enumerate(seats) if seat == key), len(tuple(seats)))
