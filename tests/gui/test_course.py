"""The course of an order, whose turn it is, and the moves on offer."""

import pytest
from msgspec.structs import replace

from bazaar.rpc.schema.moves import OrderAccept, OrderResume, OrderShip
from bazaar.rpc.schema.orders import MessageView, OrderView
from gui.pages.order.act_bar import said as said_of
from gui.pages.order.course import headline, is_mine, plain_type, steps
from gui.pages.order.forms import ShipForm
from gui.pages.order.moves import MOVES, offered, simple
from gui.pages.orders.presenter import roles_words
from tests.rpc_samples import NOW, ORDER_VIEW, OUTCOME, judged


def said(kind: str, role: str = "seller") -> MessageView:
    return replace(ORDER_VIEW.messages[0], type=kind, author_role=role, at=NOW)


def order(*kinds: str, **changes: object) -> OrderView:
    return replace(ORDER_VIEW, messages=tuple(said(kind) for kind in kinds), **changes)


@pytest.mark.parametrize("name", ["FundAck", "fund_ack", "fund-ack", "FUND_ACK"])
def test_the_names_of_messages_are_read_in_any_spelling(name: str) -> None:
    assert plain_type(name) == "fund_ack"


def test_what_was_said_is_done_the_next_is_now_the_rest_comes() -> None:
    made = steps(order("offer", "accept"))
    assert [step.state for step in made] == [
        "done",
        "done",
        "now",
        "next",
        "next",
        "next",
        "next",
    ]
    assert made[2].title == "Arbiters agree to act"


def test_two_arbiters_who_agree_are_one_step() -> None:
    made = steps(order("offer", "accept", "seat_ack", "seat_ack"))
    assert [step.title for step in made].count("Arbiters agreed") == 1


def test_a_message_that_does_not_count_is_no_step() -> None:
    view = replace(ORDER_VIEW, messages=(replace(said("offer"), counts=False),))
    assert steps(view)[0].state == "now"


def test_trouble_shows_as_trouble_and_waits_for_a_ruling() -> None:
    made = steps(
        order("offer", "accept", "fund_ack", "ship", "dispute", state="disputed")
    )
    assert [step.state for step in made[-3:]] == ["bad", "now", "next"]
    assert made[-2].title == "Arbiter rules"


def test_an_order_that_was_declined_has_nothing_to_come() -> None:
    made = steps(order("offer", "decline", state="closed"))
    assert [step.state for step in made] == ["done", "bad"]


def test_the_headline_says_whose_turn_until_when() -> None:
    assert headline(ORDER_VIEW).startswith("Your turn: say that it is fine")
    assert ", by " in headline(ORDER_VIEW)
    waiting = replace(ORDER_VIEW, waiting_for="seller", until=None)
    assert headline(waiting) == "Waiting for the seller"


def test_an_arbiter_is_asked_by_the_name_of_his_seat() -> None:
    assert is_mine(replace(judged(), waiting_for="primary"))
    assert not is_mine(replace(judged(), waiting_for="seller"))


def test_nobody_acts_on_an_ended_order() -> None:
    ended = replace(ORDER_VIEW, state="paid", outcome=OUTCOME)
    assert not is_mine(ended)
    assert headline(ended).startswith("Settled: 29.15 EUR to the seller")


def test_roles_read_as_a_sentence() -> None:
    assert roles_words("buyer") == "the buyer"
    assert roles_words("buyer, seller") == "the buyer and the seller"
    assert roles_words("buyer or seller") == "the buyer and the seller"
    assert roles_words("primary and backup") == "the arbiter and the backup"


def test_only_known_moves_are_offered_the_likely_one_first() -> None:
    view = replace(ORDER_VIEW, next=("dispute", "order.confirm", "case.rule", "sing"))
    assert offered(view) == ("confirm", "rule", "dispute")


def test_a_move_carries_the_version_that_the_user_saw() -> None:
    call = simple("accept", ORDER_VIEW)
    assert isinstance(call, OrderAccept)
    assert (call.id, call.version) == (ORDER_VIEW.order_id, ORDER_VIEW.version)


def test_moves_of_money_are_asked_again() -> None:
    assert all(MOVES[name].asks for name in ("fund", "confirm", "agree", "rule"))


def test_a_seller_is_not_offered_the_same_move_twice() -> None:
    view = replace(ORDER_VIEW, role="seller", next=("decline", "withdraw"))
    assert offered(view) == ("decline",)


@pytest.mark.parametrize("risk", ["", "the time to ship this order has passed"])
def test_a_shipment_at_risk_is_asked_again_and_said_to_be_late(
    qapp: object, risk: str
) -> None:
    assert qapp is not None
    form = ShipForm(replace(ORDER_VIEW, ship_risk=risk))
    call = form.call()
    assert isinstance(call, OrderShip)
    assert call.late is bool(risk)
    assert risk in form.question()
    assert bool(form.question()) is bool(risk)


def test_who_stops_waiting_is_told_the_risk_and_says_so() -> None:
    view = replace(
        ORDER_VIEW,
        next=("resume",),
        waiting_for="primary",
        resume_risk="what you sign may contradict it",
    )
    assert offered(view) == ("resume",)
    question = said_of("ask", "resume", view)
    assert "primary" in question
    assert view.resume_risk in question
    assert MOVES["resume"].asks
    call = simple("resume", view)
    assert isinstance(call, OrderResume)
    assert call.despite
