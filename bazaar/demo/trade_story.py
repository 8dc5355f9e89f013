"""Story (a): an order that goes well, from the search to a rating that a third node verifies."""

from typing import Final, NamedTuple

from bazaar.demo import cast
from bazaar.demo.market import Market, find
from bazaar.demo.narrator import Story
from bazaar.demo.processes import DemoError, Person
from bazaar.rpc.schema.accounts import AccountLimit, AccountList, AccountView
from bazaar.rpc.schema.call import MoneyView
from bazaar.rpc.schema.listings import CardView
from bazaar.rpc.schema.moves import OrderAccept, OrderConfirm, OrderFund, OrderShip
from bazaar.rpc.schema.orders import OrderList, OrderRow, OrderShow, OrderView
from bazaar.rpc.schema.placing import OrderPlace, OrderPlaced
from bazaar.rpc.schema.ratings import OrderRate, Ratings, RatingsView

WORDS: Final = "brass desk lamp"
TRACKING: Final = "Parcel 00340434292135100186, with the carrier since this morning"
CREDIT: Final = "400.00 EUR"
WITNESS: Final = "kade-12"


class Bought(NamedTuple):
    """Ids of an order and of the goods in it."""

    order: str
    listing: str


def trade(market: Market) -> Bought:
    """Tell the story. Raises DemoError."""
    card = find(market, Story.LAMP, WORDS, cast.LAMP_ORDER)
    order = place(market, Story.LAMP, card, cast.LAMP_ORDER)
    accept(market, Story.LAMP, order, cast.LAMP_ORDER)
    give_credit(market, Story.LAMP, cast.LAMP_ORDER, CREDIT)
    fund(market, Story.LAMP, order, cast.LAMP_ORDER)
    ship(market, Story.LAMP, order, cast.LAMP_ORDER, TRACKING)
    _confirm(market, order)
    rate(market, Story.LAMP, order, cast.LAMP_RATING)
    _verify(market)
    return Bought(order, card.listing_id)


def place(
    market: Market, story: Story, card: CardView, purchase: cast.Purchase, days: int = 3
) -> str:
    """Order what was found, to be accepted within ``days``; returns the order's id."""
    buyer, seller = market.buyer, market.sellers[purchase.shop]
    placed: OrderPlaced = buyer.ask(
        OrderPlace(
            listing=card.listing_id,
            option=dict(choice.split("=", 1) for choice in purchase.options),
            shipping=purchase.shipping,
            address=dict(cast.BUYER_ADDRESS),
            memo=purchase.memo,
            arbiter=market.arbiter.peer_id,
            backup=market.backup.peer_id,
            accept_days=days,
        )
    )
    if words_of(placed.total) != purchase.total:
        raise DemoError(f"the total is {words_of(placed.total)}, not {purchase.total}")
    held(seller, placed.order_id)
    market.tell(
        story,
        f"{buyer.name} signs an order for {purchase.total}, postage and arbiters included; "
        f"{seller.name} holds it",
    )
    return placed.order_id


def held(seller: Person, order: str) -> None:
    """Wait until the seller has an order. Raises DemoError."""
    rows = OrderList(role="seller")
    seller.until(rows, lambda found: _has(found, order), "the order")


def accept(market: Market, story: Story, order: str, purchase: cast.Purchase) -> None:
    """The seller accepts; the arbiters' nodes check the contract and consent by themselves."""
    seller = market.sellers[purchase.shop]
    seller.ask(OrderAccept(id=order))
    market.narrator.awaits(story, "both arbiters' nodes check the contract")
    market.buyer.wait(order, "agreed")
    market.tell(
        story,
        f"{seller.name} accepts; {market.arbiter.name} and {market.backup.name} have "
        "checked the contract and signed to stand by",
    )


