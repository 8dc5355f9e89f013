"""Every error the market raises, by who is to blame.

* ``BazaarError``
    * ``PeerError``: a peer sent bytes that no honest peer can send.
        * ``MalformedMessageError``: the bytes do not decode, or break a bound.
        * ``BadSignatureError``: the signature does not match the bytes.
    * ``RefusedError``: well formed, but not now or not from you; carries a reply code.
        * ``NotAllowedError``: no rule lets this key send this message now.
        * ``StaleStateError``: the decision was made on a state that has moved on.
        * ``NotFoundError``: no such object here.
    * ``PeerUnreachableError``: no peer answered; try again later.
    * ``InputError``: the user's own input breaks a rule; names the field.
    * ``UnitMismatchError``: amounts of different units met.

Who talks to a peer catches ``PeerError`` and scores the peer down; who talks to
the user catches ``RefusedError`` and ``InputError`` and shows the words.
"""

from enum import IntEnum


class ReplyCode(IntEnum):
    """What a node answers instead of content (PROTOCOL.md 3.7)."""

    OK = 0
    MALFORMED = 1
    BAD_SIGNATURE = 2
    UNKNOWN_VERSION = 3
    WRONG_NETWORK = 4
    WRONG_ROLE = 5
    TOO_LARGE = 6
    RATE_LIMITED = 7
    NO_SPACE = 8
    NOT_FOUND = 9
    STALE = 10
    EQUIVOCATION = 11
    STORE_CLOSED = 12
    OUT_OF_STOCK = 13
    BLOCKED = 14
    NEED_WORK = 15
    COLLISION = 16
    LIMIT = 17
    BUSY = 18
    WRONG_STATE = 19


class BazaarError(Exception):
    """Anything that the market itself raises on purpose."""


class PeerError(BazaarError):
    """A peer sent what no honest peer sends; count it against the sender."""

    code: ReplyCode = ReplyCode.MALFORMED


class MalformedMessageError(PeerError):
    """Bytes that do not decode, are not canonical or break a bound."""


class BadSignatureError(PeerError):
    """The signature does not match the bytes."""

    code = ReplyCode.BAD_SIGNATURE


class RefusedError(BazaarError):
    """Well formed, but refused here and now; ``code`` travels to the peer."""

    def __init__(
        self,
        code: ReplyCode,
        words: str = "",
        numbers: tuple[int, ...] = (),
        retry_after_seconds: int = 0,
    ) -> None:
        super().__init__(words or code.name.lower().replace("_", " "))
        self.code = code
        self.numbers = numbers
        self.retry_after_seconds = retry_after_seconds


class NotAllowedError(RefusedError):
    """No rule lets this key send this message now."""

    def __init__(self, words: str = "", code: ReplyCode = ReplyCode.WRONG_ROLE) -> None:
        super().__init__(code, words)


class StaleStateError(RefusedError):
    """The command was based on a state that has moved on; nothing changed."""

    def __init__(self, words: str = "") -> None:
        super().__init__(ReplyCode.WRONG_STATE, words)


class NotFoundError(RefusedError):
    """No such object here; the words name what was looked for."""

    def __init__(self, words: str = "") -> None:
        super().__init__(ReplyCode.NOT_FOUND, words)


class PeerUnreachableError(BazaarError):
    """No address of the peer answered, or the answer did not come in time."""


class InputError(BazaarError):
    """The user's own input breaks a rule.

    Attributes:
        field: Name of the field or option, as the user wrote it.
    """

    def __init__(self, field: str, words: str) -> None:
        super().__init__(f"{field}: {words}" if field else words)
        self.field = field


class UnitMismatchError(BazaarError):
    """Amounts of different units met; a bug of the caller."""
