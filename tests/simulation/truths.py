"""The invariants of PROTOCOL.md 16 that nodes around one order can be judged by."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

from bazaar.domain.credit.account import AccountState, PaidOutcome
from bazaar.domain.trading.messages import (
    Agree,
    Decline,
    Offer,
    Role,
    Ruling,
    Settled,
    Step,
)
from bazaar.domain.trading.outcome import Decision
from bazaar.domain.trading.phases import ENDED, Phase
from bazaar.domain.trading.trade import PartState, Trade
from bazaar.domain.wire.envelope import Signed
from tests.app.town import Person
from tests.random_trades import verdict
from tests.reference_fold import reference
from tests.simulation.market import Market

SEATS = frozenset({Role.PRIMARY, Role.BACKUP})


class Watch:
    """Remembers what each node held and selected, and compares it after every step."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._before: dict[Role, Trade] = {}
        self._signed: dict[tuple[Role, str], bytes] = {}

    def look(self) -> None:
        """Judge every honest node that is up and has changed."""
        for role in self._market.up():
            trade, before = self._market.trade(role), self._before.get(role)
            if before is not None and before.digest == trade.digest:
                continue
            assert verdict(trade) == _reference(trade), "I9: the folds differ"
            self._keeps(before, trade)
            self._signs_once(trade)
            for part in trade.parts:
                self._pays_rightly(trade, part)
                if before is not None and before.parts:
                    _changes_rightly(trade, before.parts[part.number], part)
            self._before[role] = trade
        self._accounts_agree()

    def _keeps(self, before: Trade | None, trade: Trade) -> None:
        if before is not None:
            lost = before.facts.everything - trade.facts.everything
            assert not lost, "I12: a message is gone"

    def _signs_once(self, trade: Trade) -> None:
        for message in trade.facts.chains.complete.values():
            role = Role(message.body.role)
            if role is self._market.liar:
                continue
            for claim in _claims(trade, message):
                first = self._signed.setdefault((role, claim), message.id)
                assert first == message.id, f"I4: {role.name} signed {claim} twice"

    def _pays_rightly(self, trade: Trade, part: PartState) -> None:
        decision = part.decision
        assert trade.facts.funded or not part.disputes, "I27"
        if decision is None:
            return
        paid = decision.outcome
        amount = trade.contract.offer.parts[part.number].amount
        assert paid.to_seller + paid.to_buyer + paid.fee == amount, "I13: sums"
        halves = [trade.facts.chains.complete[one] for one in decision.halves]
        roles = {half.body.role for half in halves}
        assert len(roles) == 2, "I2: two halves by two roles"
        if roles & SEATS:
            assert part.disputes, "I5: a seat moves nothing without a dispute"
            ruling = next(h.body for h in halves if isinstance(h.body, Ruling))
            assert ruling.reason > 2 or ruling.fee == 0, "I13: automatic and for a fee"
        self._protects(trade, part.number, decision)

    def _protects(self, trade: Trade, part: int, decision: Decision) -> None:
        market = self._market
        if not market.is_timely or market.liar in SEATS:
            return
        paid, is_here = decision.outcome, part in market.delivered
        buyer_safe = market.liar is not Role.BUYER and Role.BUYER not in market.missed
        if buyer_safe and not is_here:
            assert paid.to_buyer > 0, "I6: released and nothing came"
        seller_safe = (
            market.liar is not Role.SELLER and Role.SELLER not in market.missed
        )
        if seller_safe and is_here and part in market.kept_word:
            own = _gave_up(trade, part)
            assert paid.to_seller > 0 or own, "I7: refunded though it came"

    def _accounts_agree(self) -> None:
        """I3: two who hold a state of one number hold the same one."""
        people = [self._market.people[role] for role in self._market.up()]
        for one, other in combinations(people, 2):
            (number, mine), (at_other, theirs) = _state(one, other), _state(other, one)
            assert number != at_other or mine == theirs, "I3: one number, two states"


def _state(one: Person, other: Person) -> tuple[int, AccountState]:
    with one.book.unit() as unit:
        account = one.node.accounts.load(unit, other.key, "EUR")
    return account.row.n, account.state


