"""Where the passphrase of the keys comes from: a file, the terminal, or nowhere on local networks."""

import getpass
import sys

from bazaar.cli.failures import LocalError, UsageError
from bazaar.cli.output import Output
from bazaar.config import UNLOCK_FILE_VARIABLE, Config


def known_passphrase(config: Config, output: Output) -> str:
    """The passphrase of existing keys.

    Raises UsageError without a terminal to ask on, OSError when the file cannot be read.
    """
    given = _given(config, output)
    return getpass.getpass("Passphrase: ") if given is None else given


def new_passphrase(config: Config, output: Output) -> str:
    """A passphrase for keys about to be made; asked twice. Raises as ``known_passphrase``."""
    given = _given(config, output)
    if given is not None:
        return given
    first = getpass.getpass("New passphrase for your keys: ")
    if getpass.getpass("Once more: ") != first:
        raise LocalError("passphrase", "the two passphrases differ; nothing was made")
    return first


def passphrase_from_pipe() -> str:
    """The passphrase that the command which started this node wrote to it."""
    return sys.stdin.readline().rstrip("\n")


def _given(config: Config, output: Output) -> str | None:
    if config.passphrase_file is not None:
        return config.passphrase_file.read_text().rstrip("\r\n")
    if config.is_local:
        output.note("local network: the keys have an empty passphrase")
        return ""
    if not sys.stdin.isatty():
        raise UsageError(
            f"no terminal to ask for the passphrase; set {UNLOCK_FILE_VARIABLE}"
        )
    return None
