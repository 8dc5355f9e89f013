"""Answers to the app's calls from a believable market; for tests and for looking at pages."""

import io
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import segno
from msgspec.structs import replace

from bazaar.demo.pictures import save
from bazaar.demo.shops import Shop, load_shops
from bazaar.rpc.schema.accounts import AccountView
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.disputes import OrderFile
from bazaar.rpc.schema.node import (
    CatalogueCounts,
    InviteView,
    NetworkReachView,
    PeerView,
    StatusView,
)
from bazaar.rpc.schema.placing import OrderPlace
from bazaar.rpc.schema.profile import ProfileView
from bazaar.rpc.schema.search import (
    CategoryCount,
    Complete,
    Facets,
    FacetsView,
    FacetView,
    Picture,
    PictureView,
    Search,
    SearchView,
    Words,
)
from tests.gui.deals import ARBITERS, orders, preview, rows
from tests.gui.goods import (
    ME,
    NOTHING,
    PROMISE,
    cards,
    colour,
    euro,
    listing,
    now,
    peer,
    words,
)
from tests.gui.neighbours import cart, checkout, follows, warnings, wishes
from tests.gui.talks import conversation, conversations, notices
from tests.gui.voices import order_ratings, ratings
from tests.rpc_samples import SAMPLES


def status() -> StatusView:
    return StatusView(
        peer_id=ME,
        name="Maren Solberg",
        addresses=(
            f"/ip4/192.168.1.20/tcp/4001/p2p/{ME}",
            f"/ip4/127.0.0.1/tcp/4001/p2p/{ME}",
        ),
        peers=7,
        reachability="local",
        outbox=2,
        catalogue=CatalogueCounts(listings=len(cards()), stores=4),
        version="0.1.0",
        network="local:demo/8640",
        test_network=True,
        fingerprint=words(ME),
        colour=colour(ME),
        synced=now() - 12,
        sells=True,
        arbitrates=True,
        notices=2,
        unread=2,
        cart=3,
    )


def account(shop: Shop, balance: int, held: int) -> AccountView:
    money = NOTHING
    return AccountView(
        peer_id=peer(shop),
        name=shop.profile["name"],
        unit="EUR",
        balance=replace(money, minor=balance),
        limit_given=euro("100.00"),
        limit_got=euro("250.00"),
        held=replace(money, minor=held),
        free_to_spend=replace(money, minor=25_000 + balance - held),
        frozen=False,
        pending=held > 0,
        n=4,
        note=PROMISE,
    )


def profile(peer_id: str | None) -> ProfileView:
    found = next((shop for shop in load_shops() if peer(shop) == peer_id), None)
    name = found.profile["name"] if found else "Maren Solberg"
    who = peer_id or ME
    return ProfileView(
        peer_id=who,
        name=name,
        handle=None,
        location=found.profile["location"] if found else "Tromsø, Norway",
        about=found.profile["about"]
        if found
        else "I buy old things and keep them going.",
        short=found.profile["short"] if found else "",
        nsfw=False,
        sells=True,
        arbitrates=False,
        languages=("en",),
        header=next(iter(found.pictures)) if found else None,
        avatar=list(found.pictures)[1] if found else None,
        contacts=(
            ("website", "https://lamps.example"),
            ("e-mail", "shop@lamps.example"),
        ),
        colours=("#1f5fd6", "#d68b1f"),
        follows_you=found is not None,
        vacation=None,
        arbiters=(),
        fingerprint=words(who),
        colour=colour(who),
        seq=3,
        online=True,
    )


def search(call: Search) -> SearchView:
    asked = call.words.lower().split()
    found = [
        one
        for one in cards()
        if all(word in f"{one.title} {' '.join(one.tags)}".lower() for word in asked)
        and (not call.category or call.category in one.categories)
        and (not call.kind or one.type == call.kind)
    ]
    window = tuple(found[call.offset : call.offset + call.limit])
    return SearchView(
        total=len(found),
        total_is_exact=True,
        results=window,
        stores=4,
        took_us=800,
        as_of=now() - 12,
    )


def facets(call: Facets) -> FacetsView:
    found = search(Search(words=call.words, limit=1000)).results
    counts = Counter(
        pair
        for one in found
        for pair in (
            ("type", one.type),
            *(("category", name) for name in one.categories),
        )
    )
    told = (
        FacetView(facet=facet, value=value, listings=n)
        for (facet, value), n in counts.items()
    )
    return FacetsView(counted=len(found), exact=True, facets=tuple(told))


