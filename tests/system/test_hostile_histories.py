"""Sellers on real hosts who lie about their sales: the owner of a running node is told."""

from collections.abc import Mapping

import trio

from bazaar.app.ports import Handler, Request
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.reputation import (
    Heard,
    ProofAnnounce,
    SlotsAnswer,
    SlotsGet,
)
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.keys.identity import Identity
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.domain.trading.proof import make_proof
from bazaar.domain.wire.kinds import Kind
from bazaar.rpc.schema.ratings import HistoryView, Ratings, RatingsView
from tests.slot_lists import END, Chain, Signer, a_head, chain
from tests.system.victim import NUMBERS, ON, WAIT_SECONDS, Make, Victim

NO_CHAIN = SlotsAnswer(None, ())


def identity(number: int) -> Identity:
    """Of the hostile peer of that number."""
    return Identity(number.to_bytes(32, "big"))


def serving(sales: SlotsAnswer) -> Mapping[RequestType, Handler]:
    """Shows ``sales`` to whoever asks, and nothing else."""

    async def slots(request: Request) -> bytes:
        await trio.lowlevel.checkpoint()
        asked = decode(SlotsGet, request.body)
        return encode(sales if asked.chain == Kind.SALE_SLOT else NO_CHAIN)

    return {RequestType.SLOTS: slots}


def of(identity: Identity) -> Chain:
    """Three sales of a seller."""
    return chain(range(1, 4), by=Signer(identity, ON))


def answer(sales: Chain, at: int = END, length: int = 3) -> SlotsAnswer:
    """What an honest seller shows of the first ``length`` sales."""
    return SlotsAnswer(sales.head(at, length).envelope, tuple(sales.entries()[:length]))


async def read(victim: Victim, seller: Identity) -> HistoryView | None:
    view: RatingsView = await victim.call(Ratings(peer=peer_id(seller.key)))
    found = [one for one in view.histories if one.chain == "sales"]
    return found[0] if found else None


async def shown(
    victim: Victim, make: Make, number: int, sales: SlotsAnswer
) -> HistoryView | None:
    """What the owner is told of a seller who shows ``sales``."""
    async with make(serving(sales), number) as seller:
        await seller.greet()
        return await read(victim, seller.identity)


async def test_an_honest_list_is_counted(victim: Victim, make: Make) -> None:
    number = next(NUMBERS)
    sales = of(identity(number))
    found = await shown(victim, make, number, answer(sales))
    assert found is not None
    assert (found.read, found.total, found.closed, found.unaccounted) == (True, 3, 3, 3)


async def test_a_wrong_id_is_called_false(victim: Victim, make: Make) -> None:
    number = next(NUMBERS)
    good = answer(of(identity(number)))
    other = of(Identity(b"\x55" * 32)).entries()[1]
    false = SlotsAnswer(good.head, (good.entries[0], other, good.entries[2]))
    found = await shown(victim, make, number, false)
    assert found is not None
    assert (found.read, found.is_false) == (False, True)
    assert "do not hash" in found.problem
    await victim.is_served()


async def test_a_list_without_its_end_is_called_false(
    victim: Victim, make: Make
) -> None:
    number = next(NUMBERS)
    good = answer(of(identity(number)))
    found = await shown(victim, make, number, SlotsAnswer(good.head, good.entries[:2]))
    assert found is not None
    assert (found.read, found.is_false) == (False, True)


async def test_a_history_that_falls_back_is_shown_with_both_signatures(
    victim: Victim, make: Make
) -> None:
    number = next(NUMBERS)
    sales = of(identity(number))
    first = await shown(victim, make, number, answer(sales))
    assert first is not None
    assert not first.shortened
    later = await shown(victim, make, number, answer(sales, END + 9_999, 2))
    assert later is not None
    assert (later.read, later.total, len(later.shortened)) == (True, 2, 1)
    held = bytes.fromhex(later.shortened[0].held)
    assert held == sales.head().envelope


async def test_two_heads_of_one_number_are_told_to_everybody(
    victim: Victim, make: Make
) -> None:
    number = next(NUMBERS)
    sales = of(identity(number))
    assert await shown(victim, make, number, answer(sales))
    other = a_head(3, b"h" * 32, END, sales.by)
    entries = answer(sales).entries
    found = await shown(victim, make, number, SlotsAnswer(other.envelope, entries))
    assert found is not None
    assert found.is_false
    proof = make_proof(sales.head().envelope, other.envelope, ON.id)
    assert proof is not None
    heard = trio.Event()

    async def announced(request: Request) -> bytes:
        await trio.lowlevel.checkpoint()
        if proof.id in decode(ProofAnnounce, request.body).ids:
            heard.set()
        return encode(Heard())

    async with make({RequestType.PROOF_ANNOUNCE: announced}) as newcomer:
        await newcomer.greet()
        with trio.fail_after(WAIT_SECONDS):
            await heard.wait()
