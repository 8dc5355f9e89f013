"""The one door to a trade's set: who signed, may this role say it, does it fit the contract (7.10).

What passes is kept for ever, so nothing passes that no honest node would have sent.
"""

from typing import Final, cast

from bazaar.domain.errors import NotAllowedError, RefusedError, ReplyCode
from bazaar.domain.reputation.slots import BuySlot, CaseSlot, SaleSlot
from bazaar.domain.trading.checks import check_slot
from bazaar.domain.trading.contract import Contract, check_accept
from bazaar.domain.trading.messages import (
    MAX_EVIDENCE,
    Accept,
    Evidence,
    Offer,
    Role,
    SeatAck,
    Step,
)
from bazaar.domain.trading.rules import may_sign
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import Signed, verify_as

MAX_MESSAGES_OF_A_ROLE: Final = 128
MAX_MESSAGES_HELD_OF_A_ROLE: Final = 2 * MAX_MESSAGES_OF_A_ROLE
"""Both branches of a fork are evidence; more are not kept."""


def check_step(trade: Trade, message: Signed[Step]) -> None:
    """Check a message of another for the trade that it names.

    Raises NotAllowedError (WRONG_ROLE) for the wrong signer or role, RefusedError (LIMIT)
    for too much of one signer, PeerError or NotAllowedError (MALFORMED) for what does not
    fit the contract.
    """
    step = message.body
    if trade.contract.keys.get(Role(step.role)) != message.author:
        raise NotAllowedError("the signer does not have this role")
    if not may_sign(step) or isinstance(step, Offer):
        raise NotAllowedError("this role never says this")
    chains = trade.facts.chains
    if message.id in chains.complete or message.id in chains.waiting:
        return
    held = (*chains.complete.values(), *chains.waiting.values())
    if sum(m.body.role == step.role for m in held) >= MAX_MESSAGES_HELD_OF_A_ROLE:
        raise RefusedError(ReplyCode.LIMIT, "too many messages of one signer")
    check_content(trade, message)


def check_content(trade: Trade, message: Signed[Step]) -> None:
    """Check what a message of a role says against the contract.

    Raises PeerError or NotAllowedError (MALFORMED) for what does not fit it, RefusedError
    (LIMIT) for too much evidence.
    """
    step = message.body
    match step:
        case Accept():
            _check_accept(trade, cast("Signed[Accept]", message))
        case SeatAck():
            _check_seat_ack(trade, step)
        case Evidence():
            check_evidence(trade, step)
        case _:
            pass


def check_buy_slot(offer: Signed[Offer], contract: Contract) -> None:
    """The buyer's rating slot must be about this very order."""
    network = contract.network.id
    slot = verify_as(BuySlot, offer.body.buy_slot, network)
    check_slot(contract, Role.BUYER, slot, offer.body.at)


def check_evidence(trade: Trade, evidence: Evidence) -> None:
    """Raise RefusedError above ten files of one party, over all its Evidence (4)."""
    files = len(evidence.files) + sum(
        len(m.body.files)
        for m in trade.facts.of(Evidence)
        if m.body.role == evidence.role and m.body != evidence
    )
    if files > MAX_EVIDENCE:
        raise RefusedError(
            ReplyCode.LIMIT, f"a party shows at most {MAX_EVIDENCE} files"
        )


def _check_accept(trade: Trade, accept: Signed[Accept]) -> None:
    contract = Contract(trade.facts.offer, accept, trade.facts.network)
    check_accept(contract)
    slot = verify_as(SaleSlot, accept.body.sale_slot, contract.network.id)
    check_slot(contract, Role.SELLER, slot, accept.body.at)


def _check_seat_ack(trade: Trade, ack: SeatAck) -> None:
    slot = verify_as(CaseSlot, ack.case_slot, trade.contract.network.id)
    check_slot(trade.contract, Role(ack.role), slot, ack.at)
