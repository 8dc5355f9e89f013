"""The command line as argparse sees it; global options stand before or after the command."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, NoReturn

from bazaar.cli.failures import UsageError
from bazaar.cli.output import Output, Shown
from bazaar.config import Backup, Config, Made, NewIdentity, NodeOptions, Restore
from bazaar.domain.errors import InputError
from bazaar.rpc.client import Client


class DemoOptions(NamedTuple):
    """What ``bazaar demo`` runs with."""

    keep: bool
    gui: bool
    json: bool


class Check(NamedTuple):
    """One finding of ``doctor``."""

    name: str
    ok: bool
    words: str


def _nothing_to_check(_: Config) -> list[Check]:
    return []


def _no_backup(_: Path, __: str) -> Backup:
    raise InputError("", "this program cannot read backups")


def _no_restore(_: Restore) -> Backup:
    raise InputError("", "this program cannot restore backups")


class Hooks(NamedTuple):
    """What the composition root gives, so that the terminal needs none of its siblings.

    Attributes:
        create: Make keys and book of a new home; raises BazaarError or OSError.
        run_node: Run the node until it is stopped; returns the exit code.
        check_home: What ``doctor`` finds out about database and keys.
        look_into: What a backup file says of itself, given its 24 words.
        restore: Make a home of a backup.
    """

    create: Callable[[NewIdentity], Made]
    run_node: Callable[[NodeOptions], int]
    open_app: Callable[[Config, str], int]
    run_demo: Callable[[DemoOptions], int]
    check_home: Callable[[Config], list[Check]] = _nothing_to_check
    look_into: Callable[[Path, str], Backup] = _no_backup
    restore: Callable[[Restore], Backup] = _no_restore


class Context(NamedTuple):
    """What a command that asks no node works with."""

    config: Config
    output: Output
    hooks: Hooks
    stay: bool


Ask = Callable[[argparse.Namespace, Client], Shown]
Do = Callable[[argparse.Namespace, Context], int]


class Parser(argparse.ArgumentParser):
    """Raises UsageError instead of leaving the process."""

    def error(self, message: str) -> NoReturn:
        """Called by argparse."""
        raise UsageError(message, self.format_usage())


class Commands:
    """Commands of one level, each with the global options."""

    def __init__(self, parser: Parser, *, required: bool) -> None:
        self._found = parser.add_subparsers(
            metavar="COMMAND", required=required, parser_class=Parser
        )

    def ask(self, name: str, text: str, run: Ask) -> Parser:
        """Add a command that asks the node."""
        return self._add(name, text, {"ask": run})

    def do(self, name: str, text: str, run: Do) -> Parser:
        """Add a command that works without the local door."""
        return self._add(name, text, {"do": run})

    def group(self, name: str, text: str) -> "Commands":
        """Add a word that further commands follow."""
        return Commands(self._add(name, text, {}), required=True)

    def _add(self, name: str, text: str, defaults: dict[str, object]) -> Parser:
        parser = self._found.add_parser(
            name,
            help=text,
            description=text,
            parents=[_everywhere()],
            allow_abbrev=False,
        )
        parser.set_defaults(**defaults)
        return parser


def build(
    registers: "tuple[Callable[[Commands], None], ...]", no_command: Do
) -> Parser:
    """The whole parser; ``registers`` add their commands."""
    parser = Parser(
        prog="bazaar",
        description="A marketplace without a middleman. Without a command: the desktop app.",
        parents=[_everywhere()],
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action="store_true", help="say which version this is"
    )
    parser.set_defaults(do=no_command)
    commands = Commands(parser, required=False)
    for register in registers:
        register(commands)
    return parser


def _everywhere() -> Parser:
    """Options of every command; suppressed defaults keep what stood further left."""
    parser = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    parser.add_argument("--home", metavar="DIR", help="folder of the identity")
    parser.add_argument(
        "--network", metavar="NAME", help="main, test or local:NAME[/N]"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    parser.add_argument(
        "--stay",
        action="store_true",
        help="keep a node running that this command started",
    )
    return parser
