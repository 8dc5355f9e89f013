"""Per-signer chains of a trade's messages: what is complete, what sees what, who forked.

A chain demands only that the previous message is present; the table of ``trade`` alone
decides what applies. No branch of a fork is ever picked: all complete ones count.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from bazaar.domain.trading.messages import NO_ID, Role, Seen, Step
from bazaar.domain.wire.envelope import Signed


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
        self._sees: dict[bytes, frozenset[bytes]] = {}
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
        if message not in self._sees:
            self._sees[message] = frozenset(self._look(message))
        return self._sees[message]

    def _look(self, message: bytes) -> set[bytes]:
        own = (message, *self.back(message))
        found: set[bytes] = set()
        for step in (self.complete[one].body for one in own if one in self.complete):
            for named in step.seen:
                self._add_chain(named.id, found)
        return found.union(own[1:])

    def _add_chain(self, tip: bytes, found: set[bytes]) -> None:
        """Add ``tip`` and its chain, down to what is already in ``found``."""
        for one in (tip, *self.back(tip)) if tip not in found else ():
            if one in found:
                return
            found.add(one)

    def view(self, role: Role) -> frozenset[bytes]:
        """Ids that the next message of ``role`` will see."""
        heads = dict(self.heads)
        own = heads.pop(role, None)
        found = {own.id, *self.sees(own.id)} if own else set[bytes]()
        for head in heads.values():
            found.update((head.id, *self.back(head.id)))
        return frozenset(found)

    def in_one_chain(self, messages: Sequence[Signed[Step]]) -> bool:
        """Whether all of ``messages``, of one signer, stand in one chain."""
        newest = max(messages, key=lambda m: m.body.seq)
        chain = {newest.id, *self.back(newest.id)}
        return all(m.id in chain for m in messages)

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
