"""Story (e): the seller's machine is off; the order waits in mailboxes until he is back."""

from typing import Final

from bazaar.demo import cast
from bazaar.demo.market import Market, find
from bazaar.demo.narrator import Story
from bazaar.demo.processes import DemoError, Person
from bazaar.demo.trade_story import accept, fund, give_credit, held, words_of
from bazaar.rpc.schema.listings import ListingShow
from bazaar.rpc.schema.moves import OrderConfirm, OrderShip
from bazaar.rpc.schema.node import Status
from bazaar.rpc.schema.orders import OrderShow, OrderView
from bazaar.rpc.schema.placing import OrderPlace, OrderPlaced
from bazaar.rpc.schema.profile import ProfileSet
from bazaar.rpc.schema.search import Store

WORDS: Final = "kitchen garden seed"
CREDIT: Final = "50.00 EUR"
TRACKING: Final = "Letter, in the box since noon"
MAIL_SECONDS: Final = 45.0


def order_from_who_is_away(market: Market) -> None:
    """Tell the story. Raises DemoError."""
    purchase = cast.SEED_ORDER
    buyer, seller = market.buyer, market.sellers[purchase.shop]
    card = find(market, Story.AWAY, WORDS, purchase)
    _choose_mailboxes(market, seller)
    buyer.ask(Store(peer=seller.peer_id))
    buyer.ask(ListingShow(id=card.listing_id))
    give_credit(market, Story.AWAY, purchase, CREDIT)
    seller.kill()
    market.tell(Story.AWAY, f"the machine of {seller.name} loses its power")
    order = _place(market, seller, card.listing_id)
    seller.start(market.bootstrap.address)
    held(seller, order)
    market.tell(
        Story.AWAY,
        f"{seller.name} is back, empties the mailboxes and finds the order",
    )
    accept(market, Story.AWAY, order, purchase)
    fund(market, Story.AWAY, order, purchase)
    seller.ask(OrderShip(id=order, text=TRACKING))
    buyer.wait(order, "shipped")
    buyer.ask(OrderConfirm(id=order))
    for person in (buyer, seller):
        person.wait(order, "closed")
    market.tell(
        Story.AWAY, f"{purchase.total} paid; no server ever held the order open"
    )


def _choose_mailboxes(market: Market, seller: Person) -> None:
    hosts = (market.bootstrap, market.backup)
    for host in hosts:
        host.ask(ProfileSet(values={"serves_mail": "yes"}))
    names = ",".join(host.peer_id for host in hosts)
    seller.ask(ProfileSet(values={"mailboxes": names}))
    seller.until(
        Status(), lambda status: not status.warnings, "mailboxes", MAIL_SECONDS
    )
    market.tell(
        Story.AWAY,
        f"{seller.name} agrees with two mailboxes: {' and '.join(h.name for h in hosts)}",
    )


def _place(market: Market, seller: Person, listing: str) -> str:
    buyer, purchase = market.buyer, cast.SEED_ORDER
    placed: OrderPlaced = buyer.ask(
        OrderPlace(
            listing=listing,
            shipping=purchase.shipping,
            address=dict(cast.BUYER_ADDRESS),
            memo=purchase.memo,
            arbiter=market.arbiter.peer_id,
            backup=market.backup.peer_id,
            accept_days=10,
        )
    )
    if words_of(placed.total) != purchase.total:
        raise DemoError(f"the total is {words_of(placed.total)}, not {purchase.total}")
    market.narrator.awaits(Story.AWAY, "the order looks for its mailboxes")
    buyer.until(
        OrderShow(id=placed.order_id), _is_mailed, "the mailboxes", MAIL_SECONDS
    )
    market.tell(
        Story.AWAY,
        f"{buyer.name} orders all the same: sealed, the order for {purchase.total} waits in "
        f"the mailboxes of {seller.name}",
    )
    return placed.order_id


def _is_mailed(view: OrderView) -> bool:
    return all(
        how == "in_mailbox" for one in view.messages for how in one.delivery.values()
    )
