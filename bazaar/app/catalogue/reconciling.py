"""Reconciles the heads known here with those of peers, and fetches the ones that are lacking.

What a peer's messages claim only says which heads to ask for. A head that does not verify
is not taken, so a forger hides nobody's store but his own.
"""

import logging
import random
from collections.abc import Callable, Sequence
from typing import Final

import trio

from bazaar.app.catalogue.head_news import HeadNews
from bazaar.app.catalogue.owner_records import OwnerRecords
from bazaar.app.catalogue.sync_budget import SyncBudget
from bazaar.app.context import Context
from bazaar.app.ports import Connected, Request
from bazaar.domain.errors import BazaarError, MalformedMessageError, PeerError
from bazaar.domain.exchange.coding import decode, encode, fitting
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import MAX_HEADS_BY_ID, EnvelopeList, HeadsById
from bazaar.domain.stores import reconcile
from bazaar.domain.stores.head import is_fresh
from bazaar.domain.stores.reconcile import (
    MAX_ROUNDS,
    MAX_RUN_BYTES,
    SHORT_BYTES,
    decode_sync,
    encode_sync,
)
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import Signed, author_of, verify_as

log = logging.getLogger(__name__)

PEERS_AT_ONCE: Final = 2
LEAST_PAUSE_SECONDS: Final = 600
MOST_PAUSE_SECONDS: Final = 1_800
FLOOR_SECONDS: Final = 60
"""A local network scales the pause down to this, not below."""

RUN_SECONDS: Final = 60.0
MAX_PULLS: Final = 64
"""Peers that told of heads while they asked; more are dropped until the next run."""


