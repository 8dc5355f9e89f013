"""The editor whole: every field there and back, complaints at their place, pictures, drafts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.listings import ListingPublish, ListingShow
from bazaar.rpc.schema.shelf import (
    CheckView,
    DraftView,
    FaultView,
    ListingCheck,
    ListingClone,
    ListingDraft,
    ListingDrafts,
    ListingDropDraft,
    StoreDoor,
    StoreDoorView,
    StoreReachView,
)
from gui.app.window import Window
from gui.delegates.pieces import chips, picture_of
from gui.pages.editor.combinations import MOST, combinations
from gui.pages.editor.draft import Coupon, Draft, Option, Service, Sku, Tax, Touch, Way
from gui.pages.editor.drafts import NEW, Drafts
from gui.pages.editor.missing import place_words
from gui.pages.editor.photo import Carried, Photo
from gui.pages.editor.presenter import day_seconds, listing_file, missing, number
from gui.pages.editor.reading import draft_from
from gui.pages.editor.spread import TIMES, Spread, reach_words
from gui.pages.editor.touching import WHOLE, Cropper, TouchDialog
from gui.pages.editor.view import TYPING_MS, EditorPage
from gui.pages.listing.view import ListingPage
from gui.pages.shop.view import ShopPage
from gui.widgets.rows import YES, Column, Rows
from tests.gui.fake_door import FakeDoor
from tests.gui.fake_node import FakeNode
from tests.gui.goods import cards
from tests.rpc_samples import DELIVERY, DRAFT, LISTING

Calm = Callable[[], None]
LAMP: Final = cards()[0]
WHOLE_DRAFT: Final = Draft(
    slug="lamp",
    type="physical",
    state="hidden",
    title="Lamp",
    short="Brass",
    description="A **lamp**.",
    price="26.15",
    unit="EUR",
    condition="worn",
    category="home",
    categories="lighting, art",
    tags="brass, desk",
    language="de",
    mature=True,
    expires="2027-01-31",
    pictures=("/a.jpg", "/b.jpg"),
    touches={"/b.jpg": Touch("Side", 90, (0, 0, 500, 1000))},
    processing="2 days",
    country="DE",
    postal="10115",
    grams="1400",
    ways=(
        Way("Post", "post", "AT, DE", (Service("Fast", "9.00", "5.00", "1 day"),)),
        Way("Shop", "pickup", "ZZ", ()),
    ),
    options=(Option("Shade", "green, white", "Its colour", {"white": 1}),),
    skus=(
        Sku((("Shade", "green"),), True, "L-G", "-1.00", "2", "0"),
        Sku((("Shade", "white"),), False),
    ),
    taxes=(Tax("VAT", "DE", "19", True),),
    coupons=(Coupon("Spring", "SPRING26", "10", "", "2", "2026-12-31"),),
    refunds="14 days",
    terms="None",
    ship_days="5",
    inspect_days="10",
    arbiters=("x",),
)


def answering(node: FakeNode, kind: type[Call], answer: Callable[[Any], Any]) -> None:
    answers = node.answers

    def other(call: Call) -> Any:
        return answer(call) if isinstance(call, kind) else answers(call)

    node.answers = other


def opened(window: Window, calm: Calm, argument: str = "") -> EditorPage:
    window.go("editor", argument)
    calm()
    page = window.page()
    assert isinstance(page, EditorPage)
    return page


def checked(page: EditorPage, calm: Calm) -> None:
    page._typing.stop()
    page._keep()
    calm()


def typed(cell: object, words: str) -> None:
    assert isinstance(cell, QLineEdit)
    cell.clear()
    QTest.keyClicks(cell, words)


# ------------------------------------------------------------------ there and back


def test_every_field_goes_into_the_file_and_comes_back() -> None:
    file = listing_file(WHOLE_DRAFT)
    assert draft_from(file) == WHOLE_DRAFT
    assert file["images"] == [
        "/a.jpg",
        {"path": "/b.jpg", "caption": "Side", "turn": 90, "crop": [0, 0, 500, 1000]},
    ]
    assert len(file["skus"]) == 1


def test_every_field_goes_into_the_form_and_comes_back(
    window: Window, calm: Calm
) -> None:
    form = opened(window, calm).form
    form.fill(WHOLE_DRAFT, {})
    held = form.draft()
    assert replace(held, arbiters=WHOLE_DRAFT.arbiters) == WHOLE_DRAFT


@pytest.mark.parametrize("kind", ["digital", "service"])
def test_what_is_not_shipped_has_no_shipping_in_its_file(kind: str) -> None:
    file = listing_file(replace(WHOLE_DRAFT, type=kind), {"ships_from": {}})
    assert not file.keys() & {"shipping", "ships_from", "condition"}


def test_an_unfinished_file_fills_the_form() -> None:
    assert draft_from({}).ways == (Way(),)
    assert draft_from({"price": "5"}).unit == "EUR"
    assert draft_from({"images": [{"path": "a", "crop": [1]}]}).pictures == ("a",)


def test_numbers_and_days_that_are_none_are_left_for_the_check_to_refuse() -> None:
    assert (number(" 7 "), number("x"), number("9" * 30)) == (7, "x", "9" * 30)
    assert day_seconds("1970-01-02") == 86_400
    assert (day_seconds(""), day_seconds("soon")) == (None, "soon")


def test_each_way_by_post_needs_a_price() -> None:
    full = replace(WHOLE_DRAFT, ways=(Way("Shop", "pickup"),))
    assert missing(full) == ()
    assert missing(replace(full, ways=(*full.ways, Way()))) == ("shipping",)
    assert missing(replace(full, ways=())) == ("shipping",)


# ------------------------------------------------------------------ combinations


def test_combinations_keep_what_was_typed_for_them() -> None:
    shade, plug = Option("Shade", "green, white"), Option("Plug", "EU, UK")
    kept = Sku((("Plug", "UK"), ("Shade", "white")), True, "W-UK", "2")
    made = combinations((shade, plug), (kept,))
    assert [one.sku for one in made] == ["", "", "", "W-UK"]
    assert made[3].choice == (("Shade", "white"), ("Plug", "UK"))


def test_one_combination_too_many_is_told_and_no_more_are_made() -> None:
    many = ", ".join(map(str, range(30)))
    assert len(combinations((Option("a", many), Option("b", many)), ())) == MOST + 1
    assert combinations((Option("", "a, b"), Option("c", " , ")), ()) == ()


def test_the_grid_follows_the_options(window: Window, calm: Calm) -> None:
    form = opened(window, calm).form
    choices = form.choices
    choices.options.add.click()
    typed(choices.options.cell(0, "name"), "Size")
    typed(choices.options.cell(0, "variants"), "S, M")
    assert len(choices.skus.rows()) == 2
    typed(choices.skus.cell(1, "stock"), "4")
    typed(choices.options.cell(0, "variants"), "S, M, L")
    assert [one["stock"] for one in choices.skus.rows()] == ["", "4", ""]
    assert not form.stock.isEnabled()
    many = ",".join(map(str, range(30)))
    choices.show_choices((Option("Size", many), Option("Colour", many)), ())
    choices._options_changed()
    assert "at most 500" in choices.note.text()


# ------------------------------------------------------------------ complaints


PLACES: Final = {
    "title": "title",
    "deadlines.ship_days": "ship_days",
    "images": "pictures",
    "ships_from.country": "country",
}


@pytest.mark.parametrize("field", PLACES)
def test_a_fault_stands_beside_its_field(
    window: Window, calm: Calm, field: str
) -> None:
    form = opened(window, calm).form
    below = form._fields[PLACES[field]]._below
    fault = FaultView(field=field, words="it has 141; at most 140")
    assert form.complain((fault,)) == ()
    assert below.text() == "it has 141; at most 140"
    assert form.complain(()) == ()
    assert "141" not in below.text()


def test_faults_in_tables_stand_at_their_cell(window: Window, calm: Calm) -> None:
    form = opened(window, calm).form
    form.fill(replace(WHOLE_DRAFT, skus=WHOLE_DRAFT.skus[::-1]), {})
    for field, rows, cell in (
        ("taxes[0].percent", form.taxes, "percent"),
        ("coupons[0].code", form.coupons, "code"),
        ("options[0].name", form.choices.options, "name"),
        ("shipping[0].services[0].first", form.ways.forms[0].services, "first"),
    ):
        form.complain((FaultView(field=field, words="no"),))
        assert rows.cell(0, cell).property("wrong") == "true"
        form.complain(())
        assert rows.cell(0, cell).property("wrong") == "false"
    form.complain((FaultView(field="skus[0].surcharge", words="no"),))
    sold = [one["sold"] == YES for one in form.choices.skus.rows()].index(True)
    assert form.choices.skus.cell(sold, "surcharge").property("wrong") == "true"
    form.complain((FaultView(field="shipping[1].countries[0]", words="far"),))
    assert form.ways.forms[1].fields["countries"]._below.text() == "far"
    unknown = FaultView(field="listing", words="too many bytes")
    assert form.complain((unknown,)) == (unknown,)
    assert form.folds["taxes"].opened


def test_the_node_is_asked_while_one_types_and_faults_forbid_publishing(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    fault = FaultView(field="tags[0]", words="it must have at most 40 characters")
    page = opened(window, calm)
    page.form.fill(replace(WHOLE_DRAFT, slug=""), {})
    answering(node, ListingCheck, lambda _: CheckView(faults=(fault,)))
    checked(page, calm)
    assert not page.publish.isEnabled()
    assert "40 characters" in page.form._fields["tags"]._below.text()
    view = CheckView(faults=(), view=LISTING, deliveries=(DELIVERY,))
    answering(node, ListingCheck, lambda _: view)
    checked(page, calm)
    assert page.publish.isEnabled()
    call = next(one for one in reversed(node.asked) if isinstance(one, ListingCheck))
    assert call.listing["title"] == "Lamp"
    assert call.country == "DE"


def test_what_is_only_missing_is_no_complaint(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    page = opened(window, calm)
    fault = FaultView(field="price", words="this is no amount")
    answering(node, ListingCheck, lambda _: CheckView(faults=(fault,)))
    QTest.keyClicks(page.form.title, "Lamp")
    checked(page, calm)
    assert page.form._fields["price"]._below.text() == ""


def test_the_page_is_shown_before_it_is_published(
    window: Window, node: FakeNode, calm: Calm, tmp_path: Path
) -> None:
    picture = tmp_path / "lamp.png"
    QImage(40, 30, QImage.Format.Format_RGB32).save(str(picture))
    page = opened(window, calm)
    page.form.fill(replace(WHOLE_DRAFT, slug="", pictures=(str(picture),)), {})
    checked(page, calm)
    page.look.click()
    shown = page.page_preview.page
    assert shown.state.view is not None
    assert shown.state.view.images[0].id == str(picture)
    assert not shown.buy.isEnabled()
    page.page_preview.close()


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("skus[1].surcharge", "Combination 2, surcharge"),
        (
            "shipping[0].services[2].first",
            "Way to ship 1, service 3, price of the first piece",
        ),
        ("tags[0]", "Tag 1"),
        ("processing_time", "Processing time"),
    ],
)
def test_a_place_is_said_in_words(field: str, words: str) -> None:
    assert place_words(field) == words


def test_what_is_typed_outlives_the_app_at_once(
    window: Window, calm: Calm, qtbot: QtBot
) -> None:
    page = opened(window, calm)
    QTest.keyClicks(page.form.title, "Lamp")
    qtbot.waitUntil(
        lambda: Drafts(window.home).get(NEW) is not None, timeout=TYPING_MS * 5
    )
    kept = Drafts(window.home).get(NEW)
    assert kept is not None
    assert kept.title == "Lamp"
    assert TYPING_MS <= 1000


# ------------------------------------------------------------------ pictures


def pixmap() -> QPixmap:
    made = QPixmap(400, 300)
    made.fill(Qt.GlobalColor.red)
    return made


def test_pictures_change_places_and_the_first_is_the_cover(
    window: Window, calm: Calm
) -> None:
    photos = opened(window, calm).form.photos
    photos.set_paths(("a.jpg", "b.jpg", "c.jpg"), {})
    photos.place("c.jpg", 0)
    assert photos.paths == ["c.jpg", "a.jpg", "b.jpg"]
    photos.place("c.jpg", -1)
    photos.place("b.jpg", 99)
    photos.place("unknown", 0)
    assert photos.paths == ["c.jpg", "a.jpg", "b.jpg"]


def test_what_is_done_to_a_picture_is_kept(window: Window, calm: Calm) -> None:
    form = opened(window, calm).form
    form.photos.set_paths(("a.jpg",), {})
    dialog = TouchDialog(form, pixmap(), Touch())
    dialog.caption.setText("Front")
    dialog.cropper.rotate(-90)
    dialog.cuts[0].set_value(25)
    assert dialog.touch() == Touch("Front", 270, (250, 0, 1000, 1000))
    form.photos._touch("a.jpg", dialog.touch())
    assert form.draft().touches == {"a.jpg": dialog.touch()}
    form.photos._touch("a.jpg", Touch())
    assert form.draft().touches == {}
    dialog.deleteLater()


def test_a_frame_is_drawn_within_the_picture(qapp: object) -> None:
    cropper = Cropper(pixmap(), Touch())
    frame = cropper.frame()
    middle = QPointF(frame.center())
    cropper.draw(QPointF(-50, -50), middle)
    left, top, right, bottom = cropper.crop
    assert (left, top) == (0, 0)
    assert abs(right - 500) < 5
    assert abs(bottom - 500) < 5
    cropper.draw(middle, middle + QPointF(1, 1))
    assert cropper.crop == (left, top, right, bottom)
    cropper.rotate(90)
    assert (cropper.turn, cropper.crop) == (90, WHOLE)
    cropper.deleteLater()


# ------------------------------------------------------------------ drafts


def test_a_draft_is_kept_by_the_node_and_opened_again(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    kept: list[DraftView] = []

    def keep(call: ListingDraft) -> DraftView:
        made = replace(DRAFT, name=call.name or "lamp", listing=call.listing)
        kept[:] = [made]
        return made

    answering(node, ListingDraft, keep)
    answering(node, ListingDrafts, lambda _: tuple(kept))
    page = opened(window, calm)
    QTest.keyClicks(page.form.title, "Lamp")
    page.save.click()
    calm()
    assert page.form.title.text() == "Lamp"
    assert not page.unsaved()
    assert Drafts(window.home).get(NEW) is None
    QTest.keyClicks(page.form.title, " two")
    page.save.click()
    calm()
    assert [one.name for one in kept] == ["lamp"]
    assert kept[0].listing["title"] == "Lamp two"
    page = opened(window, calm)
    assert page.kept.isVisible()
    page._drop_draft(kept[0])
    calm()
    assert any(isinstance(one, ListingDropDraft) for one in node.asked)


def test_a_listing_is_duplicated_as_a_draft(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    page = opened(window, calm, LAMP.listing_id)
    page.clone.click()
    calm()
    assert any(isinstance(one, ListingClone) for one in node.asked)
    assert page.form.title.text() == "Restored desk lamp"
    assert not page.clone.isVisible()


def test_the_file_as_it_was_read_goes_with_the_publication(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    page = opened(window, calm, LAMP.listing_id)
    assert page._old is not None
    page._publish()
    calm()
    call = next(one for one in node.asked if isinstance(one, ListingPublish))
    assert call.seen == (page._old.source,)


def test_how_many_have_it_is_told_until_all_have() -> None:
    door, said = FakeDoor(), list[tuple[str, str]]()
    spread = Spread(door, lambda words, role: said.append((words, role)))
    spread.follow()
    door.asked[-1].answer(StoreReachView(seq=3, have=1, connected=5))
    door.asked[-1].answer(StoreReachView(seq=3, have=1, connected=5))
    door.asked[-1].answer(StoreReachView(seq=3, have=5, connected=5))
    assert [role for _, role in said] == ["accent", "ok"]
    assert "1 of 5" in said[0][0]
    assert not spread._timer.isActive()
    assert (
        "Nobody is connected"
        in reach_words(StoreReachView(seq=1, have=0, connected=0))[0]
    )
    spread.follow()
    for _ in range(TIMES):
        spread._ask()
    assert not spread._timer.isActive()


# ------------------------------------------------------------------ the listing's page


def shown(window: Window) -> ListingPage:
    page = window.page()
    assert isinstance(page, ListingPage)
    return page


def test_a_listing_for_adults_is_covered_until_it_is_asked_for(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    answers = node.answers
    answering(
        node,
        ListingShow,
        lambda call: replace(
            (view := answers(call)), card=replace(view.card, nsfw=True), own=False
        ),
    )
    window.go("listing", LAMP.listing_id)
    calm()
    page = shown(window)
    assert not page.viewer.isVisible()
    page._uncover()
    assert page.viewer.isVisible()
    page.refresh()
    calm()
    assert page.viewer.isVisible()
    window.go("listing", cards()[1].listing_id)
    calm()
    assert not shown(window).viewer.isVisible()


def test_cards_say_their_state_and_cover_what_is_for_adults(window: Window) -> None:
    adult = replace(LAMP, nsfw=True, state="hidden")
    assert {words for words, _, _ in chips(adult)} >= {"For adults", "Hidden"}
    assert picture_of(window.pictures, adult, 200) is None
    assert not window.pictures.busy
    paused = replace(LAMP, state="on vacation")
    assert "Paused" in {words for words, _, _ in chips(paused)}


def test_an_older_version_leads_to_the_newest_and_is_not_bought(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    answers, newest = node.answers, cards()[1].listing_id

    def answer(call: ListingShow) -> Any:
        view = answers(call)
        return view if call.id == newest else replace(view, newer=newest)

    answering(node, ListingShow, answer)
    window.go("listing", LAMP.listing_id)
    calm()
    page = shown(window)
    assert not page.buy.isEnabled()
    page._newest()
    calm()
    assert page.state.id == newest


def test_the_total_is_shown_where_the_buyer_is(window: Window, calm: Calm) -> None:
    window.go("listing", LAMP.listing_id)
    calm()
    page = shown(window)
    typed(page.delivered.country, "at")
    calm()
    texts = [one.text() for one in page.delivered.findChildren(type(page._stock))]
    assert any("30.15 EUR in all" in one for one in texts)
    assert window.memory.country == "AT"


def test_lines_are_added_and_taken_away(qapp: object) -> None:
    rows = Rows((Column("a", "A"), Column("b", "B", kind="tick")), "Add", most=2)
    rows.add.click()
    rows.add.click()
    assert rows.rows() == [{"a": "", "b": ""}] * 2
    assert not rows.add.isEnabled()
    rows._remove(0)
    assert len(rows.rows()) == 1
    rows.deleteLater()


# ------------------------------------------------------------------ the shop's door


def test_the_shop_goes_on_holiday_and_opens_again(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    held = StoreDoorView(state="open", notice="", until=None, orders=False)
    answering(
        node,
        StoreDoor,
        lambda call: (
            StoreDoorView(
                state=call.state,
                notice=call.notice,
                until=call.until,
                orders=call.orders,
            )
            if call.state
            else held
        ),
    )
    window.go("shop")
    calm()
    page = window.page()
    assert isinstance(page, ShopPage)
    page.opening.ask()
    dialog = page.opening.dialog
    dialog.state.choose("vacation")
    dialog.notice.setText("By the sea")
    dialog.until.setText("soon")
    dialog.wanted.click()
    assert dialog.isVisible()
    dialog.until.setText("2027-01-31")
    dialog.wanted.click()
    calm()
    asked = [one for one in node.asked if isinstance(one, StoreDoor) and one.state]
    assert asked == [
        StoreDoor(state="vacation", notice="By the sea", until=1_801_353_600)
    ]
    assert "On holiday until 31 Jan 2027" in page.opening.chip.accessibleName()
    page.opening.ask()
    page.opening.dialog.complain(Problem("input", "too long", "notice"))
    assert page.opening.dialog.fields["notice"]._below.text() == "too long"
    page.opening.dialog.state.choose("open")
    assert page.opening.dialog.call() == StoreDoor(state="open")
    page.opening.dialog.reject()


def test_a_picture_is_dragged_to_another_place_by_the_mouse(
    window: Window, calm: Calm
) -> None:
    photos = opened(window, calm).form.photos
    photos.set_paths(("a.jpg", "b.jpg", "c.jpg"), {})
    calm()
    by_path = {one.path: one for one in photos.findChildren(Photo)}
    handle = window.windowHandle()
    assert handle is not None
    start, end = (
        by_path[path].mapTo(window, by_path[path].rect().center())
        for path in ("c.jpg", "a.jpg")
    )
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(handle, left, pos=start)
    QTest.mouseMove(handle, start + QPoint(2, 1))
    QTest.mouseRelease(handle, left, pos=start + QPoint(2, 1))
    assert photos.paths == ["a.jpg", "b.jpg", "c.jpg"]
    QTest.mousePress(handle, left, pos=start)
    for spot in (start + QPoint(30, 0), end + QPoint(4, 0)):
        QTest.mouseMove(handle, spot)
    (carried,) = window.findChildren(Carried)
    assert carried.isVisible()
    QTest.mouseRelease(handle, left, pos=end)
    calm()
    assert photos.paths == ["c.jpg", "a.jpg", "b.jpg"]
    assert window.findChildren(Carried) == []
