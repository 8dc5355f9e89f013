"""Keeps mail for others: agreements, deposits, collecting and deleting (PROTOCOL.md 8.6).

Off unless the user set ``serves_mail``; what was agreed before can still be collected.
"""

import hashlib
import logging
import secrets
from collections.abc import Callable
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.ports import (
    Agreement,
    Deposit,
    MailError,
    MailStore,
    Request,
    Screen,
    Unit,
)
from bazaar.domain.delivery.mail import (
    MAIL_LIFE_SECONDS,
    MAX_AGREEMENT_SECONDS,
    MAX_RECIPIENTS,
    Pair,
    check_signed,
    drop_bytes,
    keep_bytes,
    kept_bytes,
    lock_of,
    receipt_bytes,
    sign,
    take_bytes,
)
from bazaar.domain.delivery.seal import BLOB_SIZES
from bazaar.domain.delivery.work import HOUR_SECONDS, Work
from bazaar.domain.errors import (
    MalformedMessageError,
    NotFoundError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import MAX_ANSWER_BYTES, decode, encode
from bazaar.domain.exchange.mail import (
    MAIL_SCREEN_BYTES,
    Answered,
    MailDrop,
    MailDropped,
    MailHeader,
    MailKeep,
    MailKept,
    MailPut,
    MailReceipt,
    MailTake,
    MailTaken,
    mail_header,
)
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.stores.records import CLOCK_SECONDS

log = logging.getLogger(__name__)

SERVES_MAIL: Final = "user:serves_mail"
CONTACTS_ONLY: Final = "user:mail_contacts_only"
"""New agreements are made with contacts alone; those there are stay until they end."""
CHALLENGE_SECONDS: Final = 60
CHALLENGE_BYTES: Final = 32
MAX_FRAMING_BYTES: Final = 256
"""More than anything in a deposit beside the blob."""


class MailHost:
    """Serves ``mail.put``, ``mail.take``, ``mail.drop`` and ``mail.keep``."""

    def __init__(self, context: Context, store: MailStore) -> None:
        self._context = context
        self._store = store
        self._serves = False
        self._contacts_only = False
        self.knows: Callable[[Unit, bytes], bool] = lambda _unit, _key: False
        """Whether a key is one of the user's contacts, told by who knows them."""

        self._challenges: dict[bytes, tuple[bytes, int]] = {}
        self._visits: dict[bytes, int] = {}

    def listen(self) -> None:
        """Answer peers from now on."""
        exchange = self._context.exchange
        screen = Screen(MAIL_SCREEN_BYTES, self._screen)
        exchange.serve(RequestType.MAIL_PUT, self.put, screen)
        exchange.serve(RequestType.MAIL_TAKE, self.take)
        exchange.serve(RequestType.MAIL_DROP, self.drop)
        exchange.serve(RequestType.MAIL_KEEP, self.keep)

    def refresh(self) -> None:
        """Look whether the user wants to serve."""
        with self._context.book.unit() as unit:
            self._serves = unit.setting(SERVES_MAIL) == b"True"
            self._contacts_only = unit.setting(CONTACTS_ONLY) == b"True"

    async def run(self) -> None:
        """Delete what is too old, every hour; ends by cancellation."""
        while True:
            now = self._context.now()
            try:
                self._store.expire(now, now - MAIL_LIFE_SECONDS)
            except MailError as error:
                log.warning("old mail stays", extra={"why": type(error).__name__})
            await trio.sleep(HOUR_SECONDS)

    # ------------------------------------------------------------- agreements

    def agreement(self, recipient: bytes) -> Agreement | None:
        """By which mail of ``recipient`` is kept, unless it has ended."""
        found = self._store.agreement(recipient)
        return found if found and found.until > self._context.now() else None

    def visited(self, recipient: bytes) -> int:
        """When ``recipient`` last collected in this run of the node, or 0."""
        return self._visits.get(recipient, 0)

    async def keep(self, request: Request) -> bytes:
        """Serve a recipient, or end that; the newest signed wish counts."""
        asked = decode(MailKeep, request.body)
        pair = self._pair(request.peer)
        said = keep_bytes(pair, asked.at, asked.until, asked.locks)
        check_signed(request.peer, said, asked.signature)
        now = self._context.now()
        self._check_wish(request.peer, asked, now)
        until = min(asked.until, now + MAX_AGREEMENT_SECONDS)
        try:
            if asked.until <= asked.at:
                self._store.end(request.peer)
            else:
                agreement = Agreement(request.peer, asked.at, until, asked.signature)
                self._store.agree(agreement, asked.locks)
        except MailError as error:
            raise RefusedError(ReplyCode.NO_SPACE) from error
        return encode(MailKept(until, self._sign(kept_bytes(pair, until, said))))

    def _check_wish(self, recipient: bytes, asked: MailKeep, now: int) -> None:
        before = self._store.agreement(recipient)
        if asked.at > now + CLOCK_SECONDS or (before and asked.at < before.at):
            raise RefusedError(ReplyCode.STALE)
        if asked.until <= asked.at:
            return
        if not self._serves or not self._may_be_served(recipient):
            raise NotFoundError("this node keeps no mail")
        if before is None and self._store.recipients() >= MAX_RECIPIENTS:
            raise RefusedError(ReplyCode.LIMIT)

    def _may_be_served(self, recipient: bytes) -> bool:
        if not self._contacts_only:
            return True
        with self._context.book.unit() as unit:
            return self.knows(unit, recipient)

    # ------------------------------------------------------------- deposits

    async def put(self, request: Request) -> bytes:
        """Keep a blob and sign a receipt; the header was judged before the blob was read."""
        deposit = decode(MailPut, request.body)
        header = decode(MailHeader, deposit.header)
        with_token = self._judged(request.peer, header, len(deposit.blob))
        is_whole = hashlib.sha256(deposit.blob).digest() == header.hash
        if len(deposit.blob) not in BLOB_SIZES or not is_whole:
            raise MalformedMessageError("the blob is not what its header says")
        now = self._context.now()
        kept = Deposit(header.recipient, request.peer, now, with_token, deposit.blob)
        try:
            self._store.put(kept)
        except MailError as error:
            raise RefusedError(ReplyCode.NO_SPACE) from error
        said = receipt_bytes(self._pair(header.recipient), header.hash, now)
        return encode(MailReceipt(now, self._sign(said)))

    def _screen(self, request: Request, length: int) -> None:
        """Refuse a deposit by its header, before its blob is read."""
        size = max((one for one in BLOB_SIZES if one < length), default=0)
        if not 0 < length - size <= MAX_FRAMING_BYTES or size == 0:
            raise MalformedMessageError("no blob has this size")
        self._judged(request.peer, mail_header(request.body), size)

    def _judged(self, sender: bytes, header: MailHeader, size: int) -> bool:
        """Whether a deposit shows a token; raises the refusal of one that may not be kept."""
        now = self._context.now()
        agreement = self._store.agreement(header.recipient)
        if not self._serves or agreement is None or agreement.until <= now:
            raise NotFoundError("no mail is kept for this key")
        token = header.token
        has_token = token is not None and self._store.has_lock(
            header.recipient, lock_of(token)
        )
        used = self._store.used(header.recipient, sender)
        fits = used.has_room(size, token=has_token)
        if not fits or not self._context.has_space():
            raise RefusedError(ReplyCode.NO_SPACE)
        work = Work(self._context.me, header.recipient, header.hour, header.hash)
        if has_token or (work.is_recent(now) and work.zeros(header.nonce) >= used.bits):
            return has_token
        numbers = (used.bits, now // HOUR_SECONDS)
        raise RefusedError(ReplyCode.NEED_WORK, numbers=numbers)

    # ------------------------------------------------------------- collecting

    async def take(self, request: Request) -> bytes:
        """Letters above a number for who answers the challenge; else a challenge alone."""
        asked = decode(MailTake, request.body)
        if self._store.agreement(request.peer) is None:
            raise NotFoundError("no mail is kept for you")
        if asked.answered is None:
            return encode(MailTaken(self._challenge(request.peer), ()))
        pair, challenge = self._pair(request.peer), asked.answered.challenge
        said = take_bytes(pair, challenge, asked.after)
        self._check_answer(request.peer, asked.answered, said)
        self._visits[request.peer] = self._context.now()
        letters = self._store.take(request.peer, asked.after, MAX_ANSWER_BYTES)
        return encode(MailTaken(self._challenge(request.peer), tuple(letters)))

    async def drop(self, request: Request) -> bytes:
        """Delete letters of who answers the challenge."""
        asked = decode(MailDrop, request.body)
        pair, challenge = self._pair(request.peer), asked.answered.challenge
        said = drop_bytes(pair, challenge, asked.numbers)
        self._check_answer(request.peer, asked.answered, said)
        try:
            count = self._store.drop(request.peer, asked.numbers)
        except MailError as error:
            raise RefusedError(ReplyCode.NO_SPACE) from error
        return encode(MailDropped(self._challenge(request.peer), count))

    def _challenge(self, recipient: bytes) -> bytes:
        challenge = secrets.token_bytes(CHALLENGE_BYTES)
        self._challenges[recipient] = challenge, self._context.now()
        return challenge

    def _check_answer(self, recipient: bytes, answered: Answered, said: bytes) -> None:
        challenge, given = self._challenges.pop(recipient, (b"", 0))
        is_old = self._context.now() - given > CHALLENGE_SECONDS
        if answered.challenge != challenge or is_old:
            raise RefusedError(ReplyCode.STALE)
        check_signed(recipient, said, answered.signature)

    def _pair(self, recipient: bytes) -> Pair:
        return Pair(self._context.network.id, self._context.me, recipient)

    def _sign(self, said: bytes) -> bytes:
        return sign(self._context.identity.signing_key, said)
