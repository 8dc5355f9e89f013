"""What peers put into this node: verify, store, commit, acknowledge, then act (8.3).

Each kind has one receiver; a fault of one envelope never touches its neighbours.
"""

import logging
from collections.abc import Callable, Mapping
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

    async def put(self, request: Request) -> bytes:
        """Answer one put. Raises MalformedMessageError for a put that is none."""
        codes: list[int] = []
        kept: list[bytes] = []
        for envelope in decode(Put, request.body).envelopes:
            code, subject = self._take(envelope)
            codes.append(code)
            if subject is not None:
                kept.append(subject)
        ack = self._context.sign(Ack(self._context.me, _once(kept))) if kept else None
        if kept:
            self._done()
        return encode(PutAnswer(tuple(codes), ack.envelope if ack else None))

    def _take(self, envelope: bytes) -> tuple[int, bytes | None]:
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


def _once(ids: list[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(ids))
