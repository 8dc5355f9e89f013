"""``evidence`` writes one order's evidence to a file; ``verify`` checks such a file offline."""

import argparse
from pathlib import Path
from typing import Final

from bazaar.cli.evidence_page import VerifiedView, show_verified
from bazaar.cli.failures import Exit, LocalError
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands, Context
from bazaar.rpc.client import Client
from bazaar.rpc.schema.disputes import BundleView, EvidenceBundle

TOO_LARGE: Final = "too large to be an evidence bundle"


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    evidence = commands.ask(
        "evidence", "write an order's evidence to a file, for anyone to verify", _export
    )
    evidence.add_argument("id", metavar="ID")
    evidence.add_argument("file", metavar="FILE", help="a new file")
    evidence.add_argument(
        "--files", action="store_true", help="add the evidence files held here"
    )
    verify = commands.do(
        "verify",
        "check evidence or an exported reputation offline, without an identity",
        _verify,
    )
    verify.add_argument("file", metavar="FILE")


def _export(args: argparse.Namespace, node: Client) -> Shown:
    path = str(Path(args.file).absolute())
    made: BundleView = node.call(
        EvidenceBundle(id=args.id, file=path, files=args.files)
    )
    return Shown(made, lambda page: _show_export(page, made))


def _show_export(page: Page, made: BundleView) -> None:
    page.line(f"{made.file}: {made.size} bytes, the order as {made.state}")
    for problem in made.problems:
        page.line(f"! {problem}")
    page.line(f"Anybody can check it without you: bazaar verify {made.file}")


def _verify(args: argparse.Namespace, context: Context) -> int:
    # Only here: what verifies costs every other command its start-up time.
    from bazaar.domain.reputation.reputation_file import MAGIC  # noqa: PLC0415 - see above

    data = _read(Path(args.file))
    if data.startswith(MAGIC):
        return _verify_reputation(data, context)
    from bazaar.cli.evidence_view import verified_view  # noqa: PLC0415 - as above
    from bazaar.domain.trading.bundle_check import check_bundle  # noqa: PLC0415 - as above

    view: VerifiedView = verified_view(check_bundle(data))
    context.output.shown(Shown(view, lambda page: show_verified(page, view)))
    return Exit.DONE if view.valid else Exit.REFUSED


def _verify_reputation(data: bytes, context: Context) -> int:
    from bazaar.cli.reputation_view import (  # noqa: PLC0415 - as in _verify
        reputation_view,
        show_reputation,
    )

    view = reputation_view(data)
    context.output.shown(Shown(view, lambda page: show_reputation(page, view)))
    return Exit.DONE if view.valid else Exit.REFUSED


def _read(path: Path) -> bytes:
    """Raises OSError without a file, LocalError for one that is far too large."""
    from bazaar.domain.trading.bundle import MAX_BUNDLE_BYTES  # noqa: PLC0415 - as in _verify

    with path.open("rb") as file:
        data = file.read(MAX_BUNDLE_BYTES + 1)
    if len(data) > MAX_BUNDLE_BYTES:
        raise LocalError("file", f"{path} is {TOO_LARGE}")
    return data
