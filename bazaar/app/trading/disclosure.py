"""Handing the address or the deliveries of an order to a seat, by a party's explicit act (13)."""

from collections.abc import Iterable

from nacl.exceptions import CryptoError
from nacl.public import SealedBox

from bazaar.app.context import Context
from bazaar.app.ports import Unit
from bazaar.app.trading.deliveries import deliveries, keep_delivery
from bazaar.app.trading.sealed import address_hash, delivery_hash, seal_for
from bazaar.app.trading.shredding import is_shredded
from bazaar.app.trading.trades import Trades
from bazaar.domain.delivery.delivery import (
    Disclose,
    Disclosed,
    SealedAddress,
    SealedDelivery,
)
from bazaar.domain.errors import (
    InputError,
    MalformedMessageError,
    NotAllowedError,
    NotFoundError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.stores.records import ArbiterOffer
from bazaar.domain.trading.messages import NO_ID, Role, Ship
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import Signed, verify_as

PARTIES = frozenset({Role.BUYER, Role.SELLER})


class Disclosure:
    """Seals to a seat what a party may read; as a seat, checks it by the contract's hash."""

    def __init__(self, context: Context, trades: Trades) -> None:
        self._context = context
        self._trades = trades

    def disclose(self, trade_id: bytes, what: Disclosed, seat: Role) -> Trade:
        """Queue what ``seat`` shall read. Raises NotAllowedError or InputError.

        Saying it twice sends it twice, which changes nothing at the seat.
        """
        with self._context.book.unit() as unit:
            trade = self._trades.load(unit, trade_id)
            role = self._trades.own_role(trade)
            if role not in PARTIES:
                raise NotAllowedError("only buyer and seller disclose")
            if seat not in trade.contract.seats or trade.contract.id == NO_ID:
                raise NotAllowedError(
                    "no arbiter stands by in this order yet", ReplyCode.WRONG_STATE
                )
            for opened in self._readable(unit, trade, role, what):
                self._post(unit, trade, seat, what, opened)
            unit.set_fact(trade_id, disclosed_name(what, seat), b"1")
        return trade

    def _readable(
        self, unit: Unit, trade: Trade, role: Role, what: Disclosed
    ) -> list[SealedAddress | SealedDelivery]:
        found: list[SealedAddress | SealedDelivery] = []
        if what is Disclosed.ADDRESS:
            kept = unit.fact(trade.id, "address")
            found += [decode(SealedAddress, kept)] if kept else []
        else:
            found += deliveries(unit, trade, role).values()
        if not found:
            name = what.name.lower()
            raise InputError("what", f"there is no {name} here to disclose")
        return found

    def _post(
        self,
        unit: Unit,
        trade: Trade,
        seat: Role,
        what: Disclosed,
        opened: SealedAddress | SealedDelivery,
    ) -> None:
        named = trade.contract.seats[seat]
        terms = unit.object(named.offer)
        if terms is None:
            raise NotFoundError("the arbiter's terms are not here")
        offer = verify_as(ArbiterOffer, terms, self._context.network.id).body
        sealed = seal_for(offer.box_key, opened)
        body = Disclose(self._context.me, trade.id, named.key, what, sealed)
        signed = self._context.sign(body)
        unit.post(named.key, signed.id, signed.envelope, trade.id, self._context.now())

    # ------------------------------------------------------------- as a seat

    def receive(self, unit: Unit, message: Signed[Disclose]) -> None:
        """Keep what a party hands over. Raises a BazaarError if it is not what was promised."""
        trade = self._trades.load(unit, message.body.trade)
        author = trade.contract.role_of(message.author)
        if author not in PARTIES:
            raise NotAllowedError("only buyer and seller disclose")
        if message.body.seat != self._context.me:
            raise NotFoundError("this is not for us")
        if self._trades.own_role(trade) not in trade.contract.seats:
            raise NotAllowedError("only a seat is disclosed to")
        if is_shredded(unit, trade.id):
            raise NotFoundError("this order's personal data was deleted here")
        plain = self._open(message.body.sealed)
        if message.body.what == Disclosed.ADDRESS:
            self._keep_address(unit, trade, plain)
        else:
            self._keep_delivery(unit, trade, plain)
        unit.set_fact(trade.id, f"from:{message.body.what}:{author}", b"1")

    def _open(self, sealed: bytes) -> bytes:
        try:
            return SealedBox(self._context.identity.box_key).decrypt(sealed)
        except CryptoError as error:
            raise MalformedMessageError("what is disclosed does not open") from error

    def _keep_address(self, unit: Unit, trade: Trade, plain: bytes) -> None:
        address = decode(SealedAddress, plain)
        if address_hash(address) != trade.contract.offer.address_hash:
            raise MalformedMessageError("this is not the address of the contract")
        unit.set_fact(trade.id, "address", encode(address))

    def _keep_delivery(self, unit: Unit, trade: Trade, plain: bytes) -> None:
        delivery = decode(SealedDelivery, plain)
        promised = {ship.body.delivery_hash for ship in trade.facts.of(Ship)}
        if delivery_hash(delivery) not in promised:
            raise NotFoundError("no shipment here promised this delivery")
        keep_delivery(unit, trade.id, delivery)


def disclosed_name(what: Disclosed, seat: Role) -> str:
    """Fact that says what was disclosed to whom."""
    return f"disclosed:{int(what)}:{int(seat)}"


def disclosed_names() -> Iterable[str]:
    """All of them."""
    seats = (Role.PRIMARY, Role.BACKUP)
    return (disclosed_name(what, seat) for what in Disclosed for seat in seats)
