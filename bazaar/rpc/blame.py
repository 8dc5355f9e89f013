"""From an error in the node to what the client is told."""

import logging
from typing import Final

import trio

from bazaar.domain.errors import (
    InputError,
    PeerError,
    PeerUnreachableError,
    RefusedError,
)
from bazaar.rpc.problems import (
    DEADLINE,
    INPUT,
    INTERNAL,
    PEER_FAULT,
    UNREACHABLE,
    Problem,
)

log: Final = logging.getLogger(__name__)


def problem_of(error: Exception) -> Problem:
    """What to answer instead of a result; a bug is logged with its trace."""
    match alone(error):
        case RefusedError() as refused:
            return Problem(refused.code.name.lower(), str(refused))
        case InputError() as wrong:
            return Problem(INPUT, str(wrong), wrong.field)
        case PeerUnreachableError() as silent:
            return Problem(UNREACHABLE, str(silent) or "nobody answered")
        case PeerError() as fault:
            return Problem(PEER_FAULT, f"the other side sent something wrong: {fault}")
        case trio.TooSlowError():
            return Problem(DEADLINE, "it took too long; look before you repeat it")
        case bug:
            return _bug(bug)


def alone(error: Exception) -> Exception:
    """The one error inside nested groups of one, else ``error`` itself."""
    parts: tuple[Exception, ...] = getattr(error, "exceptions", ())
    return alone(parts[0]) if len(parts) == 1 else error


def _bug(bug: Exception) -> Problem:
    log.error("a call met a bug", exc_info=bug)
    return Problem(INTERNAL, "the node met a bug; its log tells more")