def give_credit(
    market: Market, story: Story, purchase: cast.Purchase, amount: str
) -> None:
    """The seller lets the buyer owe up to an amount; both sign it."""
    buyer, seller = market.buyer, market.sellers[purchase.shop]
    seller.ask(AccountLimit(peer=buyer.peer_id, amount=amount))
    buyer.until(
        AccountList(),
        lambda accounts: _lets_owe(accounts, seller, amount),
        f"credit from {seller.name}",
    )
    market.tell(
        story,
        f"{seller.name} lets {buyer.name} owe up to {amount}: "
        "a promise between two people, not money in a bank",
    )


def fund(market: Market, story: Story, order: str, purchase: cast.Purchase) -> None:
    """The buyer binds the amount; the seller's node sees it bound."""
    seller = market.sellers[purchase.shop]
    market.buyer.ask(OrderFund(id=order))
    market.narrator.awaits(story, "the amount is being bound")
    for person in (market.buyer, seller):
        person.wait(order, "funded")
    market.tell(
        story,
        f"{purchase.total} are bound: neither {market.buyer.name} nor {seller.name} "
        "can take them back alone",
    )


def ship(
    market: Market, story: Story, order: str, purchase: cast.Purchase, tracking: str
) -> None:
    """The seller reads the address, sends the goods and says so to the buyer alone."""
    seller = market.sellers[purchase.shop]
    shown: OrderView = seller.until(
        OrderShow(id=order), lambda view: bool(view.address), "the address"
    )
    seller.ask(OrderShip(id=order, text=tracking))
    market.buyer.wait(order, "shipped")
    market.tell(
        story,
        f"{seller.name} reads the sealed address ({shown.address['city']}), ships, and "
        f"seals the tracking number to {market.buyer.name}",
    )


def rate(market: Market, story: Story, order: str, rating: cast.Rating) -> None:
    """The buyer rates the seller."""
    market.buyer.ask(OrderRate(id=order, stars=rating.stars, text=rating.text))
    opening = rating.text.split(". ")[0].rstrip(".")
    market.tell(
        story, f"{market.buyer.name} rates with {rating.stars} of 5: “{opening}.”"
    )


def words_of(money: MoneyView) -> str:
    """An amount as a person writes it."""
    if money.scale == 0:
        return f"{money.minor} {money.unit}"
    sign, minor = "-" if money.minor < 0 else "", abs(money.minor)
    whole, part = divmod(minor, 10**money.scale)
    return f"{sign}{whole}.{part:0{money.scale}d} {money.unit}"


def _confirm(market: Market, order: str) -> None:
    buyer, seller = market.buyer, market.sellers[cast.LAMP_ORDER.shop]
    shown: OrderView = buyer.ask(OrderShow(id=order))
    if shown.delivery != TRACKING:
        raise DemoError(f"{buyer.name} cannot read the tracking number")
    buyer.ask(OrderConfirm(id=order))
    market.narrator.awaits(Story.LAMP, "both sides settle")
    for person in (buyer, seller):
        person.wait(order, "closed")
    market.tell(
        Story.LAMP,
        f"{buyer.name} confirms; both nodes book {cast.LAMP_ORDER.total} on their account "
        "and sign that it is settled",
    )


def _verify(market: Market) -> None:
    """Somebody who had no part in the trade fetches the rating and checks every signature."""
    witness, seller = market.sellers[WITNESS], market.sellers[cast.LAMP_ORDER.shop]
    wanted = cast.LAMP_RATING

    def is_there(found: RatingsView) -> bool:
        return any(
            (i.stars, i.text) == (wanted.stars, wanted.text) for i in found.items
        )

    found: RatingsView = witness.until(
        Ratings(peer=seller.peer_id), is_there, "the rating"
    )
    if found.refused:
        raise DemoError(f"{witness.name} refused {found.refused} ratings")
    market.tell(
        Story.LAMP,
        f"{witness.name}, a stranger to this trade, fetches the rating of {seller.name} and "
        "verifies it from its signatures alone",
    )


def _has(rows: tuple[OrderRow, ...], order: str) -> bool:
    return any(row.order_id == order for row in rows)


def _lets_owe(accounts: tuple[AccountView, ...], seller: Person, amount: str) -> bool:
    return any(
        account.peer_id == seller.peer_id and words_of(account.limit_got) == amount
        for account in accounts
    )
