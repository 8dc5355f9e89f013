"""One question to several peers, without waiting long for a silent one: the first answer counts."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

import trio

from bazaar.app.context import Context
from bazaar.domain.errors import (
    BazaarError,
    NotFoundError,
    PeerError,
    RefusedError,
    ReplyCode,
)

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 1.0
"""After so long without an answer the next one is asked too."""

T = TypeVar("T")


class Told(NamedTuple, Generic[T]):
    """What was answered, and by whom."""

    by: bytes
    value: T


class Race(Generic[T]):
    """Each peer is asked once; the first answer ends the nursery that it runs in.

    Attributes:
        found: The answer, once there is one.
        problems: What was raised instead, by peer, in the order in which it came.
    """

    def __init__(
        self,
        context: Context,
        ask: Callable[[bytes], Awaitable[T]],
        patience: float,
        owner: bytes | None = None,
    ) -> None:
        """Build it; ``ask`` raises BazaarError or TooSlowError, liars are blamed.

        An ``owner`` who says that something is not there is believed, and ends it.
        """
        self._context = context
        self._ask = ask
        self._patience = patience
        self._owner = owner
        self._asked = {context.me}
        self._failed = trio.Event()
        self.found: list[Told[T]] = []
        self.problems: dict[bytes, BazaarError] = {}

    async def among(self, nursery: trio.Nursery, peers: Iterable[bytes]) -> None:
        """Ask one after the other: when the last one failed, or kept silent too long."""
        for peer in peers:
            if peer not in self._asked:
                nursery.start_soon(self.one, nursery, peer)
                await self.wait()

    async def wait(self) -> None:
        """Wait until somebody failed, or patience is over."""
        with trio.move_on_after(self._patience):
            await self._failed.wait()
        self._failed = trio.Event()

    async def one(self, nursery: trio.Nursery, peer: bytes) -> None:
        """Ask one peer, unless it was asked before."""
        if peer in self._asked:
            return
        self._asked.add(peer)
        try:
            answer = await self._ask(peer)
        except (BazaarError, trio.TooSlowError) as error:
            self._note(peer, error)
            if peer == self._owner and _is_gone(error):
                nursery.cancel_scope.cancel()
        else:
            self.found.append(Told(peer, answer))
            nursery.cancel_scope.cancel()

    def _note(self, peer: bytes, error: Exception) -> None:
        log.info("a peer did not serve", extra={"why": type(error).__name__})
        if isinstance(error, PeerError):
            self._context.exchange.blame(peer, error)
        if isinstance(error, BazaarError):
            self.problems[peer] = error
        self._failed.set()


def _is_gone(error: Exception) -> bool:
    return isinstance(error, RefusedError) and error.code is ReplyCode.NOT_FOUND


async def first_answer(
    context: Context, peers: Sequence[bytes], ask: Callable[[bytes], Awaitable[T]]
) -> Told[T]:
    """What the first peer says for which ``ask`` does not raise; liars are blamed.

    The others are cancelled. Raises the last BazaarError if none is left, NotFoundError
    without peers.
    """
    race = Race(context, ask, PATIENCE_SECONDS)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(race.among, nursery, peers)
    if race.found:
        return race.found[0]
    problems = list(race.problems.values())
    raise problems[-1] if problems else NotFoundError("nobody can be asked now")
