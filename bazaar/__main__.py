"""The composition root: reads the command and builds what it needs."""

import argparse
from collections.abc import Sequence

from bazaar import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; exits with 2 when the command line is wrong."""
    parser = argparse.ArgumentParser(prog="bazaar", description="A marketplace.")
    parser.add_argument("--version", action="version", version=__version__)
    parser.parse_args(argv)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