class Reconciling:
    """Asks peers at their greeting and now and then, and answers theirs."""

    def __init__(self, context: Context, records: OwnerRecords, news: HeadNews) -> None:
        self._context = context
        self._records = records
        self._news = news
        self._asked, self._answered = SyncBudget(), SyncBudget()
        self.blocked: Callable[[], frozenset[bytes]] = frozenset
        """Keys of whom nothing is served."""

        self._send, self._pulls = trio.open_memory_channel[
            tuple[bytes, tuple[bytes, ...]]
        ](MAX_PULLS)

    def listen(self) -> None:
        """Answer peers from now on."""
        self._context.exchange.serve(RequestType.SYNC, self.answer)
        self._context.exchange.serve(RequestType.HEADS_BY_ID, self.heads)

    async def run(self) -> None:
        """Reconcile with two peers of different groups every 10 to 30 min, for ever.

        Cancelling leaves what was taken.
        """
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._run_pulls)
            while True:
                await trio.sleep(self._pause())
                for peer in _of_different_groups(self._context.exchange.peers()):
                    await self.reconcile(peer)

    async def greet(self, peer: bytes) -> None:
        """Reconcile with a new connection, if it was we who dialled. Never raises."""
        for one in self._context.exchange.peers():
            if one.key == peer and one.direction == "outbound":
                await self.reconcile(peer)
                return

    async def reconcile(self, peer: bytes) -> int:
        """Find out what ``peer`` knows and we do not, take it; how many heads were new.

        Never raises; cancelling leaves what was taken.
        """
        if not self._asked.may_begin(peer, trio.current_time()):
            return 0
        try:
            with trio.fail_after(RUN_SECONDS):
                lacking = await self._compare(peer)
                taken = await self._pull(peer, lacking)
        except PeerError as error:
            self._context.exchange.blame(peer, error)
        except (BazaarError, trio.TooSlowError) as error:
            log.info("no reconciliation", extra={"why": type(error).__name__})
        else:
            self._news.synced = self._context.now()
            return taken
        return 0

    async def _compare(self, peer: bytes) -> Sequence[bytes]:
        """Short ids of the heads that ``peer`` says to hold and we lack; at most 8 rounds."""
        heads = await self._context.catalogue.known()
        message = reconcile.opening(heads)
        lacking: dict[bytes, None] = {}
        size = 0
        for _ in range(MAX_ROUNDS):
            data = encode_sync(message)
            reply = await self._context.exchange.request(peer, RequestType.SYNC, data)
            size += len(data) + len(reply)
            if size > MAX_RUN_BYTES:
                break
            answer = reconcile.answer(heads, decode_sync(reply))
            lacking |= dict.fromkeys(answer.lacks)
            message = answer.message
            if not message.ranges:
                break
        return tuple(lacking)

    async def _pull(self, peer: bytes, ids: Sequence[bytes]) -> int:
        """Ask ``peer`` for heads; a batch that brings nothing ends it."""
        taken = 0
        for start in range(0, len(ids), MAX_HEADS_BY_ID):
            batch = ids[start : start + MAX_HEADS_BY_ID]
            reply = await self._context.exchange.request(
                peer, RequestType.HEADS_BY_ID, encode(HeadsById(tuple(batch)))
            )
            envelopes = decode(EnvelopeList, reply).envelopes
            heads = await trio.to_thread.run_sync(self._checked, envelopes, batch)
            if not heads:
                break
            taken += await self._keep(peer, heads)
        return taken

    def _checked(
        self, envelopes: Sequence[bytes], asked: Sequence[bytes]
    ) -> list[Signed[StoreHead]]:
        """The newest fresh head of each store in an answer. Raises PeerError for a forgery."""
        newest: dict[bytes, Signed[StoreHead]] = {}
        wanted, now = frozenset(asked), self._context.now()
        for envelope in envelopes:
            head = verify_as(StoreHead, envelope, self._context.network.id)
            if head.id[:SHORT_BYTES] not in wanted:
                raise MalformedMessageError("a head that was not asked for")
            before = newest.get(head.author)
            if is_fresh(head.body, now) and (
                before is None or before.body.seq < head.body.seq
            ):
                newest[head.author] = head
        newest.pop(self._context.me, None)
        return list(newest.values())

    async def _keep(self, peer: bytes, heads: Sequence[Signed[StoreHead]]) -> int:
        room = await self._news.with_room(heads)
        fresh = await self._context.catalogue.keep_heads(room)
        new = [head for head, is_new in zip(room, fresh, strict=True) if is_new]
        wanted = self._news.wanted(new)
        await self._records.fetch_many(wanted, peer)
        self._news.remembered(peer, wanted)
        return len(new)

    # ------------------------------------------------------------- answering

    async def answer(self, request: Request) -> bytes:
        """One message of a peer's run. Raises RefusedError (RATE_LIMITED) beyond its bounds."""
        now = trio.current_time()
        self._answered.check(request.peer, len(request.body), now)
        heads = await self._context.catalogue.known()
        answer = reconcile.answer(heads, decode_sync(request.body))
        reply = encode_sync(answer.message)
        self._answered.spend(request.peer, len(reply))
        if answer.lacks:
            self._pull_soon(request.peer, answer.lacks)
        return reply

    async def heads(self, request: Request) -> bytes:
        """Heads by their short ids; those that are not known are left out."""
        ids = decode(HeadsById, request.body).ids
        blocked = self.blocked()
        found = await self._context.catalogue.heads_by_id(ids)
        served = [one for one in found if author_of(one) not in blocked]
        return encode(EnvelopeList(fitting(served)))

    def _pull_soon(self, peer: bytes, ids: tuple[bytes, ...]) -> None:
        try:
            self._send.send_nowait((peer, ids))
        except trio.WouldBlock:
            log.info("too many peers told of heads at once")

    async def _run_pulls(self) -> None:
        async for peer, ids in self._pulls:
            try:
                with trio.fail_after(RUN_SECONDS):
                    await self._pull(peer, ids)
            except PeerError as error:
                self._context.exchange.blame(peer, error)
            except (BazaarError, trio.TooSlowError) as error:
                log.info("no heads were pulled", extra={"why": type(error).__name__})

    def _pause(self) -> float:
        seconds = random.randint(LEAST_PAUSE_SECONDS, MOST_PAUSE_SECONDS)  # noqa: S311 - no secret
        return max(FLOOR_SECONDS, self._context.network.scaled(seconds))


def _of_different_groups(peers: Sequence[Connected]) -> list[bytes]:
    """Two random peers, of different networks if there are such."""
    shuffled = random.sample(list(peers), len(peers))
    firsts = {group_of(one.address): one for one in reversed(shuffled)}
    others = [one for one in shuffled if one not in firsts.values()]
    return [one.key for one in [*firsts.values(), *others][:PEERS_AT_ONCE]]


def group_of(address: str) -> str:
    """What addresses of one network have in common: the first half of an IPv4 host."""
    host = address.split("/")[2:3]
    return ".".join(host[0].split(".")[:2]) if host else address
