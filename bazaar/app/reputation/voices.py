"""What the ratings that this node holds are worth to its user (domain/reputation/reputation.py)."""

from collections.abc import Iterable, Iterator
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.shop.profiles import Profiles
from bazaar.domain.reputation.rating import Rating
from bazaar.domain.reputation.rating_rules import is_one_time, slot_of
from bazaar.domain.reputation.reputation import Market, Score, View, Voice, voice_of
from bazaar.domain.reputation.slots import Slot
from bazaar.domain.wire.envelope import Signed, body_of
from bazaar.domain.wire.kinds import Kind

MAX_SAMPLED: Final = 9
"""Viewpoints from which one's own standing is looked at; their middle is shown."""


class Voices:
    """Weighs everything anew for each question; a thread does it."""

    def __init__(self, context: Context, profiles: Profiles) -> None:
        self._context = context
        self._profiles = profiles

    async def score(self, ratee: bytes) -> Score:
        """What ``ratee`` is to the user, or the user to those whom he follows.

        Raises CatalogueError; cancelling leaves nothing.
        """
        told = await self._context.catalogue.voices()
        with self._context.book.unit() as unit:
            flagged = frozenset(unit.proof_signers())
            followed = frozenset(one.key for one in unit.peers() if one.followed)
            chosen = frozenset(self._profiles.own(unit).body.seats)
            own = list(self._own(unit.objects(Kind.RATING)))
        me, now = self._context.me, self._context.now()
        seeds = (followed | chosen) - {me}
        if ratee != me:
            views = [View(me, seeds, now, flagged)]
        else:
            samples = sorted(followed - {me})[:MAX_SAMPLED]
            views = [View(one, frozenset(), now, flagged) for one in samples]
        mine = {(one.slot, one.author) for one in own}
        others = [one for one in told if (one.slot, one.author) not in mine]
        return await trio.to_thread.run_sync(_middle, [*others, *own], views, ratee)

    def _own(self, envelopes: Iterable[bytes]) -> Iterator[Voice]:
        """Ratings of own trades that are under a name; a correction instead of the first."""
        newest: dict[tuple[bytes, bytes, int], tuple[Rating, Signed[Slot]]] = {}
        for envelope in envelopes:
            body = body_of(Rating, envelope)
            slot = slot_of(body.slot, self._context.network.id)
            place = (slot.id, body.by, body.line)
            if place not in newest or newest[place][0].seq < body.seq:
                newest[place] = (body, slot)
        for body, slot in newest.values():
            if not is_one_time(slot.body, body.by):
                yield voice_of(body, slot)


def _middle(told: list[Voice], views: list[View], ratee: bytes) -> Score:
    """The score from the middle one of several viewpoints."""
    scores = [Market(told, view).score(ratee) for view in views]
    if not scores:
        nobody = View(b"", frozenset(), 0)
        return Market((), nobody).score(ratee)
    ordered = sorted(scores, key=lambda one: (one.score, one.mass, one.paths))
    return ordered[len(ordered) // 2]
