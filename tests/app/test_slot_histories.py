"""Chains of slots between nodes: honest ones are counted, whatever a liar shows is seen."""

from typing import Any

import msgspec
import pytest

from bazaar.app.recovery import resync_mode
from bazaar.app.reputation.slot_histories import History
from bazaar.domain.errors import RefusedError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.reputation import SlotsAnswer, SlotsGet
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.reputation.rating_rules import Opinion
from bazaar.domain.reputation.slots import SalesHead, SaleSlot, next_head
from bazaar.domain.trading.messages import Role
from bazaar.domain.trading.proof import ProofClass, check_proof
from bazaar.domain.wire.envelope import Signed, verify, verify_as
from bazaar.domain.wire.kinds import Kind
from tests.app.letters import sign
from tests.app.test_ratings import answering
from tests.app.town import NETWORK, Cast, Person
from tests.fakes import until

SALES, BUYS, CASES = Kind.SALE_SLOT, Kind.BUY_SLOT, Kind.CASE_SLOT


async def read(reader: Person, owner: Person, chain: Kind = SALES) -> History:
    standing = await reader.node.gathering.standing(owner.key)
    return next(one for one in standing.histories if one.chain == chain)


async def shown(owner: Person, asker: Person, **changes: int) -> SlotsAnswer:
    fields = {"chain": int(SALES), "first": 1, "last": 2**32 - 1} | changes
    asked = encode(SlotsGet(owner.key, **fields))
    reply = await asker.exchange.request(owner.key, RequestType.SLOTS, asked)
    return decode(SlotsAnswer, reply)


def own_head(person: Person, chain: Kind = SALES) -> Signed[SalesHead]:
    with person.book.unit() as unit:
        row = unit.record(Kind.SALES_HEAD, str(int(chain)))
    assert row is not None
    return verify_as(SalesHead, row.envelope, NETWORK.id)


async def three_sales(cast: Cast) -> list[bytes]:
    """One closed and rated, one open, one called off after the Accept."""
    closed = await cast.closed()
    opinion = Opinion(5, cast.town.wall.time)
    await cast.buyer.node.ratings.rate(closed, Role.SELLER, opinion, 0)
    cast.buyer.node.changed(closed)
    await until(lambda: cast.seller.node.ratings.held(cast.seller.key))
    waiting, gone = await cast.funded(), await cast.agreed()
    cast.seller.node.deeds.withdraw(gone, "")
    cast.seller.node.changed(gone)
    await cast.town.all_in("aborted", gone, cast.everybody)
    return [closed, waiting, gone]


async def test_everybody_counts_the_same_sales(cast: Cast) -> None:
    await three_sales(cast)
    stranger = await cast.town.settle_in("stranger")
    for reader in (stranger, cast.buyer, cast.primary, cast.seller):
        found = await read(reader, cast.seller)
        assert found.tally is not None, found
        assert found.tally[:6] == (3, 1, 1, 1, 1, 0)
        assert (found.left_out, found.shortened, found.problem) == (0, (), "")
    buys = (await read(stranger, cast.buyer, BUYS)).tally
    assert buys is not None
    assert buys[:6] == (3, 1, 1, 1, 0, 1)
    cases = (await read(stranger, cast.primary, CASES)).tally
    assert cases is not None
    assert cases.sales == 3
    nothing = await read(stranger, cast.buyer)
    assert (nothing.head, nothing.tally, nothing.problem) == (None, None, "")


async def test_a_head_is_signed_with_every_slot_and_goes_with_the_store(
    cast: Cast,
) -> None:
    await cast.agreed()
    first = own_head(cast.seller)
    await cast.agreed()
    second = own_head(cast.seller)
    assert (first.body.n, second.body.n) == (1, 2)
    with cast.seller.book.unit() as unit:
        last = unit.last_slot(SALES)
    assert last is not None
    assert (second.body.n, second.body.head) == (last.number, last.head)
    await cast.buyer.node.market.records.fetch(cast.seller.key, cast.seller.key)
    held = await cast.buyer.node.market.chains.held(cast.seller.key, SALES)
    assert held == second
    other = await cast.town.settle_in("other")
    await other.node.market.records.fetch(cast.seller.key, cast.buyer.key)
    assert await other.node.market.chains.held(cast.seller.key, SALES) == second


