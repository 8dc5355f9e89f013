"""Own records as others hold them: the newest of each kind, adopted if the book's are older."""

from typing import Any, Final

from bazaar.app.context import Context
from bazaar.app.market import Market
from bazaar.app.ports import RecordRow, Unit
from bazaar.app.slot_chain import take_head
from bazaar.domain.envelope import Signed, verify_as
from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.exchange.stores import StoreRecords
from bazaar.domain.kinds import Kind
from bazaar.domain.records import ArbiterOffer, Contact, Profile
from bazaar.domain.slots import SalesHead

KINDS: Final = (
    (Kind.PROFILE, Profile, "profile"),
    (Kind.CONTACT, Contact, "contact"),
    (Kind.ARBITER_OFFER, ArbiterOffer, "offer"),
)


class OwnPast:
    """What the peers that were asked hold of us; in memory only."""

    def __init__(self, context: Context, market: Market) -> None:
        self._context = context
        self._market = market
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

    async def ask(self, peer: bytes) -> None:
        """Take what ``peer`` holds of us. Raises what a request does, or MalformedMessageError."""
        for records in await self._market.records.ask(peer, (self._context.me,)):
            self._take(records)

    def _take(self, records: StoreRecords) -> None:
        for kind, body, name in KINDS:
            envelope = getattr(records, name)
            if envelope is None:
                continue
            record: Signed[Any] = verify_as(body, envelope, self._context.network.id)
            if record.author != self._context.me:
                raise MalformedMessageError("a record of somebody else")
            held = self._held.get(kind)
            if held is None or held.body.seq < record.body.seq:
                self._held[kind] = record
        for envelope in records.chains:
            head = verify_as(SalesHead, envelope, self._context.network.id)
            if head.author != self._context.me:
                raise MalformedMessageError("a SalesHead of somebody else")
            self._chains.append(head)

    def adopt(self, unit: Unit) -> None:
        """Put each record that is newer than the book's in its place."""
        for kind, record in self._held.items():
            row = unit.record(kind)
            seq = record.body.seq
            if row is None or row.seq < seq:
                unit.put_record(RecordRow(kind, "", seq, record.id, record.envelope))
        for head in self._chains:
            take_head(unit, head)
