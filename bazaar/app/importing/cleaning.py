"""The pictures of an import: cleaned two at a time, remembered by the hash of their files."""

import hashlib
import re
from pathlib import PurePosixPath
from typing import Final

import msgspec
import trio

from bazaar.app.context import Context
from bazaar.app.importing.orders import Tell
from bazaar.app.importing.threads import in_thread
from bazaar.app.shop.picture_sources import PictureSource
from bazaar.domain.errors import BazaarError, InputError, MalformedMessageError
from bazaar.domain.listings.listing import Image
from bazaar.domain.listings.listing_file import picture_paths
from bazaar.domain.sheets.sheet_listings import Entry, Plan, SheetError, said

CLEANERS: Final = 2
"""Listings whose pictures are cleaned at once: as many are in memory."""

MAX_FAULTS: Final = 1_000
"""After so many bad pictures the rest is not looked at."""

NOTED_TOGETHER: Final = 25
"""Cleaned pictures that one transaction remembers; a crash has so many cleaned again."""

_HASH: Final = re.compile(r"[0-9a-f]{64}\Z")

Cleaned = dict[str, tuple[Image, ...]]
"""The pictures of each sound listing, by slug."""


def is_own_picture(context: Context, path: str) -> bool:
    """Whether a picture that is here is named by its hash, as an export does."""
    return bool(_HASH.match(path)) and context.blobs.has(bytes.fromhex(path))


class Cleaner:
    """Cleans the pictures of one import."""

    def __init__(self, context: Context, source: PictureSource) -> None:
        self._context = context
        self._source = source
        self._unwritten: dict[str, bytes] = {}

    async def clean(self, plan: Plan, tell: Tell) -> Cleaned:
        """The images of every entry whose pictures are some; the others become faults.

        Cancelling keeps what was cleaned, for the next time.
        """
        cleaned: Cleaned = {}
        waiting = iter(plan.entries)
        total = len(plan.entries)
        done = 0

        async def work() -> None:
            nonlocal done
            for entry in waiting:
                await self._listing(entry, cleaned, plan.errors)
                done += 1
                tell("pictures", done, total)
                if len(plan.errors) > MAX_FAULTS:
                    break

        tell("pictures", 0, total)
        faults: list[BaseException] = []
        try:
            async with trio.open_nursery() as nursery:
                for _ in range(CLEANERS):
                    nursery.start_soon(work)
        except* BazaarError as errors:
            faults.extend(errors.exceptions)
        finally:
            self._note()
        if faults:  # raised inside "except*" it would travel in a group
            raise faults[0]
        return cleaned

    async def _listing(
        self, entry: Entry, cleaned: Cleaned, faults: list[SheetError]
    ) -> None:
        try:
            images = [await self._image(path) for path in picture_paths(entry.form)]
            cleaned[entry.slug] = tuple(images)
        except InputError as error:
            faults.append(SheetError(entry.row, "images", said(error)))

    async def _image(self, path: str) -> Image:
        data, name = await in_thread(self._read, path)
        held = self._held(name)
        if held is not None:
            image = msgspec.msgpack.decode(held, type=Image)
            if self._context.blobs.has(image.id):
                return image
        try:
            made = await self._context.pictures.clean(data)
        except MalformedMessageError as error:
            words = f"{PurePosixPath(path).name}: {error}"
            raise InputError("images", words) from error
        digest = await in_thread(self._context.blobs.put, made.data)
        image = Image(digest, len(made.data), made.width, made.height, "")
        self._unwritten[name] = msgspec.msgpack.encode(image)
        if len(self._unwritten) >= NOTED_TOGETHER:
            self._note()
        return image

    def _read(self, path: str) -> tuple[bytes, str]:
        """The file, and the name under which its cleaned picture is remembered."""
        is_own = is_own_picture(self._context, path)
        data = self._own_picture(path) if is_own else self._source.read(path)
        return data, "cleaned:" + hashlib.sha256(data).hexdigest()

    def _own_picture(self, path: str) -> bytes:
        data = self._context.blobs.get(bytes.fromhex(path))
        if data is None:
            raise InputError("images", f"{path} is damaged here")
        return data

    def _held(self, name: str) -> bytes | None:
        if name in self._unwritten:
            return self._unwritten[name]
        with self._context.book.unit() as unit:
            return unit.setting(name)

    def _note(self) -> None:
        with self._context.book.unit() as unit:
            for name, held in self._unwritten.items():
                unit.set_setting(name, held)
        self._unwritten.clear()
