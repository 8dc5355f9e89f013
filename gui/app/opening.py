"""Opens links into the market: from the search box, the system, or a message."""

from collections.abc import Callable
from typing import Final

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.links import LinkOpen, LinkTarget
from gui.rpc.door import Door
from gui.texts import tr

LINK_SCHEME: Final = "bazaar:"
Go = Callable[[str, str], None]
Say = Callable[[str, str], None]


def is_link(text: str) -> bool:
    """Whether ``text`` looks like a link into the market."""
    return text.strip().lower().startswith(LINK_SCHEME)


class Opening:
    """Asks the node where a link leads, and goes there."""

    def __init__(self, door: Door, go: Go, say: Say) -> None:
        self._door = door
        self._go = go
        self._say = say

    def open(self, link: str) -> None:
        """Open a link; what goes wrong is said in words."""
        self._say(tr("link.opening"), "accent")
        self._door.call(LinkOpen(link=link.strip()), self._lead, self._failed)

    def _lead(self, target: LinkTarget) -> None:
        match target.kind:
            case "store" | "arbiter":
                self._go("store", target.peer_id)
            case "listing":
                self._go("listing" if target.known else "store", self._shown(target))
            case "order":
                self._go("order", target.item)
            case "search":
                self._go("browse", target.words)
            case _:
                self._go("network", "")
                self._say(tr("link.joined"), "ok")

    def _shown(self, target: LinkTarget) -> str:
        if target.known:
            return target.item
        self._say(tr("link.unknown_listing"), "waiting")
        return target.peer_id

    def _failed(self, problem: Problem) -> None:
        self._say(problem.words, "error")
