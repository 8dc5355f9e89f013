"""Checkout, order, editor, listing and first start, without a window."""

import random
from typing import Any

import pytest
from msgspec.structs import replace

from bazaar.rpc.schema.call import MoneyView
from bazaar.rpc.schema.listings import ListingShow
from bazaar.rpc.schema.moves import OrderConfirm
from bazaar.rpc.schema.orders import OrderShow
from bazaar.rpc.schema.placing import OrderPlace, OrderPlaced
from gui.models.stock import Stock, stock_of, stock_of_card
from gui.pages.accounts.presenter import sums, words_of
from gui.pages.checkout.presenter import CheckoutState, Entered
from gui.pages.checkout.ways import shipping_pairs
from gui.pages.editor.combinations import words
from gui.pages.editor.draft import Draft, Option, Service, Sku, Way
from gui.pages.editor.presenter import amount, listing_file, missing
from gui.pages.editor.reading import draft_of
from gui.pages.listing.presenter import (
    price_of,
    score_words,
    shipping_words,
    sku_for,
    stock_here,
    tiles,
)
from gui.pages.order.presenter import OrderState
from gui.pages.orders.presenter import OrdersState, waiting_words
from gui.pages.welcome.presenter import ASKED, Asked, choose, groups, right
from gui.rpc.identity import reason
from gui.rpc.node_process import MAX_STARTS, STARTS_SECONDS, Starts
from tests.gui.fake_door import FakeDoor
from tests.rpc_samples import (
    ACCOUNT,
    LAMP,
    LISTING,
    NOW,
    ORDER,
    ORDER_VIEW,
    PREVIEW,
    RATINGS,
    ROW,
)

PREVIEWED = OrderPlaced(order_id="", state="", total=PREVIEW.total, preview=PREVIEW)
PLACED = OrderPlaced(order_id=ORDER, state="offered", total=PREVIEW.total)
PHRASE = " ".join(f"word{number}" for number in range(1, 25))


def started() -> tuple[FakeDoor, CheckoutState]:
    door = FakeDoor()
    state = CheckoutState(door, door.changed)
    state.start(LAMP, {"Shade": "green"})
    door.answer(ListingShow, LISTING)
    state.enter(replace(state.entered, address={"country": "NO"}))
    return door, state


def placing(door: FakeDoor) -> OrderPlace:
    call = door.last(OrderPlace).call
    assert isinstance(call, OrderPlace)
    return call


def test_checkout_previews_with_the_first_shipping() -> None:
    door, _ = started()
    assert placing(door).preview
    assert placing(door).shipping == "Post/Standard"
    assert placing(door).option == {"Shade": "green"}


def test_nothing_is_asked_before_it_is_known_where_the_goods_go() -> None:
    door = FakeDoor()
    state = CheckoutState(door, door.changed)
    state.start(LAMP, {})
    door.answer(ListingShow, LISTING)
    state.enter(replace(state.entered, address={"country": "N"}))
    assert state.lacks_country()
    assert [one for one in door.asked if isinstance(one.call, OrderPlace)] == []
    state.enter(replace(state.entered, address={"country": "NO"}))
    assert placing(door).address == {"country": "NO"}
    door.answer(OrderPlace, PREVIEWED)
    state.enter(replace(state.entered, address={"country": ""}))
    assert state.preview is None


def test_an_address_stays_for_the_next_order() -> None:
    door, state = started()
    state.start(LAMP, {})
    door.answer(ListingShow, LISTING)
    assert placing(door).address == {"country": "NO"}


def test_an_older_preview_is_dropped() -> None:
    door, state = started()
    older = door.last(OrderPlace)
    state.enter(replace(state.entered, quantity=2))
    older.answer(PREVIEWED)
    assert state.preview is None
    door.answer(OrderPlace, PREVIEWED)
    assert state.preview == PREVIEW


def test_an_order_is_placed_once_and_with_the_seats_that_were_shown() -> None:
    door, state = started()
    state.place()
    assert placing(door).preview
    door.answer(OrderPlace, PREVIEWED)
    state.place()
    state.place()
    placed = [
        one
        for one in door.asked
        if isinstance(one.call, OrderPlace) and not one.call.preview
    ]
    assert len(placed) == 1
    assert placing(door).arbiter == PREVIEW.seats[0].peer_id
    door.answer(OrderPlace, PLACED)
    assert state.placed == PLACED


def test_a_refused_order_can_be_tried_again() -> None:
    door, state = started()
    door.answer(OrderPlace, PREVIEWED)
    state.place()
    door.refuse(OrderPlace, "the limit is reached")
    assert state.problem is not None
    assert not state.placing


