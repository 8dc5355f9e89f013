"""Asks one peer after the other without waiting long for a silent one: the first answer counts."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

import trio

from bazaar.app.context import Context
from bazaar.domain.errors import BazaarError, NotFoundError, PeerError

PATIENCE_SECONDS: Final = 1.0
"""After so long without an answer the next one is asked too."""

T = TypeVar("T")


class Told(NamedTuple, Generic[T]):
    """What was answered, and by whom."""

    by: bytes
    value: T


async def first_answer(
    context: Context, peers: Sequence[bytes], ask: Callable[[bytes], Awaitable[T]]
) -> Told[T]:
    """What the first peer says for which ``ask`` does not raise; liars are blamed.

    The others are cancelled. Raises the last BazaarError if none is left, NotFoundError
    without peers.
    """
    found: list[Told[T]] = []
    problems: list[BazaarError] = [NotFoundError("nobody can be asked now")]

    async def attempt(peer: bytes, failed: trio.Event, scope: trio.CancelScope) -> None:
        try:
            found.append(Told(peer, await ask(peer)))
            scope.cancel()
        except PeerError as error:
            context.exchange.blame(peer, error)
            problems.append(error)
        except BazaarError as error:
            problems.append(error)
        failed.set()

    async with trio.open_nursery() as nursery:
        for peer in peers:
            failed = trio.Event()
            nursery.start_soon(attempt, peer, failed, nursery.cancel_scope)
            with trio.move_on_after(PATIENCE_SECONDS):
                await failed.wait()
    if not found:
        raise problems[-1]
    return found[0]
