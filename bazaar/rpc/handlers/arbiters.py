"""arbiter offer, withdraw, list."""

import re
from typing import Final

from bazaar.app.node import Node
from bazaar.domain.amounts.money import Money, parse_amount
from bazaar.domain.amounts.percent import parse_percent
from bazaar.domain.errors import InputError
from bazaar.domain.stores.records import ArbiterOffer, UnitTerms
from bazaar.domain.wire.bounds import MAX_AMOUNT
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.kinds import Kind
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.arbiters import (
    ArbiterList,
    ArbiterOfferSet,
    ArbiterView,
    ArbiterWithdraw,
)
from bazaar.rpc.schema.call import Done
from bazaar.rpc.views.order_parts import seat_fee
from bazaar.rpc.views.people import People, money

DEFAULT_UNITS: Final = ("EUR", "USD", "GBP", "CHF", "JPY", "HOUR", "KWH")
MAX_LISTED: Final = 500
_PERCENT: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*%\Z")


class ArbiterCalls:
    """Own terms, and arbiters known here."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            ArbiterOfferSet: self.offer,
            ArbiterWithdraw: self.withdraw,
            ArbiterList: self.arbiters,
        }

    async def offer(self, call: ArbiterOfferSet) -> ArbiterView:
        """Publish own terms."""
        fixed, bp = fee_of(call.fee)
        units = call.units or _units(fixed)
        most = parse_amount(call.max, "max") if call.max else None
        terms = tuple(_terms(unit, fixed, bp, most) for unit in units)
        with self._node.context.book.unit() as unit:
            offer = self._node.profiles.new_offer(
                unit, terms, call.text, backup=call.backup
            )
        signed = await self._node.profiles.offer_arbitration(offer)
        return await self._view(People(self._node.context), signed)

    async def withdraw(self, _: ArbiterWithdraw) -> Done:
        """Take no more cases."""
        await self._node.profiles.withdraw_arbitration()
        return Done(words="you take no new cases; open ones stay yours")

    async def arbiters(self, _: ArbiterList) -> tuple[ArbiterView, ...]:
        """Known arbiters whose terms hold, oneself first."""
        context = self._node.context
        with context.book.unit() as unit:
            row = unit.record(Kind.ARBITER_OFFER)
        envelopes = await context.catalogue.records(Kind.ARBITER_OFFER, MAX_LISTED)
        if row is not None and row.envelope not in envelopes:
            envelopes = [row.envelope, *envelopes]
        offers = [verify_as(ArbiterOffer, one, context.network.id) for one in envelopes]
        people = People(context)
        current = [offer for offer in offers if offer.body.expires > context.now()]
        return tuple([await self._view(people, offer) for offer in current])

    async def _view(self, people: People, offer: Signed[ArbiterOffer]) -> ArbiterView:
        person = await people.person(offer.author)
        body = offer.body
        first = body.units[0]
        return ArbiterView(
            peer_id=person.peer_id,
            name=person.name,
            fee=seat_fee(first.fee_fixed, first.fee_bp, first.unit),
            units=tuple(terms.unit for terms in body.units),
            max=tuple(money(terms.max_amount, terms.unit) for terms in body.units),
            backup=body.backup,
            terms=body.terms,
            languages=body.languages,
            answer_hours=body.answer_hours,
            expires=body.expires,
            cases=self._cases(offer.author),
            online=person.online,
            fingerprint=person.words,
            colour=person.colour,
        )

    def _cases(self, key: bytes) -> int:
        """Cases of ``key`` that this node knows of: those it has a part in."""
        with self._node.context.book.unit() as unit:
            rows = unit.trades()
            trades = [self._node.trades.load(unit, row.id) for row in rows]
        return sum(key in (seat.key for seat in t.contract.offer.seats) for t in trades)


def fee_of(text: str) -> tuple[Money | None, int]:
    """(fixed, basis points) of a fee such as ``0.50 EUR + 1 %``. Raises InputError."""
    fixed: Money | None = None
    bp = 0
    for part in (piece.strip() for piece in text.split("+")):
        found = _PERCENT.match(part)
        if found is not None:
            bp = parse_percent(found[1], "fee")
        elif part not in {"", "0"}:
            fixed = parse_amount(part, "fee")
    return fixed, bp


def _units(fixed: Money | None) -> tuple[str, ...]:
    """A fixed fee is in one unit; a percentage alone holds in all."""
    return DEFAULT_UNITS if fixed is None or fixed.minor == 0 else (fixed.unit,)


def _terms(unit: str, fixed: Money | None, bp: int, most: Money | None) -> UnitTerms:
    if fixed is not None and fixed.minor and fixed.unit != unit:
        raise InputError("fee", f"a fixed fee in {fixed.unit} does not hold for {unit}")
    if most is not None and most.unit != unit:
        raise InputError("max", f"it is in {most.unit}, the terms are in {unit}")
    return UnitTerms(
        unit, fixed.minor if fixed else 0, bp, most.minor if most else MAX_AMOUNT
    )
