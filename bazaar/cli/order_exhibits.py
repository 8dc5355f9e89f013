"""``order evidence`` adds to an open dispute; ``order exhibit`` saves what somebody added."""

import argparse
from pathlib import Path

from bazaar.cli.arguments import whole_path
from bazaar.cli.failures import LocalError
from bazaar.cli.output import Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.disputes import OrderEvidence, OrderFile
from bazaar.rpc.schema.moves import Moved
from bazaar.rpc.schema.orders import EvidenceView, OrderShow, OrderView
from bazaar.rpc.schema.search import PictureView


def register(order: Commands) -> None:
    """Add the commands of this file."""
    evidence = order.ask("evidence", "add evidence to a dispute", _evidence)
    evidence.add_argument("id", metavar="ID")
    evidence.add_argument("--statement", default="", metavar="T")
    evidence.add_argument("--file", action="append", default=[], metavar="FILE")
    exhibit = order.ask("exhibit", "save a file of the evidence, never open it", _save)
    exhibit.add_argument("id", metavar="ID")
    exhibit.add_argument("hash", metavar="HASH", help="as order show names it")
    exhibit.add_argument("file", metavar="FILE", help="a new file")


def _evidence(args: argparse.Namespace, node: Client) -> Shown:
    files = tuple(map(whole_path, args.file))
    moved: Moved = node.call(
        OrderEvidence(id=args.id, files=files, statement=args.statement)
    )
    return Shown(
        moved, lambda page: page.line(f"order {moved.order_id}: {moved.state}")
    )


def _save(args: argparse.Namespace, node: Client) -> Shown:
    """Pictures come re-encoded; any other file as its author sent it, not executable."""
    order: OrderView = node.call(OrderShow(id=args.id))
    one = _named(order, args.hash.lower())
    view: PictureView = node.call(OrderFile(id=args.id, hash=one.hash))
    if view.path is None:
        raise LocalError("unavailable", view.problem or "the file cannot be had now")
    _copy(view.path, Path(args.file))
    words = f"saved {args.file}" + (f"; {view.problem}" if view.problem else "")
    return Shown(view, lambda page: page.line(words))


def _named(order: OrderView, start: str) -> EvidenceView:
    found = {one.hash: one for one in order.evidence if one.hash.startswith(start)}
    if not start or len(found) != 1:
        raise LocalError("input", f"{len(found)} files of the evidence begin so")
    return next(iter(found.values()))


def _copy(source: str, target: Path) -> None:
    try:
        with target.open("xb") as file:
            target.chmod(0o600)
            file.write(Path(source).read_bytes())
    except OSError as error:
        raise LocalError("input", f"{target}: {error.strerror}") from error
