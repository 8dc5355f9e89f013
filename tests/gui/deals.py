"""Orders, arbiters and accounts of a believable market."""

from functools import cache
from typing import Any, Final

from msgspec.structs import replace

from bazaar.rpc.schema.arbiters import ArbiterView
from bazaar.rpc.schema.call import MoneyView
from bazaar.rpc.schema.listings import CardView
from bazaar.rpc.schema.orders import (
    EvidenceView,
    MessageView,
    OrderRow,
    OrderView,
    OutcomeView,
    PartView,
    RulingView,
)
from bazaar.rpc.schema.placing import (
    AmountLine,
    OrderPlace,
    OrderPlaced,
    OrderPreview,
    SeatView,
)
from tests.gui.goods import (
    DAY,
    HOUR,
    ILSE,
    ME,
    PROMISE,
    TOMAS,
    cards,
    colour,
    euro,
    now,
    words,
)


def arbiter(peer_id: str, name: str, *, online: bool, cases: int) -> ArbiterView:
    return ArbiterView(
        peer_id=peer_id,
        name=name,
        fee="0.50 EUR + 1 %",
        units=("EUR",),
        max=(euro("500.00"),),
        backup=True,
        terms="I read both sides twice and answer within a day.",
        languages=("en", "nl"),
        answer_hours=24,
        expires=now() + 90 * DAY,
        cases=cases,
        online=online,
        fingerprint=words(peer_id),
        colour=colour(peer_id),
    )


ARBITERS: Final = (
    arbiter(ILSE, "Ilse Vandamme", online=True, cases=31),
    arbiter(TOMAS, "Tomás Arrieta", online=False, cases=7),
)


def seats(*, agreed: bool = True) -> tuple[SeatView, ...]:
    return tuple(
        SeatView(
            role=role,
            peer_id=one.peer_id,
            name=one.name,
            fee=one.fee,
            most=euro("1.15"),
            acknowledged=agreed,
            fingerprint=one.fingerprint,
            colour=one.colour,
        )
        for role, one in zip(("primary", "backup"), ARBITERS, strict=True)
    )


def receipt(found: CardView) -> tuple[AmountLine, ...]:
    return (
        AmountLine(label=f"1 x {found.title}"[:34], amount=found.price),
        AmountLine(label="Post, standard", amount=euro("6.90")),
    )


def total(found: CardView) -> MoneyView:
    return MoneyView(minor=found.price.minor + 690, unit="EUR", scale=2)


def preview(call: OrderPlace) -> OrderPlaced:
    found = next(one for one in cards() if one.listing_id == call.listing)
    made = OrderPreview(
        total=total(found),
        receipt=receipt(found),
        seats=seats(),
        deadlines={
            "T0": now() + 3 * DAY,
            "T1": now() + 10 * DAY,
            "T2": now() + 24 * DAY,
        },
        unit_note=PROMISE,
        credit_free=euro("173.10"),
        warnings=(
            "Tomás Arrieta is not online just now; a backup is asked when it is needed.",
        ),
    )
    return OrderPlaced(order_id="", state="", total=made.total, preview=made)


def said(kind: str, role: str, hours: int, summary: str, **more: Any) -> MessageView:
    return MessageView(
        id=f"{hours:064x}",
        type=kind,
        author=ME,
        author_role=role,
        at=now() - hours * HOUR,
        received=now() - hours * HOUR,
        counts=True,
        summary=summary,
        delivery=more.get(
            "delivery",
            {"seller": "delivered", "primary": "delivered", "backup": "in_mailbox"},
        ),
    )


def order(found: CardView, number: int, **changes: Any) -> OrderView:
    base = OrderView(
        order_id=f"{number:02x}7f3a" + "0" * 58,
        version="c0" * 16,
        state="shipped",
        role="buyer",
        title=found.title,
        thumbnail=found.thumbnail,
        buyer=ME,
        buyer_name="Maren Solberg",
        seller=found.seller,
        seller_name=found.seller_name,
        counterparty=found.seller,
        total=total(found),
        funded=True,
        mode="escrow",
        unit_note=PROMISE,
        created=now() - 3 * DAY,
        now=now(),
        deadlines={"T0": now() - DAY, "T1": now() + 4 * DAY, "T2": now() + 11 * DAY},
        parts=(
            PartView(index=0, title=found.title, quantity=1, amount=total(found), state="shipped", outcome=None),
        ),
        seats=seats(),
        receipt=receipt(found),
        messages=(
            said("Offer", "buyer", 70, "Offers to buy 1 piece"),
            said("Accept", "seller", 66, "Takes the order"),
            said("SeatAck", "primary", 65, "Agrees to judge if asked"),
            said("SeatAck", "backup", 64, "Agrees to stand in"),
            said("Fund", "buyer", 60, "Binds the amount"),
            said("FundAck", "seller", 59, "Holds it"),
            said("Ship", "seller", 20, "Sent, tracking RR 482 119 375 DE"),
        ),
        next=("confirm", "propose", "dispute", "extend"),
        waiting_for="buyer",
        until=now() + 11 * DAY + 2 * HOUR,
        then="Ilse Vandamme's node gives the seller the whole amount.",
        outcome=None,
        rail_state="held",
        delivery="Tracking RR 482 119 375 DE",
        address={
            "name": "Maren Solberg", "street": "Skippergata 14", "postal_code": "9008",
            "city": "Tromsø", "country": "NO",
        },
        memo="Please leave it with the neighbour on the ground floor.",
        dispute="",
        disputed_by="",
        evidence=(),
        rulings=(),
        proposals=(),
        seats_acked=0,
        can_rule_from=None,
        rated=False,
    )  # fmt: skip
    return replace(base, **changes)


