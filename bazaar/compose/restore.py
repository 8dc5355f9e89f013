"""Restores a home from a backup file and the 24 words, without any network."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from bazaar.app.recovery import resync_mode
from bazaar.app.setup import sealed_keys
from bazaar.compose.home import SystemClock
from bazaar.config import Backup, Restore
from bazaar.domain.errors import InputError
from bazaar.domain.keys.identity import Identity
from bazaar.domain.recovery.backup import BLOBS, BOOK, SETTINGS, Manifest
from bazaar.domain.wire.networks import network
from store.backups import peek, unpack
from store.book.book import open_book
from store.files import TEMPORARY_PREFIX, make_folder, sync_folder
from store.home import Home, open_home
from store.vault import read_vault, write_vault

SIDE_FILES: Final = ("-wal", "-shm", "-journal")


def look_into(file: Path, phrase: str) -> Backup:
    """What a backup says of itself. Raises InputError or OSError."""
    identity = Identity.from_phrase(phrase)
    return _described(peek(file, identity.backup_key), identity)


def restore(wish: Restore) -> Backup:
    """Make a home of a backup; it asks its partners before it signs.

    A home that has keys is refused. Everything is checked before anything is put in
    place; the keys come last, so that a restore that was cut off is simply repeated.
    Raises InputError, StoreError or OSError; what was unpacked is then deleted.
    """
    identity = Identity.from_phrase(wish.phrase)
    with open_home(wish.home) as home:
        if read_vault(home.keystore) is not None:
            raise InputError(
                "home",
                f"an identity lives in {wish.home} already; choose an empty home",
            )
        with tempfile.TemporaryDirectory(
            prefix=TEMPORARY_PREFIX, dir=wish.home
        ) as name:
            folder = Path(name) / "unpacked"
            manifest = unpack(wish.file, identity.backup_key, folder)
            if manifest.key != identity.key:
                raise InputError("file", "this backup is of another identity")
            on = network(manifest.network)
            now = SystemClock().now()
            with open_book(folder / BOOK, unclean=True) as book, book.unit() as unit:
                resync_mode.enter(unit, now)
            _put_in_place(folder, home)
        write_vault(home.keystore, sealed_keys(identity, on, wish.passphrase, now))
    return _described(manifest, identity)


def _put_in_place(folder: Path, home: Home) -> None:
    """Blobs, then the book, then the settings; each is whole or not there."""
    blobs = folder / BLOBS
    for path in sorted(blobs.iterdir()) if blobs.is_dir() else ():
        target = home.blobs / path.name[:2] / path.name
        make_folder(home.blobs)
        make_folder(target.parent)
        path.replace(target)
    for side in SIDE_FILES:
        home.book.with_name(BOOK + side).unlink(missing_ok=True)
    for stale in (home.catalogue, home.mail):
        for side in ("", *SIDE_FILES):
            stale.with_name(stale.name + side).unlink(missing_ok=True)
    (folder / BOOK).replace(home.book)
    if (folder / SETTINGS).is_file():
        shutil.copyfile(folder / SETTINGS, home.folder / SETTINGS)
    sync_folder(home.folder)
    os.sync()


def _described(manifest: Manifest, identity: Identity) -> Backup:
    return Backup(
        identity.peer_id,
        manifest.network,
        manifest.made,
        sum(file.size for file in manifest.files),
        len(manifest.files) - 1,
    )
