"""One edit over many listings, and the way back; templates; papers."""

import csv
import stat
from pathlib import Path
from typing import Any

import pytest

from bazaar.app.shop.bulk import MAX_OPERATIONS, Choice
from bazaar.app.shop.merchant import Merchant
from bazaar.app.trading.ordering import WantedLine
from bazaar.domain.errors import InputError, NotAllowedError, NotFoundError
from bazaar.domain.listings.bulk import Edit
from bazaar.domain.listings.listing_form import form_of
from bazaar.domain.listings.merchant import MAX_EARLIER, MAX_TEMPLATES
from bazaar.rpc.handlers.merchant import MerchantCalls
from bazaar.rpc.handlers.papers import PaperCalls
from bazaar.rpc.schema.merchant import (
    DefaultsSet,
    DefaultsShow,
    TemplateList,
    TemplatePut,
    TemplateRemove,
)
from bazaar.rpc.schema.papers import OrderExport, OrderSlip
from tests.app.town import ADDRESS, LAMP, Person, Town

EVERYTHING = Choice(everything=True)
CUP = LAMP | {
    "slug": "cup",
    "title": "Cup",
    "price": "10.00 EUR",
    "options": [{"name": "Size", "variants": ["S", "L"]}],
    "skus": [
        {"options": {"Size": "S"}, "sku": "CUP-S", "stock": 4},
        {"options": {"Size": "L"}, "sku": "CUP-L", "surcharge": "2.55 EUR"},
    ],
}
del CUP["stock"]


@pytest.fixture
async def ana(town: Town) -> Person:
    person = await town.settle_in("Ana")
    await person.sell(LAMP, CUP)
    return person


def tools(person: Person) -> Merchant:
    return Merchant(person.node.context, person.node.shop)


async def files(person: Person) -> dict[str, dict[str, Any]]:
    bases = await tools(person).batches.own(lambda _: True)
    return {slug: base.file for slug, base in bases.items()}


async def edit(person: Person, choice: Choice = EVERYTHING, **changes: Any) -> Any:
    form = form_of(changes, Edit)
    return await tools(person).bulk.edit(choice, form, dry_run=False)


def seq(person: Person) -> int:
    with person.book.unit() as unit:
        head = person.node.shop.head(unit)
    return head.body.seq if head else 0


async def test_a_percentage_moves_every_variant_and_is_one_publication(
    ana: Person,
) -> None:
    before, first = await files(ana), seq(ana)
    form = form_of({"price_percent": "-10"}, Edit)
    preview = await tools(ana).bulk.edit(EVERYTHING, form, dry_run=True)
    assert (await files(ana), preview.number) == (before, 0)
    done = await edit(ana, price_percent="-10")
    after = await files(ana)
    assert seq(ana) == first + 1
    assert done.lines == preview.lines
    assert after["desk-lamp"]["price"] == "23.54 EUR"
    assert after["cup"]["price"] == "9.00 EUR"
    assert after["cup"]["skus"][1]["surcharge"] == "2.30 EUR"
    undone = await tools(ana).bulk.undo(None, dry_run=False)
    assert [line.refused for line in undone.lines] == ["", ""]
    assert await files(ana) == before


async def test_edits_are_taken_back_after_a_restart(ana: Person, town: Town) -> None:
    before = await files(ana)
    await edit(ana, stock_add=5, choice=Choice(frozenset({"desk-lamp"})))
    await edit(ana, tags_add=["red", "blue"], state="vacation")
    await edit(ana, categories_add=["Home"], tags_remove=["red"])
    await town.restart(ana)
    with ana.book.unit() as unit:
        past = tools(ana).bulk.history(unit)
    assert [one.words for one in past] == [
        "stock +5",
        "tags +red +blue; state vacation",
        "tags -red; categories +Home",
    ]
    assert (await files(ana))["cup"]["tags"] == ["blue"]
    for _ in past:
        await tools(ana).bulk.undo(None, dry_run=False)
    assert await files(ana) == before
    with pytest.raises(NotFoundError):
        await tools(ana).bulk.undo(None, dry_run=False)


