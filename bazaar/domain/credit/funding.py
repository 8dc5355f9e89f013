"""Whether a Fund names a state that both parties signed and that binds the contract's money."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from bazaar.domain.credit.account import (
    AccountAccept,
    AccountPropose,
    CreditReference,
    Hold,
    account_id,
)
from bazaar.domain.credit.holds import (
    buyer_holds,
    buyer_partner,
    contains,
    hub_holds,
)
from bazaar.domain.errors import BazaarError, NotAllowedError, ReplyCode
from bazaar.domain.trading.contract import Contract
from bazaar.domain.trading.messages import Fund, Role
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import verify_as

Find = Callable[[bytes], bytes | None]
"""The envelope that a node holds of an account message, by its id."""


def is_proven(trade: Trade, find: Find) -> bool:
    """Whether some Fund of the contract is proven by the envelopes that ``find`` finds."""
    funds = trade.facts.naming_contract(Fund)
    return any(_proves(trade.contract, fund.body, find) for fund in funds)


def references(fund: Fund) -> list[CreditReference]:
    """Where the legs of a Fund on the credit rail stand; those that decode."""
    found: list[CreditReference] = []
    for leg in fund.legs:
        try:
            found.append(msgspec.msgpack.decode(leg, type=CreditReference))
        except msgspec.DecodeError:
            continue
    return found


Parties = tuple[bytes, bytes]


def legs(contract: Contract) -> Iterator[tuple[Parties, Sequence[Hold]]]:
    """The two keys of each leg's account and what it must hold, in the order of a Fund."""
    first = buyer_partner(contract)
    yield (contract.keys[Role.BUYER], first), buyer_holds(contract)
    if contract.hub is not None:
        yield (contract.hub, contract.keys[Role.SELLER]), hub_holds(contract)


def _proves(contract: Contract, fund: Fund, find: Find) -> bool:
    wanted = list(legs(contract))
    if len(fund.legs) != len(wanted):
        return False
    try:
        return all(
            contains(
                _signed_state(
                    contract,
                    parties,
                    msgspec.msgpack.decode(leg, type=CreditReference),
                    find,
                ).state,
                held,
            )
            for leg, (parties, held) in zip(fund.legs, wanted, strict=True)
        )
    except (BazaarError, msgspec.DecodeError):
        return False


def _signed_state(
    contract: Contract, parties: Parties, reference: CreditReference, find: Find
) -> AccountPropose:
    """The state named by ``reference``, with both signatures checked from their bytes."""
    network = contract.network.id
    envelopes = [find(reference.propose), find(reference.accept)]
    if envelopes[0] is None or envelopes[1] is None:
        raise NotAllowedError("the account's state is not here", ReplyCode.NOT_FOUND)
    proposal = verify_as(AccountPropose, envelopes[0], network)
    accept = verify_as(AccountAccept, envelopes[1], network)
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
