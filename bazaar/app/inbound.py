"""What peers put into this node: verify, store, commit, acknowledge, then act (8.3).

Each kind has one receiver; a fault of one envelope never touches its neighbours.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bazaar.app.context import Context
from bazaar.app.ports import Request, Unit
from bazaar.domain.bodies import KIND_OF
from bazaar.domain.delivery import Ack
from bazaar.domain.envelope import Signed, verify
from bazaar.domain.errors import (
    BazaarError,
    InputError,
    PeerError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange import Put, PutAnswer, decode, encode
from bazaar.domain.kinds import Kind

log = logging.getLogger(__name__)

Receiver = Callable[[Unit, Signed[Any]], None]


class Inbound:
    """Serves ``put``; ``done`` is told once after each commit that kept something."""

    def __init__(
        self,
        context: Context,
        receivers: Mapping[Kind, Receiver],
        done: Callable[[], None],
    ) -> None:
        self._context = context
        self._receivers = receivers
        self._done = done
        self._refused: Counter[str] = Counter()

    def counters(self) -> dict[str, int]:
        """How many envelopes were refused, by reply code."""
        return dict(sorted(self._refused.items()))

    async def put(self, request: Request) -> bytes:
        """Answer one put. Raises MalformedMessageError for a put that is none."""
        taken = [self._take(one) for one in decode(Put, request.body).envelopes]
        kept = tuple(dict.fromkeys(subject for _, subject in taken if subject))
        ack = self._context.sign(Ack(self._context.me, kept)) if kept else None
        if kept:
            self._done()
        codes = tuple(code for code, _ in taken)
        return encode(PutAnswer(codes, ack.envelope if ack else None))

    def take_all(self, envelopes: Iterable[bytes]) -> frozenset[bytes]:
        """Take what a resync brought; the ids of what was kept."""
        taken = [self._take(envelope) for envelope in envelopes]
        self._done()
        return frozenset(subject for _, subject in taken if subject)

    def _take(self, envelope: bytes) -> tuple[int, bytes | None]:
        code, kept = self._judged(envelope)
        if code != ReplyCode.OK:
            self._refused[f"put.refused_{ReplyCode(code).name.lower()}"] += 1
        return code, kept

    def _judged(self, envelope: bytes) -> tuple[int, bytes | None]:
        try:
            message = verify(envelope, self._context.network.id)
            receive = self._receivers.get(KIND_OF[type(message.body)])
            if receive is None:
                return ReplyCode.WRONG_STATE, None
            with self._context.book.unit() as unit:
                receive(unit, message)
        except PeerError as error:
            log.info("refused what a peer put", extra={"why": repr(error)})
            return error.code, None
        except RefusedError as error:
            log.info("refused what a peer put", extra={"why": repr(error)})
            return error.code, None
        except (InputError, BazaarError) as error:
            log.info("refused what a peer put", extra={"why": repr(error)})
            return ReplyCode.MALFORMED, None
        return ReplyCode.OK, message.id