def test_an_address_is_needed_only_where_something_is_posted() -> None:
    _, state = started()
    assert "city" in state.missing()
    state.enter(replace(state.entered, shipping="At my door"))
    assert state.missing() == ()
    assert state.order().address is None


def test_every_way_to_ship_is_offered() -> None:
    assert shipping_pairs(LISTING) == [
        ("Post/Standard", "Post, Standard"),
        ("At my door", "At my door"),
    ]


def test_entered_options_are_kept() -> None:
    door, state = started()
    chosen = Entered(
        options={"Shade": "white"},
        shipping="Post/Standard",
        address={"country": "NO"},
        accept_days=14,
    )
    state.enter(chosen)
    assert placing(door).accept_days == 14
    assert placing(door).option == {"Shade": "white"}


def shown() -> tuple[FakeDoor, OrderState]:
    door = FakeDoor()
    state = OrderState(door, door.changed)
    state.show(ORDER)
    door.answer(OrderShow, ORDER_VIEW)
    return door, state


def test_a_move_is_sent_once_and_the_order_read_again() -> None:
    door, state = shown()
    move = OrderConfirm(id=ORDER, version=ORDER_VIEW.version)
    state.do(move, "Released.")
    state.do(move, "Released.")
    assert [one.call for one in door.asked].count(move) == 1
    assert not state.can("confirm")
    door.answer(OrderConfirm, None)
    assert isinstance(door.asked[-1].call, OrderShow)
    assert state.said == "Released."


def test_a_refused_move_says_why_and_shows_the_order_as_it_is() -> None:
    door, state = shown()
    state.do(OrderConfirm(id=ORDER, version="old"), "Released.")
    door.refuse(OrderConfirm, "the order has moved on")
    assert state.complaint == "the order has moved on"
    assert isinstance(door.asked[-1].call, OrderShow)
    assert state.can("confirm")


def test_the_answer_for_another_order_is_dropped() -> None:
    door, state = shown()
    older = door.last(OrderShow)
    state.show("other")
    older.answer(ORDER_VIEW)
    assert state.view is None


def test_orders_that_wait_for_the_user_come_first() -> None:
    door = FakeDoor()
    state = OrdersState(door, door.changed)
    state.show("buyer")
    later = replace(ROW, order_id="b", your_turn=False)
    ended = replace(ROW, order_id="c", your_turn=False, state="paid", until=None)
    door.asked[-1].answer((ended, later, ROW))
    assert state.rows == (ROW, later, ended)


def test_a_row_says_whose_turn_it_is() -> None:
    assert waiting_words(ROW, NOW) == "Your turn · 13 d left"
    waits = replace(ROW, your_turn=False, waiting_for="seller", until=None)
    assert waiting_words(waits, NOW) == "Waiting for the seller"
    assert waiting_words(replace(waits, waiting_for="nobody"), NOW) == ""


POST = Way(services=(Service(first="4"),))
FULL = Draft(
    title="Lamp", price="26.15", category="home", pictures=("/a.jpg",), ways=(POST,)
)


def test_what_is_missing_is_named_until_nothing_is() -> None:
    assert missing(Draft()) == ("title", "price", "pictures", "shipping", "category")
    assert missing(FULL) == ()
    assert missing(replace(FULL, type="service", pictures=(), ways=())) == ()


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("26.15", True),
        ("0", True),
        ("-1", False),
        ("x", False),
        ("1.x", False),
        ("", False),
    ],
)
def test_amounts_as_typed(text: str, *, fine: bool) -> None:
    assert amount(text) is fine


def test_a_draft_makes_the_listing_file_of_the_contract() -> None:
    made = listing_file(
        replace(FULL, stock="3", tags="brass, brass ,lamp", country="de")
    )
    assert made["price"] == "26.15 EUR"
    assert made["stock"] == 3
    assert made["tags"] == ["brass", "lamp"]
    assert made["ships_from"] == {"country": "DE"}
    assert made["shipping"][0]["services"][0]["first"] == "4 EUR"
    assert "slug" not in made


def test_fields_that_the_form_does_not_hold_stay() -> None:
    old: dict[str, Any] = {"rails": ["credit"], "stock": 5}
    options = (Option("Shade", "green, white"),)
    skus = (
        Sku((("Shade", "green"),), stock="2"),
        Sku((("Shade", "white"),), sold=False),
    )
    changed = replace(FULL, slug="lamp", stock="3", options=options, skus=skus)
    made = listing_file(changed, old)
    assert made["rails"] == ["credit"]
    assert made["slug"] == "lamp"
    assert made["skus"] == [{"options": {"Shade": "green"}, "stock": 2}]
    assert "stock" not in made


