"""``licence``: codes that are sold one by one and delivered by the node."""

import argparse
from pathlib import Path

from bazaar.cli.output import Shown
from bazaar.cli.parser import Commands
from bazaar.domain.errors import InputError
from bazaar.rpc.client import Client
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.licences import (
    LicenceDrop,
    LicenceList,
    LicencePut,
    LicenceView,
)

HEADS = ("LISTING", "SKU", "TITLE", "LEFT>", "SOLD>", "")
MAX_FILE_BYTES = 1024 * 1024


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    licence = commands.group("licence", "codes that are sold one by one")
    licence.ask("list", "how many are left and sold", _list)
    put = licence.ask("put", "add the codes of a text file, one a line", _put)
    put.add_argument("slug", metavar="SLUG")
    put.add_argument("file", metavar="FILE")
    put.add_argument("--sku", default="", metavar="SKU", help="of one variant only")
    put.add_argument(
        "--replace", action="store_true", help="these are all that wait to be sold"
    )
    drop = licence.ask("drop", "forget the codes of a listing", _drop)
    drop.add_argument("slug", metavar="SLUG")
    drop.add_argument("--sku", default="", metavar="SKU")


def _list(_: argparse.Namespace, node: Client) -> Shown:
    found: tuple[LicenceView, ...] = node.call(LicenceList())
    rows = [
        (
            one.slug,
            one.sku,
            one.title,
            str(one.left),
            str(one.sold),
            "restored: give it anew" if one.doubtful else "",
        )
        for one in found
    ]
    return Shown(found, lambda page: page.table(HEADS, rows, "no codes yet"))


def _put(args: argparse.Namespace, node: Client) -> Shown:
    call = LicencePut(
        slug=args.slug, codes=_lines(args.file), sku=args.sku, replace=args.replace
    )
    view: LicenceView = node.call(call)
    words = (
        f"{view.added} added, {view.known} known before; {view.left} wait to be sold"
    )
    return Shown(view, lambda page: page.line(words))


def _drop(args: argparse.Namespace, node: Client) -> Shown:
    done: Done = node.call(LicenceDrop(slug=args.slug, sku=args.sku))
    return Shown(done, lambda page: page.line(done.words))


def _lines(file: str) -> tuple[str, ...]:
    try:
        path = Path(file)
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError("file", "it has more than 1 MiB")
        return tuple(path.read_text(encoding="utf-8").splitlines())
    except (OSError, ValueError) as error:
        raise InputError("file", f"{file} cannot be read as UTF-8 text") from error
