"""evidence: one order as a file that anyone can verify offline."""

import os
from pathlib import Path
from typing import Final

import trio

from bazaar.app.evidence import EvidenceExport
from bazaar.app.node import Node
from bazaar.domain.bundle_check import check_bundle
from bazaar.domain.errors import InputError
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.disputes import BundleView, EvidenceBundle

OWNER_ALONE: Final = 0o600


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
        path = Path(call.file)
        if not path.is_absolute():
            raise InputError("file", "give the whole path")
        data = self._export.bundle(trade_id, with_files=call.files)
        await trio.to_thread.run_sync(_write, path, data)
        checked = await trio.to_thread.run_sync(check_bundle, data)
        return BundleView(
            order_id=trade_id.hex(),
            file=str(path),
            size=len(data),
            valid=checked.valid,
            state=checked.state,
            problems=checked.problems,
        )


def _write(path: Path, data: bytes) -> None:
    """Make the file; what is there already is never overwritten. Raises InputError."""
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(path, flags, OWNER_ALONE), "wb") as file:
            file.write(data)
    except OSError as error:
        words = (error.strerror or str(error)).lower()
        raise InputError("file", f"{path.name} cannot be written: {words}") from error
