"""Answers of the believable market about cart, wishes, follows and warnings."""

from msgspec.structs import replace

from bazaar.demo.shops import Shop, load_shops
from bazaar.rpc.schema.cart import (
    CartCheckedOut,
    CartCheckout,
    CartGroupView,
    CartLineView,
    CartOrdered,
    CartView,
)
from bazaar.rpc.schema.listings import CardView
from bazaar.rpc.schema.people import (
    FollowsView,
    FollowView,
    UsedListView,
    WarningsView,
    WarningView,
    WishView,
)
from bazaar.rpc.schema.placing import OrderPlace
from tests.gui.deals import preview
from tests.gui.goods import DAY, ILSE, TOMAS, cards, colour, now, peer, words

KEYS = ("aa" * 8, "bb" * 8, "cc" * 8)


def line(card: CardView, key: str, *changes: str, can_buy: bool = True) -> CartLineView:
    was = replace(card.price, minor=card.price.minor - 300)
    return CartLineView(
        key=key,
        listing_id=card.listing_id,
        slug=card.slug,
        title=card.title,
        options={},
        quantity=2 if can_buy else 1,
        price=card.price,
        was=was if "price" in changes else card.price,
        total=replace(card.price, minor=card.price.minor * (2 if can_buy else 1)),
        changes=changes,
        can_buy=can_buy,
        type=card.type,
        thumbnail=card.thumbnail,
        nsfw=False,
        ways=("Post/Standard", "Pickup"),
        posts=("Post/Standard",),
        coupons=False,
    )


def cart(_: object = None) -> CartView:
    first, second, *_rest = load_shops()
    groups = tuple(
        CartGroupView(
            seller=peer(shop),
            name=shop.profile["name"],
            fingerprint=words(peer(shop)),
            colour=colour(peer(shop)),
            online=peer(shop) == peer(first),
            lines=lines,
            subtotals=(),
        )
        for shop, lines in ((first, lines_of(first)), (second, lines_of(second)[:1]))
    )
    return CartView(groups=groups, lines=3, pieces=4)


def lines_of(shop: Shop) -> tuple[CartLineView, ...]:
    mine = [one for one in cards() if one.seller == peer(shop)]
    if peer(shop) != peer(load_shops()[0]):
        return (line(mine[0], KEYS[2]),)
    return (
        line(mine[0], KEYS[0], "price", "version"),
        line(mine[1], KEYS[1], "sold_out", can_buy=False),
    )


def checkout(call: CartCheckout) -> CartCheckedOut:
    """The second seller refuses, the first one takes it."""
    first = peer(load_shops()[0])
    done: list[CartOrdered] = []
    for one in call.orders:
        if one.seller != first:
            words_ = "two arbiters are needed; the seller accepts 0"
            done.append(
                CartOrdered(seller=one.seller, name="", keys=one.keys, problem=words_)
            )
            continue
        placed = preview(OrderPlace(listing=cards()[0].listing_id, quantity=2))
        shown = placed.preview if call.preview else None
        done.append(
            CartOrdered(
                seller=one.seller,
                name="",
                keys=one.keys,
                order_id="" if call.preview else "0f" * 32,
                total=placed.total,
                preview=shown,
            )
        )
    return CartCheckedOut(orders=tuple(done))


def wishes(_: object = None) -> tuple[WishView, ...]:
    first, second, third = cards()[3:6]
    return (
        wish(first, dearer=-500),
        replace(wish(second), expires=now() + 2 * DAY),
        replace(wish(third), gone=True, card=None, state=""),
    )


def wish(card: CardView, dearer: int = 0) -> WishView:
    was = replace(card.price, minor=card.price.minor - dearer)
    return WishView(
        listing_id=card.listing_id,
        title=card.title,
        seller=card.seller,
        seller_name=card.seller_name,
        price=card.price,
        was=was,
        state=card.state,
        gone=False,
        expires=0,
        added=now() - DAY,
        card=replace(card, wished=True),
    )


def person(key: str, name: str, *, private: bool = False) -> FollowView:
    return FollowView(
        peer_id=key,
        name=name,
        fingerprint=words(key),
        colour=colour(key),
        online=False,
        followed=True,
        private=private,
        follows_you=not private,
    )


def follows(_: object = None) -> FollowsView:
    shop = load_shops()[0]
    both = (
        person(peer(shop), shop.profile["name"]),
        person(ILSE, "Ilse Brandt", private=True),
    )
    return FollowsView(following=both, followers=both[:1])


def warnings(_: object = None) -> WarningsView:
    entry = WarningView(
        subject=TOMAS, title="Cheap phones 24", reason="fraud", is_person=True
    )
    used = UsedListView(
        peer_id=ILSE,
        name="Ilse Brandt",
        fingerprint=words(ILSE),
        colour=colour(ILSE),
        title="Frauds that I met",
        count=12,
        issued=now() - DAY,
        fetched=now() - 3_600,
        entries=(entry,),
    )
    return WarningsView(
        title="What I warn of",
        published=True,
        own=(entry,),
        used=(used,),
        allowed=(),
    )
