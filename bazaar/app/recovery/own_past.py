"""Own records as others hold them: the newest of each kind, adopted if the book's are older.

The store head leads to more than itself: ``own_store`` brings back what lies under it.
"""

from typing import Any, Final

from bazaar.app.catalogue.market import Market
from bazaar.app.context import Context
from bazaar.app.people.follows import follow_again
from bazaar.app.people.lists import publish_again
from bazaar.app.ports import RecordRow, Unit
from bazaar.app.recovery.own_store import OwnStore
from bazaar.app.reputation.slot_chain import take_head
from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import EnvelopeList, RecordGet
from bazaar.domain.reputation.slots import SalesHead
from bazaar.domain.stores.records import (
    ArbiterOffer,
    BlockList,
    Contact,
    Follow,
    Profile,
)
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.kinds import Kind

KINDS: Final = (
    (Kind.PROFILE, Profile, "profile"),
    (Kind.CONTACT, Contact, "contact"),
    (Kind.ARBITER_OFFER, ArbiterOffer, "offer"),
)
LISTS: Final[tuple[tuple[int, type[Body]], ...]] = (
    (Kind.FOLLOW, Follow),
    (Kind.BLOCK_LIST, BlockList),
)


class OwnPast:
    """What the peers that were asked hold of us; in memory only."""

    def __init__(self, context: Context, market: Market, store: OwnStore) -> None:
        self._context = context
        self._market = market
        self.store = store
        self._held: dict[int, Signed[Any]] = {}
        self._chains: list[Signed[SalesHead]] = []

    @property
    def is_known(self) -> bool:
        """Whether anybody held anything of us."""
        return bool(self._held)

    @property
    def mailboxes(self) -> tuple[bytes, ...]:
        """Those of the newest Contact that was shown."""
        contact = self._held.get(Kind.CONTACT)
        return (
            contact.body.mailboxes
            if contact and isinstance(contact.body, Contact)
            else ()
        )

    def forget(self) -> None:
        """Another restore began: ask anew."""
        self._held, self._chains = {}, []
        self.store.forget()

    async def ask(self, peer: bytes) -> None:
        """Take what ``peer`` holds of us. Raises what a request does, or MalformedMessageError."""
        me = self._context.me
        for records in await self._market.records.ask(peer, (me,)):
            if records.head is not None:
                self.store.saw(records.head, peer)
            for kind, body, name in KINDS:
                self._take(kind, body, getattr(records, name))
            for envelope in records.chains:
                self._take_chain(envelope)
        for kind, body in LISTS:
            asked = encode(RecordGet(kind, me, naming=False, offset=0))
            reply = await self._context.exchange.request(
                peer, RequestType.RECORD_GET, asked
            )
            for envelope in decode(EnvelopeList, reply).envelopes:
                self._take(kind, body, envelope)

    def _take(self, kind: int, body: type[Body], envelope: bytes | None) -> None:
        if envelope is None:
            return
        record: Signed[Any] = verify_as(body, envelope, self._context.network.id)
        if record.author != self._context.me:
            raise MalformedMessageError("a record of somebody else")
        held = self._held.get(kind)
        if held is None or held.body.seq < record.body.seq:
            self._held[kind] = record

    def _take_chain(self, envelope: bytes) -> None:
        head = verify_as(SalesHead, envelope, self._context.network.id)
        if head.author != self._context.me:
            raise MalformedMessageError("a SalesHead of somebody else")
        self._chains.append(head)

    def adopt(self, unit: Unit) -> None:
        """Put each record that is newer than the book's in its place."""
        for kind, record in self._held.items():
            row = unit.record(kind)
            seq = record.body.seq
            if row is not None and row.seq >= seq:
                continue
            unit.put_record(RecordRow(kind, "", seq, record.id, record.envelope))
            match record.body:
                case ArbiterOffer():
                    unit.keep_object(record.id, kind, record.author, record.envelope)
                case Follow(keys=keys):
                    follow_again(unit, keys)
                case BlockList() as warnings:
                    publish_again(unit, warnings)
                case _:
                    pass
        for head in self._chains:
            take_head(unit, head)
