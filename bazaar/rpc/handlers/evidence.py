"""evidence: one order as a file that anyone can verify offline."""

import trio

from bazaar.app.node import Node
from bazaar.app.trading.evidence import EvidenceExport
from bazaar.domain.trading.bundle_check import check_bundle
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.handlers.new_file import write_new
from bazaar.rpc.schema.disputes import BundleView, EvidenceBundle


class EvidenceCalls:
    """Exports evidence; to verify it no node is needed."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._export = EvidenceExport(node.context, node.trades)

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            EvidenceBundle: self.bundle,
        }

    async def bundle(self, call: EvidenceBundle) -> BundleView:
        """Write the bundle to a new file, then say what a stranger will find in it."""
        trade_id = resolve.order(self._node, call.id)
        data = self._export.bundle(trade_id, with_files=call.files)
        path = await write_new(call.file, data)
        checked = await trio.to_thread.run_sync(check_bundle, data)
        return BundleView(
            order_id=trade_id.hex(),
            file=str(path),
            size=len(data),
            valid=checked.valid,
            state=checked.state,
            problems=checked.problems,
        )
