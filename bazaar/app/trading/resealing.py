"""Address and deliveries whose keys a restore lost: the partner seals them anew (PROTOCOL.md 13)."""

import logging
from typing import Final

import trio
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from bazaar.app.context import Context
from bazaar.app.delivery.partners import Partners
from bazaar.app.delivery.prekeys import Prekeys
from bazaar.app.ports import Request, Unit
from bazaar.app.recovery import resync_mode
from bazaar.app.trading.deliveries import deliveries, keep_delivery
from bazaar.app.trading.sealed import address_hash, delivery_hash, seal_for
from bazaar.app.trading.shredding import is_shredded
from bazaar.app.trading.trades import Trades
from bazaar.domain.delivery.delivery import SealedAddress, SealedDelivery
from bazaar.domain.errors import BazaarError, MalformedMessageError, NotFoundError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.recovery import MAX_RESEALED, Resealed, SealedGet
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.trading.messages import Role, Ship
from bazaar.domain.trading.trade import Trade

log = logging.getLogger(__name__)

REQUEST_SECONDS: Final = 20.0
QUEUE: Final = 1000


class Resealing:
    """Asks after a restore for what cannot be opened here, and answers who asks."""

    def __init__(
        self, context: Context, trades: Trades, partners: Partners, prekeys: Prekeys
    ) -> None:
        self._context = context
        self._trades = trades
        self._partners = partners
        self._prekeys = prekeys
        self._done: dict[bytes, int | None] = {}
        self._wanted, self._to_ask = trio.open_memory_channel[bytes](QUEUE)

    def listen(self) -> None:
        """Answer partners from now on."""
        self._context.exchange.serve(RequestType.SEALED_GET, self.answer)

    # ------------------------------------------------------------- asking

    def met(self, peer: bytes) -> None:
        """A partner is there: ask it for what is lacking here."""
        try:
            self._wanted.send_nowait(peer)
        except trio.WouldBlock:
            log.warning("too many partners at once")

    async def run(self) -> None:
        """Ask whom we meet, for ever; ends by cancellation, asked again at the next meeting."""
        async for peer in self._to_ask:
            try:
                await self._ask(peer)
            except (BazaarError, trio.TooSlowError) as error:
                why = type(error).__name__
                log.info("nothing was sealed anew", extra={"why": why})

    async def _ask(self, peer: bytes) -> None:
        with self._context.book.unit() as unit:
            start = resync_mode.since(unit)
            if self._done.get(peer) == start or not resync_mode.has_answered(
                unit, peer
            ):
                return
            lacking = self._lacking(unit, peer)
            key = self._prekeys.keys(unit)[0]
        for trade in lacking:
            asked = encode(SealedGet(trade, bytes(key.public_key)))
            with trio.fail_after(REQUEST_SECONDS):
                reply = await self._partners.ask(peer, RequestType.SEALED_GET, asked)
            self._take(trade, key, decode(Resealed, reply))
        self._done[peer] = start

    def _lacking(self, unit: Unit, peer: bytes) -> list[bytes]:
        """Trades with ``peer`` that this book cannot read whole."""
        found: list[bytes] = []
        for row in unit.trades():
            if is_shredded(unit, row.id):
                continue
            if row.role == Role.SELLER and row.buyer == peer:
                lacks = unit.fact(row.id, "address") is None
                if lacks and self._expects_address(unit, row.id):
                    found.append(row.id)
            elif row.role == Role.BUYER and row.seller == peer:
                trade = self._trades.load(unit, row.id)
                if len(deliveries(unit, trade, Role.BUYER)) < len(trade.facts.of(Ship)):
                    found.append(row.id)
        return found

    def _expects_address(self, unit: Unit, trade_id: bytes) -> bool:
        contract = self._trades.load(unit, trade_id).contract
        return contract.offer.address_hash is not None and contract.accept is not None

    def _take(self, trade_id: bytes, key: PrivateKey, answer: Resealed) -> None:
        """Keep what opens and hashes to what the trade promised; nothing else."""
        with self._context.book.unit() as unit:
            trade = self._trades.load(unit, trade_id)
            if answer.address is not None:
                address = decode(SealedAddress, _opened(answer.address, key))
                if address_hash(address) != trade.contract.offer.address_hash:
                    raise MalformedMessageError("this is not the address of the order")
                unit.set_fact(trade_id, "address", encode(address))
            promised = {ship.body.delivery_hash for ship in trade.facts.of(Ship)}
            for sealed in answer.deliveries:
                delivery = decode(SealedDelivery, _opened(sealed, key))
                if delivery_hash(delivery) not in promised:
                    raise MalformedMessageError("no shipment promised this delivery")
                keep_delivery(unit, trade_id, delivery)
        self._context.emit("order", {})

    # ------------------------------------------------------------- answering

    async def answer(self, request: Request) -> bytes:
        """Own secrets of a trade with the asker, sealed to the key that it names.

        The buyer's address for the seller, deliveries for the buyer; raises NotFoundError
        for anybody else.
        """
        asked = decode(SealedGet, request.body)
        with self._context.book.unit() as unit:
            row = unit.trade(asked.trade)
            parties = (row.buyer, row.seller) if row is not None else ()
            if request.peer not in parties or self._context.me not in parties:
                raise NotFoundError("there is no such trade with you")
            trade = self._trades.load(unit, asked.trade)
            is_seller = request.peer == trade.contract.keys[Role.SELLER]
            address = self._address(unit, trade) if is_seller else None
            given = () if is_seller else deliveries(unit, trade, Role.SELLER).values()
        return encode(
            Resealed(
                None if address is None else _sealed(asked.key, address),
                tuple(_sealed(asked.key, one) for one in given)[:MAX_RESEALED],
            )
        )

    def _address(self, unit: Unit, trade: Trade) -> SealedAddress | None:
        """Shown once there is a contract, as when it is first sent."""
        kept = unit.fact(trade.id, "address")
        if kept is None or trade.contract.accept is None:
            return None
        return decode(SealedAddress, kept)


def _sealed(key: bytes, opened: SealedAddress | SealedDelivery) -> bytes:
    try:
        return seal_for(key, opened)
    except (CryptoError, RuntimeError) as error:
        raise MalformedMessageError("the key is none") from error


def _opened(sealed: bytes, key: PrivateKey) -> bytes:
    try:
        return SealedBox(key).decrypt(sealed)
    except CryptoError as error:
        raise MalformedMessageError("it was not sealed to the key asked for") from error
