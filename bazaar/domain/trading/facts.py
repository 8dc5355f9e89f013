"""What a set of messages says before any rule is asked: chains, kinds, the contract."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TypeVar, cast

from bazaar.domain.credit.account import PaidOutcome
from bazaar.domain.trading.chains import Chains
from bazaar.domain.trading.contract import Contract
from bazaar.domain.trading.deadlines import MAX_EXTENSION_SUM_DAYS, Deadlines
from bazaar.domain.trading.messages import (
    NO_ID,
    Accept,
    Decline,
    Dispute,
    Extend,
    Fund,
    FundAck,
    Offer,
    Role,
    Ruling,
    SeatAck,
    Ship,
    Step,
    Withdraw,
)
from bazaar.domain.wire.envelope import Signed
from bazaar.domain.wire.networks import Network

AStep = TypeVar("AStep", bound=Step)
Parted = TypeVar("Parted", Ship, Decline, Dispute)
Naming = TypeVar("Naming", SeatAck, Fund, FundAck)


class Facts:
    """The complete messages of one trade, by kind, signed by the contract's keys.

    Messages of strangers and of other trades are left out before anything is read; the
    caller leaves out what its signer's role may never say.

    Attributes:
        given: Outcomes that offers and Rulings give each part, by id; see ``needs``.
    """

    def __init__(
        self, offer: Signed[Offer], messages: Iterable[Signed[Step]], network: Network
    ) -> None:
        keys = Contract(offer, None, network).keys
        members = {offer.id: cast("Signed[Step]", offer)}
        for message in messages:
            step = message.body
            if step.trade == offer.id and keys.get(Role(step.role)) == message.author:
                members[message.id] = message
        self.offer = offer
        self.network = network
        self.chains = Chains(members.values())
        self.given: dict[int, Mapping[bytes, PaidOutcome]] = {}
        self._of: dict[type[Step], list[Signed[Step]]] = {}
        self._only: dict[tuple[Role, int], Signed[Ruling] | None] = {}

    def valid_parts(self, parts: tuple[int, ...]) -> bool:
        """Whether ``parts`` are ascending indices of parts of the contract."""
        return list(parts) == sorted(parts) and parts[-1] < len(self.offer.body.parts)

    def on_part(self, kind: type[Parted], part: int) -> list[Signed[Parted]]:
        """Messages of ``kind`` whose parts list is valid and holds ``part``."""
        return [
            m
            for m in self.of(kind)
            if part in m.body.parts and self.valid_parts(m.body.parts)
        ]

    def of(self, kind: type[AStep]) -> list[Signed[AStep]]:
        """Complete messages of ``kind`` by role, seq and id."""
        if kind not in self._of:
            held = self.chains.complete.values()
            found = [m for m in held if isinstance(m.body, kind)]
            found.sort(key=lambda m: (m.body.role, m.body.seq, m.id))
            self._of[kind] = found
        return cast("list[Signed[AStep]]", self._of[kind])

    @cached_property
    def contract(self) -> Contract:
        """The contract; of two Accepts the one that the lowest Fund names (7.7.1)."""
        accepts = {m.id: m for m in self.of(Accept)}
        if not accepts:
            return Contract(self.offer, None, self.network)
        funds = (
            m.body.contract
            for m in sorted(self.of(Fund), key=lambda m: (m.body.seq, m.id))
        )
        named = next(
            (contract for contract in funds if contract in accepts), min(accepts)
        )
        return Contract(self.offer, accepts[named], self.network)

    def naming_contract(self, kind: type[Naming]) -> list[Signed[Naming]]:
        """Messages of ``kind`` that name the contract."""
        if self.contract.id == NO_ID:
            return []
        return [m for m in self.of(kind) if m.body.contract == self.contract.id]

    @cached_property
    def withdraws(self) -> frozenset[bytes]:
        """Ids of all Withdraws."""
        return frozenset(m.id for m in self.of(Withdraw))

    @cached_property
    def fund_acks(self) -> list[Signed[FundAck]]:
        """FundAcks that count but for the consents: a Fund is there, no Withdraw is seen."""
        if not self.naming_contract(Fund):
            return []
        return [
            m
            for m in self.naming_contract(FundAck)
            if not self.chains.sees(m.id) & self.withdraws
        ]

    @cached_property
    def acknowledged(self) -> frozenset[Role]:
        """Seats that consented."""
        return frozenset(Role(m.body.role) for m in self.naming_contract(SeatAck))

    @cached_property
    def agreed(self) -> bool:
        """Whether every seat of the contract consented to it."""
        return self.contract.id != NO_ID and self.acknowledged >= set(
            self.contract.seats
        )

    @cached_property
    def funded(self) -> bool:
        """Whether the trade is FUNDED, whatever any Withdraw says (7.7.2)."""
        return self.agreed and bool(self.fund_acks)

    def counted_extends(self, seen: frozenset[bytes]) -> list[Signed[Extend]]:
        """Extends in ``seen``, by seq, without those that bring their sum above the limit.

        Counted among what the reader saw, not among all: else a buyer's hidden branch
        could undo a Ruling that was read with an Extend of the other branch (I29).
        """
        days = 0
        counted: list[Signed[Extend]] = []
        for extend in (m for m in self.of(Extend) if m.id in seen):
            if days + extend.body.days <= MAX_EXTENSION_SUM_DAYS:
                days += extend.body.days
                counted.append(extend)
        return counted

    def deadlines_seen_by(self, part: int, seen: frozenset[bytes]) -> Deadlines:
        """T0..T5 as a reader of ``seen`` must take them (7.4).

        Once it sees a Ship of the part, only Extends that the first such Ship sees too.
        """
        ships = [m for m in self.on_part(Ship, part) if m.id in seen]
        if ships:
            seen &= self.chains.sees(ships[0].id)
        days = sum(m.body.days for m in self.counted_extends(seen))
        return self.contract.deadlines.later(days, self.network)

    def deadlines_as_said_by(self, role: Role, part: int) -> Deadlines:
        """T0..T5 as everybody will read them in a Ruling that ``role`` signs now.

        The same as ``deadlines`` unless a party has forked: a header can name one branch.
        """
        return self.deadlines_seen_by(part, self.chains.view(role))

    @cached_property
    def extended(self) -> frozenset[bytes]:
        """Ids of the Extends that count among all."""
        return frozenset(m.id for m in self.counted_extends(self.everything))

    @cached_property
    def everything(self) -> frozenset[bytes]:
        """Ids of all complete messages."""
        return frozenset(self.chains.complete)

    def deadlines(self, part: int) -> Deadlines:
        """T0..T5 as this node takes them from all that it holds."""
        return self.deadlines_seen_by(part, self.everything)

    def own_rulings(self, role: Role, part: int) -> list[Signed[Ruling]]:
        """All Rulings of a seat on a part, valid or not, in chain order."""
        return [
            m for m in self.of(Ruling) if m.body.role == role and m.body.part == part
        ]

    def only_ruling(self, role: Role, part: int) -> Signed[Ruling] | None:
        """The first Ruling of a seat on a part; None if two stand in two branches."""
        if (role, part) not in self._only:
            rulings = self.own_rulings(role, part)
            is_one = bool(rulings) and self.chains.in_one_chain(rulings)
            self._only[role, part] = rulings[0] if is_one else None
        return self._only[role, part]
