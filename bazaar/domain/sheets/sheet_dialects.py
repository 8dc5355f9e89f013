"""Rows of other shop systems' exports, turned into rows with our columns (docs/IMPORT.md)."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import unquote

from bazaar.domain.sheets.sheet_cells import (
    NO,
    UNLIMITED,
    grams_of,
    list_cell,
    paths_cell,
)
from bazaar.domain.sheets.sheet_columns import (
    SHOPIFY,
    WOOCOMMERCE,
    Columns,
    option_column,
)
from bazaar.domain.sheets.sheet_text import Row
from bazaar.domain.text.html_text import plain_of
from bazaar.domain.text.slug import slug_of
from bazaar.domain.wire.bounds import MAX_SHORT, MAX_WORD

_URL: Final = re.compile(
    r"https?://[^/]*/(?:.*/)?([^/?#]+)(?:[?#].*)?\Z", re.IGNORECASE
)
_HIDDEN: Final = frozenset({"draft", "archived", "unlisted"})
_NO_CHOICE: Final = "default title"
_COMMAS: Final = re.compile(r"\s*(?<!\\),\s*")


class Record(NamedTuple):
    """One row by our columns; a column that the file lacks is no key."""

    row: int
    cells: dict[str, str]


def records_of(rows: Iterable[Row], columns: Columns) -> list[Record]:
    """The rows by column, in our words whoever wrote them."""
    records = [_record(row, columns) for row in rows]
    if columns.dialect == SHOPIFY:
        return [Record(one.row, _shopify(one.cells)) for one in records]
    if columns.dialect == WOOCOMMERCE:
        return list(_woocommerce(records))
    return [Record(one.row, _general(one.cells)) for one in records]


def _record(row: Row, columns: Columns) -> Record:
    cells = row.cells + ("",) * (len(columns.fields) - len(row.cells))
    named = zip(columns.fields, cells, strict=False)
    return Record(row.number, {field: cell for field, cell in named if field})


def _general(cells: dict[str, str]) -> dict[str, str]:
    if "kilograms" in cells:
        cells["grams"] = grams_of(cells.pop("kilograms"))
    return cells


# ------------------------------------------------------------------ Shopify


def _shopify(cells: dict[str, str]) -> dict[str, str]:
    made = dict(cells)
    _each(made, _SHOPIFY_CELLS)
    if made.get("option1_value", "").lower() == _NO_CHOICE:
        made["option1_name"] = made["option1_value"] = ""
    sells_more = made.pop("oversell", "").lower() in {"continue", "true"}
    if ("tracker" in made and not made.pop("tracker")) or sells_more:
        made["stock"] = UNLIMITED
    _tell_state(made)
    if made.pop("shipped", "").lower() == "false":
        made["type"] = "digital"
    picture = made.pop("variant_picture", "")
    if picture:
        made["variant_picture"] = file_of(picture)
    if not made.get("title"):
        made = {field: cell for field, cell in made.items() if cell}
        made.pop("state", None)
    return made


def _tell_state(made: dict[str, str]) -> None:
    hidden = made.pop("shop_state", "").lower() in _HIDDEN
    said = made.pop("published", None)
    if said is not None or hidden:
        shown = not hidden and (said or "true").lower() not in NO
        made["state"] = "for_sale" if shown else "hidden"


def _word_list(cell: str) -> str:
    """Entries parted by commas, as ours, cut to what a word may hold."""
    words = dict.fromkeys(entry[:MAX_WORD].strip() for entry in _COMMAS.split(cell))
    return list_cell([word for word in words if word][:10])


def _leaf_list(cell: str) -> str:
    """Paths such as ``Home > Vases`` parted by commas: their last parts."""
    leaves = (entry.rpartition(">")[2].strip() for entry in _COMMAS.split(cell))
    return _word_list(", ".join(leaf for leaf in leaves if leaf))


def file_of(address: str) -> str:
    """The file's own name at the end of a web address; anything else as it is."""
    found = _URL.match(address.strip())
    return unquote(found[1]) if found else address.strip()


def _file_list(cell: str) -> str:
    return paths_cell(file_of(one) for one in _COMMAS.split(cell) if one)


def _one_file(cell: str) -> str:
    return paths_cell([file_of(cell)]) if cell else ""