async def test_what_refuses_is_named_and_the_rest_is_done(ana: Person) -> None:
    done = await edit(ana, stock_add=1)
    refused = {line.slug: line.refused for line in done.lines if line.refused}
    assert list(refused) == ["cup"]
    assert (await files(ana))["desk-lamp"]["stock"] == 4
    gone = await edit(ana, Choice(frozenset({"no-such", "cup"})), price_add="1 EUR")
    assert [line.slug for line in gone.lines if line.refused] == ["no-such"]
    wrong = await edit(ana, price="3 hours", choice=Choice(text="CUP-L"))
    assert [(line.slug, line.refused) for line in wrong.lines] == [
        ("cup", "shipping[0].services[0].first: the price is in HOUR, so must this be")
    ] or wrong.lines[0].refused


async def test_undo_keeps_what_was_sold_and_refuses_what_was_changed(
    ana: Person,
) -> None:
    one = Choice(frozenset({"desk-lamp"}))
    await edit(ana, one, stock="10")
    with ana.book.unit() as unit:
        assert unit.reserve(b"t" * 32, "desk-lamp", -1, 2) is None
        unit.release(b"t" * 32, sold=True)
    await tools(ana).bulk.undo(None, dry_run=False)
    assert (await files(ana))["desk-lamp"]["stock"] == 1
    await edit(ana, one, price="30 EUR")
    await edit(ana, one, price="31 EUR")
    with ana.book.unit() as unit:
        first = tools(ana).bulk.history(unit)[0].number
    undone = await tools(ana).bulk.undo(first, dry_run=False)
    assert undone.lines[0].refused == "price: it was changed since"
    assert (await files(ana))["desk-lamp"]["price"] == "31.00 EUR"


async def test_the_book_keeps_the_last_operations(ana: Person) -> None:
    one = Choice(frozenset({"desk-lamp"}))
    for count in range(MAX_OPERATIONS + 1):
        await edit(ana, one, stock=str(count + 10))
    with ana.book.unit() as unit:
        past = tools(ana).bulk.history(unit)
        assert unit.setting("bulk:1") is None
    assert [past[0].number, past[-1].number] == [2, MAX_OPERATIONS + 1]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", "1e308 EUR"),
        ("price", "NaN"),
        ("price", "90071992547409.92 EUR"),
        ("price_add", "-26.15 EUR"),
        ("price_add", "90071992547409.91 EUR"),
        ("price_percent", "-100"),
        ("price_percent", "1e9"),
        ("price_percent", "1000.01"),
        ("stock", "-1"),
        ("stock", "2147483648"),
        ("stock_add", -4),
        ("stock_add", 2**31 - 1),
        ("tags_add", [f"tag {n}" for n in range(10)]),
        ("sku", "none"),
    ],
)
async def test_no_edit_leaves_the_bounds(ana: Person, field: str, value: Any) -> None:
    before = await files(ana)
    more = {"stock": "1"} if field == "sku" else {}
    await edit(ana, Choice(frozenset({"desk-lamp"})), tags_add=["t"])
    more |= {"tags_add": ["t"]} if field == "tags_add" and not value else {}
    done = await edit(ana, Choice(frozenset({"desk-lamp"})), **{field: value}, **more)
    assert done.lines[0].refused
    await tools(ana).bulk.undo(None, dry_run=False)
    assert await files(ana) == before


async def test_an_empty_edit_and_an_empty_choice_are_refused(ana: Person) -> None:
    with pytest.raises(InputError):
        await edit(ana)
    with pytest.raises(InputError):
        await edit(ana, Choice(), stock="1")


