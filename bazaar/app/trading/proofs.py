"""Proofs that a key contradicted itself: kept for ever, told once to every peer, fetched on demand (10).

A key with a proof against it is shown so, and nothing new is begun with it by default.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Final, NamedTuple

import trio

from bazaar.app.context import Context
from bazaar.app.ports import BookError, Request, Unit
from bazaar.domain.errors import (
    BazaarError,
    MalformedMessageError,
    NotAllowedError,
    NotFoundError,
    PeerError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.reputation import (
    MAX_PROOF_IDS,
    Heard,
    ProofAnnounce,
    ProofAnswer,
    ProofGet,
)
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.trading.proof import Proof, check_proof, make_proof, proof_id
from bazaar.domain.trading.trade import Trade

log = logging.getLogger(__name__)

MAX_PROOFS_OF_A_KEY: Final = 16
MAX_PROOFS: Final = 1_000
"""What others bring is kept up to this number; what this node finds itself always is."""

MAX_WANTED: Final = 1_000
MAX_UNWANTED: Final = 10_000
MAX_PEERS_TOLD: Final = 5_000
REQUEST_SECONDS: Final = 30.0
LOOK_SECONDS: Final = 600.0
DEAL_WITH_FLAGGED: Final = "user:deal_with_flagged"


class Proofs:
    """Tells peers of proofs and takes theirs; a false one counts against who brought it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._news = trio.Event()
        self._send, self._wanted = trio.open_memory_channel[tuple[bytes, bytes]](
            MAX_WANTED
        )
        self._told: dict[bytes, int] = {}
        self._telling: set[bytes] = set()
        self._unwanted: set[bytes] = set()

    def handlers(self) -> dict[RequestType, Callable[[Request], Awaitable[bytes]]]:
        """Frame type to handler."""
        return {
            RequestType.PROOF_ANNOUNCE: self.announced,
            RequestType.PROOF_GET: self.get,
        }

    async def announced(self, request: Request) -> bytes:
        """A peer holds these; what is lacking here is asked for after this answer."""
        with self._context.book.unit() as unit:
            lacking = [
                one
                for one in decode(ProofAnnounce, request.body).ids
                if one not in self._unwanted and unit.proof(one) is None
            ]
        try:
            for one in lacking:
                self._send.send_nowait((request.peer, one))
        except trio.WouldBlock:
            log.warning("too many proofs at once", extra={"queue": MAX_WANTED})
        return encode(Heard())

    async def get(self, request: Request) -> bytes:
        """One proof by its id. Raises NotFoundError."""
        with self._context.book.unit() as unit:
            proof = unit.proof(decode(ProofGet, request.body).id)
        if proof is None:
            raise NotFoundError("there is no such proof here")
        return encode(ProofAnswer(proof))

    # ------------------------------------------------------------- telling

    def nudge(self) -> None:
        """There may be a new proof; never blocks, also from within a unit."""
        self._news.set()

    async def run(self) -> None:
        """Tell and fetch, for ever; ends by cancellation, with every proof kept or not."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._fetch_all)
            while True:
                for peer in self._to_tell():
                    nursery.start_soon(self.tell, peer)
                with trio.move_on_after(LOOK_SECONDS):
                    await self._news.wait()
                self._news = trio.Event()

    def _to_tell(self) -> list[bytes]:
        """Who is there and was told less than there is; all of them if the book fails."""
        told = {
            one.key: self._told.get(one.key, 0)
            for one in self._context.exchange.peers()
        }
        if not told:
            return []
        try:
            with self._context.book.unit() as unit:
                newest = unit.newest_proof()
        except BookError:
            return list(told)
        return [peer for peer, number in told.items() if number < newest]

    async def tell(self, peer: bytes) -> None:
        """Announce what ``peer`` was not told in this run. Never raises."""
        if peer in self._telling:
            return
        self._telling.add(peer)
        try:
            with trio.move_on_after(REQUEST_SECONDS):
                while ids := self._untold(peer):
                    body = encode(ProofAnnounce(tuple(one for _, one in ids)))
                    kind = RequestType.PROOF_ANNOUNCE
                    await self._context.exchange.request(peer, kind, body)
                    self._note_told(peer, ids[-1][0])
        except BazaarError as error:
            log.info("a peer was not told", extra={"why": type(error).__name__})
        finally:
            self._telling.discard(peer)

    def _untold(self, peer: bytes) -> list[tuple[int, bytes]]:
        with self._context.book.unit() as unit:
            return unit.proof_ids(self._told.get(peer, 0), MAX_PROOF_IDS)

    def _note_told(self, peer: bytes, number: int) -> None:
        self._told.pop(peer, None)
        self._told[peer] = number
        if len(self._told) > MAX_PEERS_TOLD:
            del self._told[next(iter(self._told))]

    # ------------------------------------------------------------- taking

    async def _fetch_all(self) -> None:
        async for peer, wanted in self._wanted:
            try:
                with trio.move_on_after(REQUEST_SECONDS):
                    await self._fetch(peer, wanted)
            except PeerError as error:
                log.info("a false proof", extra={"why": type(error).__name__})
                self._context.exchange.blame(peer, error)
            except BazaarError as error:
                log.info("no proof", extra={"why": type(error).__name__})

    async def _fetch(self, peer: bytes, wanted: bytes) -> None:
        with self._context.book.unit() as unit:
            held = unit.proof(wanted) is not None
        if held or not self._context.has_space():
            return
        reply = await self._context.exchange.request(
            peer, RequestType.PROOF_GET, encode(ProofGet(wanted))
        )
        data = decode(ProofAnswer, reply).proof
        if proof_id(data) != wanted:
            raise MalformedMessageError("the proof does not have its id")
        self._take(check_proof(data, self._context.network.id))

    def _take(self, proof: Proof) -> None:
        with self._context.book.unit() as unit:
            is_full = len(unit.proof_ids(0, MAX_PROOFS)) >= MAX_PROOFS
            kept = not is_full and keep(unit, proof, self._context.now())
        if kept:
            self._context.emit("order", {})
            self.nudge()
        elif len(self._unwanted) < MAX_UNWANTED:
            self._unwanted.add(proof.id)


def keep(unit: Unit, proof: Proof, now: int) -> bool:
    """Keep a proof for ever; False if enough of its signer's are held."""
    if is_full(unit, proof.signer):
        return False
    unit.put_proof(proof.data, proof.subject, proof.number, proof.signer, now)
    return True