async def test_pages_hold_what_was_asked_for(cast: Cast) -> None:
    for _ in range(3):
        await cast.agreed()
    whole = await shown(cast.seller, cast.buyer)
    assert [one.number for one in whole.entries] == [1, 2, 3]
    assert [one.previous is None for one in whole.entries] == [False, True, True]
    part = await shown(cast.seller, cast.buyer, first=2, last=2)
    assert [one.number for one in part.entries] == [2]
    assert part.entries[0].previous is not None
    assert (await shown(cast.seller, cast.buyer, first=4)).entries == ()
    asked = encode(SlotsGet(cast.buyer.key, int(SALES), 1, 1))
    with pytest.raises(RefusedError, match="not found"):
        await cast.buyer.exchange.request(cast.seller.key, RequestType.SLOTS, asked)


# ------------------------------------------------------------------ liars


async def lied(cast: Cast, answer: SlotsAnswer, reader: Person) -> History:
    cast.seller.exchange.serve(RequestType.SLOTS, answering(answer))
    return await read(reader, cast.seller)


def without(answer: SlotsAnswer, **changes: Any) -> SlotsAnswer:
    return msgspec.structs.replace(answer, **changes)


async def test_a_wrong_id_is_a_fault_of_who_shows_it(cast: Cast) -> None:
    await three_sales(cast)
    good = await shown(cast.seller, cast.buyer)
    wrong = msgspec.structs.replace(good.entries[1], id=b"x" * 32)
    false = without(good, entries=(good.entries[0], wrong, good.entries[2]))
    found = await lied(cast, false, cast.buyer)
    assert (found.tally, found.is_false) == (None, True)
    assert "do not hash" in found.problem
    assert set(cast.buyer.exchange.faults) == {cast.seller.key}


async def test_a_shorter_list_under_the_same_head_is_false(cast: Cast) -> None:
    await three_sales(cast)
    good = await shown(cast.seller, cast.buyer)
    found = await lied(cast, without(good, entries=good.entries[:2]), cast.buyer)
    assert (found.tally, found.is_false) == (None, True)


def cut_to(cast: Cast, good: SlotsAnswer, at: int, n: int) -> SlotsAnswer:
    """The chain up to ``n``, rightly signed once more."""
    with cast.seller.book.unit() as unit:
        row = unit.slots(SALES, n, n)[0]
    body = SalesHead(cast.seller.key, int(SALES), n, row.head, at)
    head = sign(cast.seller, body)
    return SlotsAnswer(head.envelope, good.entries[:n])


async def test_a_shortened_history_is_shown_with_both_signatures(cast: Cast) -> None:
    """The reader is a party of the sale that is left out."""
    await three_sales(cast)
    good = await shown(cast.seller, cast.buyer)
    later = cast.town.wall.time + 601
    found = await lied(cast, cut_to(cast, good, later, 2), cast.buyer)
    assert found.tally is not None
    assert len(found.shortened) == 1
    pair = found.shortened[0]
    assert verify_as(SalesHead, pair.head, NETWORK.id).body.n == 2
    assert found.tally.sales == 3


async def test_a_stranger_sees_a_head_that_falls_back(cast: Cast) -> None:
    await three_sales(cast)
    stranger = await cast.town.settle_in("stranger")
    good = await shown(cast.seller, stranger)
    await read(stranger, cast.seller)
    later = cast.town.wall.time + 601
    found = await lied(cast, cut_to(cast, good, later, 2), stranger)
    assert [
        verify_as(SalesHead, one.held, NETWORK.id).body.n for one in found.shortened
    ] == [3]


