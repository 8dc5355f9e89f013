"""order files, fetch, unfetch, save: digital goods for the one who bought them."""

from bazaar.app.node import Node
from bazaar.app.trading.downloads import Bought
from bazaar.domain.errors import NotFoundError
from bazaar.domain.text.file_names import is_risky
from bazaar.domain.trading.goods import CHUNK_BYTES
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.files import (
    GoodsView,
    OrderFetch,
    OrderFiles,
    OrderSave,
    OrderUnfetch,
    SavedView,
)


class FileCalls:
    """Shows and moves the downloads of orders."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            OrderFiles: self.files,
            OrderFetch: self.fetch,
            OrderUnfetch: self.unfetch,
            OrderSave: self.save,
        }

    async def files(self, call: OrderFiles) -> tuple[GoodsView, ...]:
        """Every delivered file, and how far it is."""
        return goods_views(self._node, resolve.order(self._node, call.id))

    async def fetch(self, call: OrderFetch) -> tuple[GoodsView, ...]:
        """Begin, or go on; answers at once."""
        for one in self._meant(call):
            self._node.downloads.fetch(one.trade, one.file.hash)
        return goods_views(self._node, resolve.order(self._node, call.id))

    async def unfetch(self, call: OrderUnfetch) -> tuple[GoodsView, ...]:
        """Stop and forget."""
        for one in self._meant(call):
            self._node.downloads.cancel(one.trade, one.file.hash)
        return goods_views(self._node, resolve.order(self._node, call.id))

    async def save(self, call: OrderSave) -> SavedView:
        """Write a copy."""
        (one,) = self._meant(call)[:1]
        digest = one.file.hash
        path = await self._node.downloads.save(one.trade, digest, call.folder)
        return SavedView(path=path)

    def _meant(self, call: OrderFetch | OrderUnfetch | OrderSave) -> list[Bought]:
        trade_id = resolve.order(self._node, call.id)
        found = [
            one
            for one in self._node.downloads.bought(trade_id)
            if one.file.hash.hex().startswith(call.hash.lower())
        ]
        if not found or (isinstance(call, OrderSave) and len(found) > 1):
            raise NotFoundError("this order has no such file")
        return found


def goods_views(node: Node, trade_id: bytes) -> tuple[GoodsView, ...]:
    """The files of an order as the doors show them."""
    return tuple(_view(node, one) for one in node.downloads.bought(trade_id))


def _view(node: Node, one: Bought) -> GoodsView:
    course, size = node.downloads.course(one), one.file.size
    is_here = node.downloads.is_here(one)
    held = min(size, course.held * CHUNK_BYTES) if course else 0
    state = "offered"
    if is_here:
        state, held = "here", size
    elif course is not None:
        state = "waiting" if course.problem else "fetching"
    return GoodsView(
        hash=one.file.hash.hex(),
        name=one.name,
        size=size,
        held=held,
        state=state,
        problem=course.problem if course and not is_here else "",
        risky=is_risky(one.sealed.name) if one.sealed else False,
    )