def is_full(unit: Unit, signer: bytes) -> bool:
    """Whether more proofs against ``signer`` would say nothing new."""
    return len(unit.proofs(signer)) >= MAX_PROOFS_OF_A_KEY


class Contradiction(NamedTuple):
    """Two verified envelopes of ``signer`` that may contradict each other."""

    signer: bytes
    first: bytes
    second: bytes


def note(unit: Unit, context: Context, found: Iterable[Contradiction]) -> bool:
    """Keep the proofs that are in ``found``; whether any says something new."""
    is_new = False
    full: set[bytes] = set()
    for one in found:
        if one.signer in full or is_full(unit, one.signer):
            full.add(one.signer)
            continue
        proof = make_proof(one.first, one.second, context.network.id)
        if proof is not None and unit.proof(proof.id) is None:
            is_new |= keep(unit, proof, context.now())
    return is_new


def contradictions(trade: Trade) -> Iterator[Contradiction]:
    """Forks of a trade's chains, and a seat's second Rulings of one part."""
    for fork in trade.forks:
        signer, first, second = fork.first.author, fork.first, fork.second
        yield Contradiction(signer, first.envelope, second.envelope)
    for role, seat in trade.contract.seats.items():
        for part in range(len(trade.contract.offer.parts)):
            rulings = trade.facts.own_rulings(role, part)
            for later in rulings[1:]:
                yield Contradiction(seat.key, rulings[0].envelope, later.envelope)


def is_refused(unit: Unit, key: bytes) -> bool:
    """Whether nothing new is begun with ``key``: a proof stands, and the user allowed nothing."""
    return bool(unit.proofs(key)) and unit.setting(DEAL_WITH_FLAGGED) != b"True"


def refuse_flagged(unit: Unit, keys: Iterable[bytes]) -> None:
    """Refuse to begin anything new with a flagged key, unless the user allowed it.

    Raises NotAllowedError (EQUIVOCATION) in words.
    """
    if any(is_refused(unit, key) for key in keys):
        raise NotAllowedError(
            "somebody in this signed two things that contradict each other; only your "
            "settings can allow it all the same",
            ReplyCode.EQUIVOCATION,
        )
