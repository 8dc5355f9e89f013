"""Whether a Fund names a state that both parties signed and that binds the contract's money."""

import msgspec

from bazaar.app.holds import buyer_holds, hid
from bazaar.app.ports import Unit
from bazaar.domain.account import (
    AccountAccept,
    AccountPropose,
    CreditReference,
    account_id,
)
from bazaar.domain.envelope import verify_as
from bazaar.domain.errors import BazaarError, NotAllowedError, ReplyCode
from bazaar.domain.messages import Fund, Role
from bazaar.domain.trade import Trade


def is_proven(unit: Unit, trade: Trade) -> bool:
    """Whether some Fund of the contract is proven by bytes that this node holds."""
    return any(
        _proves(unit, trade, fund.body) for fund in trade.facts.naming_contract(Fund)
    )


def proofs(unit: Unit, legs: tuple[bytes, ...]) -> list[tuple[bytes, bytes]]:
    """(id, envelope) of the proposal and the acceptance of every leg."""
    found: list[tuple[bytes, bytes]] = []
    for leg in legs:
        reference = msgspec.msgpack.decode(leg, type=CreditReference)
        for subject in (reference.propose, reference.accept):
            envelope = unit.object(subject)
            if envelope is not None:
                found.append((subject, envelope))
    return found


def _proves(unit: Unit, trade: Trade, fund: Fund) -> bool:
    try:
        reference = msgspec.msgpack.decode(fund.legs[0], type=CreditReference)
        proposal = _signed_state(unit, trade, reference)
    except (BazaarError, msgspec.DecodeError):
        return False
    held = {hid(hold): hold for hold in proposal.state.holds}
    return all(held.get(hid(hold)) == hold for hold in buyer_holds(trade.contract))


def _signed_state(
    unit: Unit, trade: Trade, reference: CreditReference
) -> AccountPropose:
    """The state named by ``reference``, with both signatures checked from their bytes."""
    network = trade.contract.network.id
    envelopes = [unit.object(reference.propose), unit.object(reference.accept)]
    if envelopes[0] is None or envelopes[1] is None:
        raise NotAllowedError("the account's state is not here", ReplyCode.NOT_FOUND)
    proposal = verify_as(AccountPropose, envelopes[0], network)
    accept = verify_as(AccountAccept, envelopes[1], network)
    contract = trade.contract
    parties = (contract.keys[Role.BUYER], contract.keys[Role.SELLER])
    expected = CreditReference(
        account_id(network, *parties, contract.offer.unit),
        proposal.body.n,
        proposal.id,
        accept.id,
    )
    if reference != expected or proposal.body.unit != contract.offer.unit:
        raise NotAllowedError("the reference is not the contract's account")
    if {proposal.author, accept.author} != set(parties):
        raise NotAllowedError("these are not the parties' signatures")
    if proposal.body.partner != accept.author:
        raise NotAllowedError("the proposal was made to somebody else")
    said = (accept.body.account, accept.body.n, accept.body.propose)
    if said != (expected.account, expected.n, proposal.id):
        raise NotAllowedError("the acceptance is of another state")
    return proposal.body
