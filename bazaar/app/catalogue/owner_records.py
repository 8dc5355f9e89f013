"""What store owners publish beside their listings: profile, contact, arbiter's offer."""

import logging
from collections.abc import Sequence
from typing import Final, TypeVar

import trio

from bazaar.app.context import Context
from bazaar.app.reputation.sales_heads import SalesHeads
from bazaar.domain.errors import BazaarError, MalformedMessageError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import MAX_HEADS, HeadGet, Heads, StoreRecords
from bazaar.domain.stores.records import ArbiterOffer, Contact, Profile, StoreHead
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import Signed, verify, verify_as
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

MAX_SEEKS: Final = 3
SEEK_SECONDS: Final = 2.0

R = TypeVar("R", bound=Body)


class OwnerRecords:
    """Asks peers for records of owners, checks them and keeps the newest."""

    def __init__(self, context: Context, chains: SalesHeads) -> None:
        self._context = context
        self._chains = chains

    async def ask(self, peer: bytes, keys: Sequence[bytes]) -> tuple[StoreRecords, ...]:
        """What ``peer`` holds of owners; no keys asks for its own. Keeps nothing.

        Raises what ``Exchange.request`` does, or MalformedMessageError.
        """
        request = encode(HeadGet(tuple(keys)))
        reply = await self._context.exchange.request(
            peer, RequestType.HEAD_GET, request
        )
        return decode(Heads, reply).stores

    async def fetch(self, owner: bytes, peer: bytes) -> tuple[StoreRecords, ...]:
        """Ask ``peer`` for the records of ``owner`` and keep them. Raises as ``ask``."""
        told = await self.ask(peer, (owner,))
        for records in told:
            await self.keep(owner, records, peer)
        return told

    async def fetch_many(self, heads: Sequence[Signed[StoreHead]], peer: bytes) -> None:
        """Keep what ``peer`` holds of owners whose profile is not here, 16 at once. Never raises."""
        lacking = [
            head.author
            for head in heads
            if not await self.has_profile(head.author, head.body.profile)
        ]
        for start in range(0, len(lacking), MAX_HEADS):
            owners = lacking[start : start + MAX_HEADS]
            try:
                told = await self.ask(peer, owners)
                for owner, records in zip(owners, told, strict=False):
                    await self.keep(owner, records)
            except BazaarError as error:
                log.info("a peer told no records", extra={"why": type(error).__name__})
                return

    async def has_profile(self, owner: bytes, profile: bytes) -> bool:
        """Whether the profile held of ``owner`` is the one of id ``profile``."""
        held = await self._context.catalogue.record(Kind.PROFILE, owner)
        return held is not None and verify(held, self._context.network.id).id == profile

    async def keep(
        self, owner: bytes, records: StoreRecords, teller: bytes | None = None
    ) -> None:
        """Keep what is newer. Raises MalformedMessageError if any is somebody else's."""
        kinds = (
            (Profile, records.profile),
            (Contact, records.contact),
            (ArbiterOffer, records.offer),
        )
        for kind, envelope in kinds:
            if envelope is None:
                continue
            record = verify_as(kind, envelope, self._context.network.id)
            if record.author != owner:
                raise MalformedMessageError("a record of somebody else")
            await self._context.catalogue.keep_record(record, self._context.now())
            if isinstance(record.body, Contact):
                self._context.exchange.learn(owner, record.body.ways, teller)
        await self._chains.keep_all(owner, records.chains)

    async def seek(self, key: bytes) -> None:
        """Ask a few connected peers for the records of ``key``. Never raises."""
        peers = [one.key for one in self._context.exchange.peers() if one.key != key]
        for peer in peers[:MAX_SEEKS]:
            try:
                with trio.fail_after(SEEK_SECONDS):
                    await self.fetch(key, peer)
            except (BazaarError, trio.TooSlowError) as error:
                why = type(error).__name__
                log.info("a peer did not tell of another", extra={"why": why})

    async def held(self, kind: int, body: type[R], key: bytes) -> Signed[R] | None:
        """The record of one kind as last known, the own one included; or None."""
        envelope = await self._context.catalogue.record(kind, key)
        if envelope is None and key == self._context.me:
            with self._context.book.unit() as unit:
                row = unit.record(kind)
            envelope = row.envelope if row else None
        return verify_as(body, envelope, self._context.network.id) if envelope else None
