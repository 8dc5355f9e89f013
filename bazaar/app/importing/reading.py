"""The first step of an import: the file as records, and where its pictures are."""

import json
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, cast

from bazaar.app.importing.orders import Order
from bazaar.app.shop.picture_sources import (
    FolderPictures,
    PictureSource,
    WithSpare,
    ZipPictures,
    open_archive,
    read_member,
    table_in,
)
from bazaar.domain.errors import InputError
from bazaar.domain.sheets.sheet_columns import OWN, Columns, columns_of
from bazaar.domain.sheets.sheet_dialects import Record, records_of
from bazaar.domain.sheets.sheet_text import MAX_SHEET_BYTES, read_sheet


class Parsed(NamedTuple):
    """The file as read; JSON has listing files instead of records."""

    columns: Columns
    records: list[Record]
    files: list[Any]
    encoding: str


def opened(order: Order, stack: ExitStack) -> tuple[Parsed, PictureSource]:
    """The file of ``order`` and its pictures; archives stay open as long as ``stack``.

    Raises InputError.
    """
    path = order.file
    try:
        if path.suffix.lower() == ".zip":
            archive = stack.enter_context(open_archive(path))
            info = table_in(archive, (".csv", ".json"))
            data = read_member(archive, info, MAX_SHEET_BYTES)
            root = str(PurePosixPath(info.filename).parent)
            inside: PictureSource = ZipPictures(archive, "" if root == "." else root)
            name = info.filename
        else:
            if path.stat().st_size > MAX_SHEET_BYTES:
                raise InputError("file", f"at most {MAX_SHEET_BYTES // 2**20} MiB")
            data, name = path.read_bytes(), path.name
            inside = FolderPictures(path.parent)
    except OSError as error:
        words = f"{path.name} cannot be read: {error.strerror}"
        raise InputError("file", words) from error
    source = _source(order.pictures, stack) if order.pictures else inside
    if order.spare:
        source = WithSpare(source, Path(order.spare))
    is_json = name.lower().endswith(".json")
    return (_parsed_json(data) if is_json else _parsed_sheet(data, order)), source


def _source(place: str, stack: ExitStack) -> PictureSource:
    path = Path(place)
    if path.is_dir():
        return FolderPictures(path)
    return ZipPictures(stack.enter_context(open_archive(path)), "")


def _parsed_sheet(data: bytes, order: Order) -> Parsed:
    sheet = read_sheet(data)
    columns = columns_of(sheet.header, order.columns)
    return Parsed(columns, records_of(sheet.rows, columns), [], sheet.encoding)


def _parsed_json(data: bytes) -> Parsed:
    try:
        found: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError("file", f"it is not JSON: {error}") from error
    files = cast("list[Any]", found) if isinstance(found, list) else [found]
    if not files or not all(isinstance(one, dict) for one in files):
        raise InputError("file", "it must hold one listing object or a list of them")
    return Parsed(Columns(OWN, (), ()), [], files, "utf-8")
