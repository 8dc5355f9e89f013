"""order dispute, evidence, file: what the seats are asked to judge by."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bazaar.app.node import Node
from bazaar.domain.errors import InputError, NotFoundError
from bazaar.domain.messages import (
    MAX_EVIDENCE_BYTES,
    DisputeReason,
    Evidence,
    EvidenceFile,
)
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.moves import MoveCalls
from bazaar.rpc.handlers.orders import OrderCalls
from bazaar.rpc.schema import (
    Disputed,
    Moved,
    OrderDispute,
    OrderEvidence,
    OrderFile,
    OrderShow,
    PictureView,
)

REASONS: Final = {
    "unshipped": DisputeReason.UNSHIPPED,
    "silent": DisputeReason.SILENT,
    "goods": DisputeReason.GOODS,
    "other": DisputeReason.OTHER,
}


class DisputeCalls:
    """Disputes with their files; the moves around them are ``MoveCalls``'."""

    def __init__(self, node: Node, orders: OrderCalls, moves: MoveCalls) -> None:
        self._node = node
        self._orders = orders
        self._moves = moves

    async def dispute(self, call: OrderDispute) -> Disputed:
        """Ask the seats; evidence goes with it."""
        if call.reason_code not in REASONS:
            raise InputError("reason-code", f"one of {', '.join(REASONS)}")
        trade_id = resolve.order(self._node, call.id)
        files = await self._files(call.evidence, call.captions)
        trade = self._node.deeds.dispute(
            trade_id, call.version, call.part, REASONS[call.reason_code], call.reason
        )
        if files:
            trade = self._node.deeds.add_evidence(trade_id, files, "")
        self._moves.moved(trade)
        view = await self._orders.show(OrderShow(id=trade_id.hex()))
        return Disputed(
            order_id=view.order_id, state=view.state, seats_acked=view.seats_acked
        )

    async def evidence(self, call: OrderEvidence) -> Moved:
        """Files and a statement for an open dispute."""
        trade_id = resolve.order(self._node, call.id)
        files = await self._files(call.files, call.captions)
        if not files and not call.statement:
            raise InputError("statement", "give a statement or a file")
        trade = self._node.deeds.add_evidence(trade_id, files, call.statement)
        return self._moves.moved(trade)

    async def _files(
        self, paths: Sequence[str], captions: Sequence[str]
    ) -> list[EvidenceFile]:
        taken = await self._node.files.take_in(paths)
        words = [*captions, *[Path(path).name for path in paths[len(captions) :]]]
        return [
            EvidenceFile(digest, size, caption[:160])
            for (digest, size), caption in zip(taken, words, strict=False)
        ]

    async def file(self, call: OrderFile) -> PictureView:
        """Path of an evidence picture, re-encoded; other files are kept, never opened."""
        trade_id = resolve.order(self._node, call.id)
        with self._node.context.book.unit() as unit:
            trade = self._node.trades.load(unit, trade_id)
        for evidence in trade.facts.of(Evidence):
            for one in evidence.body.files:
                if one.hash.hex() == call.hash:
                    path = await self._evidence(evidence.author, one)
                    return PictureView(path=path)
        raise NotFoundError("this order has no such file")

    async def _evidence(self, author: bytes, file: EvidenceFile) -> str:
        data = await self._node.files.fetch(author, file.hash, MAX_EVIDENCE_BYTES)
        return await self._node.context.pictures.thumbnail(file.hash, data, 1200)
