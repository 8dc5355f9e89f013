"""The options and SKUs of one listing, from the rows that name them (docs/IMPORT.md).

What the file does not name stays as it was: no variant is taken away by being left out.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from bazaar.domain.amounts.money import Money, format_money, parse_amount, parse_money
from bazaar.domain.errors import InputError
from bazaar.domain.sheets.sheet_cells import (
    amount_words,
    count_of,
    list_of,
    paths_of,
    whole_of,
)
from bazaar.domain.sheets.sheet_columns import MAX_OPTIONS, option_column
from bazaar.domain.sheets.sheet_dialects import Record

Sku = dict[str, Any]
Fault = Callable[[int, str, str], None]
NO_COUNT: Final = frozenset({"", "-"})


class SkuTable:
    """Puts ``options``, ``skus`` and ``stock`` into a listing file's data.

    Attributes:
        rows: The row of each SKU in order; None where the file says nothing of it.
    """

    def __init__(
        self, records: Sequence[Record], data: dict[str, Any], unit: str, fault: Fault
    ) -> None:
        """``fault`` is told the row, our column and the words of each fault."""
        self.rows: list[int | None] = []
        self._records = records
        self._data = data
        self._unit = unit
        self._fault = fault
        self._prices: dict[int, Money] = {}

    def put(self) -> None:
        """Read the rows; faults are told, not raised."""
        names = self._names()
        rows = [one for one in self._records if self._values(one, names)]
        if names and rows:
            self._put_options(names)
            self._put_combinations(names, rows)
        elif self._data.get("options"):
            self._put_by_word()
        else:
            self._put_single()
        self._put_prices()

    # ------------------------------------------------------------- options

    def _names(self) -> dict[int, str]:
        """Number and name of each option; those of the listing where the file has none."""
        names: dict[int, str] = {}
        for number in range(1, MAX_OPTIONS + 1):
            column = option_column(number, "name")
            told = (one.cells[column] for one in self._records if one.cells.get(column))
            if name := next(told, ""):
                names[number] = name
        if not names:
            known = self._data.get("options", [])
            names = {i: option["name"] for i, option in enumerate(known, 1)}
        return names

    def _values(self, record: Record, names: Mapping[int, str]) -> dict[str, str]:
        found = {
            name: record.cells.get(option_column(number, "value"), "")
            for number, name in names.items()
        }
        return found if any(found.values()) else {}

    def _put_options(self, names: Mapping[int, str]) -> None:
        known = {option["name"]: option for option in self._data.get("options", [])}
        if set(known) != set(names.values()):
            self._data.pop("skus", None)
        self._data["options"] = [
            self._option(number, name, known.get(name, {}))
            for number, name in names.items()
        ]
        self._data.pop("stock", None)

    def _option(self, number: int, name: str, known: Mapping[str, Any]) -> Sku:
        variants = {_name_of(one): one for one in known.get("variants", ())}
        images = self._told(number, "images")
        pictures = paths_of(images)
        for index, value in enumerate(list_of(self._told(number, "values"))):
            picture = pictures[index] if index < len(pictures) else ""
            variants[value] = self._variant(number, value, picture)
        for record in self._records:
            value = record.cells.get(option_column(number, "value"), "")
            if value:
                variants.setdefault(value, value)
        option: Sku = dict(known) | {"name": name, "variants": list(variants.values())}
        if said := self._told(number, "description"):
            option["description"] = said
        return option

    def _variant(self, number: int, value: str, picture: str) -> Any:
        if not picture:
            return value
        try:
            return {"name": value, "image": whole_of(picture) - 1}
        except InputError as error:
            row = self._records[0].row
            self._fault(row, option_column(number, "images"), str(error))
            return value

    def _told(self, number: int, part: str) -> str:
        column = option_column(number, part)
        cells = (one.cells[column] for one in self._records if one.cells.get(column))
        return next(cells, "")

    # ------------------------------------------------------------- SKUs

    def _put_combinations(
        self, names: Mapping[int, str], rows: Sequence[Record]
    ) -> None:
        skus = {_key(sku, names): dict(sku) for sku in self._data.get("skus", [])}
        said: dict[tuple[str, ...], int] = {}
        priced: dict[int, Record] = {}
        for record in rows:
            values = self._values(record, names)
            key = tuple(values.values())
            if not self._is_whole(record, names) or self._is_said(record, key, said):
                continue
            sku = skus.setdefault(key, {})
            sku["options"] = values
            self._fill(sku, record)
            priced[record.row] = record
        self._data["skus"] = list(skus.values())
        self.rows = [said.get(key) for key in skus]
        self._price_rows(priced)

    def _is_whole(self, record: Record, names: Mapping[int, str]) -> bool:
        for number, name in names.items():
            column = option_column(number, "value")
            if not record.cells.get(column):
                self._fault(
                    record.row, column, f"the {name} of this variant is missing"
                )
                return False
        return True

    def _is_said(
        self, record: Record, key: tuple[str, ...], said: dict[tuple[str, ...], int]
    ) -> bool:
        if key in said:
            words = f"row {said[key]} is the same variant"
            self._fault(record.row, option_column(1, "value"), words)
            return True
        said[key] = record.row
        return False

    def _put_by_word(self) -> None:
        """Rows that name variants by their SKU alone."""
        skus: list[Sku] = [dict(sku) for sku in self._data.get("skus", [])]
        self.rows = [None] * len(skus)
        by_word = {sku.get("sku"): index for index, sku in enumerate(skus)}
        found: dict[int, Record] = {}
        for record in self._records:
            word = record.cells.get("sku")
            if not word:
                continue
            index = by_word.get(word)
            if index is None:
                self._fault(record.row, "sku", f"the listing has no SKU {word!r}")
                continue
            self._fill(skus[index], record)
            self.rows[index] = record.row
            found[record.row] = record
        self._data["skus"] = skus
        self._price_rows(found)

    def _put_single(self) -> None:
        lead = self._records[0]
        before = self._data.get("skus", [])
        if not before and not _says_sku(lead):
            self._stock(self._data, lead)
            return
        sku: Sku = dict(before[0]) if before else {}
        if not before and "stock" in self._data:
            sku["stock"] = self._data.pop("stock")
        self._fill(sku, lead)
        self._data["skus"] = [sku]
        self.rows = [lead.row]

    def _fill(self, sku: Sku, record: Record) -> None:
        cells = record.cells
        if "sku" in cells:
            _set(sku, "sku", cells["sku"] or None)
        self._stock(sku, record)
        try:
            if "surcharge" in cells:
                _set(sku, "surcharge", self._surcharge(cells["surcharge"]))
        except InputError as error:
            self._fault(record.row, "surcharge", str(error))
        try:
            if "sku_image" in cells:
                image = cells["sku_image"]
                _set(sku, "image", whole_of(image) - 1 if image else None)
        except InputError as error:
            self._fault(record.row, "sku_image", str(error))
        if picture := cells.get("variant_picture"):
            _set(sku, "image", self._picture(picture))

    def _surcharge(self, cell: str) -> str | None:
        unit = str(self._data.get("price", "")).rpartition(" ")[2] or self._unit
        words = amount_words(cell, unit) if cell else ""
        return words if words and parse_money(words).minor else None

    def _picture(self, path: str) -> int:
        images = self._data.setdefault("images", [])
        paths = [one if isinstance(one, str) else one["path"] for one in images]
        if path not in paths:
            images.append(path)
            paths.append(path)
        return paths.index(path)

    def _stock(self, place: Sku, record: Record) -> None:
        """An empty cell keeps the count: it moves by itself as things are sold."""
        cell = record.cells.get("stock", "")
        if cell in NO_COUNT:
            return
        try:
            _set(place, "stock", count_of(cell))
        except InputError as error:
            self._fault(record.row, "stock", str(error))

    # ------------------------------------------------------------- prices

    def _price_rows(self, rows: Mapping[int, Record]) -> None:
        """Without a column of surcharges each row's price is that of its variant."""
        for row, record in rows.items():
            cell = record.cells.get("price", "")
            if not cell or "surcharge" in record.cells:
                continue
            unit = str(self._data.get("price", "")).rpartition(" ")[2]
            try:
                words = amount_words(
                    cell, record.cells.get("unit") or unit or self._unit
                )
                self._prices[row] = parse_amount(words, "price")
            except InputError as error:
                self._fault(row, "price", str(error).removeprefix("price: "))

    def _put_prices(self) -> None:
        """The least price of a variant becomes the listing's; the rest are surcharges."""
        if not self._prices:
            return
        units = {money.unit for money in self._prices.values()}
        skus: list[Sku] = self._data["skus"]
        unit = next(iter(units))
        if len(units) > 1:
            row = max(self._prices)
            self._fault(row, "price", "all variants are priced in one unit")
            return
        amounts = [
            self._amount(sku, row) for sku, row in zip(skus, self.rows, strict=True)
        ]
        least = min(amounts)
        self._data["price"] = format_money(Money(least, unit))
        for sku, amount in zip(skus, amounts, strict=True):
            more = amount - least
            _set(sku, "surcharge", format_money(Money(more, unit)) if more else None)

    def _amount(self, sku: Sku, row: int | None) -> int:
        if row in self._prices:
            return self._prices[row].minor
        base = self._data.get("price")
        if base is None:
            return next(iter(self._prices.values())).minor
        surcharge = sku.get("surcharge")
        more = parse_money(surcharge).minor if surcharge else 0
        return parse_money(base, "price").minor + more


def _says_sku(record: Record) -> bool:
    return any(record.cells.get(f) for f in ("sku", "surcharge", "sku_image"))


def _set(place: Sku, field: str, value: object) -> None:
    if value is None:
        place.pop(field, None)
    else:
        place[field] = value


def _name_of(variant: Any) -> str:
    return variant if isinstance(variant, str) else variant["name"]


def _key(sku: Mapping[str, Any], names: Mapping[int, str]) -> tuple[str, ...]:
    chosen = sku.get("options", {})
    return tuple(chosen.get(name, "") for name in names.values())
