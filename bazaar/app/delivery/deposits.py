"""Leaves messages in the mailboxes of recipients who are away (PROTOCOL.md 8.2, 8.5, 8.6)."""

import hashlib
import logging
from collections.abc import Sequence
from typing import Final, NamedTuple

import trio

from bazaar.app.context import Context
from bazaar.app.delivery.partners import Partners, introduces
from bazaar.app.ports import OutboxRow
from bazaar.domain.delivery.mail import (
    ENOUGH_MAILBOXES,
    Pair,
    check_signed,
    receipt_bytes,
    token,
)
from bazaar.domain.delivery.seal import MAX_MAIL_BYTES, seal_mail
from bazaar.domain.delivery.work import GREATEST_BITS, HOUR_SECONDS, Work
from bazaar.domain.errors import BazaarError, RefusedError, ReplyCode
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.mail import MailHeader, MailPut, MailReceipt
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.stores.records import Contact, Profile
from bazaar.domain.wire.envelope import kind_of
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

DEPOSIT_SECONDS: Final = 60.0
TRIES_AT_ONCE: Final = 4096
"""Hashes between two looks at what else the node has to do: 2 ms."""


class Reader(NamedTuple):
    """Who a message is sealed for, and how he says that he can be reached."""

    key: bytes
    profile: Profile
    contact: Contact


class Deposits:
    """The sender's side: seals, shows a token or works, keeps count of receipts."""

    def __init__(self, context: Context, partners: Partners) -> None:
        self._context = context
        self._partners = partners

    async def leave(self, recipient: bytes, rows: Sequence[OutboxRow]) -> None:
        """Deposit rows with each mailbox that does not hold them yet. Never raises.

        Cancelling leaves each row in the mailboxes whose receipts came.
        """
        try:
            reader = await self._reader(recipient)
            if reader is None:
                return
            if introduces(row.envelope for row in rows):
                with self._context.book.unit() as unit:
                    self._partners.introduce(unit, recipient)
            with trio.move_on_after(DEPOSIT_SECONDS):
                async with trio.open_nursery() as nursery:
                    for host in reader.contact.mailboxes:
                        nursery.start_soon(self._leave_at, host, reader, rows)
        except BazaarError as error:
            log.info("nothing was left", extra={"why": type(error).__name__})

    async def close(self, recipient: bytes, envelope: bytes) -> bytes | None:
        """``envelope`` sealed to ``recipient``; None while nobody knows his key."""
        profile = await self._partners.profile(recipient)
        if profile is None:
            await self._partners.seek(recipient)
            profile = await self._partners.profile(recipient)
        return None if profile is None else self._sealed(profile, envelope)

    def _sealed(self, profile: Profile, envelope: bytes) -> bytes:
        is_fresh = self._context.now() < profile.prekey_until
        return seal_mail(envelope, profile.prekey if is_fresh else profile.box_key)

    async def _reader(self, recipient: bytes) -> Reader | None:
        for is_last in (False, True):
            profile = await self._partners.profile(recipient)
            contact = await self._partners.contact(recipient)
            if profile is not None and contact is not None and contact.mailboxes:
                return Reader(recipient, profile, contact)
            if not is_last:
                await self._partners.seek(recipient)
        return None

    async def _leave_at(
        self, host: bytes, reader: Reader, rows: Sequence[OutboxRow]
    ) -> None:
        for row in rows:
            if len(row.envelope) > MAX_MAIL_BYTES or self._is_there(row, host):
                continue
            try:
                await self._put(host, reader, row.envelope)
                self._note(row, host, reader)
            except BazaarError as error:
                why = type(error).__name__
                log.info("a mailbox did not take mail", extra={"why": why})
                return

    def _is_there(self, row: OutboxRow, host: bytes) -> bool:
        with self._context.book.unit() as unit:
            return host in unit.deposits(row.no)

    def _note(self, row: OutboxRow, host: bytes, reader: Reader) -> None:
        now = self._context.now()
        with self._context.book.unit() as unit:
            unit.deposited(row.no, host, now)
            enough = min(ENOUGH_MAILBOXES, len(reader.contact.mailboxes))
            is_ack = kind_of(row.envelope) == Kind.ACK
            if is_ack and len(unit.deposits(row.no)) >= enough:
                unit.delivered(row.recipient, row.subject, now)
        if kind_of(row.envelope) == Kind.CHAT:
            self._context.emit("chat", {})
        if row.trade is not None:
            self._context.emit("order", {"order_id": row.trade.hex()})

    async def _put(self, host: bytes, reader: Reader, envelope: bytes) -> None:
        profile, me = reader.profile, self._context.me
        blob = self._sealed(profile, envelope)
        digest = hashlib.sha256(blob).digest()
        pair = Pair(self._context.network.id, host, reader.key)
        shown = token(self._context.identity.box_key, profile.box_key, pair, me)
        hour = self._context.now() // HOUR_SECONDS
        header = MailHeader(reader.key, shown, hour, 0, digest)
        try:
            answer = await self._ask(host, header, blob)
        except RefusedError as error:
            work = Work(host, reader.key, hour, digest)
            answer = await self._ask(host, await _worked(work, error), blob)
        receipt = decode(MailReceipt, answer)
        said = receipt_bytes(pair, digest, receipt.at)
        check_signed(host, said, receipt.signature)

    async def _ask(self, host: bytes, header: MailHeader, blob: bytes) -> bytes:
        body = encode(MailPut(encode(header), blob))
        return await self._partners.ask(host, RequestType.MAIL_PUT, body)


async def _worked(work: Work, refusal: RefusedError) -> MailHeader:
    """The header with the work that ``refusal`` asks for; raises it again if it asks none."""
    if refusal.code is not ReplyCode.NEED_WORK:
        raise refusal
    match refusal.numbers:
        case (bits, hour) if bits <= GREATEST_BITS and abs(hour - work.hour) <= 1:
            work = work._replace(hour=hour)
        case _:
            raise refusal
    first = 0
    while (nonce := work.find(bits, range(first, first + TRIES_AT_ONCE))) is None:
        first += TRIES_AT_ONCE
        await trio.lowlevel.checkpoint()
    return MailHeader(work.recipient, None, work.hour, nonce, work.blob)