def _reference(trade: Trade) -> object:
    chains = trade.facts.chains
    held = (*chains.complete.values(), *chains.waiting.values())
    return reference(trade.facts.offer, held, trade.facts.network)


def _claims(trade: Trade, message: Signed[Step]) -> list[str]:
    body = message.body
    found = [f"place {body.seq}"]
    match body:
        case Ruling(part=part):
            found.append(f"ruling {part}")
        case Settled(part=part):
            found.append(f"settled {part}")
        case Agree(part=part, names=names):
            named = trade.facts.chains.complete.get(names)
            is_ruling = named is not None and isinstance(named.body, Ruling)
            found.append(f"agree {part} {names.hex() if is_ruling else 'offer'}")
        case _:
            pass
    return found


def _gave_up(trade: Trade, part: int) -> bool:
    """Whether the seller itself declined, or agreed to an offer of the buyer."""
    declined = any(part in m.body.parts for m in trade.facts.of(Decline))
    return declined or any(
        m.body.role == Role.SELLER
        and m.body.part == part
        and not isinstance(_named(trade, m), Ruling | None)
        for m in trade.facts.of(Agree)
    )


def _named(trade: Trade, agree: Signed[Agree]) -> Step | Offer | None:
    named = trade.facts.chains.complete.get(agree.body.names)
    return None if named is None else named.body


def _changes_rightly(trade: Trade, before: PartState, part: PartState) -> None:
    """I29: what was payable changes only as listed."""
    was, now = before.decision, part.decision
    if was is None or (now is not None and was.outcome == now.outcome):
        return
    assert not was.final, "I29: changed after both Settled"
    assert now is not None, "I29: an outcome is gone"
    if now.final or _is_agreement(trade, now):
        return
    assert not _is_agreement(trade, was), "I29: an agreement gave way to a Ruling"
    rulings = {
        m.body.role for m in trade.facts.of(Ruling) if m.body.part == part.number
    }
    forks = {fork.role for fork in trade.forks} & SEATS
    surfaced = before.ruling is not None and before.ruling.body.role == Role.BACKUP
    assert forks or (surfaced and Role.PRIMARY in rulings), "I29: a Ruling changed"


def _is_agreement(trade: Trade, decision: Decision) -> bool:
    halves = (trade.facts.chains.complete[one].body for one in decision.halves)
    return not any(isinstance(half, Ruling) for half in halves)


def at_the_end(market: Market) -> None:
    """I10 always; between honest people who kept in touch every part ends and all is paid."""
    trades = {role: market.trade(role) for role in market.honest}
    found = {role.name: _held(trade) for role, trade in trades.items()}
    assert len(set(found.values())) == 1, f"I10: {market.liar} {found}"
    kept_in_touch = market.is_timely and not market.missed
    if market.liar is not None or not kept_in_touch:
        return
    trade = trades[Role.BUYER]
    assert trade.phase in {Phase.CLOSED, Phase.ABORTED}, f"no exit: {trade.state}"
    _balances(market, [part.outcome for part in trade.parts if part.outcome])


def _held(trade: Trade) -> tuple[object, ...]:
    """What must be equal in the end: all messages, of an ended order what came of it.

    An ended order is not compared any more (8.4): what a liar told one role alone may stay
    there, and changes nothing.
    """
    ended = trade.phase in ENDED
    paid = tuple(part.outcome for part in trade.parts)
    return (trade.phase, paid, None if ended else trade.digest)


def _balances(market: Market, paid: Sequence[PaidOutcome]) -> None:
    """I1 and I3 in money: everybody has what the outcomes give, once."""
    owed: defaultdict[str, int] = defaultdict(int)
    for one in paid:
        owed["seller"] += one.to_seller
        owed["buyer"] -= one.to_seller + one.fee
        if one.fee:
            owed[("primary", "backup")[one.fee_role - Role.PRIMARY]] += one.fee
    found = market.cast.balances()
    assert {name: owed[name] for name in found} == found
    assert sum(found.values()) == 0
    assert market.cast.holds() == 0
