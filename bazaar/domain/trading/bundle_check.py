"""Checks a bundle offline: everything in it is rebuilt, nothing of it is believed unsigned.

Pure: the bytes alone decide, on any machine, without an identity. What a bundle leaves
out at the end of a chain nobody can miss; it then shows an earlier state of the order.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, cast

from bazaar.domain.credit.funding import is_proven, references
from bazaar.domain.errors import BazaarError, InputError
from bazaar.domain.listings.listing import Listing
from bazaar.domain.reputation.slots import BuySlot, CaseSlot, SaleSlot
from bazaar.domain.stores.records import ArbiterOffer
from bazaar.domain.trading.bundle import Bundle, NoBundleError, decode_bundle
from bazaar.domain.trading.checks import check_terms
from bazaar.domain.trading.contract import check_offer
from bazaar.domain.trading.door import check_buy_slot, check_content
from bazaar.domain.trading.messages import (
    Evidence,
    Fund,
    FundAck,
    Offer,
    Role,
    SeatAck,
    Step,
)
from bazaar.domain.trading.rules import may_sign
from bazaar.domain.trading.telling import ROLE_NAMES
from bazaar.domain.trading.trade import Trade, fold
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.networks import Network, network

B = TypeVar("B", bound=Body)
MAX_PROBLEMS = 100


class Checked(NamedTuple):
    """What a bundle proves.

    Attributes:
        problems: What is wrong with it, in words; none means that it is whole.
        trade: The order as folded from what verified; None without a valid Offer.
        received: When the exporter says to have received what; signed by nobody.
    """

    problems: tuple[str, ...]
    bundle: Bundle | None = None
    trade: Trade | None = None
    listings: Mapping[bytes, Signed[Listing]] = {}
    received: Mapping[bytes, int] = {}

    @property
    def valid(self) -> bool:
        """Whether all of it holds."""
        return not self.problems

    @property
    def state(self) -> str:
        """State of the order as of the bundle; empty if it shows none."""
        return self.trade.state if self.trade else ""


def check_bundle(data: bytes) -> Checked:
    """Check a file's bytes; never raises for what is in them."""
    try:
        bundle = decode_bundle(data)
        on = network(bundle.network)
    except NoBundleError as error:
        return Checked((str(error),))
    except InputError as error:
        return Checked((f"the bundle names no network: {error}",))
    return _Verifier(bundle, on).checked()


