"""Steps 1 and 2 of the fold (7.7), decided both ways, and the next place."""

import pytest

from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.trading.messages import (
    Accept,
    Agree,
    Decline,
    Evidence,
    Fund,
    FundAck,
    Mode,
    Role,
    SeatAck,
    Ship,
    Step,
    Withdraw,
)
from bazaar.domain.trading.phases import Phase
from bazaar.domain.wire.networks import DAY
from tests.courses import seen
from tests.trades import Story

B, S, A1, A2 = Role
GRACE = DAY


# step 1: the set


def test_of_two_accepts_the_one_that_the_lowest_fund_names_is_the_contract() -> None:
    story = Story()
    accepts = [story.say(S, Accept, prev=None, nonce=bytes([i]) * 32) for i in (1, 2)]
    higher, lower = max(accepts, key=lambda a: a.id), min(accepts, key=lambda a: a.id)
    assert story.fold().contract.id == lower.id
    story.say(B, Fund, contract=higher.id)
    assert story.fold().contract.id == higher.id
    story.say(B, Fund, contract=lower.id)
    assert story.fold().contract.id == higher.id
    assert [fork.role for fork in story.fold().forks] == [S]


@pytest.mark.parametrize("kind", [SeatAck, Fund, FundAck])
def test_a_message_with_another_contract_id_does_not_count(kind: type[Step]) -> None:
    story = Story().funded()
    wrong = Story(nonce=b"w" * 32).accepted().id
    story.said = [m for m in story.said if not isinstance(m.body, kind)]
    for role in Role:
        story.say(role, kind, contract=wrong, prev=story.last(role))
    assert story.fold().phase is not Phase.FUNDED


def test_both_branches_of_a_fork_count_and_the_signer_is_flagged() -> None:
    story = Story((500, 500)).funded()
    trunk = story.last(S)
    story.say(S, Ship, parts=(0,), prev=trunk)
    story.say(S, Decline, parts=(1,), prev=trunk)
    trade = story.fold()
    assert [part.phase for part in trade.parts] == [Phase.SHIPPED, Phase.WAITING]
    assert [fork.role for fork in trade.forks] == [S]
    story.say(B, Agree, part=1, names=story.said[-1].id)
    assert story.fold().parts[1].outcome == trade.contract.refund(1)


# step 2: the trade


def test_a_fund_ack_beats_a_withdraw_that_it_did_not_see() -> None:
    story = Story()
    contract = story.agreed().id
    story.say(B, Fund, contract=contract)
    blind = story.heads(S)
    story.say(B, Withdraw)
    assert story.fold().phase is Phase.ABORTED
    story.say(S, FundAck, contract=contract, seen=blind)
    assert story.fold().phase is Phase.FUNDED


def test_a_fund_ack_that_sees_a_withdraw_does_not_count() -> None:
    story = Story()
    contract = story.agreed().id
    story.say(B, Fund, contract=contract)
    story.say(B, Withdraw)
    ack = story.say(S, FundAck, contract=contract)
    assert story.fold().phase is Phase.ABORTED
    assert ack.id not in story.fold().counted


def test_a_sellers_own_withdraw_is_seen_by_its_chain() -> None:
    story = Story()
    contract = story.agreed().id
    story.say(B, Fund, contract=contract)
    story.say(S, Withdraw)
    story.say(S, FundAck, contract=contract, seen=())
    assert story.fold().phase is Phase.ABORTED


def test_a_withdraw_that_only_a_third_role_saw_is_not_seen() -> None:
    story = Story()
    contract = story.agreed().id
    story.say(B, Fund, contract=contract)
    fund = story.said[-1]
    story.say(B, Withdraw)
    knows = story.say(A1, SeatAck, contract=contract)
    story.say(S, FundAck, contract=contract, seen=seen(fund, knows))
    assert story.fold().phase is Phase.FUNDED


@pytest.mark.parametrize("missing", [SeatAck, Fund, FundAck, Accept])
def test_every_word_is_needed_for_funding(missing: type[Step]) -> None:
    story = Story().funded()
    said = [m for m in story.said if not isinstance(m.body, missing)]
    assert story.fold().phase is Phase.FUNDED
    assert story.fold(said).phase is not Phase.FUNDED


def test_one_seat_is_not_enough() -> None:
    story = Story().funded()
    said = [m for m in story.said if m.body.role != A2]
    assert story.fold(said).phase is Phase.ACCEPTED


def test_a_direct_trade_is_agreed_at_once() -> None:
    story = Story(mode=Mode.DIRECT)
    story.accepted()
    assert story.fold().phase is Phase.AGREED


def test_nothing_after_the_funding_counts_before_it() -> None:
    story = Story()
    story.agreed()
    ship = story.say(S, Ship)
    story.say(B, Agree, names=ship.id)
    assert not {ship.id, story.said[-1].id} & story.fold().counted


# places and the digest


def test_the_next_place_names_the_last_of_every_other_role() -> None:
    story = Story().funded()
    story.say(B, Evidence)
    seq, prev, heads = story.fold().next_place(B)
    last = story.last(B)
    assert last is not None
    assert (seq, prev, heads) == (last.body.seq + 1, last.id, story.heads(B))


def test_the_first_place_is_zero_after_nothing() -> None:
    story = Story()
    assert story.fold().next_place(S) == (0, bytes(32), story.heads(S))
    story.accepted()
    assert story.fold().next_place(A2) == (0, bytes(32), story.heads(A2))


def test_no_place_is_given_while_an_own_message_is_missing() -> None:
    story = Story().funded()
    gap = story.say(B, Evidence)
    story.say(B, Evidence)
    trade = story.fold([m for m in story.said if m.id != gap.id])
    with pytest.raises(RefusedError) as caught:
        trade.next_place(B)
    assert caught.value.code is ReplyCode.WRONG_STATE
    assert trade.next_place(S)[0] == 2


def test_the_last_place_of_a_role_is_127() -> None:
    story = Story().funded()
    while story.fold().next_place(S)[0] < 127:
        story.say(S, Evidence)
    story.say(S, Evidence)
    with pytest.raises(RefusedError) as caught:
        story.fold().next_place(S)
    assert caught.value.code is ReplyCode.LIMIT
