"""``init``: makes or restores an identity, without any node."""

import argparse
from pathlib import Path
from typing import Final

from bazaar.cli.failures import Exit, LocalError
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands, Context
from bazaar.cli.passphrase import new_passphrase
from bazaar.config import Made, NewIdentity, write

_WORDS_IN_A_LINE = 4
FROM_WORDS: Final = (
    "Words alone bring back your key, and what the people you meet again share with you: "
    "orders and accounts. Nobody keeps a list of them for you yet, so connect to those "
    "you traded with; listings, chats and settings need a backup (bazaar restore). New "
    "orders wait until they have answered, at most 72 hours."
)


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    init = commands.do("init", "make or restore an identity", _init)
    init.add_argument("--name", required=True, help="what others call you")
    init.add_argument(
        "--phrase-file", metavar="F", help="restore the identity of these 24 words"
    )
    init.add_argument(
        "--listen", action="append", metavar="ADDR", help="always listen here"
    )
    init.add_argument(
        "--bootstrap", action="append", metavar="ADDR", help="ask here first"
    )


def _init(args: argparse.Namespace, context: Context) -> int:
    config = context.config
    if config.made:
        raise LocalError("home_in_use", f"an identity lives in {config.home} already")
    made = context.hooks.create(
        NewIdentity(
            config.home,
            config.network,
            args.name,
            Path(args.phrase_file).read_text().strip() if args.phrase_file else None,
            new_passphrase(config, context.output),
            config.listen,
            config.bootstrap,
        )
    )
    write(config)
    if args.phrase_file:
        context.output.note(FROM_WORDS)
    value = {"peer_id": made.peer_id} | ({"phrase": made.phrase} if made.phrase else {})
    context.output.shown(Shown(value, lambda page: _show(page, made)))
    return Exit.DONE


def _show(page: Page, made: Made) -> None:
    page.line(f"You are {made.peer_id}")
    if not made.phrase:
        return
    page.line()
    page.line(
        "These 24 words are your identity. Write them down on paper now: they are"
    )
    page.line("shown this once, and whoever has them is you.")
    page.line()
    words = made.phrase.split()
    for start in range(0, len(words), _WORDS_IN_A_LINE):
        line = words[start : start + _WORDS_IN_A_LINE]
        page.line(
            "".join(
                f"{start + place:>4} {word:<12}" for place, word in enumerate(line, 1)
            )
        )
