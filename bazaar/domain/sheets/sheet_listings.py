"""From the rows of a spreadsheet to listing files, each fault with its row and column."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from bazaar.domain.amounts.money import parse_amount
from bazaar.domain.errors import InputError
from bazaar.domain.listings.listing_form import ListingForm, form_of
from bazaar.domain.sheets.sheet_cells import (
    amount_words,
    list_of,
    moment_of,
    paths_of,
    truth_of,
    whole_of,
)
from bazaar.domain.sheets.sheet_columns import OWN, Columns
from bazaar.domain.sheets.sheet_dialects import Record
from bazaar.domain.sheets.sheet_skus import SkuTable
from bazaar.domain.text.slug import slug_of

_INDEX: Final = re.compile(r"skus\[(\d+)\](?:\.(\w+))?")
_VALUE: Final = re.compile(r"option[0-9]+_value\Z")
_ROOT: Final = re.compile(r"[.\[]")
DEFAULT_TYPE: Final = "physical"


class SheetError(NamedTuple):
    """What is wrong with one cell; row 0 is the file as a whole."""

    row: int
    column: str
    words: str


class Around(NamedTuple):
    """What the file does not say.

    Attributes:
        unit: The unit of amounts that name none; empty: they must.
        own: The listing file of an own listing by its slug, None for a new one.
        slugs: The slug of an own listing by a SKU word of it.
        defaults: Fields of a listing file that a new listing starts with.
        shipping: The ``shipping`` of each template, by its name.
    """

    unit: str
    own: Callable[[str], dict[str, Any] | None]
    slugs: Mapping[str, str]
    defaults: Mapping[str, Any]
    shipping: Mapping[str, Any]


class Entry(NamedTuple):
    """One listing of the file, ready to be priced and signed.

    Attributes:
        sku_rows: The row of each of its SKUs; None where the file says nothing of it.
    """

    row: int
    slug: str
    form: ListingForm
    is_new: bool
    sku_rows: tuple[int | None, ...]


class Plan(NamedTuple):
    """What a file would do."""

    entries: list[Entry]
    errors: list[SheetError]


class Group(NamedTuple):
    """The rows of one listing."""

    slug: str
    records: list[Record]


def plan_of(records: Iterable[Record], columns: Columns, around: Around) -> Plan:
    """What the file would do; nothing of a listing with a fault is in ``entries``."""
    plan = Plan([], [])
    groups = _groups(records, around, plan.errors)
    _refuse_repeated_skus(groups, columns, plan.errors)
    for group in groups:
        _Reader(group, columns, around, plan).read()
    return plan


def place_of(field: str, row: int, sku_rows: tuple[int | None, ...]) -> tuple[int, str]:
    """(row, our column) of a field of the listing file that begins at ``row``."""
    if found := _INDEX.match(field):
        index = int(found[1])
        at = sku_rows[index] if index < len(sku_rows) else None
        return at or row, _SKU_FIELDS.get(found[2] or "", "sku")
    root = _ROOT.split(field, maxsplit=1)[0]
    return row, _ROOTS.get(root, root)


def _groups(
    records: Iterable[Record], around: Around, errors: list[SheetError]
) -> list[Group]:
    found: dict[str, Group] = {}
    last = ""
    for record in records:
        cells = record.cells
        slug = cells.get("slug") or around.slugs.get(cells.get("sku", ""), "")
        slug = slug or (slug_of(cells["title"]) if cells.get("title") else last)
        if not slug:
            words = "the row names no listing: give a title, a slug or a known sku"
            errors.append(SheetError(record.row, "slug", words))
            continue
        found.setdefault(slug, Group(slug, [])).records.append(record)
        last = slug
    return list(found.values())


def _counted(group: Group) -> Group:
    """New goods whose cell in a column of stock is empty: none are there, not any number."""
    if group.records[0].cells.get("type", "") in {"digital", "service"}:
        return group
    records = [
        one._replace(cells={**one.cells, "stock": "0"})
        if one.cells.get("stock") == ""
        else one
        for one in group.records
    ]
    return Group(group.slug, records)


def _refuse_repeated_skus(
    groups: Iterable[Group], columns: Columns, errors: list[SheetError]
) -> None:
    seen: dict[str, int] = {}
    for record in (record for group in groups for record in group.records):
        word = record.cells.get("sku", "")
        if not word:
            continue
        if word in seen:
            words = f"row {seen[word]} has the same one"
            errors.append(SheetError(record.row, columns.name("sku"), words))
        seen.setdefault(word, record.row)


class _Reader:
    """Reads one listing; its faults go to the plan."""

    def __init__(
        self, group: Group, columns: Columns, around: Around, plan: Plan
    ) -> None:
        self._columns = columns
        self._around = around
        self._plan = plan
        self._before = around.own(group.slug)
        is_new = self._before is None and columns.dialect == OWN
        self._group = _counted(group) if is_new else group
        self._lead = self._group.records[0]
        self._faulty = False

    def read(self) -> None:
        """Put the listing into the plan, or its faults."""
        data = self._start()
        self._refuse_repeated_leads()
        for field, cell in self._lead.cells.items():
            if field in _CELLS and (field != "price" or self._has_one_price()):
                self._try(self._lead.row, field, self._put, data, field, cell)
        self._put_pictures(data)
        for part in (_put_ships_from, _put_deadlines):
            part(data, self._lead.cells)
        self._try(self._lead.row, "shipping_template", self._put_shipping, data)
        table = SkuTable(self._group.records, data, self._around.unit, self._fault)
        table.put()
        self._finish(data, tuple(table.rows))

    def _start(self) -> dict[str, Any]:
        if self._before is not None:
            return dict(self._before)
        return {"type": DEFAULT_TYPE} | dict(self._around.defaults)

    def _has_one_price(self) -> bool:
        """Whether the first row's price is the listing's, not that of a variant."""
        if "surcharge" in self._lead.cells:
            return True
        by_word = bool(self._before and self._before.get("options"))
        return not any(
            cell and (_VALUE.match(field) or (by_word and field == "sku"))
            for record in self._group.records
            for field, cell in record.cells.items()
        )

    def _finish(self, data: dict[str, Any], sku_rows: tuple[int | None, ...]) -> None:
        data["slug"] = self._group.slug
        ways = self._around.defaults.get("shipping")
        if data.get("type") != DEFAULT_TYPE and data.get("shipping") is ways:
            data.pop("shipping", None)
        if self._faulty:
            return
        try:
            form = form_of(data, ListingForm)
        except InputError as error:
            row, field = place_of(error.field, self._lead.row, sku_rows)
            self._fault(row, field, said(error))
            return
        is_new = self._before is None
        entry = Entry(self._lead.row, self._group.slug, form, is_new, sku_rows)
        self._plan.entries.append(entry)

    def _fault(self, row: int, field: str, words: str) -> None:
        self._faulty = True
        self._plan.errors.append(SheetError(row, self._columns.name(field), words))

    def _try(self, row: int, field: str, act: Callable[..., None], *given: Any) -> None:
        try:
            act(*given)
        except InputError as error:
            self._fault(row, field, said(error))

    def _refuse_repeated_leads(self) -> None:
        for record in self._group.records[1:]:
            is_variant = any(_VALUE.match(f) and c for f, c in record.cells.items())
            if record.cells.get("title") and not is_variant:
                column = "slug" if record.cells.get("slug") else "title"
                words = f"row {self._lead.row} is the same listing"
                self._fault(record.row, column, words)

    def _put(self, data: dict[str, Any], field: str, cell: str) -> None:
        """An empty cell takes a field back to what a listing starts with."""
        if not cell and field in _REQUIRED:
            return
        if not cell:
            data.pop(field, None)
            if field in self._around.defaults:
                data[field] = self._around.defaults[field]
            return
        if field == "price":
            words = amount_words(cell, self._unit(data))
            parse_amount(words, "")
            data[field] = words
        else:
            data[field] = _CELLS[field](cell)

    def _unit(self, data: Mapping[str, Any]) -> str:
        told = self._lead.cells.get("unit") or self._around.unit
        return told or str(data.get("price", "")).rpartition(" ")[2]

    def _put_pictures(self, data: dict[str, Any]) -> None:
        """The pictures of all rows in order, each once, with their captions."""
        if all("images" not in record.cells for record in self._group.records):
            return
        found: dict[str, str] = {}
        for record in self._group.records:
            paths = paths_of(record.cells.get("images", ""))
            captions = paths_of(record.cells.get("captions", ""))
            captions += [""] * (len(paths) - len(captions))
            for path, caption in zip(paths, captions, strict=False):
                if path:
                    found.setdefault(path, caption)
        data["images"] = [
            {"path": path, "caption": caption} if caption else path
            for path, caption in found.items()
        ]

    def _put_shipping(self, data: dict[str, Any]) -> None:
        name = self._lead.cells.get("shipping_template", "")
        if not name or self._lead.cells.get("shipping"):
            return
        if name not in self._around.shipping:
            known = ", ".join(sorted(self._around.shipping)) or "none yet"
            raise InputError("", f"there is no template {name!r}; yours: {known}")
        data["shipping"] = self._around.shipping[name]


def said(error: InputError) -> str:
    """The words of ``error`` without its field."""
    return str(error).removeprefix(f"{error.field}: ")


def _json_of(cell: str) -> Any:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError) as error:
        raise InputError("", f"it is not JSON as in a listing file: {error}") from error


def _put_ships_from(data: dict[str, Any], cells: Mapping[str, str]) -> None:
    if "ships_from" not in cells:
        return
    postal_code = cells.get("ships_from_postal_code", "")
    country = cells["ships_from"].upper()
    if country:
        data["ships_from"] = {"country": country, "postal_code": postal_code}
    else:
        data.pop("ships_from", None)


def _put_deadlines(data: dict[str, Any], cells: Mapping[str, str]) -> None:
    told = {
        field: int(cells[field])
        for field in ("ship_days", "inspect_days")
        if cells.get(field, "").isdecimal()
    }
    if told:
        data["deadlines"] = dict(data.get("deadlines", {})) | told


def _word(cell: str) -> str:
    return cell.lower().replace(" ", "_").replace("-", "_")


_REQUIRED: Final = frozenset({"title", "type", "price"})
_CELLS: Final[Mapping[str, Callable[[str], Any]]] = MappingProxyType(
    {
        "title": str,
        "type": _word,
        "price": str,
        "short": str,
        "description": str,
        "condition": _word,
        "categories": list_of,
        "tags": list_of,
        "language": str,
        "mature": truth_of,
        "state": _word,
        "processing_time": str,
        "grams": whole_of,
        "shipping": _json_of,
        "taxes": _json_of,
        "coupons": _json_of,
        "arbiters": list_of,
        "rails": list_of,
        "terms": str,
        "refund_policy": str,
        "expires": moment_of,
    }
)
_SKU_FIELDS: Final = {
    "surcharge": "surcharge",
    "stock": "stock",
    "image": "sku_image",
    "options": "option1_value",
}
_ROOTS: Final = {
    "deadlines": "ship_days",
    "options": "option1_name",
    "skus": "sku",
    "listing": "title",
}
