"""What stops the node from doing its work by itself, in sentences for its person."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bazaar.app.node import Node
from bazaar.app.recovery import resync_mode
from bazaar.rpc.views.people import People

NAMED = 3


async def problems(node: Node) -> tuple[str, ...]:
    """The clock, and what a restored book still waits for; empty while all is well."""
    clock = node.clock.words()
    return (*((clock,) if clock else ()), *await _recovery(node))


async def _recovery(node: Node) -> tuple[str, ...]:
    with node.context.book.unit() as unit:
        awaited = sorted(node.recovery.awaited(unit))
        opens = resync_mode.slots_open_at(unit, node.context.network)
    people = People(node.context)
    names = [(await people.person(key)).name for key in awaited[:NAMED]]
    found: list[str] = []
    if names:
        found.append(
            "this book was restored and asks its partners what it missed; orders and "
            f"accounts with {_listed(names, len(awaited))} can be read only until they "
            "have answered"
        )
    if opens is not None and opens > node.context.now():
        at = datetime.fromtimestamp(opens, UTC).strftime("%d %b %Y %H:%M UTC")
        found.append(
            "new orders wait until the partners of the restored book have answered, at "
            f"the latest until {at}"
        )
    return tuple(found)


def _listed(names: Sequence[str], count: int) -> str:
    more = count - len(names)
    if more:
        return f"{', '.join(names)} and {more} more"
    return " and ".join((", ".join(names[:-1]), names[-1])) if names[1:] else names[0]
