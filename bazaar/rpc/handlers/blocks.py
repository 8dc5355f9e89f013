"""block, unblock, blocked: whom the user wants nothing to do with."""

from bazaar.app.node import Node
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.chat import Blocked, BlockedView, BlockPeer, Unblock
from bazaar.rpc.views.people import People


class BlockCalls:
    """The user's own list."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            BlockPeer: self.block,
            Unblock: self.unblock,
            Blocked: self.blocked,
        }

    async def block(self, call: BlockPeer) -> Done:
        """Refuse and hide."""
        self._node.talk.blocks.block(await resolve.peer(self._node, call.peer))
        return Done(words="blocked")

    async def unblock(self, call: Unblock) -> Done:
        """Take that back."""
        self._node.talk.blocks.unblock(await resolve.peer(self._node, call.peer))
        return Done(words="unblocked")

    async def blocked(self, _: Blocked) -> tuple[BlockedView, ...]:
        """Everybody on the list."""
        people = People(self._node.context)
        found = [await people.person(key) for key in self._node.talk.blocks.keys]
        return tuple(
            BlockedView(
                peer_id=one.peer_id,
                name=one.name,
                fingerprint=one.words,
                colour=one.colour,
            )
            for one in sorted(found, key=lambda one: one.name)
        )
