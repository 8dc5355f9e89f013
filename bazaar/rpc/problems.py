"""What may go wrong at the local door, on the wire and for its clients.

* ``RpcError``: a call has no answer.
    * ``CallError``: the node answered with a problem; carries its code and words.
    * ``NodeGoneError``: no node answers at this home, or it went away.
    * ``ImpostorError``: who listens there does not know the token.
    * ``VersionSkewError``: the node speaks another protocol; it must be restarted.
    * ``GarbledError``: bytes that no node sends.
"""

from typing import Final

from msgspec import Struct

INTERNAL: Final = "internal"
INPUT: Final = "input"
UNREACHABLE: Final = "unreachable"
PEER_FAULT: Final = "peer_fault"
DEADLINE: Final = "deadline"
UNKNOWN_CALL: Final = "unknown_call"
TOO_LARGE: Final = "too_large"
SUPERSEDED: Final = "superseded"


class Problem(Struct, frozen=True, omit_defaults=True):
    """Why a call was not done.

    Attributes:
        code: A constant of this module, or the reply code of PROTOCOL.md 3.7 in
            lower case, such as ``wrong_state``.
        words: The reason in a person's words.
        field: The field or option that is wrong, when ``code`` is ``input``.
    """

    code: str
    words: str
    field: str = ""


class RpcError(Exception):
    """A call has no answer."""


class CallError(RpcError):
    """The node answered with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.words)
        self.problem = problem


class NodeGoneError(RpcError):
    """No node answers at this home, or it went away in the middle."""


class ImpostorError(RpcError):
    """Somebody else listens where the node should; nothing was told to it."""


class VersionSkewError(RpcError):
    """The node speaks another protocol than this client."""

    def __init__(self, theirs: int) -> None:
        super().__init__(
            f"the node speaks protocol {theirs}; restart it to finish the update"
        )
        self.theirs = theirs


class GarbledError(RpcError):
    """Bytes that no node of this protocol sends."""
