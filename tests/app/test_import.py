"""Moving in with a file: nothing half done, faults named, and the way back out."""

import io
import json
import shutil
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
import trio
from PIL import Image

from bazaar.app.importing import planning
from bazaar.app.importing.orders import Order, Report
from bazaar.app.shop import picture_sources
from bazaar.app.shop.batches import Batches
from bazaar.app.shop.merchant import Merchant
from bazaar.app.shop.picture_sources import MAX_PICTURE_FILE_BYTES
from bazaar.domain.errors import InputError, StaleStateError
from bazaar.domain.wire.kinds import Kind
from store.pictures import open_pictures
from tests.app.town import LAMP, Person, Town
from tests.sources import ROOT

SHOPS = ROOT / "tests" / "fixtures" / "shops"
POST = {"name": "Post", "shipping": LAMP["shipping"]}
HEAD = "slug;title;price;stock;sku;images\n"


def quiet(_: str, __: int, ___: int) -> None:
    """For imports whose progress nobody watches."""


@pytest.fixture
async def ana(town: Town) -> Person:
    person = await town.settle_in("Ana")
    with person.book.unit() as unit:
        merchant(person).templates.put(unit, POST)
        merchant(person).templates.set_defaults(unit, {"template": "Post"})
    return person


def merchant(person: Person) -> Merchant:
    return Merchant(person.node.context, person.node.shop)


def folder_of(person: Person, *pictures: str) -> Path:
    folder = person.home / "move"
    folder.mkdir(exist_ok=True)
    for name in pictures:
        (folder / name).write_bytes(b"picture " + name.encode())
    return folder


async def move_in(person: Person, text: str, **how: Any) -> Report:
    path = folder_of(person, "x.jpg") / "shop.csv"
    path.write_text(text, encoding="utf-8")
    return await run(person, path, **how)


async def run(person: Person, path: Path, **how: Any) -> Report:
    order = Order(path, unit="EUR", **how)
    return await merchant(person).importer.run(order, quiet)


def faults(report: Report) -> list[tuple[int, str]]:
    return [(error.row, error.column) for error in report.errors]


def slugs(person: Person) -> list[str]:
    with person.book.unit() as unit:
        return [slug for slug, _, _ in unit.record_keys(Kind.LISTING)]


def stock(person: Person, slug: str) -> list[int | None]:
    with person.book.unit() as unit:
        return [row.count for row in unit.stock(slug)]


async def test_a_shop_moves_in_and_a_second_time_changes_nothing(ana: Person) -> None:
    names = ("krug.png", "becher-blau.png", "becher-rot.png")
    path = folder_of(ana, *names) / "shopify.csv"
    shutil.copy(SHOPS / "shopify.csv", path)
    preview = await run(ana, path, dry_run=True)
    assert (len(preview.previews), preview.is_done, slugs(ana)) == (3, False, [])
    report = await run(ana, path)
    assert report.errors == ()
    assert report.batch.created == ["krug-grun", "becher", "schnittmuster"]
    assert stock(ana, "becher") == [5, 0, None]
    with ana.book.unit() as unit:
        head = ana.node.shop.head(unit)
    again = await run(ana, path)
    assert again.batch.unchanged == report.batch.created
    with ana.book.unit() as unit:
        assert ana.node.shop.head(unit) == head


@pytest.mark.parametrize("ending", ["csv", "json", "zip"])
async def test_what_is_exported_moves_into_the_same_shop_unchanged(
    ana: Person, ending: str
) -> None:
    names = ("krug.png", "becher-blau.png", "becher-rot.png")
    shutil.copy(SHOPS / "shopify.csv", folder_of(ana, *names) / "shopify.csv")
    before = await run(ana, ana.home / "move" / "shopify.csv")
    path = ana.home / f"out.{ending}"
    assert await merchant(ana).exporter.run(path, frozenset()) == 3
    again = await run(ana, path)
    assert (again.errors, set(again.batch.unchanged)) == ((), set(before.batch.created))


async def test_an_archive_moves_a_shop_to_another_home(ana: Person, town: Town) -> None:
    await ana.sell(LAMP, LAMP | {"slug": "two", "title": "Two"})
    path = ana.home / "out.zip"
    await merchant(ana).exporter.run(path, frozenset())
    bea = await town.settle_in("Bea")
    report = await run(bea, path)
    assert (report.errors, slugs(bea)) == ((), ["desk-lamp", "two"])
    assert stock(bea, "two") == [3]
    files = {
        name: (await Batches(one.node.context, one.node.shop).own(lambda _: True))
        for name, one in (("ana", ana), ("bea", bea))
    }
    for slug, base in files["ana"].items():
        assert files["bea"][slug].file == base.file


