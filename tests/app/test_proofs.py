"""Who contradicts himself is known to everybody, once and for ever."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest
import trio

from bazaar.app.trading.proofs import MAX_PROOFS_OF_A_KEY
from bazaar.domain.credit.account import (
    AccountAccept,
    AccountPropose,
    AccountReject,
    SetLimit,
)
from bazaar.domain.credit.ledger import apply, side
from bazaar.domain.errors import (
    MalformedMessageError,
    NotAllowedError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.reputation import (
    MAX_PROOF_IDS,
    ProofAnnounce,
    ProofAnswer,
    ProofGet,
)
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.trading.messages import NO_ID, Agree, Ship, Step
from bazaar.domain.trading.proof import Proof, ProofClass, check_proof, make_proof
from bazaar.domain.wire.envelope import Signed, seal
from bazaar.rpc.handlers.network import NetworkCalls
from bazaar.rpc.handlers.orders import OrderCalls
from bazaar.rpc.schema.node import Status
from bazaar.rpc.schema.orders import OrderShow
from tests.app.town import NETWORK, Cast, Person
from tests.equivocations import ONE, a_slot, pairs
from tests.fakes import until


def proven(pair: Sequence[Signed[Any]]) -> Proof:
    first, second = pair
    proof = make_proof(first.envelope, second.envelope, NETWORK.id)
    assert proof is not None
    return proof


def proofs(person: Person, against: bytes | None = None) -> list[Proof]:
    with person.book.unit() as unit:
        held = unit.proofs(against)
    return [check_proof(one, NETWORK.id) for one in held]


def the_other_branch(cast: Cast, trade_id: bytes) -> Signed[Step]:
    """What the seller says to one of them alone, in the place of his Ship."""
    trade = cast.seller.trade(trade_id)
    ship = trade.facts.of(Ship)[0].body
    header = (trade_id, ship.role, ship.seq, ship.prev, ship.seen, ship.at)
    body = Agree(*header, 0, bytes(32))
    return seal(body, cast.seller.identity.signing_key, NETWORK.id)


async def forked(cast: Cast) -> bytes:
    """A shipped order whose buyer also got another message in the place of the Ship."""
    trade_id = await cast.shipped()
    await cast.town.quiet()
    other = the_other_branch(cast, trade_id)
    cast.buyer.node.inbound.take_all([other.envelope])
    return trade_id


async def test_a_fork_is_proven_to_everybody(cast: Cast) -> None:
    bystander = await cast.town.settle_in("bystander")
    await forked(cast)
    everybody = [*cast.everybody, bystander]
    await until(lambda: all(proofs(one, cast.seller.key) for one in everybody))
    (proof,) = proofs(bystander)
    assert (proof.number, proof.signer) == (ProofClass.MESSAGES, cast.seller.key)
    assert not proofs(bystander, cast.buyer.key)


async def test_each_peer_is_told_once(cast: Cast) -> None:
    await forked(cast)
    await until(lambda: all(proofs(one) for one in cast.everybody))
    await cast.town.quiet()
    told = [r for r in cast.town.wire.asked if r.type == RequestType.PROOF_ANNOUNCE]
    for person in cast.everybody:
        person.node.proofs.nudge()
        cast.town.meet(person)
    await cast.town.quiet()
    again = [r for r in cast.town.wire.asked if r.type == RequestType.PROOF_ANNOUNCE]
    assert len(again) == len(told) <= 4 * 3


async def test_who_comes_later_is_told_too(cast: Cast) -> None:
    await forked(cast)
    late = await cast.town.settle_in("late")
    await until(lambda: proofs(late, cast.seller.key))
    await cast.town.restart(late)
    assert proofs(late, cast.seller.key), "kept for ever"


async def test_it_is_shown(cast: Cast) -> None:
    trade_id = await forked(cast)
    await until(lambda: proofs(cast.primary))
    for person in (cast.buyer, cast.primary):
        calls = OrderCalls(person.node, trio.Event)
        view = await calls.show(OrderShow(id=trade_id.hex()))
        assert view.flagged == ("seller",)
        status = await NetworkCalls(person.node, lambda: None).status(Status())
        assert any("contradict" in one for one in status.warnings)


async def test_nothing_new_is_begun_with_a_flagged_key(cast: Cast) -> None:
    waiting = await cast.ordered()
    await forked(cast)
    with pytest.raises(NotAllowedError) as refused:
        await cast.buyer.order(cast.lamp)
    assert refused.value.code is ReplyCode.EQUIVOCATION
    cast.seller.limit(cast.buyer, 1)
    with pytest.raises(NotAllowedError):
        cast.buyer.limit(cast.seller, 1)
    await cast.buyer.node.profiles.change({"deal_with_flagged": "yes"})
    await cast.buyer.order(cast.lamp)
    await until(lambda: proofs(cast.primary))
    await cast.seller.accept(waiting)
    await until(lambda: "contradict" in cast.primary.problem(waiting))
    assert cast.primary.state(waiting) == "accepted"


async def test_a_seller_accepts_no_flagged_buyer(cast: Cast) -> None:
    trade_id = await cast.ordered()
    tell(cast.primary, proven(_contradicts_himself(cast.buyer)))
    await until(lambda: proofs(cast.seller, cast.buyer.key))
    with pytest.raises(NotAllowedError):
        await cast.seller.accept(trade_id)


def _contradicts_himself(person: Person) -> list[Signed[Step]]:
    """Two messages in some other order."""
    header = (b"1" * 32, 0, 1, b"p" * 32, (), 5)
    key = person.identity.signing_key
    named = (b"a" * 32, b"b" * 32)
    return [seal(Agree(*header, 0, one), key, NETWORK.id) for one in named]


def tell(teller: Person, proof: Proof) -> None:
    """The teller holds a proof and says so."""
    with teller.book.unit() as unit:
        unit.put_proof(
            proof.data, proof.subject, proof.number, proof.signer, teller.clock.now()
        )
    teller.node.proofs.nudge()


@pytest.mark.parametrize("number", range(len(pairs())))
async def test_every_class_is_taken_from_others(cast: Cast, number: int) -> None:
    expected, pair = pairs()[number]
    tell(cast.primary, proven(pair))
    await until(lambda: proofs(cast.buyer))
    assert [one.number for one in proofs(cast.buyer)] == [expected]


async def test_a_false_proof_counts_against_who_brought_it(cast: Cast) -> None:
    lie = b"\x94\x0a\x04" + a_slot().envelope
    with cast.primary.book.unit() as unit:
        unit.put_proof(lie, bytes(32), 4, ONE.key, 1)
    cast.primary.node.proofs.nudge()
    await until(lambda: cast.primary.key in cast.buyer.exchange.faults)
    await cast.town.quiet()
    assert not proofs(cast.buyer)
    assert set(cast.buyer.exchange.faults) == {cast.primary.key}


async def test_proofs_against_one_key_are_not_without_end(cast: Cast) -> None:
    with cast.primary.book.unit() as unit:
        for week in range(MAX_PROOFS_OF_A_KEY + 1):
            proof = proven((a_slot(week=week), a_slot(week=week + 1000)))
            unit.put_proof(proof.data, proof.subject, 4, proof.signer, week)
    cast.primary.node.proofs.nudge()
    await until(lambda: len(proofs(cast.buyer)) == MAX_PROOFS_OF_A_KEY)
    await cast.town.quiet()
    assert len(proofs(cast.buyer)) == MAX_PROOFS_OF_A_KEY


async def test_asking_for_proofs(cast: Cast) -> None:
    exchange = cast.buyer.exchange
    with pytest.raises(RefusedError) as missing:
        await exchange.request(
            cast.seller.key, RequestType.PROOF_GET, encode(ProofGet(b"x" * 32))
        )
    assert missing.value.code is ReplyCode.NOT_FOUND
    for body in (b"\x91\x90", b"\x90", encode(ProofGet(b"x" * 32)) + b"\0"):
        with pytest.raises(RefusedError):
            await exchange.request(cast.seller.key, RequestType.PROOF_ANNOUNCE, body)
    await forked(cast)
    await until(lambda: proofs(cast.seller))
    (proof,) = proofs(cast.seller)
    reply = await exchange.request(
        cast.seller.key, RequestType.PROOF_GET, encode(ProofGet(proof.id))
    )
    assert decode(ProofAnswer, reply).proof == proof.data


def test_an_announcement_is_bounded() -> None:
    ids = tuple(bytes([n]) * 32 for n in range(MAX_PROOF_IDS + 1))
    most = ids[:MAX_PROOF_IDS]
    assert decode(ProofAnnounce, encode(ProofAnnounce(most))).ids == most
    with pytest.raises(MalformedMessageError):
        decode(ProofAnnounce, encode(ProofAnnounce(ids)))


# ------------------------------------------------------------- accounts


def partner_says(cast: Cast, *messages: Signed[Any]) -> None:
    for message in messages:
        cast.seller.node.inbound.take_all([message.envelope])


def found(cast: Cast, partner: Person) -> list[ProofClass]:
    return sorted(proof.number for proof in proofs(cast.seller, partner.key))


class Talk(NamedTuple):
    """An account of the seller, as its partner speaks of it."""

    account: bytes
    partner: Person
    seller: Person

    def propose(self, amount: int, retry: bytes = NO_ID) -> Signed[AccountPropose]:
        state = self.seller.account(self.partner)
        mine = side(self.partner.key, self.seller.key)
        with self.seller.book.unit() as unit:
            account = self.seller.node.accounts.load(unit, self.partner.key, "EUR")
        operations = (SetLimit(amount),)
        after = apply(state, operations, mine)
        body = AccountPropose(
            self.partner.key,
            self.seller.key,
            "EUR",
            account.row.n + 1,
            account.propose,
            retry,
            operations,
            after,
        )
        return self.sign(body)

    def sign(self, body: Any) -> Signed[Any]:
        return seal(body, self.partner.identity.signing_key, NETWORK.id)


async def talk(cast: Cast) -> Talk:
    """The seller's account with the buyer, whose node says nothing by itself any more."""
    cast.seller.limit(cast.buyer, 5)
    await until(lambda: cast.seller.allows(cast.buyer) == 5)
    await cast.town.quiet()
    await cast.buyer.leave()
    with cast.seller.book.unit() as unit:
        row = cast.seller.node.accounts.load(unit, cast.buyer.key, "EUR").row
    return Talk(row.id, cast.buyer, cast.seller)


