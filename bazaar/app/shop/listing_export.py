"""The own store as a file that an import reads back: CSV, JSON, or a zip with the pictures."""

import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import trio

from bazaar.app.context import Context
from bazaar.app.shop.batches import Batches
from bazaar.domain.errors import InputError
from bazaar.domain.listings.listing import Listing
from bazaar.domain.sheets.sheet_export import sheet_of
from bazaar.domain.sheets.sheet_text import write_sheet

ENDINGS: Final = (".csv", ".json", ".zip")
PICTURES: Final = "pictures"
SUFFIXES: Final = ((b"\x89PNG", ".png"), (b"\xff\xd8\xff", ".jpg"))


class Exporter:
    """Writes own listings; a file that is there is replaced whole or not at all."""

    def __init__(self, context: Context, batches: Batches) -> None:
        self._context = context
        self._batches = batches

    async def run(self, path: Path, slugs: frozenset[str]) -> int:
        """Write the listings of ``slugs``, of all without any; how many there were.

        Pictures are named by their hash, which this home knows; in a zip they lie beside.
        Raises InputError. Cancelling leaves no file, or the old one.
        """
        ending = path.suffix.lower()
        if ending not in ENDINGS:
            raise InputError("file", f"name it {', '.join(ENDINGS)}")

        def wanted(one: Listing) -> bool:
            return not slugs or one.slug in slugs

        bases = await self._batches.own(wanted)
        files = [base.file for base in bases.values()]
        part = path.with_name(path.name + ".part")
        write = self._writer(ending)
        try:
            await trio.to_thread.run_sync(write, part, files)
            part.replace(path)
        except OSError as error:
            words = f"{path.name} cannot be written: {error.strerror}"
            raise InputError("file", words) from error
        finally:
            part.unlink(missing_ok=True)
        return len(files)

    def _writer(self, ending: str) -> Callable[[Path, Sequence[dict[str, Any]]], Any]:
        if ending == ".csv":
            return lambda path, files: path.write_bytes(_sheet(files))
        if ending == ".json":
            return lambda path, files: path.write_text(_json(files), encoding="utf-8")
        return self._write_archive

    def _write_archive(self, path: Path, files: Sequence[dict[str, Any]]) -> None:
        """One picture is in memory at a time."""
        names: dict[str, str] = {}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for digest in dict.fromkeys(_paths(files)):
                data = self._context.blobs.get(bytes.fromhex(digest))
                if data is None:
                    raise InputError("images", f"the picture {digest[:8]} is lost")
                names[digest] = f"{PICTURES}/{digest[:16]}{_suffix(data)}"
                archive.writestr(names[digest], data)
            named = [_with_names(one, names) for one in files]
            archive.writestr("listings.csv", _sheet(named), zipfile.ZIP_DEFLATED)


def _sheet(files: Sequence[Mapping[str, Any]]) -> bytes:
    header, rows = sheet_of(files)
    return write_sheet(header, rows)


def _json(files: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(list(files), ensure_ascii=False, indent=1) + "\n"


def _path(image: Any) -> str:
    return image if isinstance(image, str) else image["path"]


def _paths(files: Sequence[Mapping[str, Any]]) -> list[str]:
    return [_path(image) for one in files for image in one.get("images", ())]


def _with_names(file: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    images = [
        names[image]
        if isinstance(image, str)
        else image | {"path": names[image["path"]]}
        for image in file.get("images", ())
    ]
    return dict(file) | {"images": images}


def _suffix(data: bytes) -> str:
    return next((end for magic, end in SUFFIXES if data.startswith(magic)), ".img")
