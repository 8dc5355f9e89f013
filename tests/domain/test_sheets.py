"""Spreadsheets: letters, separators, other shops' columns, and the way back."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.errors import InputError
from bazaar.domain.listings.listing_form import json_of
from bazaar.domain.sheets.sheet_cells import (
    amount_words,
    count_of,
    grams_of,
    list_cell,
    list_of,
    paths_cell,
    paths_of,
)
from bazaar.domain.sheets.sheet_columns import columns_of
from bazaar.domain.sheets.sheet_dialects import records_of
from bazaar.domain.sheets.sheet_export import sheet_of
from bazaar.domain.sheets.sheet_listings import Around, Plan, plan_of
from bazaar.domain.sheets.sheet_text import (
    MAX_CELL_CHARACTERS,
    MAX_SHEET_BYTES,
    MAX_SHEET_COLUMNS,
    MAX_SHEET_ROWS,
    guard,
    read_sheet,
    unguard,
    write_sheet,
)
from bazaar.domain.text.html_text import plain_of
from tests.sources import ROOT

SHOPS = ROOT / "tests" / "fixtures" / "shops"
POST = [
    {
        "title": "Post",
        "kind": "post",
        "countries": ["DE"],
        "services": [{"name": "Paket", "first": "4.90 EUR", "additional": "4.90 EUR"}],
    }
]


def planned(data: bytes, own: Mapping[str, Any] | None = None) -> Plan:
    sheet = read_sheet(data)
    columns = columns_of(sheet.header, {})
    known = own or {}
    slugs = {
        sku["sku"]: slug
        for slug, file in known.items()
        for sku in file.get("skus", ())
        if "sku" in sku
    }
    around = Around("EUR", known.get, slugs, {"shipping": POST}, {"Post": POST})
    return plan_of(records_of(sheet.rows, columns), columns, around)


def forms(data: bytes, own: Mapping[str, Any] | None = None) -> dict[str, Any]:
    plan = planned(data, own)
    assert plan.errors == []
    return {entry.slug: json_of(entry.form) for entry in plan.entries}


def faults(text: str, own: Mapping[str, Any] | None = None) -> list[tuple[int, str]]:
    return [(e.row, e.column) for e in planned(text.encode(), own).errors]


def test_a_shopify_export_moves_in() -> None:
    found = forms((SHOPS / "shopify.csv").read_bytes())
    assert list(found) == ["krug-grun", "becher", "schnittmuster"]
    jug = found["krug-grun"]
    assert jug["title"] == 'Krug "Grün", 1 l'
    assert jug["images"] == [{"path": "krug.png", "caption": "Der grüne Krug"}]
    assert jug["description"].endswith("- von Hand gedreht\n- spülmaschinenfest")
    assert jug["skus"] == [{"sku": "KRUG-GR", "stock": 12}]
    mug = found["becher"]
    assert [option["name"] for option in mug["options"]] == ["Farbe", "Größe"]
    assert mug["price"] == "12.00 EUR"
    assert [sku.get("surcharge") for sku in mug["skus"]] == [None, "2.00 EUR", None]
    assert [sku.get("stock") for sku in mug["skus"]] == [5, 0, None]
    assert [sku.get("image") for sku in mug["skus"]] == [0, None, 1]
    assert found["schnittmuster"]["type"] == "digital"
    assert found["schnittmuster"]["state"] == "hidden"


def test_a_woocommerce_export_moves_in() -> None:
    found = forms((SHOPS / "woocommerce.csv").read_bytes())
    honey = found["lindenhonig-500-g"]
    assert (honey["grams"], honey["price"]) == (726, "8.50 EUR")
    assert honey["images"] == ["honig.png", "glas.png"]
    candle = found["bienenwachskerze"]
    assert candle["options"] == [{"name": "Höhe", "variants": ["10 cm", "20 cm"]}]
    assert [sku["sku"] for sku in candle["skus"]] == ["KERZE-10", "KERZE-20"]
    assert candle["skus"][1]["surcharge"] == "5.50 EUR"
    assert found["imkerhut"]["state"] == "hidden"


def test_a_table_of_semicolons_decimal_commas_and_windows_letters_moves_in() -> None:
    data = (SHOPS / "tabelle.csv").read_bytes().decode().encode("cp1252")
    assert read_sheet(data).encoding == "cp1252"
    found = forms(data)
    cup = found["tasse-muller"]
    assert (cup["title"], cup["price"]) == ("Tasse „Müller“", "9.90 EUR")
    assert cup["description"] == 'Zwei Zeilen:\ndie zweite; mit Semikolon und "Zitat"'
    assert found["grosse-schussel"]["price"] == "1249.00 EUR"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_letters_are_found_out(encoding: str) -> None:
    sheet = read_sheet("title;price\r\nKüche;3".encode(encoding))
    assert sheet.rows[0].cells == ("Küche", "3")


def test_what_is_written_reads_back_whole() -> None:
    file = {
        "title": "=cmd|' /C calc'!A0",
        "slug": "lamp",
        "type": "physical",
        "price": "26.15 EUR",
        "description": "-5 °C\nto, +40 °C; 'quoted'",
        "categories": ["Home, light", "A | B"],
        "tags": ["@home"],
        "language": "de",
        "mature": True,
        "images": [{"path": "a, b.jpg", "caption": "x | y"}, "c.jpg"],
        "ships_from": {"country": "DE", "postal_code": "01099"},
        "shipping": POST,
        "options": [
            {"name": "Shade", "variants": ["Green", {"name": "Red", "image": 1}]},
            {"name": "Size", "variants": ["S", "L", "XL"], "description": "of it"},
        ],
        "skus": [
            {"options": {"Shade": "Red", "Size": "L"}, "sku": "+R", "stock": 0},
            {
                "options": {"Shade": "Green", "Size": "S"},
                "surcharge": "-1.50 EUR",
                "image": 0,
            },
        ],
        "taxes": [{"type": "VAT", "countries": ["DE"], "percent": "19"}],
        "coupons": [{"title": "Off", "code": "SPRING24", "percent": "10"}],
        "deadlines": {"ship_days": 3, "inspect_days": 20},
        "terms": "None.",
        "expires": 1_800_000_001,
    }
    plain = {"title": "Note", "slug": "note", "type": "digital", "price": "3 hours"}
    header, rows = sheet_of([file, plain])
    data = write_sheet(header, rows)
    assert not any(
        cell[:1] in set("=+-@") and not _is_number(cell) for cell in _cells(data)
    )
    found = forms(data)
    assert found["lamp"] == file
    assert found["note"] == plain | {"language": "en"}


def _cells(data: bytes) -> list[str]:
    return [
        cell
        for row in csv.reader(io.StringIO(data.decode("utf-8-sig")))
        for cell in row
    ]


def _is_number(cell: str) -> bool:
    return cell.lstrip("-").replace(".", "").isdecimal()


@given(st.text(alphabet="=+-@'\t\rab1.", max_size=8))
def test_no_cell_is_a_formula_and_each_comes_back(cell: str) -> None:
    assert unguard(guard(cell)) == cell


@given(st.lists(st.text(alphabet="a b\\|;,\n", min_size=1).map(str.strip).filter(bool)))
def test_lists_come_back(entries: list[str]) -> None:
    assert list_of(list_cell(entries)) == entries
    assert [one for one in paths_of(paths_cell(entries)) if one] == entries


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("12.50", "12.50 EUR"),
        ("12,5", "12.5 EUR"),
        ("1.234,50", "1234.50 EUR"),
        ("1,234.50", "1234.50 EUR"),
        ("1 234,50 €", "1234.50 EUR"),
        ("1.234.567", "1234567 EUR"),
        ("USD 5", "5 USD"),
        ("2 hours", "2 hours"),
        ("1'000.00 CHF", "1000.00 CHF"),
    ],
)
def test_amounts_as_people_write_them(cell: str, words: str) -> None:
    assert amount_words(cell, "EUR") == words


@pytest.mark.parametrize("cell", ["1e308", "NaN", "inf", "=1+1", "", "€", "12..5x"])
def test_what_is_no_amount_is_refused(cell: str) -> None:
    with pytest.raises(InputError):
        amount_words(cell, "EUR")


def test_counts_weights_and_html() -> None:
    assert count_of("Unlimited") is None
    assert count_of("7.0") == 7
    assert grams_of("0,7255") == "726"
    assert plain_of("a < b & c") == "a < b & c"
    assert plain_of("<script>x</script><h2>T</h2><p>a&nbsp;b</p>") == "### T\n\na b"
    for cell in ("-1", "1e9", "1.5", "9" * 17):
        with pytest.raises(InputError):
            count_of(cell)


HEAD = "slug;title;price;stock;sku;images\n"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("a;A;1e308;1;;x.jpg", "price"),
        ("a;A;NaN;1;;x.jpg", "price"),
        ("a;A;9007199254740992;1;;x.jpg", "price"),
        ("a;A;5;-1;;x.jpg", "stock"),
        ("a;A;5;2147483648;;x.jpg", "stock"),
        ("a;A;5;99999999999999999999;;x.jpg", "stock"),
        ("A B;A;5;1;;x.jpg", "slug"),
        ("a;\u202eA;5;1;;x.jpg", "title"),
        ("a;;5;1;;x.jpg", "title"),
        (f"a;{'A' * 141};5;1;;x.jpg", "title"),
        ("a;A;5;1;" + "S" * 41 + ";x.jpg", "sku"),
    ],
)
def test_a_fault_names_its_row_and_column(row: str, column: str) -> None:
    assert faults(HEAD + "ok;Fine;5;1;;x.jpg\n" + row) == [(3, column)]


def test_repeated_slugs_skus_and_variants_are_refused() -> None:
    assert faults(HEAD + "a;A;5;1;;x\na;B;5;1;;x") == [(3, "slug")]
    assert faults(HEAD + "a;A;5;1;S;x\nb;B;5;1;S;x") == [(3, "sku")]
    head = "title;price;option1_name;option1_value\n"
    assert faults(head + "A;5;Size;S\n;5;;L\n;5;;S") == [(4, "option1_value")]
    assert faults(HEAD + ";;5;1;;x") == [(2, "slug")]
    assert faults("title;price;shipping_template\nA;5;Drone") == [
        (2, "shipping_template")
    ]


def test_missing_columns_leave_a_listing_as_it_was() -> None:
    own = forms((SHOPS / "shopify.csv").read_bytes())
    found = forms(b"sku,stock\nBECHER-BL-L,7\nKRUG-GR,3\n", own)
    assert [sku.get("stock") for sku in found["becher"]["skus"]] == [5, 7, None]
    assert found["krug-grun"]["skus"][0]["stock"] == 3
    for slug in found:
        assert found[slug]["title"] == own[slug]["title"]
        assert found[slug]["price"] == own[slug]["price"]
    dearer = forms(b"sku,price\nBECHER-BL-S,15.00\n", own)["becher"]
    assert dearer["price"] == "12.00 EUR"
    surcharges = [sku.get("surcharge") for sku in dearer["skus"]]
    assert surcharges == ["3.00 EUR", "2.00 EUR", None]


def test_the_bounds_of_a_file_stand() -> None:
    at_limit = "a," * (MAX_SHEET_COLUMNS - 2) + "title,price\n"
    assert len(read_sheet(at_limit.encode()).header) == MAX_SHEET_COLUMNS
    rows = b"title\n" + b"x\n" * (MAX_SHEET_ROWS - 1)
    assert len(read_sheet(rows).rows) == MAX_SHEET_ROWS - 1
    cell = "x" * MAX_CELL_CHARACTERS
    assert read_sheet(f"title\n{cell}".encode()).rows[0].cells == (cell,)
    for data, place in (
        (b"a," + at_limit.encode(), "row 1"),
        (b"a," * 1_000_000 + b"b", "row 1"),
        (f"title\n{cell}x".encode(), "row 2"),
        (b"title\n" + b"x" * (10 * 1024 * 1024), "row 2"),
        (b'title\n"' + b"x\n" * 100_000, "row 2"),
        (b"title\nA\0B", "file"),
        (b"\x81\x8d\x8f\x90\x9d", "file"),
        (rows + b"x", "file"),
        (b"", "file"),
        (b"x" * (MAX_SHEET_BYTES + 1), "file"),
    ):
        with pytest.raises(InputError) as refused:
            read_sheet(data)
        assert refused.value.field == place


def test_two_columns_of_one_meaning_and_none_at_all_are_refused() -> None:
    with pytest.raises(InputError, match="Titel"):
        columns_of(["title", "Titel"], {})
    with pytest.raises(InputError):
        columns_of(["foo"], {})
    assert columns_of(["foo", "x"], {"foo": "title"}).fields == ("title", "")
    with pytest.raises(InputError):
        columns_of(["foo"], {"foo": "nonsense"})
