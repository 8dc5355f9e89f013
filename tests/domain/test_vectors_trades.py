"""Replays the published vectors of trades and accounts from their bytes alone."""

import json
import random
from itertools import islice, permutations
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from bazaar.domain.credit import ledger
from bazaar.domain.credit.account import (
    AccountPropose,
    AccountState,
    Operation,
    PaidOutcome,
    account_id,
    hold_id,
)
from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.reputation.slots import Slot, next_head, value_class
from bazaar.domain.trading.contract import Contract
from bazaar.domain.trading.deadlines import Spell
from bazaar.domain.trading.duties import duties
from bazaar.domain.trading.messages import Offer, Role, Step
from bazaar.domain.trading.receipts import Receipts
from bazaar.domain.trading.rules import RULES, may_sign
from bazaar.domain.trading.trade import Trade, fold
from bazaar.domain.wire.envelope import Signed, verify, verify_as
from bazaar.domain.wire.networks import network
from tests.random_trades import NIGHTLY, verdict
from tests.trades import Story
from tests.vectors.make_trades import FILES, text_of

FOLDER = Path(__file__).parents[1] / "vectors"
SHUFFLES = 1000 if NIGHTLY else 6
ORDERS = 5040 if NIGHTLY else 12
ALL_ORDERS_UP_TO = 7
Vector = dict[str, Any]


def _load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


LOADED = {name: _load(name) for name in FILES}


class Envelopes:
    """The signed messages of one file, verified once."""

    def __init__(self, name: str) -> None:
        self.network = network(LOADED[name]["network"])
        self.all: list[Signed[Step]] = [
            cast("Signed[Step]", verify(bytes.fromhex(one), self.network.id))
            for one in LOADED[name]["envelopes"]
        ]

    def fold(self, vector: Vector, messages: list[Signed[Step]]) -> Trade:
        offer = cast("Signed[Offer]", self.all[vector["offer"]])
        return fold(offer, messages, self.network)

    def of(self, vector: Vector) -> list[Signed[Step]]:
        return [self.all[place] for place in vector["messages"]]


TRADES, CELLS, DUTIES = Envelopes("trades"), Envelopes("rules"), Envelopes("duties")


