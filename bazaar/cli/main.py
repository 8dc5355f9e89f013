"""Reads one command line, runs it, and ends with the exit code of the contract."""

import argparse
import sys
from collections.abc import Sequence

from bazaar import __version__
from bazaar.cli import (
    account,
    arbiter,
    attach,
    backup,
    cart,
    case,
    chat,
    clock,
    demo,
    doctor,
    evidence,
    follow,
    identity,
    keep,
    licence,
    links,
    listing,
    mailbox,
    mirror,
    node,
    notice,
    order,
    profile,
    rating,
    saved_searches,
    search,
    shelf,
    stop,
    template,
)
from bazaar.cli.failures import EXPECTED, Exit, UsageError, failure_of
from bazaar.cli.output import Output, Shown
from bazaar.cli.parser import Context, Hooks, build
from bazaar.cli.start import node_of
from bazaar.config import Flags, read

GROUPS = (
    identity.register,
    node.register,
    attach.register,
    links.register,
    stop.register,
    profile.register,
    listing.register,
    template.register,
    search.register,
    saved_searches.register,
    keep.register,
    licence.register,
    mirror.register,
    mailbox.register,
    shelf.register_door,
    arbiter.register,
    cart.register,
    order.register,
    case.register,
    evidence.register,
    backup.register,
    clock.register,
    rating.register,
    account.register,
    notice.register,
    follow.register,
    chat.register,
    doctor.register,
    demo.register,
)


def main(argv: Sequence[str] | None, hooks: Hooks) -> int:
    """Run one command (None: of this process) and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    output = Output(json="--json" in words)
    try:
        _check_text(words)
        args = build(GROUPS, _open_app).parse_args(words)
        if args.version:
            output.shown(_version())
            return Exit.DONE
        return _run(args, Context(read(_flags(args)), output, hooks, "stay" in args))
    except EXPECTED as error:
        failure = failure_of(error)
        output.failed(failure, error.usage if isinstance(error, UsageError) else "")
        output.give_up()
        return failure.exit
    except KeyboardInterrupt:
        return Exit.INTERRUPTED


def _check_text(words: Sequence[str]) -> None:
    """Raises UsageError for bytes that are no text: no answer could name them."""
    for word in words:
        if not word.isprintable() and any("\ud800" <= one <= "\udfff" for one in word):
            raise UsageError(f"{word!r} is not text in UTF-8")


def _version() -> Shown:
    return Shown(
        {"version": __version__}, lambda page: page.line(f"bazaar {__version__}")
    )


def _run(args: argparse.Namespace, context: Context) -> int:
    if "ask" not in args:
        return args.do(args, context)
    with node_of(context) as client:
        with context.output.progress("asking the node"):
            answer = args.ask(args, client)
        context.output.shown(answer)
    return Exit.DONE


def _open_app(_: argparse.Namespace, context: Context) -> int:
    return context.hooks.open_app(context.config, "")


def _flags(args: argparse.Namespace) -> Flags:
    given = vars(args)
    return Flags(
        given.get("home"),
        given.get("network"),
        tuple(given.get("listen") or ()),
        tuple(given.get("bootstrap") or ()),
        given.get("mdns"),
    )
