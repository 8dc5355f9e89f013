"""One fills a cart, keeps an eye on things, follows, reports, and writes a profile."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from bazaar.demo.shops import load_shops
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.cart import (
    CartAdd,
    CartChange,
    CartCheckout,
    CartRemove,
    CartShow,
    CartView,
)
from bazaar.rpc.schema.listings import ListingView
from bazaar.rpc.schema.node import StatusView
from bazaar.rpc.schema.people import (
    FollowPeer,
    Report,
    ReportWithdraw,
    Unfollow,
    WarningsAllow,
    WarningsPublish,
    WarningsUse,
    WishAdd,
    WishList,
    WishRemove,
)
from bazaar.rpc.schema.profile import (
    ProfilePicture,
    ProfileSet,
    ProfileShow,
    ProfileView,
)
from bazaar.rpc.schema.search import SearchView
from gui.app.window import Window
from gui.delegates.card import inner_of, picture_at
from gui.delegates.pieces import chips, heart_place
from gui.pages.browse.view import BrowsePage
from gui.pages.cart.presenter import CartState, Choice
from gui.pages.cart.view import CartPage
from gui.pages.editor.touching import TouchDialog
from gui.pages.listing.view import ListingPage
from gui.pages.page import Page
from gui.pages.profile.presenter import Filled, changes, contacts_of
from gui.pages.profile.view import ProfilePage
from gui.pages.settings.view import SettingsPage
from gui.pages.store.head import Band, HeadLook
from gui.pages.store.view import StorePage
from gui.pages.wishes.view import WishesPage
from gui.widgets.boxes import Banner
from gui.widgets.report_dialog import ReportDialog
from gui.widgets.text import Text
from tests.gui.fake_door import FakeDoor
from tests.gui.fake_node import FakeNode
from tests.gui.goods import cards, peer
from tests.gui.neighbours import KEYS, cart, checkout
from tests.gui.test_messages import press

Calm = Callable[[], None]
C = TypeVar("C", bound=Call)
P = TypeVar("P", bound=Page)
SHOPS = tuple(peer(shop) for shop in load_shops()[:2])
WHERE = {
    "name": "Maren",
    "street": "Ring 1",
    "city": "Bonn",
    "postal_code": "53111",
    "country": "DE",
}


def told(node: FakeNode, kind: type[C]) -> list[C]:
    return [call for call in node.asked if isinstance(call, kind)]


def at(window: Window, calm: Calm, kind: type[P], page: str, argument: str = "") -> P:
    window.go(page, argument)
    calm()
    found = window.page()
    assert isinstance(found, kind)
    return found


def changing(node: FakeNode, kind: type, **fields: object) -> None:
    """Let the node answer otherwise from now on."""
    before = node.answers

    def answers(call: Call) -> object:
        answer = before(call)
        return replace(answer, **fields) if isinstance(answer, kind) else answer

    node.answers = answers


# ----------------------------------------------------------------- cart


def filled_state() -> tuple[CartState, FakeDoor]:
    door = FakeDoor()
    state = CartState(door, door.changed)
    state.read()
    door.answer(CartShow, cart())
    return state, door


def test_nothing_is_priced_before_it_is_known_where_it_goes() -> None:
    state, door = filled_state()
    assert state.lacks_country()
    assert not [one for one in door.asked if isinstance(one.call, CartCheckout)]
    state.enter({"country": "DE"})
    call = door.last(CartCheckout).call
    assert isinstance(call, CartCheckout)
    assert call.preview
    first, second = call.orders
    assert first.keys == (KEYS[0],)
    assert first.shipping == {KEYS[0]: "Post/Standard"}
    assert second.keys == (KEYS[2],)


def test_pickup_needs_no_address() -> None:
    state, _ = filled_state()
    for seller, key in zip(SHOPS, (KEYS[0], KEYS[2]), strict=True):
        state.choose(seller, Choice(shipping={key: "Pickup"}))
    assert not state.posts()
    assert state.missing() == ()


def test_what_was_seen_is_what_is_signed_and_what_failed_stays() -> None:
    state, door = filled_state()
    state.enter(WHERE)
    call = door.last(CartCheckout).call
    assert isinstance(call, CartCheckout)
    door.answer(CartCheckout, checkout(call))
    (ready,) = state.ready()
    assert state.totals() == (ready.total,)
    state.place()
    state.place()
    sent = door.last(CartCheckout).call
    assert isinstance(sent, CartCheckout)
    assert not sent.preview
    assert [one.expected for one in sent.orders] == [ready.total]
    assert sum(one.call is sent for one in door.asked) == 1
    both = replace(sent, orders=call.orders)
    door.answer(CartCheckout, checkout(both))
    assert list(state.failed) == [SHOPS[1]]
    assert not state.placing
    assert isinstance(door.asked[-1].call, CartShow)


def test_late_prices_are_dropped() -> None:
    state, door = filled_state()
    state.enter(WHERE)
    older = door.last(CartCheckout)
    state.choose(SHOPS[0], Choice(direct=True))
    assert isinstance(older.call, CartCheckout)
    older.answer(checkout(older.call))
    assert state.previews == {}


def test_a_cart_is_changed_emptied_and_ordered_by_hand(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    page = at(window, calm, CartPage, "cart")
    assert window.top.cart.accessibleName() == "Cart, 3 lines"
    page.state.change(KEYS[0], 5)
    calm()
    assert told(node, CartChange) == [CartChange(key=KEYS[0], quantity=5)]
    press(page, "Take ")
    calm()
    assert told(node, CartRemove)[0].keys == (KEYS[0],)
    press(page, "Move ")
    calm()
    assert told(node, WishAdd)
    page.address.fill(WHERE)
    page._enter()
    calm()
    press(page, "Place 1 order")
    calm()
    (placed,) = [call for call in told(node, CartCheckout) if not call.preview]
    assert [one.seller for one in placed.orders] == [SHOPS[0]]
    assert page.state.failed == {}


def test_an_empty_cart_says_so(window: Window, node: FakeNode, calm: Calm) -> None:
    changing(node, CartView, groups=(), lines=0, pieces=0)
    page = at(window, calm, CartPage, "cart")
    assert page.stage.currentWidget() is page.stage.empty


def test_a_listing_is_laid_in_and_wished_for(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    listing = cards()[0].listing_id
    page = at(window, calm, ListingPage, "listing", listing)
    press(page, "Add to cart")
    press(page, "Keep an eye")
    calm()
    assert told(node, CartAdd) == [CartAdd(listing=listing, options=page.chosen())]
    assert told(node, WishAdd) == [WishAdd(listing=listing)]


# ----------------------------------------------------------------- wishes


def test_a_wish_is_taken_off_and_that_undone(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    page = at(window, calm, WishesPage, "wishes")
    assert page.found is not None
    press(page, "On your list")
    calm()
    first = page.found[0].listing_id
    assert told(node, WishRemove) == [WishRemove(listing=first)]
    press_in_window(window, "Undo")
    calm()
    assert told(node, WishAdd) == [WishAdd(listing=first)]


def press_in_window(window: Window, words: str) -> None:
    found = [
        one
        for one in window.findChildren(QAbstractButton)
        if one.accessibleName() == words and one.isVisible()
    ]
    QTest.mouseClick(found[-1], Qt.MouseButton.LeftButton)


def test_no_wishes_say_how_to_begin(window: Window, node: FakeNode, calm: Calm) -> None:
    before = node.answers

    def answers(call: Call) -> object:
        return () if isinstance(call, WishList) else before(call)

    node.answers = answers
    page = at(window, calm, WishesPage, "wishes")
    assert page.stage.currentWidget() is page.stage.empty


def test_the_heart_of_a_card_is_pressed_and_not_the_card(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    page = at(window, calm, BrowsePage, "browse")
    index = page.grid.cards.index(0, 0)
    inner = inner_of(page.grid.visualRect(index))
    spot: QPoint = heart_place(picture_at(inner)).center()
    QTest.mouseClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    calm()
    card = page.grid.cards.card(index)
    assert card is not None
    assert told(node, WishAdd) == [WishAdd(listing=card.listing_id)]
    assert isinstance(window.page(), BrowsePage)


# ----------------------------------------------------------------- follows, warnings


def test_a_shop_is_followed_and_unfollowed(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    page = at(window, calm, StorePage, "store", SHOPS[0])
    profile = page.state.profile
    assert profile is not None
    acts = page.acts
    assert [key for key, _, _ in acts._follow_choices(profile)] == [
        "follow.openly",
        "follow.privately",
    ]
    for _, call, done in acts._follow_choices(profile):
        acts._do(call, done, profile.name)
    calm()
    assert [call.private for call in told(node, FollowPeer)] == [False, True]
    followed = replace(profile, followed=True, private=True)
    (openly, _, _), (undo, call, _) = acts._follow_choices(followed)
    assert (openly, undo) == ("follow.openly", "follow.undo")
    assert call == Unfollow(peer=SHOPS[0])
    page._chooser("followers")()
    calm()
    assert page.people.currentWidget() is page.people.content


def test_a_name_that_looks_like_a_known_one_is_told_with_its_words(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    before = node.answers

    def answers(call: Call) -> object:
        found = before(call)
        if isinstance(call, ProfileShow):
            return replace(found, looks_like="paypal", colours=("#1f5fd6", "#c02020"))
        return found

    node.answers = answers
    page = at(window, calm, StorePage, "store", SHOPS[0])
    banner = page.findChildren(Banner)[-1]
    words = " ".join(one.text() for one in banner.findChildren(Text))
    assert page.state.profile is not None
    assert "paypal" in words
    assert " ".join(page.state.profile.fingerprint) in words


def test_the_colours_of_a_shop_stand_over_it(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    assert node.asked
    page = at(window, calm, StorePage, "store", SHOPS[0])
    profile = page.state.profile
    assert profile is not None
    look = HeadLook(covered=False, whole=False, tab="goods", page_px=700)
    plain = replace(profile, header=None, colours=("#1f5fd6", "#c02020"))
    page.head.show_shop(plain, page.state, look)
    (band,) = page.findChildren(Band)
    image = band.grab().toImage()
    found = [image.pixelColor(x, 2).name() for x in (1, image.width() - 2)]
    assert found == ["#1f5fd6", "#c02020"]


def test_a_listing_that_is_warned_of_is_covered(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    card = replace(cards()[0], warning="fraud", warned_by="Frauds")
    assert chips(card)[0][0] == "Warned of"
    before = node.answers

    def answers(call: Call) -> object:
        answer = before(call)
        return replace(answer, card=card) if isinstance(answer, ListingView) else answer

    node.answers = answers
    page = at(window, calm, ListingPage, "listing", card.listing_id)
    assert not page.viewer.isVisible()
    press(page, "Show it once")
    assert page.viewer.isVisible()
    page._uncovered = ""
    page._show()
    press(page, "Always show it")
    calm()
    assert told(node, ReportWithdraw) == [ReportWithdraw(subject=card.listing_id)]
    assert told(node, WarningsAllow) == [WarningsAllow(subject=card.listing_id)]


def test_a_shop_that_is_warned_of_is_covered(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    changing(node, ProfileView, warning="fraud", warned_by="Frauds")
    page = at(window, calm, StorePage, "store", SHOPS[0])
    assert not page.goods.isVisible()
    press(page, "Show it once")
    assert page.goods.isVisible()


def test_a_listing_is_reported_with_a_reason(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    listing = cards()[0].listing_id
    page = at(window, calm, ListingPage, "listing", listing)
    press(page, "Report")
    dialog = next(
        one for one in QApplication.topLevelWidgets() if isinstance(one, ReportDialog)
    )
    dialog.choice.choose("illegal")
    dialog.go.click()
    calm()
    assert told(node, Report) == [Report(subject=listing, reason="illegal")]


def test_goods_for_adults_are_uncovered_by_one_switch(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    before = node.answers
    card = replace(cards()[0], nsfw=True)

    def answers(call: Call) -> object:
        answer = before(call)
        return replace(answer, card=card) if isinstance(answer, ListingView) else answer

    node.answers = answers
    page = at(window, calm, ListingPage, "listing", card.listing_id)
    assert not page.viewer.isVisible()
    changing(node, StatusView, show_mature=True)
    window.pulse.read()
    calm()
    page.refresh()
    calm()
    assert page.viewer.isVisible()


def test_settings_of_people(window: Window, node: FakeNode, calm: Calm) -> None:
    page = at(window, calm, SettingsPage, "settings")
    people = page.people
    people.mature.click()
    assert people.published.isChecked()
    people.published.click()
    QTest.keyClicks(people.peer, "12D3KooWMia")
    QTest.keyClick(people.peer, Qt.Key.Key_Return)
    press(page, "Take the report back")
    press(page, "Unfollow")
    calm()
    assert ProfileSet(values={"show_mature": "yes"}) in told(node, ProfileSet)
    assert told(node, WarningsPublish)[0].published is False
    assert told(node, WarningsUse) == [WarningsUse(peer="12D3KooWMia")]
    assert told(node, ReportWithdraw)
    assert told(node, Unfollow)


def test_only_followed_shops_are_searched(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    page = at(window, calm, BrowsePage, "browse")
    page.filters.ticks["followed"].click()
    calm()
    assert page.state.query.followed
    assert isinstance(page.state.first_page(), SearchView)


# ----------------------------------------------------------------- profile


def test_only_what_changed_is_published() -> None:
    before = Filled(name="Ana", short="Lamps", contacts=(("web", "https://a"),))
    after = replace(before, short=" Old lamps ", nsfw=True, contacts=())
    assert changes(before, before) == {}
    assert changes(before, after) == {
        "short": "Old lamps",
        "nsfw": "yes",
        "contacts": "",
    }
    rows = [{"kind": " web ", "value": "https://a"}, {"kind": "", "value": " "}]
    assert contacts_of(rows) == (("web", "https://a"),)


def test_a_profile_is_written_previewed_and_published(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    page = at(window, calm, ProfilePage, "profile")
    assert not page.publish.isEnabled()
    QTest.keyClicks(page.lines["short"], "Mended lamps")
    assert page.unsaved_title() == "your profile"
    page.publish.click()
    calm()
    assert told(node, ProfileSet) == [ProfileSet(values={"short": "Mended lamps"})]


def test_a_picture_is_cropped_before_it_is_published(
    window: Window, node: FakeNode, calm: Calm, tmp_path: Path
) -> None:
    page = at(window, calm, ProfilePage, "profile")
    path = tmp_path / "face.png"
    window.grab().save(str(path))
    page.crop("avatar", str(path))
    dialog = next(
        one for one in QApplication.topLevelWidgets() if isinstance(one, TouchDialog)
    )
    dialog.cropper.set_crop((100, 0, 900, 1000))
    dialog.accept()
    calm()
    assert told(node, ProfilePicture) == [
        ProfilePicture(which="avatar", path=str(path), crop=(100, 0, 900, 1000))
    ]