async def test_a_template_updates_the_listings_that_use_it(ana: Person) -> None:
    calls = MerchantCalls(ana.node)
    ways: tuple[dict[str, Any], ...] = tuple(LAMP["shipping"])
    assert (await calls.template_put(TemplatePut(name="Post", shipping=ways))).used == 2
    dearer = ({**ways[0], "title": "Parcel"},)
    kept = await calls.template_put(TemplatePut(name="Post", shipping=dearer))
    assert (kept.used, kept.outdated) == (0, 2)
    assert (await files(ana))["cup"]["shipping"][0]["title"] == "Post"
    done = await calls.template_put(
        TemplatePut(name="Post", shipping=dearer, update=True)
    )
    assert (done.used, done.outdated) == (2, 0)
    assert (await files(ana))["cup"]["shipping"][0]["title"] == "Parcel"
    await tools(ana).bulk.undo(done.number, dry_run=False)
    assert [one.outdated for one in await calls.templates(TemplateList())] == [2]
    await calls.defaults_set(DefaultsSet(defaults={"template": "Post"}))
    fields = (await calls.defaults(DefaultsShow())).fields
    assert fields["shipping"][0]["title"] == "Parcel"
    with pytest.raises(InputError):
        await calls.template_remove(TemplateRemove(name="Post"))
    with pytest.raises(InputError):
        await calls.defaults_set(DefaultsSet(defaults={"template": "Drone"}))
    await calls.defaults_set(DefaultsSet(defaults={}))
    await calls.template_remove(TemplateRemove(name="Post"))
    assert await calls.templates(TemplateList()) == ()


async def test_a_slip_has_the_address_for_the_seller_alone(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    ana, buyer = await town.settle_in("Ana"), await town.settle_in("Ben")
    ana.limit(buyer, 100_000)
    listing = (await ana.sell(CUP))[0]
    await town.quiet()
    order = await buyer.order(listing, lines=[small(listing)], direct=True)
    await town.quiet()
    await ana.accept(order)
    await town.quiet()
    papers = PaperCalls(ana.node)
    slip = await papers.slip(OrderSlip(id=order.hex()))
    assert slip.items[0].title == "Cup"
    assert (slip.items[0].choice, slip.shipping) == ("Size: S", "Post/Standard")
    assert slip.address[:2] == ("Bea", "Ring 1")
    with pytest.raises(NotAllowedError):
        await PaperCalls(buyer.node).slip(OrderSlip(id=order.hex()))
    path = ana.home / "sales.csv"
    done = await papers.export(OrderExport(file=str(path)))
    assert done.count == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    row = next(iter(_rows(path)))
    assert (row["title"], row["choice"], row["unit"]) == ("Cup", "Size: S", "EUR")
    assert (row["sku"], row["line"]) == ("CUP-S", "14.00")
    assert row["street"] == ADDRESS["street"]
    bought = buyer.home / "bought.csv"
    await PaperCalls(buyer.node).export(OrderExport(file=str(bought), role="buyer"))
    assert next(iter(_rows(bought)))["street"] == ""
    assert ADDRESS["street"] not in caplog.text


def small(listing: bytes) -> WantedLine:
    return WantedLine(listing, 1, {"Size": "S"}, None, ())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


async def test_templates_and_what_they_remember_are_bounded(ana: Person) -> None:
    ways = tuple(LAMP["shipping"])
    templates = tools(ana).templates
    with ana.book.unit() as unit:
        for number in range(MAX_TEMPLATES):
            templates.put(unit, {"name": f"Post {number}", "shipping": ways})
        with pytest.raises(InputError, match=f"at most {MAX_TEMPLATES}"):
            templates.put(unit, {"name": "One more", "shipping": ways})
        for number in range(MAX_EARLIER + 2):
            other = ({**ways[0], "title": f"Way {number}"},)
            templates.put(unit, {"name": "Post 0", "shipping": other})
        kept = templates.one(unit, "Post 0")
    assert [one[0].title for one in kept.earlier] == [
        f"Way {number}" for number in range(MAX_EARLIER, 0, -1)
    ]