async def test_a_fault_in_one_row_publishes_nothing_unless_asked(ana: Person) -> None:
    text = HEAD + "a;A;5;1;;x.jpg\nb;B;NaN;1;;x.jpg\nc;C;5;1;;gone.jpg\n"
    report = await move_in(ana, text)
    assert (report.is_done, slugs(ana)) == (False, [])
    assert faults(report) == [(3, "price"), (4, "images")]
    report = await move_in(ana, text, only_sound=True)
    assert (report.batch.created, report.refused, slugs(ana)) == (["a"], 2, ["a"])


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "C:\\x.jpg",
        "link.jpg",
        "sub/../../x.jpg",
        "no.jpg",
        "sub",
        "huge.jpg",
        "x" * 5000,
        "a\x00b",
    ],
)
async def test_only_pictures_of_the_folder_are_read(ana: Person, path: str) -> None:
    folder = folder_of(ana)
    (folder / "sub").mkdir(exist_ok=True)
    outside = ana.home / "secret.jpg"
    outside.write_bytes(b"picture secret")
    (folder / "link.jpg").symlink_to(outside)
    with (folder / "huge.jpg").open("wb") as file:
        file.truncate(MAX_PICTURE_FILE_BYTES + 1)
    shop = [{**LAMP, "images": [path]}]
    (folder / "shop.json").write_text(json.dumps(shop))
    report = await run(ana, folder / "shop.json")
    assert faults(report) == [(1, "images")]
    assert slugs(ana) == []


async def test_what_is_no_picture_is_named_by_its_row(ana: Person) -> None:
    (folder_of(ana) / "svg.jpg").write_bytes(b"<svg xmlns='x'/>")
    report = await move_in(ana, HEAD + "a;A;5;1;;x.jpg\nb;B;5;1;;svg.jpg\n")
    assert (faults(report), slugs(ana)) == ([(3, "images")], [])


async def test_an_update_by_sku_keeps_everything_else(ana: Person) -> None:
    await move_in(ana, HEAD + "a;A;5;1;S-1;x.jpg\nb;B;6;2;S-2;x.jpg\n")
    report = await move_in(ana, "sku;stock\nS-2;9\n")
    assert report.batch.updated == ["b"]
    assert (stock(ana, "a"), stock(ana, "b")) == ([1], [9])
    unknown = await move_in(ana, "sku;stock\nS-9;9\n")
    assert faults(unknown) == [(2, "slug")]


async def test_a_cancelled_import_leaves_the_store_as_it_was(ana: Person) -> None:
    for stage in ("check", "pictures", "publish"):
        with trio.CancelScope() as scope:
            path = folder_of(ana, "x.jpg") / "shop.csv"
            path.write_text(HEAD + "a;A;5;1;;x.jpg\n")

            def tell(said: str, done: int, total: int) -> None:
                del done, total
                if said == stage:  # noqa: B023 - called within this round only
                    scope.cancel()

            await merchant(ana).importer.run(Order(path, unit="EUR"), tell)
        assert scope.cancelled_caught
        assert slugs(ana) == []


async def test_what_was_sold_meanwhile_stops_a_batch(ana: Person) -> None:
    await ana.sell(LAMP)
    batches = merchant(ana).batches
    bases = await batches.own(lambda _: True)
    with ana.book.unit() as unit:
        assert unit.reserve(b"t" * 32, "desk-lamp", -1, 1) is None
        unit.release(b"t" * 32, sold=True)
    report = await move_in(ana, "slug;price\ndesk-lamp;9\n")
    assert report.batch.updated == ["desk-lamp"]
    assert stock(ana, "desk-lamp") == [2]
    with pytest.raises(StaleStateError):
        await _publish_again(batches, bases)


async def _publish_again(batches: Batches, bases: Any) -> None:
    from bazaar.app.shop.batches import Ready  # noqa: PLC0415 - only here
    from bazaar.domain.listings.listing_form import ListingForm, form_of  # noqa: PLC0415 - too

    base = bases["desk-lamp"]
    form = form_of(base.file | {"title": "Other"}, ListingForm)
    await batches.publish([Ready(form, base.listing.images)], bases)


async def test_stock_below_what_is_promised_is_refused(ana: Person) -> None:
    await ana.sell(LAMP)
    with ana.book.unit() as unit:
        assert unit.reserve(b"t" * 32, "desk-lamp", -1, 2) is None
    assert faults(await move_in(ana, "slug;stock\ndesk-lamp;1\n")) == [(2, "stock")]
    assert (await move_in(ana, "slug;stock\ndesk-lamp;2\n")).batch.updated


