"""``demo``: a whole market on this machine."""

import argparse

from bazaar.cli.parser import Commands, Context, DemoOptions


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    demo = commands.do("demo", "a whole market on this machine", _demo)
    demo.add_argument("--keep", action="store_true", help="leave it running")
    demo.add_argument("--gui", action="store_true", help="open the app as its buyer")


def _demo(args: argparse.Namespace, context: Context) -> int:
    return context.hooks.run_demo(DemoOptions(args.keep, args.gui, context.output.json))
