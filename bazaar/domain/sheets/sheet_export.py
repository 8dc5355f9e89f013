"""Listing files as rows of a spreadsheet that reads back as the same listings."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bazaar.domain.sheets.sheet_cells import (
    UNLIMITED,
    list_cell,
    moment_cell,
    paths_cell,
)
from bazaar.domain.sheets.sheet_columns import (
    LISTING_COLUMNS,
    SKU_COLUMNS,
    option_column,
)

DEFAULT_LANGUAGE: Final = "en"
DEFAULT_STATE: Final = "for_sale"
_LISTS = ("categories", "tags", "arbiters", "rails")
_OBJECTS = ("shipping", "taxes", "coupons")


def sheet_of(
    listings: Sequence[Mapping[str, Any]],
) -> tuple[list[str], Iterator[list[str]]]:
    """(header, rows) of ``listings`` as ``listing_json`` gives them; a row for each SKU."""
    most = max((len(one.get("options", ())) for one in listings), default=0)
    parts = ("name", "value", "values", "description", "images")
    options = [option_column(n, part) for n in range(1, most + 1) for part in parts]
    header = [*LISTING_COLUMNS, *SKU_COLUMNS, *options]
    rows = (
        [cells.get(column, "") for column in header]
        for listing in listings
        for cells in _rows(listing)
    )
    return header, rows


def _rows(listing: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    skus: Sequence[Mapping[str, Any]] = listing.get("skus") or [
        {"stock": listing.get("stock")}
    ]
    for index, sku in enumerate(skus):
        cells = _lead(listing) if index == 0 else {"slug": listing["slug"]}
        cells |= _sku(sku)
        for number, option in enumerate(listing.get("options", ()), 1):
            chosen: Mapping[str, str] = sku.get("options") or {}
            cells[option_column(number, "value")] = chosen.get(option["name"], "")
        yield cells


def _lead(listing: Mapping[str, Any]) -> dict[str, str]:
    cells = {
        field: str(value)
        for field, value in listing.items()
        if isinstance(value, str | int) and field != "stock"
    }
    cells["price"], _, cells["unit"] = str(listing["price"]).rpartition(" ")
    cells["language"] = listing.get("language", DEFAULT_LANGUAGE)
    cells["state"] = listing.get("state", DEFAULT_STATE)
    if listing.get("expires"):
        cells["expires"] = moment_cell(listing["expires"])
    cells["mature"] = "yes" if listing.get("mature") else ""
    for field in _LISTS:
        cells[field] = list_cell(listing.get(field) or ())
    for field in _OBJECTS:
        if listing.get(field):
            cells[field] = json.dumps(listing[field], ensure_ascii=False)
    cells |= _pictures(listing) | _places(listing)
    for number, option in enumerate(listing.get("options", ()), 1):
        cells |= _option(number, option)
    return cells


def _pictures(listing: Mapping[str, Any]) -> dict[str, str]:
    images = listing.get("images", ())
    paths = [one if isinstance(one, str) else one["path"] for one in images]
    captions = [
        "" if isinstance(one, str) else one.get("caption", "") for one in images
    ]
    said = paths_cell(captions) if any(captions) else ""
    return {"images": paths_cell(paths), "captions": said}


def _places(listing: Mapping[str, Any]) -> dict[str, str]:
    start: Mapping[str, str] = listing.get("ships_from") or {}
    days: Mapping[str, int] = listing.get("deadlines") or {}
    return {
        "ships_from": start.get("country", ""),
        "ships_from_postal_code": start.get("postal_code", ""),
        "ship_days": str(days.get("ship_days", "")),
        "inspect_days": str(days.get("inspect_days", "")),
    }


def _option(number: int, option: Mapping[str, Any]) -> dict[str, str]:
    variants: list[dict[str, Any]] = [
        {"name": one} if isinstance(one, str) else one for one in option["variants"]
    ]
    images = ["" if v.get("image") is None else str(v["image"] + 1) for v in variants]
    return {
        option_column(number, "name"): option["name"],
        option_column(number, "values"): list_cell(one["name"] for one in variants),
        option_column(number, "description"): option.get("description", ""),
        option_column(number, "images"): paths_cell(images) if any(images) else "",
    }


def _sku(sku: Mapping[str, Any]) -> dict[str, str]:
    stock = sku.get("stock")
    image = sku.get("image")
    return {
        "sku": sku.get("sku") or "",
        "surcharge": str(sku.get("surcharge") or "").rpartition(" ")[0],
        "stock": UNLIMITED if stock is None else str(stock),
        "sku_image": "" if image is None else str(image + 1),
    }