async def test_archives_that_lie_are_refused(ana: Person) -> None:
    path = ana.home / "a.zip"
    for names in ([], ["a.csv", "b.csv"]):
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, "title\nA")
        with pytest.raises(InputError):
            await run(ana, path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", HEAD + "a;A;5;1;;x.jpg\n")
        archive.writestr("x.jpg", b"picture " + bytes(MAX_PICTURE_FILE_BYTES))
    assert faults(await run(ana, path)) == [(2, "images")]
    path.write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(InputError):
        await run(ana, path)


async def test_bombs_and_disguised_files_are_refused_by_the_real_decoder(
    ana: Person,
) -> None:
    folder = folder_of(ana)
    (folder / "bomb.png").write_bytes(bomb())
    (folder / "svg.jpg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    sink = io.BytesIO()
    Image.new("RGB", (20, 10), "teal").save(sink, "PNG")
    (folder / "fine.png").write_bytes(sink.getvalue())
    path = folder / "shop.csv"
    names = ("bomb.png", "svg.jpg", "fine.png")
    path.write_text(HEAD + "".join(f"{n[:3]};{n};5;1;;{n}\n" for n in names))
    async with open_pictures(ana.home / "shown") as pictures:
        context = ana.node.context._replace(pictures=pictures)
        importer = Merchant(context, ana.node.shop).importer
        report = await importer.run(Order(path, unit="EUR", only_sound=True), quiet)
    assert faults(report) == [(2, "images"), (3, "images")]
    assert "pixels" in report.errors[0].words
    assert slugs(ana) == ["fin"]


def bomb() -> bytes:
    """A PNG of 60,000 x 60,000 pixels in a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        whole = name + data
        check = struct.pack(">I", zlib.crc32(whole))
        return struct.pack(">I", len(data)) + whole + check

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(40_000))
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


async def test_a_file_has_a_bounded_number_of_listings(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "MAX_LISTINGS", 2)
    rows = [f"{n};{n};5;1;;x.jpg\n" for n in ("a", "b", "c")]
    assert (await move_in(ana, HEAD + "".join(rows[:2]))).batch.created == ["a", "b"]
    with pytest.raises(InputError, match="at most 2"):
        await move_in(ana, HEAD + "".join(rows))


async def test_an_archive_has_a_bounded_number_of_files(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_sources, "MAX_ARCHIVE_FILES", 2)
    path = ana.home / "a.zip"
    for names, fits in ((("x.jpg",), True), (("x.jpg", "y.jpg"), False)):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.csv", HEAD + "a;A;5;1;;x.jpg\n")
            for name in names:
                archive.writestr(name, b"picture")
        if fits:
            assert (await run(ana, path)).errors == ()
        else:
            with pytest.raises(InputError, match="at most 2 files"):
                await run(ana, path)


MESSY = (
    "Art.-Nr.;Bezeichnung;VK-Preis brutto;Lagerbestand;Warengruppe;Foto;Bemerkung\r\n"
    'K-1;"Krug; ""groß""";"1.205,50";;Küche;x.jpg;intern\r\n'
    "K-2;Schüssel „Weiß“;80,11 €;2;Küche;;\r\n"
    "K-3;Dose;12 EURO;unlimited;Küche;x.jpg;\r\n"
    ";;;;;;\r\n"
)


async def test_a_strangers_table_is_understood(ana: Person) -> None:
    path = folder_of(ana, "x.jpg", "spare.jpg") / "artikel.csv"
    path.write_bytes(MESSY.encode("cp1252"))
    refused = await run(ana, path)
    assert faults(refused) == [(3, "images")]
    spare = str(path.parent / "spare.jpg")
    report = await run(ana, path, spare=spare)
    assert report.errors == ()
    assert report.batch.created == ["krug-gross", "schussel-weiss", "dose"]
    assert [one.price for one in report.previews] == [
        "1205.50 EUR",
        "80.11 EUR",
        "12 EUR",
    ]
    assert [stock(ana, slug) for slug in report.batch.created] == [[0], [2], [None]]
    again = await run(ana, path, spare=spare)
    assert again.batch.unchanged == report.batch.created


@pytest.mark.parametrize("spare", ["gone.jpg", "sub"])
async def test_a_spare_picture_must_be_one(ana: Person, spare: str) -> None:
    path = folder_of(ana, "x.jpg") / "artikel.csv"
    (path.parent / "sub").mkdir()
    path.write_bytes(MESSY.encode("cp1252"))
    report = await run(ana, path, spare=str(path.parent / spare))
    assert faults(report) == [(3, "images")]


async def test_no_table_names_the_spare_picture_by_itself(ana: Person) -> None:
    report = await move_in(ana, HEAD + "a;A;5;1;;/spare\n")
    assert faults(report) == [(2, "images")]


async def test_cleaning_is_told_and_a_cancelled_import_keeps_its_pictures(
    ana: Person,
) -> None:
    count = 60
    names = [f"{number}.jpg" for number in range(count)]
    path = folder_of(ana, *names) / "shop.csv"
    rows = [f"s{n};S {n};5;1;;{name}\n" for n, name in enumerate(names)]
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    told: list[tuple[str, int, int]] = []
    with trio.CancelScope() as scope:

        def tell(stage: str, done: int, total: int) -> None:
            told.append((stage, done, total))
            if (stage, done) == ("pictures", 40):
                scope.cancel()

        await merchant(ana).importer.run(Order(path, unit="EUR"), tell)
    assert scope.cancelled_caught
    assert slugs(ana) == []
    cleaned = [done for stage, done, _ in told if stage == "pictures"]
    assert cleaned == sorted(cleaned)
    with ana.book.unit() as unit:
        assert 40 <= len(unit.settings("cleaned:")) <= 42
    report = await run(ana, path)
    assert len(report.batch.created) == count
