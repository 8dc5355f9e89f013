"""Chains of slots of one seller with what it shows of them, honest to begin with."""

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeVar

from nacl.signing import SigningKey

from bazaar.domain.exchange.reputation import SlotEntry
from bazaar.domain.keys.identity import Identity
from bazaar.domain.reputation.slot_history import SlotStatus
from bazaar.domain.reputation.slots import (
    FIRST_HEAD,
    WEEK_SECONDS,
    SalesHead,
    SaleSlot,
    Slot,
    next_head,
)
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import Signed, seal
from bazaar.domain.wire.kinds import Kind
from bazaar.domain.wire.networks import Network, network

B = TypeVar("B", bound=Body)

NET: Final = network("local:tests")
OWNER: Final = Identity(b"\x05" * 32)
RATER: Final = SigningKey(b"\x07" * 32)
WEEK: Final = 2_900
END: Final = (WEEK + 1) * WEEK_SECONDS
"""The end of the week in which every slot here was signed."""


class Signer(NamedTuple):
    """Whose chain it is, and where."""

    identity: Identity = OWNER
    net: Network = NET

    def seal(self, body: B) -> Signed[B]:
        """``body`` with this signature."""
        return seal(body, self.identity.signing_key, self.net.id)


USUAL: Final = Signer()


class Chain(NamedTuple):
    """Slots with their numbers, and the heads after them."""

    slots: tuple[Signed[Slot], ...]
    heads: tuple[bytes, ...]
    by: Signer = USUAL

    def head(self, at: int = END, length: int | None = None) -> Signed[SalesHead]:
        """The SalesHead after ``length`` slots, by default all."""
        last = (length or len(self.slots)) - 1
        number = self.slots[last].body.number
        return a_head(number, self.heads[last], at, self.by)

    def entries(
        self, statuses: Sequence[SlotStatus] = (), first: int = 0
    ) -> list[SlotEntry]:
        """What an honest owner shows in one answer from place ``first`` on."""
        shown: list[SlotEntry] = []
        for place, slot in enumerate(self.slots[first:], first):
            status = statuses[place] if place < len(statuses) else SlotStatus.CLOSED
            follows = shown and shown[-1].number + 1 == slot.body.number
            previous = None if follows else slot.body.previous
            ratings = (b"r" * 31 + bytes((place % 256,)),) if status == 4 else ()
            shown.append(
                SlotEntry(slot.body.number, slot.id, previous, int(status), ratings)
            )
        return shown


def a_head(n: int, head: bytes, at: int = END, by: Signer = USUAL) -> Signed[SalesHead]:
    """What the owner signs about its sales."""
    return by.seal(SalesHead(by.identity.key, int(Kind.SALE_SLOT), n, head, at))


def a_slot(
    number: int, previous: bytes, week: int = WEEK, by: Signer = USUAL
) -> Signed[Slot]:
    """A sale of the owner."""
    keys = (RATER.verify_key.encode(),)
    fields = (previous, keys, (b"l" * 32,), 11, "EUR", week, ())
    return by.seal(SaleSlot(by.identity.key, number, *fields))


def chain(
    numbers: Sequence[int], previous: bytes = FIRST_HEAD, by: Signer = USUAL
) -> Chain:
    """Slots with these numbers, each on the head before it."""
    slots: list[Signed[Slot]] = []
    heads: list[bytes] = []
    for number in numbers:
        slots.append(a_slot(number, previous, by=by))
        previous = next_head(previous, slots[-1].id)
        heads.append(previous)
    return Chain(tuple(slots), tuple(heads), by)
