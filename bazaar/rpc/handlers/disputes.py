"""order dispute, evidence, file: what the seats are asked to judge by."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bazaar.app.node import Node
from bazaar.domain.errors import InputError, MalformedMessageError, NotFoundError
from bazaar.domain.trading.messages import (
    MAX_EVIDENCE_BYTES,
    DisputeReason,
    Evidence,
    EvidenceFile,
)
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.handlers.moves import MoveCalls
from bazaar.rpc.handlers.orders import OrderCalls
from bazaar.rpc.schema.disputes import Disputed, OrderDispute, OrderEvidence, OrderFile
from bazaar.rpc.schema.moves import Moved
from bazaar.rpc.schema.orders import OrderShow
from bazaar.rpc.schema.search import PictureView

NO_PICTURE: Final = "this is not a picture; it is kept as it came and not opened"
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

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            OrderDispute: self.dispute,
            OrderEvidence: self.evidence,
            OrderFile: self.file,
        }

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
        """Path of an evidence picture, re-encoded.

        Of any other file the path as it came, with a problem that says so: it may be
        saved and is never opened.
        """
        trade_id = resolve.order(self._node, call.id)
        with self._node.context.book.unit() as unit:
            trade = self._node.trades.load(unit, trade_id)
        for evidence in trade.facts.of(Evidence):
            for one in evidence.body.files:
                if one.hash.hex() == call.hash:
                    return await self._evidence(evidence.author, one)
        raise NotFoundError("this order has no such file")

    async def _evidence(self, author: bytes, file: EvidenceFile) -> PictureView:
        data = await self._node.files.fetch(author, file.hash, MAX_EVIDENCE_BYTES)
        context = self._node.context
        try:
            return PictureView(
                path=await context.pictures.thumbnail(file.hash, data, 1200)
            )
        except MalformedMessageError:
            return PictureView(path=context.blobs.place(file.hash), problem=NO_PICTURE)
