"""Resync with peers that lie: only what was asked for comes in, and it ends."""

import trio

from bazaar.app.ports import BookError, Request
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import (
    DigestAnswer,
    DigestRequest,
    TradeDigest,
    TradeIds,
)
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import EnvelopeList
from bazaar.domain.trading.messages import Extend, Proposal
from tests.app.letters import step
from tests.app.town import PATIENCE_SECONDS, Cast
from tests.fakes import until


async def test_only_what_was_asked_for_comes_in(cast: Cast) -> None:
    trade_id = await cast.shipped()
    await cast.town.quiet()
    asked = step(cast.buyer, cast.buyer, trade_id, Proposal, 0, 15, 3000)
    unasked = step(cast.buyer, cast.buyer, trade_id, Proposal, 0, 3000, 15)

    async def digests(request: Request) -> bytes:
        del request
        held = cast.seller.trade(trade_id).facts.everything
        return encode(DigestAnswer((TradeIds(trade_id, (*held, asked.id)),)))

    async def missing(request: Request) -> bytes:
        del request
        return encode(EnvelopeList((unasked.envelope, asked.envelope)))

    cast.buyer.exchange.serve(RequestType.DIGEST, digests)
    cast.buyer.exchange.serve(RequestType.MISSING, missing)
    await cast.seller.node.resync.compare(cast.buyer.key)
    held = cast.seller.trade(trade_id).facts.everything
    assert asked.id in held
    assert unasked.id not in held


async def test_a_peer_that_never_gives_what_it_has_ends_the_comparison(
    cast: Cast,
) -> None:
    trade_id = await cast.shipped()
    await cast.town.quiet()

    async def digests(request: Request) -> bytes:
        del request
        names = tuple(number.to_bytes(32) for number in range(1, 500))
        return encode(DigestAnswer((TradeIds(trade_id, names),)))

    for answer in (EnvelopeList(()), EnvelopeList((b"garbage",))):

        async def missing(request: Request, answer: EnvelopeList = answer) -> bytes:
            del request
            return encode(answer)

        cast.buyer.exchange.serve(RequestType.DIGEST, digests)
        cast.buyer.exchange.serve(RequestType.MISSING, missing)
        with trio.fail_after(PATIENCE_SECONDS):
            await cast.seller.node.resync.compare(cast.buyer.key)
    assert cast.seller.state(trade_id) == "shipped"


async def test_strangers_learn_nothing_of_a_trade(cast: Cast) -> None:
    stranger = await cast.town.settle_in("stranger")
    trade_id = await cast.ordered()
    seller = cast.seller.node
    with cast.seller.book.unit() as unit:
        keys = seller.trades.keys(unit, trade_id)
    assert len(keys) == 4
    for asker in (stranger, cast.primary):  # no seat before the Accept
        mine = await cast.buyer.node.resync.digests(
            Request(asker.key, RequestType.DIGEST, encode(digest_of(trade_id)))
        )
        assert decode(DigestAnswer, mine).trades == ()


def digest_of(trade_id: bytes) -> DigestRequest:
    return DigestRequest((TradeDigest(trade_id, 0, bytes(32), ()),))


async def test_a_book_that_fails_for_a_while_stops_nobody(cast: Cast) -> None:
    trade_id = await cast.shipped()
    await cast.town.quiet()
    unit = cast.seller.book.unit

    def broken() -> object:
        raise BookError("the disk is full")

    cast.seller.book.unit = broken  # type: ignore[method-assign,assignment] - a disk that fails
    cast.buyer.confirm(trade_id)
    cast.seller.node.outbox.nudge()
    await until(lambda: cast.buyer.state(trade_id) == "payable")
    await trio.testing.wait_all_tasks_blocked(0.01)
    cast.seller.book.unit = unit  # type: ignore[method-assign] - and works again
    cast.town.pass_time(61)
    await cast.town.all_in("closed", trade_id, cast.everybody)


async def test_what_a_resync_finds_missing_is_sent_at_once(cast: Cast) -> None:
    """Nobody nudges the outbox else: it would sleep for a minute."""
    trade_id = await cast.funded()
    cast.town.wire.cut(cast.backup.key)
    cast.buyer.node.deeds.extend(trade_id, "", 3)
    cast.buyer.node.changed(trade_id)
    await until(lambda: cast.primary.trade(trade_id).facts.of(Extend))
    await cast.town.quiet()
    for person in (cast.buyer, cast.seller):
        await person.leave()
    cast.town.wire.heal()
    await until(lambda: cast.backup.trade(trade_id).facts.of(Extend))
    await until(lambda: cast.primary.owes_letters() == 0)
