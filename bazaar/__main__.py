"""The composition root: builds everything, holds no logic.

Siblings are imported inside the hooks, so that a command of the terminal starts without
libp2p, SQLAlchemy or Qt.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from bazaar.cli.main import main as run
from bazaar.cli.parser import Check, DemoOptions, Hooks
from bazaar.config import Backup, Config, Made, NewIdentity, NodeOptions, Restore


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code of the contract (docs: cli)."""
    hooks = Hooks(
        _create,
        _run_node,
        _open_app,
        _run_demo,
        _check_home,
        _look_into,
        _restore,
    )
    return run(argv, hooks)


def _create(new: NewIdentity) -> Made:
    from bazaar.compose.home import create  # noqa: PLC0415 - only for this command

    return create(new)


def _check_home(config: Config) -> list[Check]:
    from bazaar.compose.home import checks  # noqa: PLC0415 - only for this command

    return [Check(*found) for found in checks(config)]


def _look_into(file: Path, phrase: str) -> Backup:
    from bazaar.compose.restore import look_into  # noqa: PLC0415 - only for this command

    return look_into(file, phrase)


def _restore(wish: Restore) -> Backup:
    from bazaar.compose.restore import restore  # noqa: PLC0415 - only for this command

    return restore(wish)


def _run_node(options: NodeOptions) -> int:
    from bazaar.compose.node import run_node  # noqa: PLC0415 - only for this command

    return run_node(options)


def _open_app(config: Config, link: str) -> int:
    from gui.app.main import main as open_app  # noqa: PLC0415 - only for this command

    return open_app(config.home, ["--network", config.network, f"--link={link}"])


def _run_demo(options: DemoOptions) -> int:
    from bazaar.demo.runner import run_demo  # noqa: PLC0415 - only for this command

    return run_demo(options.keep, options.gui)


if __name__ == "__main__":
    sys.exit(main())
