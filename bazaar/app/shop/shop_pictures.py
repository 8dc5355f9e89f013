"""Own pictures on their way into a listing: read, turned, cropped, cleaned, kept by hash."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.ports import AS_IT_IS, Edit
from bazaar.domain.errors import BazaarError, InputError
from bazaar.domain.listings.listing import Image
from bazaar.domain.listings.listing_form import ListingForm, Picture

MAX_PICTURE_FILE_BYTES: Final = 32 * 1024 * 1024
HASH_DIGITS: Final = 64
CLEANERS: Final = 2
SHOWN_CHARACTERS: Final = 60

Known = Mapping[bytes, Image]
"""Pictures of earlier versions by id; they are clean and stay as they are."""


class ShopPictures:
    """Turns the pictures that listing files name into wire images."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def clean_all(
        self, forms: Sequence[ListingForm], folder: Path, known: Known
    ) -> list[tuple[Image, ...]]:
        """The images of each file, in order. Raises InputError naming the picture.

        Cancelling leaves some files among the blobs and nothing published.
        """
        found: list[tuple[Image, ...]] = [() for _ in forms]
        limit = trio.CapacityLimiter(CLEANERS)

        async def clean(index: int, form: ListingForm) -> None:
            async with limit:
                pictures = [
                    Picture(one) if isinstance(one, str) else one for one in form.images
                ]
                made = [await self._image(one, folder, known) for one in pictures]
                found[index] = tuple(made)

        faults: list[BaseException] = []
        try:
            async with trio.open_nursery() as nursery:
                for index, form in enumerate(forms):
                    nursery.start_soon(clean, index, form)
        except* BazaarError as errors:
            faults.extend(errors.exceptions)
        if faults:  # raised inside "except*" it would travel in a group
            raise faults[0]
        return found

    async def _image(self, picture: Picture, folder: Path, known: Known) -> Image:
        edit = _edit_of(picture)
        named = _hash_of(picture.path)
        if edit == AS_IT_IS and named in known and self._context.blobs.has(named):
            before = known[named]
            return Image(
                before.id, before.size, before.width, before.height, picture.caption
            )
        data = self._context.blobs.get(named) if named else None
        data = data or await read_picture(folder / picture.path)
        try:
            cleaned = await self._context.pictures.clean(data, edit)
        except BazaarError as error:
            name = Path(picture.path).name
            raise InputError("images", f"{name}: {error}") from error
        digest = self._context.blobs.put(cleaned.data)
        size = len(cleaned.data)
        return Image(digest, size, cleaned.width, cleaned.height, picture.caption)


def _edit_of(picture: Picture) -> Edit:
    return Edit(picture.turn, picture.crop or AS_IT_IS.crop)


def _hash_of(path: str) -> bytes:
    """A picture that an earlier version of the listing shows is named by its hash."""
    try:
        return bytes.fromhex(path) if len(path) == HASH_DIGITS else b""
    except ValueError:
        return b""


async def read_picture(path: Path) -> bytes:
    """The file's bytes. Raises InputError if it is too large or cannot be read."""
    try:
        size = (await trio.Path(path).stat()).st_size
        if size > MAX_PICTURE_FILE_BYTES:
            raise InputError("images", f"{path.name} is larger than 32 MiB")
        return await trio.Path(path).read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no file name"
        name = path.name[:SHOWN_CHARACTERS]
        raise InputError("images", f"{name} cannot be read: {why}") from error
