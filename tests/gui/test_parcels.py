"""An order of several parts in the window: what is where, and moves on one part alone."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QAbstractButton

from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.disputes import OrderDisclose, OrderDispute
from bazaar.rpc.schema.files import (
    OrderFetch,
    OrderFiles,
    OrderSave,
    OrderUnfetch,
    SavedView,
)
from bazaar.rpc.schema.moves import OrderConfirm, OrderPropose, OrderRefund, OrderShip
from bazaar.rpc.schema.orders import OrderShow, OrderView, PartView
from gui.app.window import Window
from gui.pages.checkout.ways import parcel_pairs, parcels_of
from gui.pages.order.course import steps
from gui.pages.order.forms import DiscloseForm, DisputeForm, ShipForm
from gui.pages.order.goods import GoodsCard
from gui.pages.order.moves import offered
from gui.pages.order.parcels import Parcel, alone
from gui.pages.order.part_choice import PartTicks
from gui.pages.order.split import ProposeForm, RefundForm
from gui.pages.order.view import OrderPage
from gui.texts import tr
from tests.gui.deals import order, said
from tests.gui.fake_node import FakeNode
from tests.gui.goods import cards, euro
from tests.rpc_samples import GOODS

Calm = Callable[[], None]
TITLES = ("Restored desk lamp", "Enamel shade, bottle green")


def part(index: int, state: str, *moves: str, delivery: str = "") -> PartView:
    return PartView(
        index=index,
        title=TITLES[index],
        quantity=index + 1,
        amount=euro(("84.00", "31.50")[index]),
        state=state,
        outcome=None,
        next=moves,
        delivery=delivery,
    )


def half_sent(**changes: Any) -> OrderView:
    """The lamp is on its way, the shade is not."""
    fields: dict[str, Any] = {
        "state": "waiting",
        "title": f"{TITLES[0]} and 1 more",
        "total": euro("115.50"),
        "parts": (
            part(0, "shipped", "confirm", "dispute", "propose", delivery="RR 4821"),
            part(1, "waiting", "dispute", "propose"),
        ),
        "next": ("confirm", "propose", "dispute"),
        "delivery": "RR 4821",
    }
    plain = order(cards()[0], 9)
    ship = replace(said("Ship", "seller", 20, ""), parts=(0,))
    messages = (*plain.messages[:-1], ship)
    return replace(plain, messages=messages, **fields | changes)


def test_the_page_shows_each_part_and_confirms_it_alone(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    both = (
        part(0, "shipped", "confirm", delivery="RR 4821"),
        part(1, "shipped", "confirm"),
    )
    view = half_sent(state="shipped", parts=both)
    usual = node.answers

    def answers(call: Call) -> Any:
        return view if isinstance(call, OrderShow) else usual(call)

    node.answers = answers
    window.go("order", view.order_id)
    calm()
    page = window.findChild(OrderPage)
    assert page is not None
    first, second = page.findChildren(Parcel)
    assert second.call("confirm") == OrderConfirm(
        id=view.order_id, version=view.version, part=(1,)
    )
    words = [button.text() for button in first.findChildren(QAbstractButton)]
    assert words == [tr("part.confirm")]


def test_a_part_offers_alone_only_what_would_else_mean_several() -> None:
    view = half_sent()
    assert [alone(view, one) for one in view.parts] == [(), ()]
    asked = half_sent(
        parts=(part(0, "shipped", "confirm", "agree"), part(1, "waiting", "agree")),
        proposals=("seller: 5.00 EUR",),
        next=("confirm", "agree"),
    )
    assert [alone(asked, one) for one in asked.parts] == [("agree",), ("agree",)]
    assert "agree" not in offered(asked)


def test_the_course_says_what_was_sent_and_that_more_is_to_come() -> None:
    told = steps(half_sent())
    (sent,) = [one for one in told if one.title == tr("course.ship")]
    assert TITLES[0] in sent.detail
    assert TITLES[1] not in sent.detail
    assert tr("coming.shipped") in [one.title for one in told]


@pytest.mark.parametrize(
    ("form", "kind", "command"),
    [(ShipForm, OrderShip, "ship"), (DisputeForm, OrderDispute, "dispute")],
)
def test_a_form_names_the_parts_that_were_ticked(
    qapp: object, form: Any, kind: Any, command: str
) -> None:
    view = half_sent(parts=(part(0, "waiting", command), part(1, "waiting", command)))
    made = form(view)
    assert made.call().part == (0, 1)
    made.parts.ticks[0].setChecked(False)
    assert isinstance(made.call(), kind)
    assert made.call().part == (1,)
    made.parts.ticks[1].setChecked(False)
    assert made.parts.complaint() == tr("part.choose")


def test_nothing_is_asked_where_one_part_fits(qapp: object) -> None:
    ticks = PartTicks(half_sent(), "confirm")
    assert (ticks.numbers(), ticks.isHidden()) == ((0,), True)


def test_an_amount_is_of_the_part_that_was_chosen(qapp: object) -> None:
    moves = ("propose", "refund")
    view = half_sent(parts=(part(0, "shipped", *moves), part(1, "waiting", *moves)))
    propose = ProposeForm(view)
    propose.part.choice.choose("1")
    assert propose.call() == OrderPropose(
        id=view.order_id,
        version=view.version,
        part=(1,),
        buyer="15.75 EUR",
        seller="15.75 EUR",
    )
    refund = RefundForm(view)
    refund.part.choice.choose("1")
    assert refund.call() == OrderRefund(
        id=view.order_id, version=view.version, part=(1,)
    )


def test_sealed_data_is_shown_to_the_arbiter_that_was_chosen(qapp: object) -> None:
    view = half_sent()
    form = DiscloseForm(view)
    form.what.choose("delivery")
    form.to.choose("backup")
    assert form.call() == OrderDisclose(id=view.order_id, what="delivery", to="backup")


def test_delivered_files_are_fetched_shown_and_saved(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    view = half_sent()
    files = [
        replace(GOODS, state="offered", held=0, hash="01" * 32, risky=True),
        replace(GOODS, state="waiting", held=3_000_000, problem="the disk is full"),
        replace(GOODS, hash="02" * 32),
    ]
    usual = node.answers

    def answers(call: Call) -> Any:
        if isinstance(call, OrderShow):
            return view
        if isinstance(call, OrderFiles | OrderFetch | OrderUnfetch):
            return tuple(files)
        if isinstance(call, OrderSave):
            return SavedView(path=f"{call.folder}/{GOODS.name}")
        return usual(call)

    node.answers = answers
    window.go("order", view.order_id)
    calm()
    card = window.findChild(GoodsCard)
    assert card is not None
    assert card.isVisibleTo(card.window())
    buttons = card.findChildren(QAbstractButton)
    words = [tr("goods.get"), tr("goods.stop"), tr("goods.save")]
    assert [button.text().strip() for button in buttons] == words
    buttons[0].click()
    buttons[1].click()
    card.save(files[2], "/home/ben")
    calm()
    assert OrderFetch(id=view.order_id, hash="01" * 32) in node.asked
    assert OrderUnfetch(id=view.order_id, hash=GOODS.hash) in node.asked
    assert OrderSave(id=view.order_id, hash="02" * 32, folder="/home/ben") in node.asked


def test_ways_to_split_hold_every_piece() -> None:
    assert [value for value, _ in parcel_pairs(1)] == [""]
    assert [parcels_of(value) for value, _ in parcel_pairs(5)] == [
        (),
        (3, 2),
        (2, 2, 1),
        (1, 1, 1, 1, 1),
    ]
    assert [parcels_of(value) for value, _ in parcel_pairs(17)][-1] == (6, 6, 5)
