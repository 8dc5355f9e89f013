"""Spreadsheets as bytes: which letters, which separator, which cells (docs/IMPORT.md).

Reading never guesses about values. What a spreadsheet program would run as a formula is
written with an apostrophe before it, and read without.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from bazaar.domain.errors import InputError
from bazaar.domain.text.text import clean

MAX_SHEET_BYTES: Final = 32 * 1024 * 1024
MAX_SHEET_ROWS: Final = 100_000
MAX_SHEET_COLUMNS: Final = 1_000
MAX_CELL_CHARACTERS: Final = 131_072
SNIFFED_CHARACTERS: Final = 65_536
SEPARATORS: Final = (",", ";", "\t")
_TOLD: Final = re.compile(r"\Asep=(.)\r?\n", re.IGNORECASE)
_FORMULA: Final = re.compile(r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_GUARDED: Final = re.compile(r"'(?=['=+\-@\t\r\uff1d\uff0b\uff0d\uff20])")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?\Z")
_NO_BREAK_SPACE: Final = "\N{NO-BREAK SPACE}"


class Row(NamedTuple):
    """Cells of one row; ``number`` as a spreadsheet program counts: the header is 1."""

    number: int
    cells: tuple[str, ...]


class Sheet(NamedTuple):
    """A spreadsheet with its header; blank rows are left out.

    Attributes:
        encoding: What its letters were: utf-8, utf-16 or cp1252.
    """

    header: tuple[str, ...]
    rows: list[Row]
    encoding: str
    separator: str


def read_sheet(data: bytes) -> Sheet:
    """The cells of a CSV file. Raises InputError naming the row that breaks a bound."""
    if len(data) > MAX_SHEET_BYTES:
        raise InputError("file", f"at most {MAX_SHEET_BYTES // 2**20} MiB")
    text, encoding = _decoded(data)
    told = _TOLD.match(text)
    separator = told[1] if told else _separator(text[:SNIFFED_CHARACTERS])
    rows = list(_rows(text[told.end() :] if told else text, separator))
    if not rows:
        raise InputError("file", "it has no header and no rows")
    header = tuple(cell.strip().lstrip("\ufeff") for cell in rows[0].cells)
    return Sheet(header, rows[1:], encoding, separator)


def write_sheet(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file that spreadsheet programs open: UTF-8 with its mark, no live formula."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([guard(cell) for cell in row] for row in rows)
    return sink.getvalue().encode("utf-8-sig")


def guard(cell: str) -> str:
    """``cell`` as no spreadsheet program runs it; ``unguard`` gives it back."""
    if _NUMBER.match(cell):
        return cell
    risky = _FORMULA.match(cell) or _GUARDED.match(cell)
    return f"'{cell}" if risky else cell


def unguard(cell: str) -> str:
    """The text that ``guard`` protected."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _decoded(data: bytes) -> tuple[str, str]:
    name = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    for encoding in (name, "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            raise InputError("file", f"line {line} holds a NUL: it is no text")
        return text, encoding.removesuffix("-sig")
    raise InputError("file", "its letters are neither UTF-8 nor Windows-1252")


def _separator(start: str) -> str:
    def columns(separator: str) -> int:
        try:
            return len(next(csv.reader(io.StringIO(start, ""), delimiter=separator)))
        except (csv.Error, StopIteration):
            return 0

    return max(SEPARATORS, key=columns)


def _rows(text: str, separator: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            _check(number, cells)
            kept = tuple(map(_cell, cells))
            if any(kept):
                yield Row(number, kept)
    except csv.Error as error:
        raise InputError(f"row {number + 1}", _in_words(error)) from error


def _check(number: int, cells: Sequence[str]) -> None:
    if len(cells) > MAX_SHEET_COLUMNS:
        raise InputError(f"row {number}", f"at most {MAX_SHEET_COLUMNS} columns")
    if number > MAX_SHEET_ROWS:
        raise InputError("file", f"at most {MAX_SHEET_ROWS} rows")
    if any(len(cell) > MAX_CELL_CHARACTERS for cell in cells):
        raise InputError(f"row {number}", _CELL_WORDS)


def _cell(cell: str) -> str:
    return clean(unguard(cell.strip(" \n\r\t" + _NO_BREAK_SPACE)))


def _in_words(error: csv.Error) -> str:
    return _CELL_WORDS if "field limit" in str(error) else f"cannot be read: {error}"


_CELL_WORDS: Final = f"a cell has at most {MAX_CELL_CHARACTERS} characters"
