"""SalesHeads of others: the furthest of each chain is kept, and two of one place are a proof (11.2)."""

from collections.abc import Callable, Iterable

from bazaar.app.context import Context
from bazaar.app.trading.proofs import Contradiction, note
from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.reputation.slots import SalesHead
from bazaar.domain.wire.envelope import Signed, verify_as


class SalesHeads:
    """Remembers what owners signed about their chains, whoever showed it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.found: Callable[[], None] = lambda: None
        """Called after a proof was noted; must not block."""

    async def held(self, owner: bytes, chain: int) -> Signed[SalesHead] | None:
        """The furthest that is known of one chain."""
        for envelope in await self._context.catalogue.chains(owner):
            head = verify_as(SalesHead, envelope, self._context.network.id)
            if head.body.chain == chain:
                return head
        return None

    async def keep(self, head: Signed[SalesHead]) -> None:
        """Keep ``head`` if it goes further; a contradiction to the one held is noted."""
        held = await self.held(head.author, head.body.chain)
        if held is not None and held.body.n == head.body.n:
            self._compare(held, head)
        await self._context.catalogue.keep_chain(head)

    async def keep_all(self, owner: bytes, envelopes: Iterable[bytes]) -> None:
        """Keep what a peer holds of ``owner``. Raises MalformedMessageError if any is not its."""
        for envelope in envelopes:
            head = verify_as(SalesHead, envelope, self._context.network.id)
            if head.author != owner:
                raise MalformedMessageError("a SalesHead of somebody else")
            await self.keep(head)

    def _compare(self, held: Signed[SalesHead], head: Signed[SalesHead]) -> None:
        if held.body.head == head.body.head:
            return
        found = Contradiction(head.author, held.envelope, head.envelope)
        with self._context.book.unit() as unit:
            is_new = note(unit, self._context, [found])
        if is_new:
            self.found()