class _Verifier:
    """Collects what is wrong, and goes on with what is right."""

    def __init__(self, bundle: Bundle, on: Network) -> None:
        self._bundle = bundle
        self._on = on
        self._problems: list[str] = []

    def checked(self) -> Checked:
        bundle = self._bundle
        messages = self._messages()
        listings = self._all(Listing, bundle.listings, "a listing")
        offers = self._all(ArbiterOffer, bundle.offers, "an arbiter's terms")
        accounts = self._all(Body, bundle.accounts, "an account message")
        offer = self._offer(messages)
        if offer is None:
            return Checked(tuple(self._problems), bundle)
        trade = fold(offer, messages.values(), self._on)
        self._check_messages(trade, messages)
        self._check_gaps(trade)
        self._check_terms(trade, listings, offers)
        self._check_funding(trade, accounts)
        self._check_files(trade)
        received = self._receipts(messages)
        problems = tuple(dict.fromkeys(self._problems))[:MAX_PROBLEMS]
        return Checked(problems, bundle, trade, listings, received)

    def _say(self, words: str, error: BazaarError | None = None) -> None:
        self._problems.append(f"{words}: {error}" if error and str(error) else words)

    # ------------------------------------------------------------- what is in it

    def _all(
        self, kind: type[B], envelopes: Sequence[bytes], what: str
    ) -> dict[bytes, Signed[B]]:
        """Verified objects of ``kind`` by id, in the order of the bundle."""
        found: dict[bytes, Signed[B]] = {}
        for envelope in envelopes:
            try:
                one = verify_as(kind, envelope, self._on.id)
            except BazaarError as error:
                self._say(f"{what} does not verify", error)
                continue
            found[one.id] = one
        if list(found) != sorted(found) or len(found) != len(envelopes):
            self._say(f"{what} stands twice or out of order")
        return found

    def _messages(self) -> dict[bytes, Signed[Step]]:
        return self._all(Step, self._bundle.messages, "a message")

    def _offer(self, messages: Mapping[bytes, Signed[Step]]) -> Signed[Offer] | None:
        found = messages.get(self._bundle.trade)
        if found is None or not isinstance(found.body, Offer):
            self._say("the order itself is missing")
            return None
        offer = cast("Signed[Offer]", found)
        try:
            check_offer(offer, self._on)
        except BazaarError as error:
            self._say("the order breaks its rules", error)
            return None
        return offer

    # ------------------------------------------------------------- messages

    def _check_messages(
        self, trade: Trade, messages: Mapping[bytes, Signed[Step]]
    ) -> None:
        for message in messages.values():
            try:
                self._check_message(trade, message)
            except BazaarError as error:
                self._say(f"a {_name(message)} does not belong here", error)

    def _check_message(self, trade: Trade, message: Signed[Step]) -> None:
        step = message.body
        if isinstance(step, Offer):
            if message.id != trade.id:
                self._say("there is a second Offer")
            check_buy_slot(trade.facts.offer, trade.contract)
            return
        is_signer = trade.contract.keys.get(Role(step.role)) == message.author
        if step.trade != trade.id or not is_signer or not may_sign(step):
            self._say(f"a {_name(message)} is not of this order or of its role")
            return
        check_content(trade, message)
        if isinstance(step, FundAck) and step.contract == trade.contract.id:
            self._check_slots(trade, step)

    def _check_slots(self, trade: Trade, ack: FundAck) -> None:
        """Sale and buy slot first, then one of each seat that consented."""
        contract, on = trade.contract, self._on.id
        accept = contract.accept
        sale = verify_as(SaleSlot, accept.sale_slot, on).id if accept else b""
        buy = verify_as(BuySlot, contract.offer.buy_slot, on).id
        cases = {
            verify_as(CaseSlot, m.body.case_slot, on).id
            for m in trade.facts.naming_contract(SeatAck)
        }
        rest = ack.slots[2:]
        fits = ack.slots[:2] == (sale, buy) and cases.issuperset(rest)
        if not fits or len(rest) != len(contract.seats):
            self._say("the FundAck names other rating slots")

    def _check_gaps(self, trade: Trade) -> None:
        """What a message continues or has seen must be here too."""
        chains = trade.facts.chains
        for message in (*chains.complete.values(), *chains.waiting.values()):
            step = message.body
            named = [(seen.role, seen.id) for seen in step.seen]
            named += [(step.role, step.prev)] if step.seq else []
            for role, one in named:
                if one not in chains.complete and one not in chains.waiting:
                    who = ROLE_NAMES[Role(role)]
                    self._say(
                        f"a message of the {who} that a {_name(message)} names is missing"
                    )

    # ------------------------------------------------------------- around them

    def _check_terms(
        self,
        trade: Trade,
        listings: Mapping[bytes, Signed[Listing]],
        offers: Mapping[bytes, Signed[ArbiterOffer]],
    ) -> None:
        """Prices from the listings, fees from the seats' terms.

        That a listing without a list of arbiters accepts these is the seller's Accept.
        """
        offer = trade.contract.offer
        seats = tuple(seat.key for seat in offer.seats)
        self._check_named(listings, {line.listing for line in offer.lines}, "a listing")
        self._check_named(offers, {seat.offer for seat in offer.seats}, "terms")
        try:
            check_terms(trade.contract, listings, offers, seats)
        except BazaarError as error:
            self._say("the contract differs from what was published", error)

    def _check_named(
        self, held: Iterable[bytes], named: Iterable[bytes], what: str
    ) -> None:
        if not set(held) <= set(named):
            self._say(f"{what} that the order does not name")

    def _check_funding(
        self, trade: Trade, accounts: Mapping[bytes, Signed[Body]]
    ) -> None:
        """The co-signed state of a Fund binds what the contract says."""
        named = {
            subject
            for fund in trade.facts.of(Fund)
            for reference in references(fund.body)
            for subject in (reference.propose, reference.accept)
        }
        self._check_named(accounts, named, "an account message")
        envelopes = {key: one.envelope for key, one in accounts.items()}
        if trade.facts.fund_acks and not is_proven(trade, envelopes.get):
            self._say("no co-signed account state binds the money of this contract")

    def _check_files(self, trade: Trade) -> None:
        sizes = {
            one.hash: one.size
            for evidence in trade.facts.of(Evidence)
            for one in evidence.body.files
        }
        digests = [hashlib.sha256(data).digest() for data in self._bundle.files]
        if digests != sorted(set(digests)):
            self._say("a file stands twice or out of order")
        for digest, data in zip(digests, self._bundle.files, strict=True):
            if sizes.get(digest) != len(data):
                self._say("a file is not one that a party showed")

    def _receipts(self, messages: Mapping[bytes, Signed[Any]]) -> dict[bytes, int]:
        named = [receipt.message for receipt in self._bundle.receipts]
        if named != sorted(set(named)) or not set(named) <= set(messages):
            self._say("a receipt stands twice, out of order or for no message")
        return {receipt.message: receipt.received for receipt in self._bundle.receipts}


def _name(message: Signed[Step]) -> str:
    return type(message.body).__name__


def evidence_hashes(trade: Trade) -> Iterator[bytes]:
    """Hashes of all files that the parties showed."""
    for evidence in trade.facts.of(Evidence):
        yield from (one.hash for one in evidence.body.files)
