"""What a command can fail with, its exit code and its words."""

from enum import IntEnum
from typing import NamedTuple

from bazaar.cli.hints import hinted
from bazaar.config import FlagError
from bazaar.domain.errors import BazaarError, InputError, RefusedError
from bazaar.rpc.problems import INPUT, CallError, RpcError


class Exit(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    REFUSED = 1
    MISUSED = 2
    UNREACHABLE = 3
    INTERRUPTED = 130


class UsageError(Exception):
    """The command line is wrong; ``usage`` shows how it would be right."""

    def __init__(self, words: str, usage: str = "") -> None:
        super().__init__(words)
        self.usage = usage


class LocalError(Exception):
    """Refused before any node was asked."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


class Failure(NamedTuple):
    """How a command ends that was not done."""

    exit: Exit
    code: str
    words: str


EXPECTED = (
    UsageError,
    LocalError,
    FlagError,
    BazaarError,
    RpcError,
    OSError,
    UnicodeError,
)


def failure_of(error: Exception) -> Failure:
    """What to say for an error of the kinds in EXPECTED."""
    match error:
        case UsageError() | FlagError():
            return Failure(Exit.MISUSED, "usage", str(error))
        case LocalError():
            return Failure(Exit.REFUSED, error.code, str(error))
        case CallError():
            words = hinted(error.problem.words)
            return Failure(Exit.REFUSED, error.problem.code, words)
        case RpcError():
            return Failure(Exit.UNREACHABLE, "node_unreachable", str(error))
        case OSError():
            return Failure(Exit.REFUSED, "file", _file_words(error))
        case _:
            return Failure(Exit.REFUSED, _code(error), _words(error))


def _words(error: Exception) -> str:
    match error:
        case UnicodeDecodeError():
            return "a file is not text in UTF-8"
        case UnicodeError():
            return "a text holds what is no character and cannot be written"
        case _:
            return str(error)


def _file_words(error: OSError) -> str:
    """What the system said, after the name of the file."""
    if error.filename is None or error.strerror is None:
        return str(error)
    return f"{error.filename}: {error.strerror.lower()}"


def _code(error: Exception) -> str:
    match error:
        case RefusedError():
            return error.code.name.lower()
        case InputError() | UnicodeError():
            return INPUT
        case _:
            return "refused"