@pytest.mark.parametrize("name", FILES)
def test_the_trade_files_are_as_they_are_made(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == text_of(name)


@pytest.mark.parametrize("vector", LOADED["outcomes"]["cases"])
def test_outcome_ids(vector: Vector) -> None:
    contract = Contract(Story().offer, None, network("main"))
    contract.id = bytes.fromhex(vector["contract"])
    outcome = PaidOutcome(*vector["outcome"])
    assert contract.outcome_id(outcome).hex() == vector["id"]


@pytest.mark.parametrize("vector", LOADED["accounts"]["cases"])
def test_account_states(vector: Vector) -> None:
    before = msgspec.msgpack.decode(bytes.fromhex(vector["before"]), type=AccountState)
    decoder = msgspec.msgpack.Decoder(Operation)
    some = [decoder.decode(bytes.fromhex(one)) for one in vector["operations"]]
    if vector["after"] in ReplyCode.__members__:
        with pytest.raises(RefusedError) as caught:
            ledger.apply(before, some, vector["proposer"])
        assert caught.value.code.name == vector["after"]
        return
    after = ledger.apply(before, some, vector["proposer"])
    assert msgspec.msgpack.encode(after).hex() == vector["after"]


@pytest.mark.parametrize("vector", LOADED["accounts"]["hold_ids"])
def test_hold_ids(vector: Vector) -> None:
    contract = bytes.fromhex(vector["contract"])
    assert hold_id(contract, vector["part"], vector["leg"]).hex() == vector["id"]


def test_of_two_colliding_proposals_the_lower_keys_stands() -> None:
    vector = LOADED["accounts"]["collision"]
    net = network(LOADED["accounts"]["network"])
    made = [
        verify_as(AccountPropose, bytes.fromhex(one), net.id)
        for one in vector["proposals"]
    ]
    for one in made:
        of = account_id(net.id, one.author, one.body.partner, one.body.unit)
        assert of.hex() == vector["account"]
        side = ledger.side(one.author, one.body.partner)
        assert (one.id.hex() == vector["stands"]) is (side == ledger.PAYER_A)
        expected = ledger.apply(ledger.EMPTY, one.body.operations, side)
        assert one.body.state == expected


@pytest.mark.parametrize("vector", LOADED["trades"]["cases"])
def test_sets_of_messages_in_many_orders(vector: Vector) -> None:
    held = TRADES.of(vector)
    dice = random.Random(0)
    few = len(held) <= ALL_ORDERS_UP_TO
    orders = [list(one) for one in islice(permutations(held), ORDERS)] if few else []
    shuffles = [dice.sample(held, len(held)) for _ in range(0 if few else SHUFFLES)]
    for order in (held, *orders, *shuffles):
        assert _said(TRADES.fold(vector, order)) == vector["fold"]


def _said(trade: Trade) -> Vector:
    found = verdict(trade)
    parts = [
        {
            "phase": phase,
            "outcome": list(outcome) if outcome else None,
            "ruling": ruling.hex() if ruling else None,
        }
        for phase, outcome, ruling in found.parts
    ]
    return {
        "phase": found.phase,
        "state": found.state,
        "contract": found.contract.hex(),
        "flagged": sorted(found.flagged),
        "parts": parts,
    }


@pytest.mark.parametrize("kind", sorted({c["kind"] for c in LOADED["rules"]["cases"]}))
def test_every_row_and_each_neighbour(kind: str) -> None:
    offer = LOADED["rules"]["offer"]
    for vector in LOADED["rules"]["cases"]:
        if vector["kind"] != kind:
            continue
        said: Signed[Step] = CELLS.all[int(vector["said"])]
        before = CELLS.fold({"offer": offer}, CELLS.of(vector))
        after = CELLS.fold({"offer": offer}, [*CELLS.of(vector), said])
        assert str(before.state) == vector["phase"]
        assert (said.id in after.counted) is vector["counts"]
        assert may_sign(said.body) is not vector["wrong_role"]
        assert type(said.body) in RULES


@pytest.mark.parametrize(
    "vector",
    LOADED["duties"]["cases"],
    ids=[c["name"] for c in LOADED["duties"]["cases"]],
)
def test_a_seats_duties(vector: Vector) -> None:
    held = DUTIES.of(vector)
    trade = DUTIES.fold(vector, held)
    committed = {
        m.id: moment for m, moment in zip(held, vector["received"], strict=True)
    }
    spells = [Spell(*one) for one in vector["online"]]
    receipts = Receipts(committed, spells, vector["now"])
    owed = duties(trade, Role(vector["role"]), receipts)
    expected = {
        None: [],
        "refund": [trade.contract.refund(0)],
        "release": [trade.contract.release(0)],
    }
    assert [one.outcome for one in owed] == expected[vector["rules"]]


def test_there_are_enough_sets() -> None:
    sets = LOADED["trades"]["cases"]
    assert len(sets) == 200
    phases = {part["phase"] for one in sets for part in one["fold"]["parts"]}
    assert phases == {"waiting", "shipped", "disputed", "ruled", "payable", "paid"}
    assert len({str(one["fold"]) for one in sets}) > 80


@pytest.mark.parametrize("chain", LOADED["slots"]["chains"])
def test_slot_chains(chain: Vector) -> None:
    net, head = network(LOADED["slots"]["network"]), bytes(32)
    for number, link in enumerate(chain["links"], 1):
        slot = verify(bytes.fromhex(link["slot"]), net.id)
        assert isinstance(slot.body, Slot)
        assert (slot.body.number, slot.body.previous) == (number, head)
        head = next_head(head, slot.id)
        assert head.hex() == link["head"]


@pytest.mark.parametrize("vector", LOADED["slots"]["classes"])
def test_value_classes(vector: Vector) -> None:
    assert value_class(vector["total"]) == vector["class"]