async def test_a_sale_rated_by_somebody_cannot_be_left_out(cast: Cast) -> None:
    """The stranger holds the rating alone, and the slot in it."""
    await three_sales(cast)
    stranger = await cast.town.settle_in("stranger")
    await cast.town.quiet()
    good = await shown(cast.seller, stranger)
    other = msgspec.structs.replace(good.entries[1], number=1)
    chain = SalesHead(
        cast.seller.key, int(SALES), 1, b"", cast.town.wall.time + 40 * 86_400
    )
    previous = good.entries[0].previous
    assert previous is not None
    head = sign(
        cast.seller,
        msgspec.structs.replace(chain, head=next_head(previous, other.id)),
    )
    first = msgspec.structs.replace(other, previous=previous)
    found = await lied(cast, SlotsAnswer(head.envelope, (first,)), stranger)
    assert found.tally is not None
    held = [verify(one.held, NETWORK.id).body for one in found.shortened]
    assert [type(one) for one in held] == [SalesHead, SaleSlot]
    assert (found.tally.sales, found.tally.rated) == (2, 1)


async def test_a_mark_that_a_rating_disproves_is_shown(cast: Cast) -> None:
    await three_sales(cast)
    good = await shown(cast.seller, cast.buyer)
    marked = msgspec.structs.replace(good.entries[0], status=2, ratings=())
    stranger = await cast.town.settle_in("stranger")
    found = await lied(
        cast, without(good, entries=(marked, *good.entries[1:])), stranger
    )
    assert found.tally is not None
    assert found.tally.false_marks == (good.entries[0].id,)
    assert found.tally.rated == 1


async def test_two_heads_of_one_number_are_proven_and_told(cast: Cast) -> None:
    """Two readers are shown different heads; who hears of both has the proof."""
    await three_sales(cast)
    await read(cast.buyer, cast.seller)
    body = own_head(cast.seller).body
    other = sign(cast.seller, msgspec.structs.replace(body, head=b"o" * 32))
    await cast.primary.node.market.chains.keep(other)
    await cast.primary.node.market.chains.keep(own_head(cast.seller))

    def proven(person: Person) -> bool:
        with person.book.unit() as unit:
            proofs = [check_proof(one, NETWORK.id) for one in unit.proofs()]
        return [one.number for one in proofs] == [ProofClass.RECORDS]

    for person in (cast.primary, cast.buyer, cast.backup):
        await until(lambda person=person: proven(person))


async def test_an_owner_who_denies_a_known_chain_is_false(cast: Cast) -> None:
    await three_sales(cast)
    await read(cast.buyer, cast.seller)
    found = await lied(cast, SlotsAnswer(None, ()), cast.buyer)
    assert (found.is_false, found.tally) == (True, None)
    assert found.head == own_head(cast.seller)


async def test_without_an_answer_the_last_known_head_stands(cast: Cast) -> None:
    await three_sales(cast)
    await read(cast.buyer, cast.seller)
    head = own_head(cast.seller)
    await cast.seller.leave()
    found = await read(cast.buyer, cast.seller)
    assert (found.head, found.tally, found.is_false) == (head, None, False)
    assert found.problem


# ------------------------------------------------------------------ after a restore


async def test_an_interrupted_history_is_shown_as_such(cast: Cast) -> None:
    await cast.agreed()
    with cast.buyer.book.unit() as unit:
        resync_mode.enter(unit, cast.buyer.clock.now())
        resync_mode.end_seeking(unit)
        resync_mode.open_slots(unit)
        for person in cast.everybody:
            resync_mode.note_answer(unit, person.key)
    cast.town.wall.time += 601
    await cast.agreed()
    found = await read(cast.primary, cast.buyer, BUYS)
    assert found.tally is not None
    assert (found.left_out, found.breaks, found.unproven) == (999, 1, 0)
    assert (found.tally.sales, found.shortened) == (2, ())


async def test_a_head_that_others_held_is_gone_on_from(cast: Cast) -> None:
    """The book is older than the furthest SalesHead that a peer still has."""
    await cast.agreed()
    far = sign(
        cast.seller,
        SalesHead(cast.seller.key, int(SALES), 7, b"f" * 32, cast.town.wall.time),
    )
    await cast.buyer.node.market.chains.keep(far)
    past = cast.seller.node.homecoming._past
    await past.ask(cast.buyer.key)
    with cast.seller.book.unit() as unit:
        past.adopt(unit)
    with pytest.raises(RefusedError):
        await shown(cast.seller, cast.buyer)
    await cast.agreed()
    answer = await shown(cast.seller, cast.buyer)
    assert [one.number for one in answer.entries] == [1, 8]
    assert answer.entries[1].previous == b"f" * 32
