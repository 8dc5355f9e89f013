"""``doctor``: checks versions, folders, clock, disk, database, keys and the running node."""

import argparse
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from importlib import metadata
from typing import Final

from bazaar.cli.failures import Exit
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Check, Commands, Context
from bazaar.config import Config
from bazaar.rpc.client import connect
from bazaar.rpc.problems import NodeGoneError, RpcError
from bazaar.rpc.schema.node import Status, StatusView

MIN_FREE_BYTES: Final = 1_000_000_000
"""Below this the node soon stops to take what others publish."""

EXACT_VERSIONS: Final = {"libp2p": "0.8.1"}
BUILT_SECONDS: Final = 1_735_689_600
"""2025-01-01: a clock before it is wrong."""


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    commands.do(
        "doctor", "check database, keys, clock, ports, disk and versions", _doctor
    )


def _doctor(_: argparse.Namespace, context: Context) -> int:
    config = context.config
    checks = [
        *_versions(),
        _clock(),
        _disk(config),
        *_folder(config),
        *(context.hooks.check_home(config) if config.made else ()),
        *_node(config),
    ]
    value = [
        {"check": check.name, "ok": check.ok, "words": check.words} for check in checks
    ]
    context.output.shown(Shown(value, lambda page: _show(page, checks)))
    return Exit.DONE if all(check.ok for check in checks) else Exit.REFUSED


def _show(page: Page, checks: list[Check]) -> None:
    rows = [
        ("ok" if check.ok else "WRONG", check.name, check.words) for check in checks
    ]
    page.table(("", "CHECK", "FOUND"), rows)


def _versions() -> Iterator[Check]:
    yield Check("python", sys.version_info >= (3, 11), sys.version.split()[0])
    for name, wanted in EXACT_VERSIONS.items():
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            found = "missing"
        yield Check(name, found == wanted, f"{found}, wanted {wanted}")


def _clock() -> Check:
    now = time.time()
    return Check(
        "clock",
        now > BUILT_SECONDS,
        time.strftime("%Y-%m-%d %H:%M %Z", time.localtime(now)),
    )


def _disk(config: Config) -> Check:
    there = next(one for one in (config.home, *config.home.parents) if one.exists())
    free = shutil.disk_usage(there).free
    return Check("disk", free > MIN_FREE_BYTES, f"{free // 1_000_000:,} MB free")


def _folder(config: Config) -> Iterator[Check]:
    if not config.made:
        yield Check(
            "home", ok=False, words=f"no identity in {config.home}: bazaar init"
        )
        return
    mode = stat.S_IMODE(config.home.stat().st_mode)
    yield Check("home", ok=not mode & 0o077, words=f"{config.home} has mode {mode:o}")


def _node(config: Config) -> Iterator[Check]:
    try:
        with connect(config.home) as client:
            status: StatusView = client.call(Status())
    except NodeGoneError:
        yield Check("node", ok=True, words="does not run")
        return
    except RpcError as error:
        yield Check("node", ok=False, words=str(error))
        return
    yield Check("node", ok=True, words=f"runs, version {status.version}")
    yield Check(
        "ports", ok=bool(status.addresses), words=" ".join(status.addresses) or "none"
    )
    for warning in status.warnings:
        yield Check("node", ok=False, words=warning)