def complete(call: Complete) -> Words:
    titles = " ".join(one.title for one in cards()).lower().split()
    last = call.prefix.split()[-1]
    found = sorted({word for word in titles if word.startswith(last)})
    return Words(words=tuple(found[: call.limit]))


def categories() -> tuple[CategoryCount, ...]:
    counts: dict[str, int] = {}
    for one in cards():
        for name in one.categories:
            counts[name] = counts.get(name, 0) + 1
    return tuple(CategoryCount(category=name, listings=n) for name, n in counts.items())


@cache
def qr() -> str:
    out = io.BytesIO()
    segno.make("bazaar:join/2Kx9fQ7vLmN4pRt8sWzYb").save(out, kind="svg", border=0)
    return out.getvalue().decode()


def peers() -> tuple[PeerView, ...]:
    return tuple(
        PeerView(
            peer_id=peer(shop),
            address=f"/ip4/192.168.1.{30 + number}/tcp/4001",
            direction="out" if number % 2 else "in",
            since=now() - 600 * (number + 1),
            relayed=number == 1,
        )
        for number, shop in enumerate(load_shops())
    )


def reach() -> NetworkReachView:
    start = "/ip4/203.0.113.7/tcp/4001/p2p/"
    return NetworkReachView(
        state="relayed",
        reason="3 other networks could not dial this node. "
        "2 relays pass connections on to it.",
        checked=now() - 240,
        direct=(),
        relays=(f"{start}{peer(load_shops()[0])}/p2p-circuit",),
        serves_relay=True,
        is_relay=False,
        relayed_for=0,
        circuits=0,
        relay_only=False,
        relay_only_next=False,
    )


def accounts() -> tuple[AccountView, ...]:
    first, second, third, _ = load_shops()
    return (account(first, -7690, 0), account(second, 0, 4230), account(third, 1240, 0))


def known(listing_id: str) -> str:
    """The listing itself, or any one for an id that only the samples know."""
    ids = {one.listing_id for one in cards()}
    return listing_id if listing_id in ids else cards()[0].listing_id


LINK: Final = "bazaar:join/2Kx9fQ7vLmN4pRt8sWzYbCdEfGhJkLmNoPqRsTuVwXyZ1234567890"
TABLE: Final[dict[str, Callable[[Any], Any]]] = {
    "Search": search,
    "Facets": facets,
    "Complete": complete,
    "ListingShow": lambda call: listing(known(call.id)),
    "ListingList": lambda _: tuple(
        one for one in cards() if one.seller == peer(load_shops()[0])
    )[:7],
    "OrderList": lambda call: rows(call.role),
    "CaseList": lambda _: rows("arbiter"),
    "OrderShow": lambda call: orders().get(call.id, next(iter(orders().values()))),
    "ProfileShow": lambda call: profile(call.peer),
    "Ratings": lambda call: ratings(call.peer),
    "OrderRatings": order_ratings,
    "Status": lambda _: status(),
    "Categories": lambda _: categories(),
    "ArbiterList": lambda _: ARBITERS,
    "AccountList": lambda _: accounts(),
    "Peers": lambda _: peers(),
    "ChatList": lambda _: conversations(),
    "ChatShow": conversation,
    "NoticeList": notices,
    **dict.fromkeys(
        ("CartShow", "CartAdd", "CartChange", "CartRemove", "CartClear"), cart
    ),
    "CartCheckout": checkout,
    "WishList": wishes,
    "Follows": follows,
    **dict.fromkeys(
        ("WarningsShow", "WarningsPublish", "WarningsUse", "WarningsDrop"), warnings
    ),
    "NetworkReach": lambda _: reach(),
    "Invite": lambda _: InviteView(link=LINK, qr=qr()),
}


class Market:
    """Answers calls; pictures are drawn into ``folder`` when they are asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def picture(self, call: Picture) -> PictureView:
        for shop in load_shops():
            if call.id in shop.pictures:
                path = self._folder / call.id
                if not path.exists():
                    save(shop.pictures[call.id], path)
                return PictureView(path=str(path))
        return PictureView(path=None, problem="its owner is not online")

    def __call__(self, call: Call) -> Any:
        if isinstance(call, Picture):
            return self.picture(call)
        if isinstance(call, OrderFile):
            first = next(iter(load_shops()[0].pictures))
            return self.picture(Picture(id=first, peer="", size=1200))
        if isinstance(call, OrderPlace) and call.preview:
            return preview(call)
        answer = TABLE.get(type(call).__name__)
        return answer(call) if answer else SAMPLES[type(call)]
