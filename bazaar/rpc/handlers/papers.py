"""order export, slip: the seller's paper work."""

from pathlib import Path

import trio

from bazaar.app.node import Node
from bazaar.app.private_file import write_private
from bazaar.domain.errors import InputError, NotAllowedError
from bazaar.domain.sheets.sheet_text import write_sheet
from bazaar.domain.trading.messages import Role
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.merchant import Exported
from bazaar.rpc.schema.papers import OrderExport, OrderSlip, SlipView
from bazaar.rpc.views.order_reader import OrderReader
from bazaar.rpc.views.papers import HEADER, rows_of, slip_of
from bazaar.rpc.views.people import People

ROLES = {"buyer": Role.BUYER, "seller": Role.SELLER}


class PaperCalls:
    """Writes and shows what is printed."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._reader = OrderReader(node)

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            OrderExport: self.export,
            OrderSlip: self.slip,
        }

    async def export(self, call: OrderExport) -> Exported:
        """A CSV file of purchases or sales, one row for each line of an order."""
        if call.role not in ROLES:
            raise InputError("role", f"one of {', '.join(ROLES)}")
        until = call.until or 2**62
        with self._node.context.book.unit() as unit:
            found = [
                row.id
                for row in unit.trades()
                if row.role == ROLES[call.role] and call.since <= row.created <= until
            ]
        people = People(self._node.context)
        rows: list[tuple[str, ...]] = []
        count = 0
        for trade in found:
            await trio.lowlevel.checkpoint()
            facts = await self._reader.read(trade, people)
            if call.state in {"", facts.trade.state}:
                rows.extend(rows_of(facts))
                count += 1
        file = await trio.to_thread.run_sync(_written, call.file, rows)
        return Exported(file=file, count=count)

    async def slip(self, call: OrderSlip) -> SlipView:
        """What the seller puts into the parcel. Raises NotAllowedError for all others."""
        trade_id = resolve.order(self._node, call.id)
        facts = await self._reader.read(trade_id, People(self._node.context))
        if facts.role is not Role.SELLER:
            raise NotAllowedError("only the seller packs an order")
        return slip_of(facts)


def _written(file: str, rows: list[tuple[str, ...]]) -> str:
    path = Path(file).absolute()
    write_private(path, write_sheet(HEADER, rows))
    return str(path)
