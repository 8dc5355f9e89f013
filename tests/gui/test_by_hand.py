"""What people do with the app beside buying: visit shops, keep drafts, read news, close it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.disputes import OrderFile
from bazaar.rpc.schema.node import Stop
from bazaar.rpc.schema.orders import OrderList, OrderView
from bazaar.rpc.schema.placing import OrderPlace
from bazaar.rpc.schema.search import PictureView, Store, StoreView
from gui.app.memory import recall
from gui.app.news import News
from gui.app.parting import Parting
from gui.app.window import Window
from gui.models.pictures import Wanted, decode
from gui.pages.browse.presenter import in_turn
from gui.pages.browse.view import BrowsePage
from gui.pages.checkout.view import CheckoutPage
from gui.pages.editor.draft import Draft
from gui.pages.editor.drafts import NEW, Drafts
from gui.pages.editor.view import EditorPage
from gui.pages.listing.presenter import pieces_at_most, tiles
from gui.pages.listing.view import ListingPage
from gui.pages.order.act_bar import notes
from gui.pages.order.course import headline, steps
from gui.pages.order.evidence import Exhibit, copy_of, saved_name
from gui.pages.order.moves import offered
from gui.pages.order.view import OrderPage
from gui.pages.store.presenter import StoreState, about_words
from gui.pages.store.view import StorePage
from gui.texts.pace import days_words
from gui.widgets.text import Text
from gui.widgets.toast import Toast
from tests.gui.deals import order, orders, rows
from tests.gui.fake_door import FakeDoor
from tests.gui.fake_node import FakeNode, RefusedError
from tests.gui.goods import ILSE, cards, euro, listing
from tests.gui.market import profile
from tests.rpc_samples import ORDER_VIEW, OUTCOME

Calm = Callable[[], None]
CARD = cards()[0]
FRESH = StoreView(
    peer_id=CARD.seller, name="x", seq=1, listings=1, online=True, as_of=0
)


def answering(node: FakeNode, kind: type[Call], answer: Callable[[Any], Any]) -> None:
    answers = node.answers

    def other(call: Call) -> Any:
        return answer(call) if isinstance(call, kind) else answers(call)

    node.answers = other


def shown(window: Window, kind: type[Any]) -> Any:
    page = window.page()
    assert isinstance(page, kind)
    return page


def press(page: Any, words: str) -> None:
    found = [
        one
        for one in page.findChildren(QAbstractButton)
        if words in one.accessibleName() and one.isVisible()
    ]
    QTest.mouseClick(found[-1], Qt.MouseButton.LeftButton)


# ------------------------------------------------------------------ shops


def test_a_shop_is_reached_from_a_listing_and_shows_who_it_is(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    answering(node, Store, lambda _: FRESH)
    window.go("listing", CARD.listing_id)
    calm()
    press(shown(window, ListingPage), "Visit the shop")
    calm()
    page: StorePage = shown(window, StorePage)
    assert page.state.peer == CARD.seller
    assert page.grid.cards.rowCount() > 0
    assert "a moment ago" in page.state.fresh_words(page.shell.now())


def test_a_card_leads_to_its_shop_by_its_menu(window: Window, calm: Calm) -> None:
    window.go("browse")
    calm()
    browse: BrowsePage = shown(window, BrowsePage)
    menu = browse.grid.menu_of(CARD)
    menu.actions()[-1].trigger()
    calm()
    assert shown(window, StorePage).state.peer == CARD.seller


def test_a_shop_that_cannot_be_asked_is_shown_as_it_is_known() -> None:
    door = FakeDoor()
    state = StoreState(door, door.changed)
    state.show(CARD.seller)
    door.refuse(Store, "nobody answers")
    assert "nobody answers" in state.fresh_words(0)
    older = door.last(Store)
    state.show("another")
    older.refuse(Problem("gone", "late"))
    assert state.unreached is None


def test_a_shop_says_of_itself_plain_text() -> None:
    assert about_words("A **bold** claim.\n\nMore.", whole=False) == "A bold claim."
    assert about_words("<b>x</b>\n\nMore.", whole=True) == "<b>x</b>\n\nMore."


def test_every_shop_has_its_turn_on_the_first_page() -> None:
    first = [card.seller for card in in_turn(cards())[:4]]
    assert len(set(first)) == 4
    assert sorted(card.slug for card in in_turn(cards())) == sorted(
        card.slug for card in cards()
    )


def test_a_listing_without_arbiters_has_those_of_its_seller() -> None:
    view = replace(listing(CARD.slug), arbiters=())
    seller = replace(profile(CARD.seller), arbiters=(ILSE,))
    assert "no arbiters" in tiles(view)[2].words
    assert "1 arbiter " in tiles(view, seller)[2].words


def test_nobody_orders_more_pieces_than_there_are() -> None:
    view = listing(CARD.slug)
    counted = replace(view, options=(), card=replace(view.card, stock="3"))
    assert pieces_at_most(counted, {}) == 3
    assert pieces_at_most(replace(counted, card=view.card), {}) is None


@pytest.mark.parametrize(
    ("network", "words"),
    [
        ("main", "3 days"),
        ("local:demo/8640", "3 days (30 s here)"),
        ("to-come:9", "3 days"),
    ],
)
def test_days_of_a_contract_say_how_long_they_last_here(
    network: str, words: str
) -> None:
    assert days_words(3, network) == words


# ------------------------------------------------------------------ drafts


def test_what_is_typed_is_kept_until_it_is_published(
    window: Window, calm: Calm, home: Path
) -> None:
    window.go("editor")
    calm()
    editor: EditorPage = shown(window, EditorPage)
    QTest.keyClicks(editor.form.title, "Lamp")
    editor.leave()
    assert Drafts(home).get(NEW) is not None
    window.go("browse")
    window.go("editor")
    calm()
    assert editor.form.title.text() == "Lamp"


def test_a_draft_is_there_after_a_restart_and_can_be_thrown_away(
    window: Window, calm: Calm, home: Path
) -> None:
    Drafts(home).put(NEW, Draft(title="Lamp"))
    window.go("editor")
    calm()
    editor: EditorPage = shown(window, EditorPage)
    assert editor.form.title.text() == "Lamp"
    assert editor.unsaved_title() == "Lamp"
    press(editor, "Start afresh")
    calm()
    assert editor.form.title.text() == ""
    assert Drafts(home).get(NEW) is None


def test_a_broken_file_of_drafts_is_none(home: Path) -> None:
    (home / "app-drafts.json").write_text("[")
    assert Drafts(home).get(NEW) is None


# ------------------------------------------------------------------ news and closing


def test_the_first_reading_is_no_news_and_a_change_is() -> None:
    news, first = News(), rows("buyer")
    assert news.read(first) == ()
    assert news.read(first) == ()
    changed = replace(first[0], state="closed", your_turn=False)
    (told,) = news.read((changed, *first[1:]))
    assert told.order == changed.order_id
    assert told.words == f"{changed.title}: Settled"


def test_a_change_of_an_order_is_told_and_leads_to_it(
    window: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    first = rows(None)
    window.go("browse")
    calm()
    changed = (replace(first[0], state="ruled"), *first[1:])
    answering(node, OrderList, lambda _: changed)
    node.tell("order", order_id=first[0].order_id)
    qtbot.waitUntil(lambda: bool(window.toasts.findChildren(Toast)))
    press(window.toasts, "Show")
    calm()
    assert shown(window, OrderPage).state.id == first[0].order_id


def test_closing_asks_once_whether_the_node_goes_on(
    window: Window, node: FakeNode, calm: Calm, home: Path, qtbot: QtBot
) -> None:
    window.asks = True
    calm()
    assert not window.close()
    question = window.findChildren(Parting)[-1]
    question.reject()
    assert window.isVisible()
    assert not window.close()
    question = window.findChildren(Parting)[-1]
    question.always.setChecked(True)
    QTest.mouseClick(question.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any(isinstance(call, Stop) for call in node.asked))
    assert not window.isVisible()
    assert recall(home).at_close == "stop"


def test_keeping_the_node_leaves_it_alone(
    window: Window, node: FakeNode, calm: Calm, home: Path
) -> None:
    window.asks = True
    calm()
    window.close()
    QTest.mouseClick(window.findChildren(Parting)[-1].keep, Qt.MouseButton.LeftButton)
    assert not window.isVisible()
    assert recall(home).at_close == "ask"
    assert not any(isinstance(call, Stop) for call in node.asked)


# ------------------------------------------------------------------ orders


def evidence_of(view: OrderView) -> Any:
    return view.evidence[0]


DISPUTED = next(one for one in orders().values() if one.evidence)


def test_a_picture_of_evidence_is_shown_by_its_hash(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    window.go("order", DISPUTED.order_id)
    calm()
    asked = [call for call in node.asked if isinstance(call, OrderFile)]
    assert {call.hash for call in asked} == {one.hash for one in DISPUTED.evidence}
    one = DISPUTED.evidence[0]
    wanted = Wanted(one.hash, "", 1200, DISPUTED.order_id)
    assert window.pictures.get(wanted) is not None


def test_a_file_that_is_no_picture_is_not_shown(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    kept = PictureView(path=str(window.home / "config.toml"), problem="no picture")
    answering(node, OrderFile, lambda _: kept)
    window.go("order", DISPUTED.order_id)
    calm()
    page: OrderPage = shown(window, OrderPage)
    exhibit = page.findChildren(Exhibit)[0]
    assert not exhibit._picture.isVisible()
    assert exhibit._note.isVisible()


def test_a_refused_file_is_not_shown(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    def refuse(_: Any) -> Any:
        raise RefusedError("not_found", "its owner is away")

    answering(node, OrderFile, refuse)
    window.go("order", DISPUTED.order_id)
    calm()
    page: OrderPage = shown(window, OrderPage)
    assert page.findChildren(Exhibit)[0]._note.isVisible()


def test_a_saved_file_has_our_name_and_cannot_run(tmp_path: Path) -> None:
    one = replace(DISPUTED.evidence[0], caption="invoice.pdf.exe")
    assert saved_name(one, picture=False) == f"evidence-{one.hash[:12]}.bin"
    assert saved_name(one, picture=True).endswith(".jpg")
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"#!/bin/sh")
    source.chmod(0o755)
    copy_of(str(source), str(target))
    assert target.read_bytes() == b"#!/bin/sh"
    assert target.stat().st_mode & 0o111 == 0


def test_a_missing_picture_is_no_noise(tmp_path: Path) -> None:
    assert decode(str(tmp_path / "none.jpg"), 200) == QImage()


def test_the_bar_says_why_the_node_waits_and_what_did_not_fit() -> None:
    view = replace(order(CARD, 9), problem="the limit is reached", parked=1)
    words = [one for one, _ in notes(view, "")]
    assert "the limit is reached" in words[0]
    assert "1 message came that does not fit" in words[1]


def test_rating_is_offered_when_it_is_over_and_said_when_it_is_done() -> None:
    open_still = replace(order(CARD, 9), next=("confirm", "agree", "rate"))
    assert offered(open_still) == ("confirm",)
    over = replace(open_still, state="closed", next=("rate",))
    assert offered(over) == ("rate",)
    assert "rate how it went" in notes(over, "")[0][0]
    rated = replace(over, next=(), rated=True)
    assert notes(rated, "") == [("You have rated this order.", "muted")]


def test_agreeing_stays_beside_confirming_when_something_was_proposed() -> None:
    view = replace(order(CARD, 9), next=("confirm", "agree"), proposals=("seller: 1",))
    assert offered(view) == ("confirm", "agree")


@pytest.mark.parametrize(
    ("buyer", "seller", "words"),
    [
        ("0", "18.00", "Settled: 18.00 EUR to the seller"),
        ("12.40", "0", "Settled: 12.40 EUR back to the buyer"),
        (
            "12.40",
            "18.00",
            "Settled: 18.00 EUR to the seller, 12.40 EUR back to the buyer",
        ),
    ],
)
def test_an_end_names_who_got_something(buyer: str, seller: str, words: str) -> None:
    outcome = replace(OUTCOME, to_buyer=euro(buyer), to_seller=euro(seller))
    view = replace(order(CARD, 9), state="closed", outcome=outcome)
    assert headline(view) == words


def test_an_agreement_says_to_what() -> None:
    agreed = replace(ORDER_VIEW.messages[0], type="Agree", summary="to the Ship")
    view = replace(order(CARD, 9), state="closed", messages=(agreed,))
    assert steps(view)[0].detail.endswith("It arrived and is fine")


def test_arbiters_who_agree_are_named_together() -> None:
    made = {step.title: step.detail for step in steps(order(CARD, 9))}
    told = made["Arbiters agreed"]
    assert told.startswith("By the arbiter and the backup")


def test_the_receipt_waits_for_the_country(window: Window, calm: Calm) -> None:
    window.go("checkout", CARD.listing_id)
    calm()
    checkout: CheckoutPage = shown(window, CheckoutPage)
    assert checkout.receipt.complaint.text() == ""
    assert "Continue" in checkout.receipt.button.accessibleName()
    QTest.keyClicks(checkout.address.line("country"), "no")
    calm()
    assert "Order for" in checkout.receipt.button.accessibleName()
    texts = [one.text() for one in checkout.address.findChildren(Text)]
    assert "Norway" in texts


def test_options_and_time_are_chosen_at_the_checkout(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    lamp = next(card for card in cards() if "desk-lamp" in card.slug)
    window.go("checkout", f"{lamp.listing_id}?Shade=Cream")
    calm()
    checkout: CheckoutPage = shown(window, CheckoutPage)
    names = [variant.name for variant in listing(lamp.slug).options[0].variants]
    checkout.address.fill({"country": "NO"})
    checkout.options.choices["Shade"].setCurrentIndex(1)
    checkout.accept.choose("14")
    calm()
    asked = [call for call in node.asked if isinstance(call, OrderPlace)][-1]
    assert asked.option == {"Shade": names[1]}
    assert asked.accept_days == 14
