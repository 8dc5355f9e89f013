"""Per-signer chains of a trade's messages: what is complete, what sees what, who forked.

A chain demands only that the previous message is present; the table of ``trade`` alone
decides what applies. No branch of a fork is ever picked: all complete ones count.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from bazaar.domain.envelope import Signed
from bazaar.domain.messages import NO_ID, Role, Seen, Step


class Fork(NamedTuple):
    """Two messages of one signer for one place: an equivocation of class 1."""

    role: Role
    first: Signed[Step]
    second: Signed[Step]


class Chains:
    """The complete chains among ``messages``, which are all of one trade.

    Attributes:
        complete: Messages whose ``prev`` chain reaches seq 0, by id.
        waiting: The others, by id; they come in as soon as the gap is filled.
    """

    def __init__(self, messages: Iterable[Signed[Step]]) -> None:
        self.complete: dict[bytes, Signed[Step]] = {}
        self.waiting: dict[bytes, Signed[Step]] = {}
        for message in sorted(messages, key=lambda m: (m.body.seq, m.id)):
            fits = self._fits(message.body)
            (self.complete if fits else self.waiting)[message.id] = message

    def _fits(self, step: Step) -> bool:
        if step.seq == 0:
            return step.prev == NO_ID
        prev = self.complete.get(step.prev)
        return (
            prev is not None
            and prev.body.role == step.role
            and prev.body.seq == step.seq - 1
        )

    def back(self, message: bytes) -> Iterator[bytes]:
        """Ids of the earlier messages of the chain of ``message``, newest first."""
        held = self.complete.get(message)
        while held is not None and held.body.seq > 0:
            yield held.body.prev
            held = self.complete.get(held.body.prev)

    def sees(self, message: bytes) -> frozenset[bytes]:
        """Ids that ``message`` sees (7.2): its own chain, and what that chain names."""
        found = set(self.back(message))
        for own in (message, *tuple(found)):
            held = self.complete.get(own)
            for named in held.body.seen if held else ():
                found.add(named.id)
                found.update(self.back(named.id))
        return frozenset(found)

    def is_ancestor(self, older: bytes, newer: bytes) -> bool:
        """Whether ``older`` stands before ``newer`` in one chain."""
        return older in self.back(newer)

    @cached_property
    def forks(self) -> tuple[Fork, ...]:
        """Every pair of different messages for one (role, seq), lowest ids first."""
        places: dict[tuple[int, int], Signed[Step]] = {}
        forks: list[Fork] = []
        for message in sorted(
            (*self.complete.values(), *self.waiting.values()), key=lambda m: m.id
        ):
            first = places.setdefault((message.body.role, message.body.seq), message)
            if first.id != message.id:
                forks.append(Fork(Role(message.body.role), first, message))
        return tuple(forks)

    @cached_property
    def heads(self) -> Mapping[Role, Seen]:
        """The last message of every signer: highest seq, then lowest id."""
        last: dict[Role, Seen] = {}
        for message in self.complete.values():
            role, step = Role(message.body.role), message.body
            held = last.get(role)
            if held is None or (-step.seq, message.id) < (-held.seq, held.id):
                last[role] = Seen(role, step.seq, message.id)
        return dict(sorted(last.items()))
