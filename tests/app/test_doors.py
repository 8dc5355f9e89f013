"""What no honest peer sends: refused with its code, and nothing changes."""

import os
from typing import Any

import msgspec
import pytest

from bazaar.app.ports import Unit
from bazaar.app.trading.trades import MAX_OFFERS_OF_ONE, MAX_PARKED
from bazaar.domain.errors import (
    BadSignatureError,
    MalformedMessageError,
    PeerError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import MAX_PUT, Put, PutAnswer
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.trading.messages import (
    Agree,
    Dispute,
    DisputeReason,
    Evidence,
    EvidenceFile,
    FundAck,
    Proposal,
    Role,
    Ruling,
    Ship,
    Withdraw,
)
from bazaar.domain.wire.envelope import Envelope, TooLargeError
from bazaar.domain.wire.kinds import Kind
from bazaar.domain.wire.networks import DAY, network
from tests.app.letters import put, put_raw, sign, step
from tests.app.town import Cast, Person, wish
from tests.fakes import until


def fingerprint(person: Person, trade_id: bytes) -> tuple[Any, ...]:
    """All that a hostile message could have changed."""
    with person.book.unit() as unit:
        return (
            unit.messages(trade_id),
            unit.trade(trade_id),
            unit.parked(),
            unit.accounts(),
            unit.undelivered(),
        )


async def test_a_ship_signed_by_the_buyer_is_refused(cast: Cast) -> None:
    trade_id = await cast.funded()
    await cast.town.quiet()
    before = fingerprint(cast.seller, trade_id)
    fields = ((0,), b"", bytes(32), ())
    as_buyer = step(cast.buyer, cast.buyer, trade_id, Ship, *fields)
    as_seller = step(cast.buyer, cast.seller, trade_id, Ship, *fields, role=1)
    assert await put(cast.seller, as_buyer) == (ReplyCode.WRONG_ROLE,)
    assert await put(cast.seller, as_seller) == (ReplyCode.WRONG_ROLE,)
    assert await put(cast.primary, as_seller) == (ReplyCode.WRONG_ROLE,)
    assert fingerprint(cast.seller, trade_id) == before


async def test_a_stranger_moves_nothing(cast: Cast) -> None:
    stranger = await cast.town.settle_in("stranger")
    trade_id = await cast.shipped()
    await cast.town.quiet()
    before = fingerprint(cast.seller, trade_id)
    ship = cast.seller.trade(trade_id).parts[0].ships[0].id
    for role in Role:
        for kind, fields in (
            (Agree, (0, ship)),
            (Ruling, (0, ship, 3, 0, 3015, 0, "")),
            (Withdraw, (0,)),
        ):
            forged = step(stranger, cast.seller, trade_id, kind, *fields, role=role)
            assert await put(cast.seller, forged) == (ReplyCode.WRONG_ROLE,)
    assert fingerprint(cast.seller, trade_id) == before


async def test_the_same_message_of_another_network_is_refused(cast: Cast) -> None:
    trade_id = await cast.shipped()
    await cast.town.quiet()
    before = fingerprint(cast.seller, trade_id)
    ship = cast.seller.trade(trade_id).parts[0].ships[0].id
    agree = step(cast.buyer, cast.buyer, trade_id, Agree, 0, ship)
    elsewhere = sign(cast.buyer, agree.body, network("local:elsewhere"))
    with pytest.raises(BadSignatureError):
        await put(cast.seller, elsewhere)
    assert fingerprint(cast.seller, trade_id) == before


async def test_a_message_of_another_trade_is_not_known(cast: Cast) -> None:
    trade_id = await cast.funded()
    fund_ack = step(
        cast.seller,
        cast.seller,
        trade_id,
        FundAck,
        bytes(32),
        (b"1" * 32, b"2" * 32),
        trade=b"t" * 32,
    )
    assert await put(cast.buyer, fund_ack) == (ReplyCode.NOT_FOUND,)


def mutilated(envelope: bytes) -> dict[str, bytes]:
    parts = msgspec.msgpack.decode(envelope, type=Envelope)
    flipped = bytes((parts.signature[0] ^ 1,)) + parts.signature[1:]
    other = msgspec.structs.replace(parts, signature=flipped)
    return {
        "garbage": os.urandom(200),
        "empty array": b"\x90",
        "longer": envelope + b"\0",
        "shorter": envelope[:-1],
        "signature": msgspec.msgpack.encode(other),
        "kind": msgspec.msgpack.encode(msgspec.structs.replace(parts, kind=44)),
        "version": msgspec.msgpack.encode(msgspec.structs.replace(parts, version=2)),
        "not shortest": envelope.replace(b"\x95", b"\xdc\x00\x05", 1),
    }


async def test_bytes_that_are_no_message_are_counted_against_their_sender(
    cast: Cast,
) -> None:
    trade_id = await cast.shipped()
    await cast.town.quiet()
    before = fingerprint(cast.seller, trade_id)
    good = cast.seller.trade(trade_id).parts[0].ships[0].envelope
    for name, data in mutilated(good).items():
        with pytest.raises(PeerError):
            await put_raw(cast.seller, data)
        assert fingerprint(cast.seller, trade_id) == before, name


async def test_a_good_envelope_beside_a_bad_one_is_kept_and_acknowledged(
    cast: Cast,
) -> None:
    trade_id = await cast.shipped()
    cast.town.wire.cut(cast.buyer.key)
    ship = cast.seller.trade(trade_id).parts[0].ships[0].id
    agree = step(cast.buyer, cast.buyer, trade_id, Agree, 0, ship)
    answer = decode(PutAnswer, await put_raw(cast.seller, b"garbage", agree.envelope))
    assert answer.codes == (ReplyCode.MALFORMED, ReplyCode.OK)
    assert answer.ack is not None
    assert cast.seller.trade(trade_id).parts[0].outcome is not None


async def test_a_put_that_is_none_or_too_large_is_refused(cast: Cast) -> None:
    exchange_of = cast.buyer.exchange
    for body in (b"", b"\xff" * 50, encode(Put((b"x",))) + b"\0"):
        with pytest.raises(RefusedError):
            await exchange_of.request(cast.seller.key, RequestType.PUT, body)
    assert cast.buyer.key in cast.seller.exchange.faults
    too_long = Envelope(Kind.SHIP, 1, cast.buyer.key, bytes(32 * 1024), bytes(64))
    with pytest.raises(TooLargeError):
        await put_raw(cast.seller, msgspec.msgpack.encode(too_long))
    with pytest.raises(MalformedMessageError):
        decode(Put, msgspec.msgpack.encode([[b"x"] * (MAX_PUT + 1)]))


async def test_nothing_of_others_is_taken_on_a_full_disk(cast: Cast) -> None:
    trade_id = await cast.shipped()
    cast.town.wire.cut(cast.buyer.key)
    ship = cast.seller.trade(trade_id).parts[0].ships[0].id
    agree = step(cast.buyer, cast.buyer, trade_id, Agree, 0, ship)
    cast.seller.has_space = False
    with pytest.raises(RefusedError) as refusal:
        await put(cast.seller, agree)
    assert refusal.value.code is ReplyCode.NO_SPACE
    assert cast.seller.node.inbound.take_all([agree.envelope]) == frozenset()
    cast.seller.has_space = True
    assert await put(cast.seller, agree) == (ReplyCode.OK,)


async def test_an_order_with_a_foreign_slot_is_never_kept(cast: Cast) -> None:
    """Else the buyer, the seller or a seat could trade without ever being rated."""
    trade_id = await cast.ordered()
    other = await cast.ordered()
    slot = cast.buyer.trade(other).contract.offer.buy_slot
    offer = cast.buyer.trade(trade_id).contract.offer
    forged = sign(
        cast.buyer, msgspec.structs.replace(offer, buy_slot=slot, nonce=b"n" * 32)
    )
    with cast.seller.book.unit() as unit:
        before = len(unit.trades())
    assert await put(cast.seller, forged) == (ReplyCode.MALFORMED,)
    with cast.seller.book.unit() as unit:
        assert len(unit.trades()) == before


async def test_an_accept_with_another_rating_key_is_refused(cast: Cast) -> None:
    trade_id = await cast.ordered()
    cast.town.wire.cut(cast.buyer.key)
    await cast.seller.accept(trade_id)
    accept = cast.seller.trade(trade_id).contract.accept
    assert accept is not None
    foreign = cast.seller.trade(trade_id).contract.offer.buy_slot
    forged = sign(cast.seller, msgspec.structs.replace(accept, sale_slot=foreign))
    with pytest.raises(MalformedMessageError):
        await put(cast.buyer, forged)
    assert cast.buyer.state(trade_id) == "offered"


async def test_orders_of_one_buyer_are_limited(cast: Cast) -> None:
    orders = [await cast.buyer.order(cast.lamp) for _ in range(MAX_OFFERS_OF_ONE)]
    await cast.town.all_in("offered", orders[-1], [cast.seller])
    await cast.town.quiet()
    cast.town.wire.cut(cast.buyer.key)
    trade = await cast.buyer.node.ordering.place(wish(cast.lamp))
    assert await put(cast.seller, trade.facts.offer) == (ReplyCode.LIMIT,)


async def test_an_order_that_names_us_as_seat_needs_our_own_terms(cast: Cast) -> None:
    trade_id = await cast.ordered()
    offer = cast.buyer.trade(trade_id).contract.offer
    first, second = offer.seats
    seats = (msgspec.structs.replace(first, offer=b"o" * 32), second)
    forged = sign(cast.buyer, msgspec.structs.replace(offer, seats=seats))
    assert await put(cast.primary, forged) == (ReplyCode.WRONG_ROLE,)


async def test_a_seat_with_better_terms_than_it_gave_does_not_consent(
    cast: Cast,
) -> None:
    await cast.ordered()
    cast.town.wire.cut(cast.buyer.key)
    trade_id = await cast.buyer.order(cast.lamp)
    offer = cast.buyer.trade(trade_id).contract.offer
    first, second = offer.seats
    seats = (msgspec.structs.replace(first, fee_bp=0), second)
    forged = sign(cast.buyer, msgspec.structs.replace(offer, seats=seats))
    assert await put(cast.seller, forged) == (ReplyCode.OK,)
    with pytest.raises(RefusedError, match="fee differs"):
        await cast.seller.accept(forged.id)


async def test_what_is_dated_ahead_waits_and_counts_when_its_time_comes(
    cast: Cast,
) -> None:
    trade_id = await cast.shipped()
    await cast.town.quiet()
    cast.town.wire.cut(cast.buyer.key)
    later = cast.town.wall.time + DAY
    proposal = step(cast.buyer, cast.buyer, trade_id, Proposal, 0, 15, 3000, at=later)
    assert await put(cast.seller, proposal) == (ReplyCode.OK,)
    assert proposal.id not in cast.seller.trade(trade_id).facts.everything
    await cast.town.restart(cast.seller)
    assert proposal.id not in cast.seller.trade(trade_id).facts.everything
    cast.town.pass_time(DAY)
    assert proposal.id in cast.seller.trade(trade_id).facts.everything
    with cast.seller.book.unit() as unit:
        assert unit.parked() == []


async def test_what_is_dated_ahead_is_limited(cast: Cast) -> None:
    trade_id = await cast.shipped()
    await cast.town.quiet()
    cast.town.wire.cut(cast.buyer.key)
    later = cast.town.wall.time + DAY
    codes = [
        (
            await put(
                cast.seller,
                step(cast.buyer, cast.buyer, trade_id, Withdraw, 0, at=later + number),
            )
        )[0]
        for number in range(MAX_PARKED + 1)
    ]
    assert codes == [ReplyCode.OK] * MAX_PARKED + [ReplyCode.LIMIT]


async def test_a_failing_receiver_parks_the_message_and_loses_nothing(
    cast: Cast,
) -> None:
    trade_id = await cast.shipped()
    await cast.town.quiet()
    cast.town.wire.cut(cast.buyer.key)
    ship = cast.seller.trade(trade_id).parts[0].ships[0].id
    agree = step(cast.buyer, cast.buyer, trade_id, Agree, 0, ship)
    receive = cast.seller.node.trades.receive
    cast.seller.node.trades.receive = broken
    assert await put(cast.seller, agree) == (ReplyCode.OK,)
    with cast.seller.book.unit() as unit:
        ((subject, _, reason),) = unit.parked(trade_id)
    assert (subject, reason) == (agree.id, "failed here: ZeroDivisionError")
    cast.seller.node.trades.receive = receive
    await cast.town.restart(cast.seller)
    await until(lambda: cast.seller.trade(trade_id).parts[0].outcome is not None)


def broken(unit: Unit, message: object) -> bool:
    del unit, message
    raise ZeroDivisionError


async def test_evidence_is_capped_for_its_sender_and_its_reader(cast: Cast) -> None:
    trade_id = await cast.shipped()
    buyer = cast.buyer
    buyer.node.deeds.dispute(trade_id, "", (), DisputeReason.GOODS, "")
    buyer.node.changed(trade_id)
    await cast.town.all_in("disputed", trade_id, cast.everybody)
    files = [EvidenceFile(bytes([n]) * 32, 1, "") for n in range(11)]
    buyer.node.deeds.add_evidence(trade_id, files[:10], "")
    buyer.node.changed(trade_id)
    await cast.town.quiet()
    with pytest.raises(RefusedError, match="at most 10"):
        buyer.node.deeds.add_evidence(trade_id, files[10:], "")
    more = step(buyer, buyer, trade_id, Evidence, (files[10],), "")
    assert await put(cast.primary, more) == (ReplyCode.LIMIT,)


async def test_two_messages_for_one_place_are_kept_as_proof(cast: Cast) -> None:
    trade_id = await cast.shipped()
    await cast.town.quiet()
    cast.town.wire.cut(cast.buyer.key)
    one = step(cast.buyer, cast.buyer, trade_id, Proposal, 0, 15, 3000)
    two = step(cast.buyer, cast.buyer, trade_id, Proposal, 0, 3000, 15)
    assert await put(cast.seller, one, two) == (ReplyCode.OK, ReplyCode.OK)
    with cast.seller.book.unit() as unit:
        assert len(unit.proofs(cast.buyer.key)) == 1
        assert unit.proofs(cast.seller.key) == []


async def test_messages_that_wait_for_a_gap_are_limited_too(cast: Cast) -> None:
    trade_id = await cast.shipped()
    await cast.town.quiet()
    cast.town.wire.cut(cast.buyer.key)
    codes: list[int] = []
    for number in range(260):
        loose = step(
            cast.buyer,
            cast.buyer,
            trade_id,
            Dispute,
            (0,),
            3,
            str(number),
            seq=100,
            prev=(number + 1).to_bytes(32),
        )
        codes += await put(cast.primary, loose)
    assert codes[-1] == ReplyCode.LIMIT
    assert 250 <= codes.count(ReplyCode.OK) <= 256
