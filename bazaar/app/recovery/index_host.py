"""Keeps the sealed trade indexes of those whose mail this node keeps (PROTOCOL.md 14)."""

import logging
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.ports import MailError, MailStore, Request
from bazaar.domain.delivery.mail import MAIL_OF
from bazaar.domain.errors import (
    BazaarError,
    MalformedMessageError,
    NotFoundError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.recovery import IndexGet, IndexKept, IndexPut, IndexShown
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.recovery.trade_index import INDEX_SIZES
from bazaar.domain.stores.records import CLOCK_SECONDS

log = logging.getLogger(__name__)

PROVIDE_SECONDS: Final = 60.0


class IndexHost:
    """Serves ``index.put`` and ``index.get`` to recipients with an agreement, each its own."""

    def __init__(self, context: Context, store: MailStore) -> None:
        self._context = context
        self._store = store
        self._provided: set[bytes] = set()
        self._nudged = trio.Event()

    def listen(self) -> None:
        """Answer peers from now on."""
        self._context.exchange.serve(RequestType.INDEX_PUT, self.put)
        self._context.exchange.serve(RequestType.INDEX_GET, self.get)

    async def put(self, request: Request) -> bytes:
        """Keep the asker's index in place of the one before.

        Raises NotFoundError, MalformedMessageError or RefusedError (STALE, NO_SPACE).
        """
        asked = decode(IndexPut, request.body)
        self._check_served(request.peer)
        if len(asked.blob) not in INDEX_SIZES:
            raise MalformedMessageError("no index has this size")
        if asked.at > self._context.now() + CLOCK_SECONDS:
            raise RefusedError(ReplyCode.STALE)
        if not self._context.has_space():
            raise RefusedError(ReplyCode.NO_SPACE)
        try:
            is_kept = self._store.put_index(request.peer, asked.at, asked.blob)
        except MailError as error:
            raise RefusedError(ReplyCode.NO_SPACE) from error
        if not is_kept:
            raise RefusedError(ReplyCode.STALE)
        if request.peer not in self._provided:
            self._nudged.set()
        return encode(IndexKept(asked.at))

    async def get(self, request: Request) -> bytes:
        """The asker's own index. Raises NotFoundError for who is not served."""
        decode(IndexGet, request.body)
        self._check_served(request.peer)
        at, blob = self._store.index(request.peer) or (0, None)
        return encode(IndexShown(at, blob))

    async def run(self) -> None:
        """Say in the directory whose mail is kept here: who lost all but his words looks there.

        Ends by cancellation; the directory repeats what it was told.
        """
        while True:
            self._nudged = trio.Event()
            try:
                for owner in set(self._store.index_owners()) - self._provided:
                    self._provided.add(owner)
                    await self._context.directory.provide(MAIL_OF + owner)
            except BazaarError as error:
                log.info("not told", extra={"why": type(error).__name__})
            with trio.move_on_after(PROVIDE_SECONDS):
                await self._nudged.wait()

    def _check_served(self, recipient: bytes) -> None:
        if self._store.agreement(recipient) is None:
            raise NotFoundError("no mail is kept for you")
