"""``order files`` and ``order save``: digital goods that were bought."""

import argparse
import sys
import time
from pathlib import Path
from typing import Final

from bazaar.cli.arguments import finite
from bazaar.cli.failures import LocalError
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.files import (
    GoodsView,
    OrderFetch,
    OrderFiles,
    OrderSave,
    OrderUnfetch,
    SavedView,
)

LOOK_SECONDS: Final = 0.3
SAVE_SECONDS: Final = 3600.0
MEGABYTE: Final = 1_000_000
HASH_CHARACTERS: Final = 12


def register(order: Commands) -> None:
    """Add the commands of this file."""
    files = order.ask("files", "buyer: digital goods and how far they are", _files)
    files.add_argument("id", metavar="ID")
    files.add_argument("--file", default="", metavar="HASH", help="only this one")
    what = files.add_mutually_exclusive_group()
    what.add_argument("--get", action="store_true", help="fetch in the background")
    what.add_argument("--cancel", action="store_true", help="stop and forget")
    save = order.ask("save", "buyer: fetch and save digital goods", _save)
    save.add_argument("id", metavar="ID")
    save.add_argument("--file", default="", metavar="HASH", help="only this one")
    save.add_argument("--to", default=".", metavar="FOLDER")
    save.add_argument("--timeout", type=finite, default=SAVE_SECONDS, metavar="SECONDS")


def _files(args: argparse.Namespace, node: Client) -> Shown:
    call = OrderFiles(id=args.id)
    if args.get:
        node.call(OrderFetch(id=args.id, hash=args.file))
    if args.cancel:
        node.call(OrderUnfetch(id=args.id, hash=args.file))
    found: tuple[GoodsView, ...] = node.call(call)
    shown = tuple(one for one in found if one.hash.startswith(args.file.lower()))
    return Shown(shown, lambda page: _show(page, shown))


def _show(page: Page, files: tuple[GoodsView, ...]) -> None:
    rows = [
        (
            one.hash[:HASH_CHARACTERS],
            one.name,
            _size(one.size),
            f"{100 * one.held // one.size} %",
            one.problem or one.state,
        )
        for one in files
    ]
    page.table(("HASH", "NAME", "SIZE>", "HERE>", "STATE"), rows, "no files")
    for one in files:
        if one.risky:
            page.line(f"! {one.name} may be a program: open it only if you trust it")


def _save(args: argparse.Namespace, node: Client) -> Shown:
    """Wait until the files are here, then copy them; what is interrupted goes on later."""
    folder = Path(args.to).absolute()
    if not folder.is_dir():
        raise LocalError("input", f"{args.to} is no folder")
    node.call(OrderFetch(id=args.id, hash=args.file))
    files = _wait(args, node)
    saved: list[SavedView] = [
        node.call(OrderSave(id=args.id, hash=one.hash, folder=str(folder)))
        for one in files
    ]
    return Shown(tuple(saved), lambda page: _show_saved(page, saved))


def _wait(args: argparse.Namespace, node: Client) -> list[GoodsView]:
    end = time.monotonic() + args.timeout
    while True:
        found: tuple[GoodsView, ...] = node.call(OrderFiles(id=args.id))
        files = [one for one in found if one.hash.startswith(args.file.lower())]
        if all(one.state == "here" for one in files):
            return files
        problem = next((one.problem for one in files if one.problem), "")
        _tell(files, problem)
        if time.monotonic() > end:
            raise LocalError(
                "timeout", problem or "the files are not all here yet; it goes on"
            )
        time.sleep(LOOK_SECONDS)


def _tell(files: list[GoodsView], problem: str) -> None:
    """One line that rewrites itself, for people who watch."""
    if sys.stderr.isatty():
        held, size = sum(one.held for one in files), sum(one.size for one in files)
        words = problem or f"{_size(held)} of {_size(size)}"
        sys.stderr.write(f"\r{words:<60}\r")


def _show_saved(page: Page, saved: list[SavedView]) -> None:
    for one in saved:
        page.line(f"saved {one.path}")


def _size(count: int) -> str:
    return f"{count / MEGABYTE:.1f} MB" if count >= MEGABYTE else f"{count:,} B"
