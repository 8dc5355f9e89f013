"""Backups of this home: what goes in, when the last one was made, how far one is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import trio

from bazaar.app.context import Context
from bazaar.app.ports import BackupWish, Unit
from bazaar.app.trading.trades import Trades
from bazaar.domain.errors import InputError
from bazaar.domain.listings.listing import Listing
from bazaar.domain.stores.records import Profile
from bazaar.domain.trading.bundle_check import evidence_hashes
from bazaar.domain.trading.messages import Ship
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import verify_as
from bazaar.domain.wire.kinds import Kind

LAST: Final = "backup:last"
FRESH_SECONDS: Final = 30 * 86_400
"""An older backup is asked to be made anew."""

STEP: Final = 5
"""Per cent between two words of progress."""


class LastBackup(msgspec.Struct, frozen=True, array_like=True):
    """The newest backup that passed its test restore."""

    at: int
    path: str
    size: int


class Progress(NamedTuple):
    """A backup that is being made."""

    path: str
    per_cent: int


def last_backup(unit: Unit) -> LastBackup | None:
    """The newest backup of this home, wherever it lies now."""
    note = unit.setting(LAST)
    return msgspec.msgpack.decode(note, type=LastBackup) if note else None


class Backups:
    """Makes one backup at a time."""

    def __init__(self, context: Context, trades: Trades) -> None:
        self._context = context
        self._trades = trades
        self.progress: Progress | None = None

    async def make(self, path: Path) -> LastBackup:
        """Write a backup to ``path`` and test it.

        Raises InputError or OSError in words; cancelling waits for the thread, whose file
        then has no name. A second one meanwhile is refused with InputError.
        """
        archive = self._context.archive
        if archive is None:
            raise InputError("", "this node cannot make backups")
        if self.progress is not None:
            raise InputError("", "a backup is being made already")
        if not path.is_absolute():
            raise InputError("file", "give the whole path")
        self._tell(Progress(str(path), 0))
        try:
            wish = await self._wish(path)
            size = await trio.to_thread.run_sync(
                archive.write, wish, self._teller(path)
            )
        finally:
            self._tell(None)
        made = LastBackup(wish.made, str(path), size)
        with self._context.book.unit() as unit:
            unit.set_setting(LAST, msgspec.msgpack.encode(made))
        self._tell(None)
        return made

    async def _wish(self, path: Path) -> BackupWish:
        identity = self._context.identity
        return BackupWish(
            path,
            identity.backup_key,
            self._context.network.name,
            identity.key,
            self._context.now(),
            await self._blobs(),
        )

    async def _blobs(self) -> tuple[bytes, ...]:
        """Own pictures, and the goods and evidence of every order that are here."""
        with self._context.book.unit() as unit:
            found = set(self._pictures(unit))
            rows = unit.trades()
        for row in rows:
            with self._context.book.unit() as unit:
                found |= _files_of(self._trades.load(unit, row.id))
            await trio.lowlevel.checkpoint()
        return tuple(sorted(one for one in found if self._context.blobs.has(one)))

    def _pictures(self, unit: Unit) -> Iterator[bytes]:
        network = self._context.network.id
        for row in unit.records(Kind.LISTING):
            body = verify_as(Listing, row.envelope, network).body
            yield from (image.id for image in body.images)
        own = unit.record(Kind.PROFILE)
        if own is not None:
            profile = verify_as(Profile, own.envelope, network).body
            yield from (one for one in (profile.avatar, profile.header) if one)

    def _teller(self, path: Path) -> "Teller":
        return Teller(self, path, trio.lowlevel.current_trio_token())

    def _tell(self, progress: Progress | None) -> None:
        self.progress = progress
        done = 100 if progress is None else progress.per_cent
        self._context.emit("job", {"job": "backup", "per_cent": done})

    def note(self, path: Path, per_cent: int) -> None:
        """How far the thread is; called in the trio thread."""
        if self.progress is not None and per_cent < 100:  # noqa: PLR2004 - per cent
            self._tell(Progress(str(path), per_cent))


class Teller:
    """Carries progress out of the thread, in steps of some per cent."""

    def __init__(
        self, backups: Backups, path: Path, token: trio.lowlevel.TrioToken
    ) -> None:
        self._backups = backups
        self._path = path
        self._token = token
        self._told = 0

    def __call__(self, per_cent: int) -> None:
        """Called in the thread."""
        if per_cent - self._told >= STEP:
            self._told = per_cent
            self._token.run_sync_soon(self._backups.note, self._path, per_cent)


def _files_of(trade: Trade) -> set[bytes]:
    goods = {file.hash for ship in trade.facts.of(Ship) for file in ship.body.goods}
    return goods | set(evidence_hashes(trade))
