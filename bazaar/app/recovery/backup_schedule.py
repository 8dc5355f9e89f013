"""Backups that make themselves: one a week into a folder the person chose, the newest three kept."""

import logging
from pathlib import Path
from typing import Final

import msgspec
import trio

from bazaar.app.context import Context
from bazaar.app.ports import BookError, Unit
from bazaar.app.recovery.backup import Backups
from bazaar.domain.errors import BazaarError, InputError

log = logging.getLogger(__name__)

SCHEDULE: Final = "backup:schedule"
WEEK_SECONDS: Final = 7 * 86_400
LOOK_SECONDS: Final = 600.0
RETRY_SECONDS: Final = 6 * 3600
KEPT: Final = 3
"""Scheduled backups that stay; older ones are deleted after a newer one passed its test."""

SUFFIX: Final = ".backup"


class Schedule(msgspec.Struct, frozen=True, array_like=True):
    """Where backups go by themselves, when the next is due, and what went wrong last."""

    folder: str
    due: int
    problem: str = ""


def schedule(unit: Unit) -> Schedule | None:
    """The schedule, or None while there is none."""
    note = unit.setting(SCHEDULE)
    return msgspec.msgpack.decode(note, type=Schedule) if note else None


class BackupSchedule:
    """Makes one when it is due; a node that was off makes it up at its next start."""

    def __init__(self, context: Context, backups: Backups) -> None:
        self._context = context
        self._backups = backups
        self._nudged = trio.Event()

    def choose(self, folder: str) -> None:
        """Begin with a backup into ``folder`` now; empty ends the schedule.

        Raises InputError for a folder that is not there.
        """
        if folder and not (Path(folder).is_absolute() and Path(folder).is_dir()):
            raise InputError("folder", "give the whole path of a folder that is there")
        now = self._context.now()
        self._put(Schedule(folder, now) if folder else None)
        self._nudged.set()

    async def run(self) -> None:
        """Look whether one is due, for ever; ends by cancellation, between two backups."""
        while True:
            self._nudged = trio.Event()
            try:
                await self._tend()
            except BookError:
                log.warning("the book failed; the schedule is looked at later")
            with trio.move_on_after(LOOK_SECONDS):
                await self._nudged.wait()

    async def _tend(self) -> None:
        now = self._context.now()
        with self._context.book.unit() as unit:
            plan = schedule(unit)
        if plan is None or now < plan.due or self._context.archive is None:
            return
        stem = f"bazaar-{self._context.me.hex()[:8]}-"
        path = Path(plan.folder) / f"{stem}{now}{SUFFIX}"
        try:
            await self._backups.make(path)
            await trio.to_thread.run_sync(
                self._context.archive.prune, Path(plan.folder), stem, KEPT
            )
        except (BazaarError, OSError) as error:
            words = str(error) or type(error).__name__
            log.warning("no scheduled backup", extra={"why": type(error).__name__})
            after = Schedule(plan.folder, now + RETRY_SECONDS, words)
        else:
            after = Schedule(plan.folder, now + WEEK_SECONDS)
        with self._context.book.unit() as unit:
            still = schedule(unit)
        if still is not None and still.folder == plan.folder:
            self._put(after)

    def _put(self, plan: Schedule | None) -> None:
        with self._context.book.unit() as unit:
            note = None if plan is None else msgspec.msgpack.encode(plan)
            unit.set_setting(SCHEDULE, note)
        self._context.emit("job", {"job": "backup", "per_cent": 100})