@cache
def orders() -> dict[str, OrderView]:
    some = cards()
    disputed_parts = replace(order(some[9], 3).parts[0], state="disputed")
    case = order(
        some[9],
        3,
        state="disputed",
        parts=(disputed_parts,),
        dispute="goods",
        disputed_by="buyer",
        seats_acked=2,
        waiting_for="primary",
        until=now() + 5 * DAY,
        then="the backup, Tomás Arrieta, rules instead.",
        next=("case.rule",),
        role="primary",
        can_rule_from=now() + 20 * HOUR,
        messages=(
            *order(some[9], 3).messages,
            said("Dispute", "buyer", 8, "The goods are not as described"),
            said("Evidence", "seller", 5, "One file"),
        ),
        evidence=(
            EvidenceView(
                author_role="buyer",
                at=now() - 8 * HOUR,
                statement="The spout came off in the parcel. The box was whole, so it must have been cracked before.",
                hash="5e" * 32,
                size=412_000,
                caption="spout.jpg",
            ),
            EvidenceView(
                author_role="seller",
                at=now() - 5 * HOUR,
                statement="It left here whole, see the picture I took while packing.",
                hash="8d" * 32,
                size=288_000,
                caption="packing-table.jpg",
            ),
        ),
    )
    ruled = order(
        some[14],
        4,
        state="paid",
        next=("rate",),
        waiting_for="nobody",
        until=None,
        then="",
        parts=(replace(order(some[14], 4).parts[0], state="paid"),),
        outcome=OutcomeView(
            to_seller=euro("18.00"),
            to_buyer=euro("12.40"),
            fee=euro("0.80"),
            by="ruling",
            final=True,
        ),
        dispute="goods",
        disputed_by="buyer",
        seats_acked=2,
        rulings=(
            RulingView(
                author_role="primary",
                at=now() - 3 * HOUR,
                part=0,
                reason="goods",
                to_seller=euro("18.00"),
                to_buyer=euro("12.40"),
                fee=euro("0.80"),
                text="The crack is older than the journey. It can still be used, so the buyer keeps it at a lower price.",
                valid=True,
            ),
        ),
        messages=(
            *order(some[14], 4).messages,
            said("Dispute", "buyer", 8, "The goods are not as described"),
            said("Ruling", "primary", 3, "12.40 to the buyer, 18.00 to the seller"),
            said("Agree", "buyer", 2, "Agrees to the ruling"),
            said("Settled", "seller", 1, "Accounts settled"),
        ),
    )
    made = (
        order(some[0], 1),
        order(
            some[1],
            2,
            role="seller",
            state="offered",
            next=("accept", "decline"),
            waiting_for="seller",
            funded=False,
            until=now() + 2 * DAY,
            then="the offer lapses and nobody owes anything.",
            messages=(said("Offer", "buyer", 5, "Offers to buy 1 piece"),),
            counterparty=ME,
            delivery="",
            rail_state="none",
        ),
        case,
        ruled,
        order(
            some[6],
            5,
            state="agreed",
            next=("fund", "withdraw"),
            funded=False,
            until=now() + DAY,
            then="the order lapses.",
            rail_state="none",
            delivery="",
            messages=order(some[6], 5).messages[:4],
        ),
        order(
            some[7],
            6,
            state="waiting",
            next=("extend", "propose"),
            waiting_for="seller",
            until=now() + 4 * DAY,
            then="you get everything back.",
            delivery="",
            messages=order(some[7], 6).messages[:6],
        ),
    )
    return {one.order_id: one for one in made}


def rows(role: str | None) -> tuple[OrderRow, ...]:
    judges = {"primary", "backup", "arbiter"}
    return tuple(
        OrderRow(
            order_id=one.order_id,
            state=one.state,
            role=one.role,
            title=one.title,
            counterparty=one.counterparty,
            counterparty_name=one.buyer_name
            if one.role == "seller"
            else one.seller_name,
            total=one.total,
            funded=one.funded,
            thumbnail=one.thumbnail,
            thumbnail_peer=one.seller,
            created=one.created,
            updated=now() - 2 * HOUR,
            your_turn=one.role in one.waiting_for,
            waiting_for=one.waiting_for,
            until=one.until,
        )
        for one in orders().values()
        if role is None
        or one.role == role
        or (role == "arbiter" and one.role in judges)
    )