async def test_two_states_for_one_place_are_proven(cast: Cast) -> None:
    said = await talk(cast)
    first, second = said.propose(1), said.propose(2)
    partner_says(cast, first, first)
    assert found(cast, cast.buyer) == []
    partner_says(cast, second)
    assert found(cast, cast.buyer) == [ProofClass.PROPOSALS]


async def test_yes_and_no_to_one_proposal_are_proven(cast: Cast) -> None:
    said = await talk(cast)
    cast.seller.limit(cast.buyer, 9)
    with cast.seller.book.unit() as unit:
        account = cast.seller.node.accounts.load(unit, cast.buyer.key, "EUR")
        own = cast.seller.node.accounts.opened(account)
    assert own is not None
    key = cast.buyer.key
    no = said.sign(AccountReject(key, own.id, 17))
    yes = said.sign(AccountAccept(key, said.account, own.body.n, NO_ID, own.id))
    partner_says(cast, no, no)
    assert found(cast, cast.buyer) == []
    partner_says(cast, yes)
    assert found(cast, cast.buyer) == [ProofClass.ANSWERS]


async def test_no_after_yes_is_proven_too(cast: Cast) -> None:
    said = await talk(cast)
    with cast.seller.book.unit() as unit:
        account = cast.seller.node.accounts.load(unit, cast.buyer.key, "EUR")
    no = said.sign(AccountReject(cast.buyer.key, account.propose, 17))
    partner_says(cast, no)
    assert found(cast, cast.buyer) == [ProofClass.ANSWERS]


async def test_a_refused_message_proves_too(cast: Cast) -> None:
    """The lower key proposes and accepts for one place; the second comes too late to count."""
    said = await talk(cast)
    own = said.propose(1)
    partner_says(cast, own)
    is_lower = side(cast.buyer.key, cast.seller.key) == 0
    accept = AccountAccept(cast.buyer.key, said.account, own.body.n, NO_ID, b"p" * 32)
    partner_says(cast, said.sign(accept))
    assert found(cast, cast.buyer) == ([ProofClass.PLACES] if is_lower else [])
