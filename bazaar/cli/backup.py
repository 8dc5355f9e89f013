"""``backup`` writes everything into one sealed file; ``restore`` makes a home of one."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import Final

from bazaar.cli.failures import Exit, LocalError, UsageError
from bazaar.cli.formats import moment
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands, Context
from bazaar.cli.passphrase import new_passphrase
from bazaar.config import Backup, Restore
from bazaar.rpc.client import Client
from bazaar.rpc.schema.backup import BackupMake, BackupPlan, BackupStateView, BackupView

KIB: Final = 1024


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    backup = commands.ask(
        "backup", "write everything into one sealed file, and test it", _backup
    )
    backup.add_argument("file", metavar="FILE", help="a new file, or an older backup")
    plan = commands.ask(
        "backup-plan", "one backup a week into a folder, the newest three kept", _plan
    )
    where = plan.add_mutually_exclusive_group(required=True)
    where.add_argument("folder", nargs="?", metavar="FOLDER")
    where.add_argument("--off", action="store_true", help="no more of them")
    restore = commands.do(
        "restore", "make a home of a backup and its 24 words", _restore
    )
    restore.add_argument("file", metavar="FILE")
    restore.add_argument(
        "--phrase-file", metavar="F", help="the 24 words; asked for without it"
    )


def _backup(args: argparse.Namespace, node: Client) -> Shown:
    made: BackupView = node.call(BackupMake(file=str(Path(args.file).absolute())))
    return Shown(made, lambda page: _show_made(page, made))


def _plan(args: argparse.Namespace, node: Client) -> Shown:
    folder = "" if args.off else str(Path(args.folder).absolute())
    state: BackupStateView = node.call(BackupPlan(folder=folder))
    return Shown(state, lambda page: _show_plan(page, state))


def _show_plan(page: Page, state: BackupStateView) -> None:
    if state.folder:
        page.line(f"one backup a week goes to {state.folder}, the first one now")
    else:
        page.line("no backup is made by itself")


def _show_made(page: Page, made: BackupView) -> None:
    page.line(f"{made.file}: {-(-made.size // KIB)} KiB, restored once for a test")
    page.line("Only your 24 words open it. Keep it on another disk than this one.")


def _restore(args: argparse.Namespace, context: Context) -> int:
    """Check the words first: they name the network, and so whether a passphrase is asked."""
    config, output = context.config, context.output
    file = Path(args.file).absolute()
    phrase = _phrase(args.phrase_file)
    with output.progress("reading the backup"):
        found = context.hooks.look_into(file, phrase)
    if config.made and config.network != found.network:
        raise LocalError(
            "network",
            f"{config.home} is set up for {config.network}, the backup is of {found.network}",
        )
    secret = new_passphrase(config._replace(network=found.network), output)
    with output.progress("restoring"):
        made = context.hooks.restore(Restore(config.home, file, phrase, secret))
    value = {"peer_id": made.peer_id, "network": made.network, "made": made.made}
    output.shown(Shown(value, lambda page: _show_restored(page, made)))
    return Exit.DONE


def _phrase(path: str | None) -> str:
    if path is not None:
        return Path(path).read_text().strip()
    if not sys.stdin.isatty():
        raise UsageError("no terminal to ask for the 24 words; give --phrase-file")
    return getpass.getpass("Your 24 words: ").strip()


def _show_restored(page: Page, made: Backup) -> None:
    page.line(f"You are {made.peer_id}, as of {moment(made.made)}")
    page.line()
    page.line("What happened since then comes back from your partners: start the node")
    page.line(
        "(bazaar node) and leave it running. Until they have answered, the orders"
    )
    page.line(
        "and accounts concerned can be read only; bazaar status says who is awaited."
    )
