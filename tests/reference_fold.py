"""A second fold, written from PROTOCOL.md 7 alone: slow, literal and independent of ``trade``.

It shares with the product only the types of messages. Each function is one sentence.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple

from bazaar.domain.trading import messages as m
from bazaar.domain.wire.envelope import Signed
from bazaar.domain.wire.networks import Network

BUYER, SELLER, A1, A2 = 0, 1, 2, 3
DAY = 86_400
WHO: dict[type[m.Step], set[int]] = {
    m.Offer: {BUYER},
    m.Accept: {SELLER},
    m.SeatAck: {A1, A2},
    m.Withdraw: {BUYER, SELLER},
    m.Fund: {BUYER},
    m.FundAck: {SELLER},
    m.Extend: {BUYER},
    m.Ship: {SELLER},
    m.Decline: {SELLER},
    m.Proposal: {BUYER, SELLER},
    m.Agree: {BUYER, SELLER},
    m.Dispute: {BUYER, SELLER},
    m.Evidence: {BUYER, SELLER},
    m.Ruling: {A1, A2},
    m.Settled: {BUYER, SELLER},
}
ORDER = ("waiting", "shipped", "disputed", "ruled", "payable", "paid")
Message = Signed[Any]
Split = tuple[int, int, int, int]
"""To seller, to buyer, fee, fee role."""


class Verdict(NamedTuple):
    """What must be equal on every node."""

    phase: str
    state: str
    contract: bytes
    parts: tuple[tuple[str, Split | None, bytes | None], ...]
    flagged: frozenset[int]


def reference(
    offer: Signed[m.Offer], said: Iterable[Signed[m.Step]], network: Network
) -> Verdict:
    """The state of the trade by the letter of 7.7."""
    return _Reference(offer, said, network).verdict()


class _Reference:
    def __init__(self, offer: Message, said: Iterable[Message], net: Network) -> None:
        self.offer, self.net = offer.body, net
        self.amounts = [part.amount for part in self.offer.parts]
        keys = [self.offer.buyer, self.offer.seller, *(s.key for s in self.offer.seats)]
        self.valid = {offer.id: offer} | {
            one.id: one
            for one in said
            if one.body.trade == offer.id
            and one.body.role < len(keys)
            and one.author == keys[one.body.role]
            and one.body.role in WHO[type(one.body)]
        }
        self.set = [one for one in self.valid.values() if self._complete(one)]
        self.sees = cache(self._sees)
        accepts = sorted(self._of(m.Accept), key=lambda a: a.id)
        funds = sorted(self._of(m.Fund), key=lambda f: (f.body.seq, f.id))
        named = [a for f in funds for a in accepts if a.id == f.body.contract]
        self.contract = [*named, *accepts][0].id if accepts else bytes(32)

    # chains

    def _complete(self, one: Message) -> bool:
        if one.body.seq == 0:
            return one.body.prev == bytes(32)
        prev = self.valid.get(one.body.prev)
        return (
            prev is not None
            and (prev.body.role, prev.body.seq) == (one.body.role, one.body.seq - 1)
            and self._complete(prev)
        )

    def _chain(self, tip: bytes) -> list[bytes]:
        """Ids of the earlier messages of the prev chain of ``tip``."""
        one = next((x for x in self.set if x.id == tip), None)
        if one is None or one.body.seq == 0:
            return []
        return [one.body.prev, *self._chain(one.body.prev)]

    def _sees(self, one: bytes) -> set[bytes]:
        own = self._chain(one)
        names = [
            named.id
            for x in self.set
            if x.id == one or x.id in own
            for named in x.body.seen
        ]
        return {*own, *names, *(x for name in names for x in self._chain(name))}

    def _of(self, kind: type[m.Step], *roles: int) -> list[Message]:
        return [
            one
            for one in self.set
            if isinstance(one.body, kind) and (not roles or one.body.role in roles)
        ]

    def _on(self, kind: type[m.Step], part: int, *roles: int) -> list[Message]:
        """Messages with a valid parts list that lists ``part``."""
        return [
            one
            for one in self._of(kind, *roles)
            if part in one.body.parts and max(one.body.parts) < len(self.amounts)
        ]

    # the trade

    def _funded(self) -> bool:
        mine = {
            kind: [x for x in self._of(kind) if x.body.contract == self.contract]
            for kind in (m.SeatAck, m.Fund, m.FundAck)
        }
        withdraws = {x.id for x in self._of(m.Withdraw)}
        acks = [x for x in mine[m.FundAck] if not self.sees(x.id) & withdraws]
        return self._agreed() and bool(mine[m.Fund]) and bool(acks)

    def _agreed(self) -> bool:
        acks = self._of(m.SeatAck)
        stand = {x.body.role for x in acks if x.body.contract == self.contract}
        wanted = {A1, A2} if self.offer.mode == m.Mode.ESCROW else set[int]()
        return self.contract != bytes(32) and wanted <= stand

    def _before(self) -> str:
        if self._of(m.Withdraw):
            return "aborted"
        if self._agreed():
            return "agreed"
        return "accepted" if self._of(m.Accept) else "offered"

    # rulings

    def _disputes(self, part: int) -> list[Message]:
        says = {1: {BUYER}, 2: {SELLER}, 3: {BUYER}, 4: {BUYER, SELLER}}
        found = self._on(m.Dispute, part)
        return [d for d in found if d.body.role in says[d.body.reason]]

    def _times(self, ruling: Message) -> list[int]:
        seen = self.sees(ruling.id)
        ships = [s for s in self._on(m.Ship, ruling.body.part) if s.id in seen]
        if ships:
            seen = seen & self.sees(min(ships, key=lambda s: (s.body.seq, s.id)).id)
        days = 0
        for extend in sorted(self._of(m.Extend), key=lambda e: (e.body.seq, e.id)):
            if extend.id in seen and days + extend.body.days <= 60:
                days += extend.body.days
        t0, *rest = self.offer.deadlines
        return [t0, *(t + days * DAY // self.net.scale for t in rest)]

    def _sums(self, ruling: m.Ruling) -> bool:
        if ruling.part >= len(self.amounts):
            return False
        amount, seat = self.amounts[ruling.part], self.offer.seats[ruling.role - 2]
        most = (
            seat.fee_fixed * amount // sum(self.amounts)
            + amount * seat.fee_bp // 10_000
        )
        cap = 0 if ruling.reason in {1, 2} else min(most, amount)
        whole = ruling.to_seller + ruling.to_buyer + ruling.fee == amount
        return whole and ruling.fee <= cap

    def _valid(self, one: Message) -> bool:
        ruling: m.Ruling = one.body
        part, g = ruling.part, DAY // self.net.scale
        named = [d for d in self._disputes(part) if d.id == ruling.dispute]
        if not named or not self._sums(ruling):
            return False
        _, t1, t2, t3, t4, _ = self._times(one)
        claim = (named[0].body.reason, named[0].body.role)
        if ruling.reason == 1:
            fits = claim == (1, BUYER) and ruling.to_seller == 0 and ruling.at >= t1 + g
        elif ruling.reason == 2:
            fits = claim == (2, SELLER) and ruling.to_buyer == 0 and ruling.at >= t2 + g
        else:
            first, last = (t1, t3) if ruling.role == A1 else (t3, t4)
            fits = first + g <= ruling.at <= last
        sees_ship = any(s.id in self.sees(one.id) for s in self._on(m.Ship, part))
        pays = sees_ship and (claim[1] == BUYER or ruling.reason == 2)
        return fits and (ruling.to_seller == 0 or pays)

    def _ruling(self, part: int) -> Message | None:
        for role in (A1, A2):
            own = [x for x in self._of(m.Ruling, role) if x.body.part == part]
            branches = any(
                x.id not in self._chain(y.id) and y.id not in self._chain(x.id)
                for x, y in combinations(own, 2)
            )
            first = min(own, key=lambda x: x.body.seq, default=None)
            if first is not None and not branches and self._valid(first):
                return first
        return None

    # outcomes

    def _gives(self, one: Message, part: int) -> Split | None:
        body, amount = one.body, self.amounts[part]
        if isinstance(body, m.Ship | m.Decline):
            if one not in self._on(type(body), part):
                return None
            return (amount, 0, 0, 0) if isinstance(body, m.Ship) else (0, amount, 0, 0)
        if not isinstance(body, m.Proposal | m.Ruling) or body.part != part:
            return None
        if isinstance(body, m.Ruling):
            split = (body.to_seller, body.to_buyer, body.fee)
            role = body.role if body.fee else 0
            return (*split, role) if self._sums(body) else None
        whole = body.to_seller + body.to_buyer == amount
        return (body.to_seller, body.to_buyer, 0, 0) if whole else None

    def _settled(self, part: int) -> Split | None:
        given = {
            self._outcome_id(part, g): g
            for x in self.set
            if (g := self._gives(x, part))
        }
        said = [
            {s.body.outcome for s in self._of(m.Settled, role) if s.body.part == part}
            for role in (BUYER, SELLER)
        ]
        both = sorted(said[0] & said[1] & given.keys())
        return given[both[0]] if both else None

    def _outcome_id(self, part: int, split: Split) -> bytes:
        seller, buyer, fee, role = split
        packed = bytes([part]) + b"".join(x.to_bytes(8) for x in (seller, buyer, fee))
        tag = b"bazaar/1 outcome\0"
        return hashlib.sha256(tag + self.contract + packed + bytes([role])).digest()

    def _agreement(self, part: int) -> Split | None:
        ranked: list[tuple[int, int, bytes, Split]] = []
        for agree, named, given in self._agrees(part):
            if isinstance(named.body, m.Ruling) or named.body.role == agree.body.role:
                continue
            own = given[1] if agree.body.role == BUYER else given[0]
            ranked.append((agree.body.role, own, agree.id, given))
        return min(ranked)[3] if ranked else None

    def _agrees(self, part: int) -> Iterator[tuple[Message, Message, Split]]:
        for agree in self._of(m.Agree):
            for named in self.set:
                given = self._gives(named, part)
                same = agree.body.part == part and agree.body.names == named.id
                if given and same:
                    yield agree, named, given

    def _ruled(self, part: int, ruling: Message | None) -> Split | None:
        if ruling is None:
            return None
        given = self._gives(ruling, part)
        agreed = any(named.id == ruling.id for _, named, _ in self._agrees(part))
        stands = (ruling.body.to_buyer == 0 and self._on(m.Ship, part)) or (
            ruling.body.to_seller == 0 and self._on(m.Decline, part)
        )
        return given if agreed or stands else None

    def _part(self, part: int) -> tuple[str, Split | None, bytes | None]:
        ruling = self._ruling(part)
        named = ruling.id if ruling else None
        settled = self._settled(part)
        if settled is not None:
            return "paid", settled, named
        decided = self._agreement(part) or self._ruled(part, ruling)
        if decided is not None:
            return "payable", decided, named
        steps: list[tuple[str, Callable[[], object]]] = [
            ("ruled", lambda: ruling),
            ("disputed", lambda: self._disputes(part)),
            ("shipped", lambda: self._on(m.Ship, part)),
            ("waiting", lambda: True),
        ]
        return next(name for name, holds in steps if holds()), None, named

    def verdict(self) -> Verdict:
        """Everything that must be equal on every node."""
        places = [((x.body.role, x.body.seq), x.id) for x in self.valid.values()]
        flagged = {
            one[0]
            for (one, i), (other, j) in combinations(places, 2)
            if one == other and i != j
        }
        if not self._funded():
            phase = self._before()
            return Verdict(phase, phase, self.contract, (), frozenset(flagged))
        parts = tuple(self._part(i) for i in range(len(self.amounts)))
        shown = min((part[0] for part in parts), key=ORDER.index)
        phase = "closed" if shown == "paid" else "funded"
        state = "closed" if shown == "paid" else shown
        return Verdict(phase, state, self.contract, parts, frozenset(flagged))
