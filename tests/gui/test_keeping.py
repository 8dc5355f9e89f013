"""Copies for friends, what lies here of others, and sellers who are away, as the app shows them."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.mirrors import (
    HeldList,
    HeldPurge,
    MirrorKeep,
    MirrorList,
    MirrorStop,
    MirrorsView,
)
from bazaar.rpc.schema.node import JoinView
from bazaar.rpc.schema.orders import OrderShow, OrderView
from bazaar.rpc.schema.profile import ProfileSet, ProfileShow, ProfileView
from bazaar.rpc.schema.search import Store, StoreView
from gui.app.window import Window
from gui.pages.browse.presenter import Browsing
from gui.pages.browse.results_head import ResultsHead
from gui.pages.network.keeping import mirror_words
from gui.pages.network.view import NetworkPage
from gui.pages.order.view import OrderPage
from gui.pages.settings.view import SettingsPage
from gui.pages.store.view import StorePage
from gui.texts.presence import away_words
from gui.widgets.dialogs import Question
from gui.widgets.text import Text
from tests.gui.fake_door import FakeDoor
from tests.gui.fake_node import FakeNode
from tests.gui.test_by_hand import answering, shown
from tests.gui.test_messages import press
from tests.rpc_samples import CARD, MIA, MIRROR, SAMPLES

Calm = Callable[[], None]
NOW = 1_790_000_720
SHOP = StoreView(
    peer_id=CARD.seller,
    name="Ana",
    seq=3,
    listings=1,
    online=False,
    as_of=NOW - 720,
    seen=NOW - 3 * 3600,
)


def answer_to(kind: type[Call]) -> Any:
    return SAMPLES[kind]


def calls(node: FakeNode, kind: type) -> list[object]:
    return [call for call in node.asked if isinstance(call, kind)]


def test_a_shop_is_kept_and_let_go_from_its_page(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    answering(node, Store, lambda _: SHOP)
    window.go("store", CARD.seller)
    calm()
    page: StorePage = shown(window, StorePage)
    press(page, "Keep a copy")
    calm()
    assert calls(node, MirrorKeep) == [MirrorKeep(peer=CARD.seller)]
    answering(node, Store, lambda _: replace(SHOP, mirrored=True))
    page.refresh()
    calm()
    press(page, "Keep no copy")
    calm()
    assert calls(node, MirrorStop) == [MirrorStop(peer=CARD.seller)]


def test_a_seller_who_is_away_is_shown_honestly() -> None:
    words = away_words(SHOP.seen, SHOP.as_of, NOW)
    assert "last seen 3 h ago" in words or "last seen 3 hours ago" in words
    assert "12 min" in words
    assert "last seen" not in away_words(0, SHOP.as_of, NOW)


def test_the_network_page_lists_copies_and_what_else_is_held(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    (held,) = answer_to(HeldList)
    answering(node, HeldList, lambda _: (replace(held, mirrored=False),))
    window.go("network")
    calm()
    page: NetworkPage = shown(window, NetworkPage)
    press(page, "Stop")
    calm()
    assert calls(node, MirrorStop) == [MirrorStop(peer=MIA)]
    press(page, "Delete")
    question = page.keeping.findChild(Question)
    assert question is not None
    question.accept()
    calm()
    assert calls(node, HeldPurge) == [HeldPurge(peer=MIA)]


def test_nothing_kept_says_how_to_begin(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    nothing = MirrorsView(mirrors=(), holders=(), friends=False)
    answering(node, MirrorList, lambda _: nothing)
    window.go("network")
    calm()
    page: NetworkPage = shown(window, NetworkPage)
    assert page.keeping._mirrors.count() == 1
    assert page.keeping._holders.count() == 1


def test_a_copy_in_words() -> None:
    assert "2/2 listings" in mirror_words(MIRROR, NOW)
    assert MIRROR.problem in mirror_words(MIRROR, NOW)
    assert "Looking" in mirror_words(replace(MIRROR, as_of=0), NOW)


def test_browsing_says_how_far_a_first_catalogue_is(window: Window) -> None:
    del window
    head = ResultsHead(lambda: None, lambda: None, lambda _: None, lambda: None)
    door = FakeDoor()
    state = Browsing(door, door.changed)
    head.show_state(state, NOW, JoinView(listings=12_000, total=80_000))
    assert "12,000 of 80,000 listings" in head.fresh.text()


def test_how_long_addresses_are_kept_is_chosen_in_the_settings(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    profile: ProfileView = answer_to(ProfileShow)
    told = replace(profile, settings={"shred_days": "45"})
    answering(node, ProfileShow, lambda _: told)
    window.go("settings")
    calm()
    card = shown(window, SettingsPage).privacy
    assert card.days.value() == "45"
    assert "45 days" in card.days.currentText()
    card.days.choose("0")
    calm()
    assert calls(node, ProfileSet) == [ProfileSet(values={"shred_days": "0"})]


def test_an_order_says_when_its_address_was_wiped(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    order: OrderView = answer_to(OrderShow)
    wiped = replace(order, address={}, memo="", delivery="", shredded=NOW)
    answering(node, OrderShow, lambda _: wiped)
    window.go("order", order.order_id)
    calm()
    texts = [one.text() for one in shown(window, OrderPage).findChildren(Text)]
    assert any("were wiped from this computer" in one for one in texts)


def test_flags_of_the_own_node_are_switched_in_the_settings(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    profile: ProfileView = answer_to(ProfileShow)
    told = replace(profile, settings={"serves_mail": "yes", "auto_fund": "no"})
    answering(node, ProfileShow, lambda _: told)
    window.go("settings")
    calm()
    page = shown(window, SettingsPage)
    assert page.serving.ticks["serves_mail"].isChecked()
    assert not page.trading.ticks["auto_fund"].isChecked()
    page.trading.ticks["deal_with_flagged"].setChecked(True)
    calm()
    assert calls(node, ProfileSet) == [ProfileSet(values={"deal_with_flagged": "yes"})]