def _caption(cell: str) -> str:
    return paths_cell([cell[:MAX_SHORT]]) if cell else ""


def _short(cell: str) -> str:
    return " ".join(plain_of(cell).replace("**", "").split())[:MAX_SHORT].rstrip()


Cell = Callable[[str], str]
_SHOPIFY_CELLS: Final[Mapping[str, tuple[str, Cell]]] = MappingProxyType(
    {
        "html": ("description", plain_of),
        "slug": ("slug", lambda cell: slug_of(cell) if cell else ""),
        "tags": ("tags", _word_list),
        "shop_category": ("categories", _leaf_list),
        "images": ("images", _one_file),
        "captions": ("captions", _caption),
    }
)
_WOO_CELLS: Final[Mapping[str, tuple[str, Cell]]] = MappingProxyType(
    {
        "html": ("description", lambda cell: plain_of(cell.replace("\\n", "\n"))),
        "short_html": ("short", lambda cell: _short(cell.replace("\\n", " "))),
        "shop_tags": ("tags", _word_list),
        "shop_categories": ("categories", _leaf_list),
        "shop_images": ("images", _file_list),
        "kilograms": ("grams", grams_of),
    }
)


def _each(made: dict[str, str], by_name: Mapping[str, tuple[str, Cell]]) -> None:
    for theirs, (ours, turn) in by_name.items():
        if theirs in made:
            made[ours] = turn(made.pop(theirs))


# ------------------------------------------------------------------ WooCommerce


def _woocommerce(records: Iterable[Record]) -> Iterator[Record]:
    """A variable product is one row for the listing, then one for each variation."""
    parents: dict[str, str] = {}
    for row, cells in records:
        made = dict(cells)
        kind = made.pop("shop_type", "simple").lower()
        if "variation" in kind.split(", "):
            made["slug"] = parents.get(made.pop("parent", ""), made.get("slug", ""))
            yield Record(row, _variation(made))
            continue
        made["slug"] = slug_of(made.get("title", ""))
        for name in (made.get("sku", ""), f"id:{made.get('shop_id', '')}"):
            parents[name] = made["slug"]
        yield Record(row, _product(made, kind))


def _product(made: dict[str, str], kind: str) -> dict[str, str]:
    _each(made, _WOO_CELLS)
    _woo_state(made)
    if "virtual" in kind or "downloadable" in kind:
        made["type"] = "digital" if "downloadable" in kind else "service"
    _woo_stock(made)
    is_variable = "variable" in kind
    for number in range(1, 31):
        values = made.pop(option_column(number, "shop_values"), None)
        if values is None:
            continue
        if is_variable:
            made[option_column(number, "values")] = _word_list(values)
        else:
            made.pop(option_column(number, "name"), None)
    if is_variable:
        made = {f: c for f, c in made.items() if f not in {"sku", "stock"}}
        made["price"] = ""
    return _bare(made)


def _variation(made: dict[str, str]) -> dict[str, str]:
    for theirs in ("html", "short_html", "shop_tags", "shop_categories", "published"):
        made.pop(theirs, None)
    _each(made, _WOO_CELLS)
    _woo_stock(made)
    for number in range(1, 31):
        value = made.pop(option_column(number, "shop_values"), None)
        if value:
            made[option_column(number, "value")] = value
    if picture := made.pop("images", ""):
        made["images"] = picture
        made["variant_picture"] = picture.split(" | ")[0]
    made.pop("title", None)
    return {field: cell for field, cell in _bare(made).items() if cell}


def _woo_state(made: dict[str, str]) -> None:
    published = made.pop("published", "1")
    if published.strip() not in {"1", ""}:
        made["state"] = "hidden"


def _woo_stock(made: dict[str, str]) -> None:
    in_stock = made.pop("in_stock", "1")
    if made.pop("oversell", "0") == "1":
        made["stock"] = UNLIMITED
    elif not made.get("stock"):
        made["stock"] = UNLIMITED if in_stock not in {"0", "outofstock"} else "0"
    made.pop("sale_price", None)


def _bare(made: dict[str, str]) -> dict[str, str]:
    return {f: c for f, c in made.items() if f not in {"shop_id", "parent"}}