def test_a_listing_that_exists_fills_the_form() -> None:
    draft = draft_of(LISTING)
    assert (draft.title, draft.price, draft.unit) == (
        "Restored desk lamp",
        "26.15",
        "EUR",
    )
    assert words(draft.tags) == ["lamp", "brass"]


def test_a_choice_has_its_price() -> None:
    assert price_of(LISTING, {"Shade": "green"}).minor == 2615
    assert price_of(LISTING, {"Shade": "white"}).minor == 2815
    assert sku_for(LISTING, {"Shade": "blue"}) is None
    assert price_of(LISTING, {"Shade": "blue"}) == LISTING.card.price


def test_a_listing_says_what_buyers_ask() -> None:
    assert [tile.words for tile in tiles(LISTING)] == [
        "Used, good",
        "2 days, from DE 10115",
        "2 arbiters whom the seller accepts",
        "14 days",
    ]
    assert shipping_words(LISTING) == "+ shipping from 4.00 EUR"


def test_a_score_is_never_without_its_count() -> None:
    words = score_words(RATINGS)
    assert words.startswith("4.5 of 5: 3 independent people you can reach")
    assert "(of 4 ratings; 1 of them by people" in words
    assert score_words(None) == "No ratings yet"
    assert score_words(replace(RATINGS, score=None, ratings=0)) == "No ratings yet"
    far = score_words(replace(RATINGS, score=None))
    assert far.startswith("Nobody you can reach has rated this seller yet (4 ratings")


def test_accounts_say_who_owes_whom() -> None:
    assert words_of(ACCOUNT) == "You owe Ana 30.15 EUR"
    owed = replace(ACCOUNT, balance=MoneyView(minor=100, unit="EUR", scale=2))
    assert words_of(owed) == "Ana owes you 1.00 EUR"
    assert [amount.minor for _, amount in sums((ACCOUNT, owed))] == [100, 3015, 6030]


def test_three_words_are_asked_in_their_order() -> None:
    asked = choose(random.Random(7))
    assert len(set(asked.places)) == ASKED
    assert list(asked.places) == sorted(asked.places)


def test_answers_are_compared_word_by_word() -> None:
    asked = Asked((1, 12, 24))
    assert right(PHRASE, asked, (" Word1 ", "word12", "word24"))
    assert not right(PHRASE, asked, ("word1", "word24", "word12"))


def test_words_come_in_groups_of_four_with_their_numbers() -> None:
    made = groups(PHRASE)
    assert [len(group) for group in made] == [4] * 6
    assert made[5][3] == (24, "word24")


def test_a_node_is_started_a_few_times_in_a_minute() -> None:
    clock = [0.0]
    starts = Starts(lambda: clock[0])
    assert [starts.allow() for _ in range(MAX_STARTS + 1)] == [True] * MAX_STARTS + [
        False
    ]
    clock[0] = STARTS_SECONDS
    assert starts.allow()
    starts.forget()
    assert starts.allow()


def test_the_reason_of_a_refused_init_is_read() -> None:
    assert reason(b'note\n{"error": {"code": "x", "message": "in use"}}\n') == "in use"
    assert reason(b"Traceback\nValueError: no\n") == "ValueError: no"
    assert reason(b"") == ""


@pytest.mark.parametrize(
    ("words", "stock"),
    [
        ("sold out", Stock.GONE),
        ("0", Stock.GONE),
        ("few left", Stock.FEW),
        ("on vacation", Stock.AWAY),
        ("in stock", Stock.ENOUGH),
        ("3", Stock.ENOUGH),
        ("beamed up", Stock.ENOUGH),
    ],
)
def test_the_words_of_the_node_on_stock(words: str, stock: Stock) -> None:
    assert stock_of(words) is stock


def test_the_state_of_a_card_counts_before_its_stock() -> None:
    away = replace(LISTING.card, state="on vacation", stock="few left")
    assert stock_of_card(away) is Stock.AWAY
    assert stock_of_card(replace(away, state="for sale")) is Stock.FEW


def test_a_combination_that_does_not_exist_cannot_be_bought() -> None:
    assert stock_here(LISTING, {"Shade": "green"}) is Stock.ENOUGH
    assert stock_here(LISTING, {"Shade": "blue"}) is Stock.GONE


def test_checkout_chooses_for_who_has_chosen_nothing() -> None:
    door = FakeDoor()
    state = CheckoutState(door, door.changed)
    state.start(LAMP, {})
    gone = replace(LISTING.skus[0], stock="sold out")
    door.answer(ListingShow, replace(LISTING, skus=(gone, LISTING.skus[1])))
    assert state.order().option == {"Shade": "white"}
