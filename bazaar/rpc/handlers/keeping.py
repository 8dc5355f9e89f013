"""keep.show, keep.set."""

from bazaar.app.node import Node
from bazaar.domain.stores.interests import interests
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.keeping import KeepSet, KeepShow, KeepView


class KeepCalls:
    """What this machine keeps of the market."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            KeepShow: self.show,
            KeepSet: self.set,
        }

    async def show(self, _: KeepShow) -> KeepView:
        """What is kept, and what is left out."""
        kept = await self._node.interests.kept()
        return KeepView(
            categories=kept.chosen.categories,
            regions=kept.chosen.regions,
            quota_bytes=kept.quota,
            used_bytes=kept.used,
            listings=kept.listings,
            stores=kept.stores,
            listings_left_out=kept.listings_left_out,
            stores_left_out=kept.stores_left_out,
        )

    async def set(self, call: KeepSet) -> KeepView:
        """Keep this from now on. Raises InputError."""
        now = await self._node.interests.kept()
        chosen = interests(
            now.chosen.categories if call.categories is None else call.categories,
            now.chosen.regions if call.regions is None else call.regions,
        )
        quota = now.quota if call.quota_bytes is None else call.quota_bytes
        await self._node.interests.choose(chosen, quota)
        return await self.show(KeepShow())
