"""The port of every way to settle: bind money to a contract, pay one outcome per part (9.1).

Trade logic is written once against this port; `credit` fits it now, `bitcoin` later.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from bazaar.app.ports import Unit
from bazaar.domain.credit.account import PaidOutcome
from bazaar.domain.trading.trade import Trade


class RailState(StrEnum):
    """The rail's own view; never produced by messages."""

    NEW = "new"
    BOUND = "bound"
    FUNDED = "funded"
    PAYING = "paying"
    SETTLED = "settled"


class Applied(msgspec.Struct, frozen=True, array_like=True):
    """What the rail has paid, once and for ever; Settled says exactly this.

    Attributes:
        reference: Where it stands, as Settled names it.
        outcome: May differ from what the fold selects later; it is final all the same.
    """

    reference: bytes
    outcome: PaidOutcome


class SettlementRail(Protocol):
    """All methods run within one unit of the book and may be repeated without harm."""

    @property
    def id(self) -> str:
        """Its name in listings and Offers."""
        ...

    def terms(self, hub: bytes | None) -> bytes:
        """What an Offer says of this rail; ``hub`` is who stands between the parties."""
        ...

    def part(self, trade: Trade, role: int) -> bytes:
        """Own keys and payees for the contract; deterministic."""
        ...

    def verify_terms(self, trade: Trade) -> None:
        """Rebuild every term of the contract. Raises NotAllowedError on a difference."""
        ...

    def rehearse(self, unit: Unit, trade: Trade) -> None:
        """Prove that release, refund and split can be completed. Raises RefusedError."""
        ...

    def secure_fee(self, unit: Unit, trade: Trade, role: int) -> bool:
        """As a seat: bind the greatest fee; True once it is bound. Raises RefusedError."""
        ...

    def fund(self, unit: Unit, trade: Trade) -> Sequence[bytes] | None:
        """As buyer: bind the money; the Fund's legs once it is bound, else None."""
        ...

    def proofs(
        self, unit: Unit, legs: Sequence[bytes]
    ) -> Sequence[tuple[bytes, bytes]]:
        """(id, envelope) of what must travel beside a Fund with ``legs``."""
        ...

    def state(self, unit: Unit, trade: Trade) -> RailState:
        """How far the money is, as this node sees it."""
        ...

    def is_funded(self, unit: Unit, trade: Trade) -> bool:
        """Whether the contract's money is bound, checked from the co-signed bytes."""
        ...

    def apply(self, unit: Unit, trade: Trade, part: int) -> Applied | None:
        """Pay the part's outcome; what was paid once it is, else None."""
        ...

    def free(self, unit: Unit, trade: Trade) -> None:
        """Unbind what an ABORTED trade has bound, and what has expired."""
        ...

    def bound_contracts(self, unit: Unit, partner: bytes | None = None) -> set[bytes]:
        """Ids of the contracts for which anything is still bound (with ``partner``)."""
        ...
