"""A believable market for the app's tests and for looking at pages: the demonstration's shops."""

import time
from functools import cache
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

from bazaar.demo.shops import Shop, load_shops
from bazaar.rpc.schema import (
    AccountView,
    AmountLine,
    ArbiterView,
    Block,
    Call,
    CardView,
    CaseList,
    CatalogueCounts,
    CategoryCount,
    EvidenceView,
    ImageView,
    InviteView,
    ListingList,
    ListingShow,
    ListingView,
    MessageView,
    MoneyView,
    OptionView,
    OrderList,
    OrderPlace,
    OrderPlaced,
    OrderPreview,
    OrderRow,
    OrderShow,
    OrderView,
    OutcomeView,
    PartView,
    PeerView,
    Picture,
    PictureView,
    ProfileShow,
    ProfileView,
    Ratings,
    RatingsView,
    RatingView,
    RulingView,
    Search,
    SearchView,
    SeatView,
    ServiceView,
    ShippingView,
    SkuView,
    StatusView,
    VariantView,
)
from tests.rpc_samples import SAMPLES

DAY: Final = 86_400
HOUR: Final = 3_600
ME: Final = "12D3KooWMarenQ7fYcLk1vB2sUxJ4tWe9RzNpHdGoA6mTiCbEy5"
ILSE: Final = "12D3KooWIlseV8dKmNw3Rt5YqPzXc7LbHfGaJ2sUe4TiCoM9pW1x"
TOMAS: Final = "12D3KooWTomasB4nZk6Ht8VwQeRy2UiPoAsDfGhJkLzXcVbNm3Q"
PROMISE: Final = "EUR here is a promise between two people, not money in a bank."
WORDS: Final = [
    "amber",
    "fox",
    "river",
    "stone",
    "violin",
    "maple",
    "harbor",
    "lantern",
    "copper",
    "willow",
    "meadow",
    "falcon",
    "cedar",
    "orchid",
    "pepper",
    "anchor",
    "velvet",
    "thunder",
    "basil",
    "comet",
]
NOTHING: Final = MoneyView(minor=0, unit="EUR", scale=2)


def now() -> int:
    return int(time.time())


def euro(text: str) -> MoneyView:
    whole, _, rest = text.partition(" ")[0].partition(".")
    return MoneyView(minor=int(whole + (rest + "00")[:2]), unit="EUR", scale=2)


def words(seed: str) -> tuple[str, ...]:
    start = sum(seed.encode())
    return tuple(WORDS[(start + 7 * place) % len(WORDS)] for place in range(6))


def colour(seed: str) -> str:
    return f"#{sum(seed.encode()) * 7919 % 0xFFFFFF:06x}"


def peer(shop: Shop) -> str:
    return f"12D3KooW{shop.name.title().replace('-', '')}Xq7TfYcLk1vB2sUxJ4tWe9RzNpHd"[
        :52
    ]


def card(shop: Shop, raw: dict[str, Any], place: int) -> CardView:
    seller = peer(shop)
    return CardView(
        listing_id=raw["slug"],
        slug=raw["slug"],
        version=1 + place % 3,
        title=raw["title"],
        price=euro(raw["price"]),
        type=raw["type"],
        state="for_sale",
        categories=tuple(raw["categories"]),
        tags=tuple(raw.get("tags", ())),
        thumbnail=raw["images"][0] if raw["images"] else None,
        free_shipping=False,
        nsfw=False,
        changed=now() - (place + 1) * HOUR,
        seller=seller,
        seller_name=shop.profile["name"],
        seller_fingerprint=words(seller),
        seller_colour=colour(seller),
        seller_online=shop.name != "kade-12",
        stock="few" if raw.get("stock") == 1 else "yes",
        has_arbiters=True,
        ships_to=("ZZ",),
    )


@cache
def cards() -> tuple[CardView, ...]:
    shops = load_shops()
    longest = max(len(shop.listings) for shop in shops)
    return tuple(
        card(shop, shop.listings[place], place)
        for place in range(longest)
        for shop in shops
        if place < len(shop.listings)
    )


@cache
def raw(listing: str) -> tuple[Shop, dict[str, Any]]:
    for shop in load_shops():
        for one in shop.listings:
            if one["slug"] == listing:
                return shop, one
    raise KeyError(listing)


def blocks(text: str) -> tuple[Block, ...]:
    made: list[Block] = []
    for paragraph in text.split("\n\n"):
        for row in paragraph.split("\n"):
            kind = (
                "item"
                if row.startswith("- ")
                else "heading"
                if row.startswith("### ")
                else "paragraph"
            )
            pieces = row.removeprefix("- ").removeprefix("### ").split("**")
            runs = tuple(
                ("bold" if place % 2 else "plain", piece)
                for place, piece in enumerate(pieces)
            )
            made.append(Block(kind=kind, runs=runs))
    return tuple(made)


def shipping(one: dict[str, Any]) -> ShippingView:
    services = tuple(
        ServiceView(
            name=service["name"],
            first=euro(service["first"]),
            additional=euro(service["additional"]),
            estimate=service.get("estimate", ""),
        )
        for service in one["services"]
    )
    return ShippingView(
        title=one["title"],
        kind=one["kind"],
        countries=tuple(one["countries"]),
        services=services,
    )


def listing(slug: str) -> ListingView:
    shop, one = raw(slug)
    found = next(card for card in cards() if card.slug == slug)
    return ListingView(
        card=found,
        short=one.get("short", ""),
        description=blocks(one["description"]),
        condition=one.get("condition", ""),
        processing_time=one.get("processing_time", ""),
        grams=one.get("grams", 0),
        images=tuple(
            ImageView(id=name, width=800, height=600, caption="")
            for name in one["images"]
        ),
        options=tuple(
            OptionView(
                name=option["name"],
                description="",
                variants=tuple(
                    VariantView(name=name, image=None) for name in option["variants"]
                ),
            )
            for option in one.get("options", ())
        ),
        skus=tuple(
            SkuView(
                options=sku["options"],
                sku=None,
                surcharge=euro(sku.get("surcharge", "0 EUR")),
                stock="yes",
            )
            for sku in one.get("skus", ())
        ),
        shipping=tuple(shipping(option) for option in one.get("shipping", ())),
        taxes=(),
        ships_from=shop.country,
        arbiters=(ILSE, TOMAS),
        rails=("credit",),
        terms=one.get("terms", ""),
        refund_policy=one.get("refund_policy", ""),
        ship_days=7,
        inspect_days=14,
        source=one,
        own=False,
        unit_note=PROMISE,
    )


def arbiter(peer_id: str, name: str, *, online: bool, cases: int) -> ArbiterView:
    return ArbiterView(
        peer_id=peer_id,
        name=name,
        fee="0.50 EUR + 1 %",
        units=("EUR",),
        max=(euro("500.00"),),
        backup=True,
        terms="I read both sides twice and answer within a day.",
        languages=("en", "nl"),
        answer_hours=24,
        expires=now() + 90 * DAY,
        cases=cases,
        online=online,
        fingerprint=words(peer_id),
        colour=colour(peer_id),
    )


ARBITERS: Final = (
    arbiter(ILSE, "Ilse Vandamme", online=True, cases=31),
    arbiter(TOMAS, "Tomás Arrieta", online=False, cases=7),
)


def seats(*, agreed: bool = True) -> tuple[SeatView, ...]:
    return tuple(
        SeatView(
            role=role,
            peer_id=one.peer_id,
            name=one.name,
            fee=one.fee,
            most=euro("1.15"),
            acknowledged=agreed,
            fingerprint=one.fingerprint,
            colour=one.colour,
        )
        for role, one in zip(("primary", "backup"), ARBITERS, strict=True)
    )


def receipt(found: CardView) -> tuple[AmountLine, ...]:
    return (
        AmountLine(label=f"1 × {found.title}"[:34], amount=found.price),
        AmountLine(label="Post, standard", amount=euro("6.90")),
    )


def total(found: CardView) -> MoneyView:
    return MoneyView(minor=found.price.minor + 690, unit="EUR", scale=2)


def preview(call: OrderPlace) -> OrderPlaced:
    found = next(one for one in cards() if one.listing_id == call.listing)
    made = OrderPreview(
        total=total(found),
        receipt=receipt(found),
        seats=seats(),
        deadlines={
            "T0": now() + 3 * DAY,
            "T1": now() + 10 * DAY,
            "T2": now() + 24 * DAY,
        },
        unit_note=PROMISE,
        credit_free=euro("173.10"),
        warnings=(
            "Tomás Arrieta is not online just now; a backup is asked when it is needed.",
        ),
    )
    return OrderPlaced(order_id="", state="", total=made.total, preview=made)


def said(kind: str, role: str, hours: int, summary: str, **more: Any) -> MessageView:
    return MessageView(
        id=f"{hours:064x}",
        type=kind,
        author=ME,
        author_role=role,
        at=now() - hours * HOUR,
        received=now() - hours * HOUR,
        counts=True,
        summary=summary,
        delivery=more.get(
            "delivery",
            {"seller": "delivered", "primary": "delivered", "backup": "in_mailbox"},
        ),
    )


def order(found: CardView, number: int, **changes: Any) -> OrderView:
    base = OrderView(
        order_id=f"{number:02x}7f3a" + "0" * 58,
        version="c0" * 16,
        state="shipped",
        role="buyer",
        title=found.title,
        thumbnail=found.thumbnail,
        buyer=ME,
        buyer_name="Maren Solberg",
        seller=found.seller,
        seller_name=found.seller_name,
        counterparty=found.seller,
        total=total(found),
        funded=True,
        mode="escrow",
        unit_note=PROMISE,
        created=now() - 3 * DAY,
        now=now(),
        deadlines={"T0": now() - DAY, "T1": now() + 4 * DAY, "T2": now() + 11 * DAY},
        parts=(
            PartView(index=0, title=found.title, quantity=1, amount=total(found), state="shipped", outcome=None),
        ),
        seats=seats(),
        receipt=receipt(found),
        messages=(
            said("Offer", "buyer", 70, "Offers to buy 1 piece"),
            said("Accept", "seller", 66, "Takes the order"),
            said("SeatAck", "primary", 65, "Agrees to judge if asked"),
            said("SeatAck", "backup", 64, "Agrees to stand in"),
            said("Fund", "buyer", 60, "Binds the amount"),
            said("FundAck", "seller", 59, "Holds it"),
            said("Ship", "seller", 20, "Sent, tracking RR 482 119 375 DE"),
        ),
        next=("confirm", "propose", "dispute", "extend"),
        waiting_for="buyer",
        until=now() + 11 * DAY + 2 * HOUR,
        then="Ilse Vandamme's node gives the seller the whole amount.",
        outcome=None,
        rail_state="held",
        delivery="Tracking RR 482 119 375 DE",
        address={
            "name": "Maren Solberg", "street": "Skippergata 14", "postal_code": "9008",
            "city": "Tromsø", "country": "NO",
        },
        memo="Please leave it with the neighbour on the ground floor.",
        dispute="",
        disputed_by="",
        evidence=(),
        rulings=(),
        proposals=(),
        seats_acked=0,
        can_rule_from=None,
        rated=False,
    )  # fmt: skip
    return replace(base, **changes)


@cache
def orders() -> dict[str, OrderView]:
    some = cards()
    disputed_parts = replace(order(some[9], 3).parts[0], state="disputed")
    case = order(
        some[9],
        3,
        state="disputed",
        parts=(disputed_parts,),
        dispute="goods",
        disputed_by="buyer",
        seats_acked=2,
        waiting_for="primary",
        until=now() + 5 * DAY,
        then="the backup, Tomás Arrieta, rules instead.",
        next=("case.rule",),
        role="primary",
        can_rule_from=now() + 20 * HOUR,
        messages=(
            *order(some[9], 3).messages,
            said("Dispute", "buyer", 8, "The goods are not as described"),
            said("Evidence", "seller", 5, "One file"),
        ),
        evidence=(
            EvidenceView(
                author_role="buyer",
                at=now() - 8 * HOUR,
                statement="The spout came off in the parcel. The box was whole, so it must have been cracked before.",
                hash="5e" * 32,
                size=412_000,
                caption="spout.jpg",
                path=None,
            ),
            EvidenceView(
                author_role="seller",
                at=now() - 5 * HOUR,
                statement="It left here whole, see the picture I took while packing.",
                hash="8d" * 32,
                size=288_000,
                caption="packing-table.jpg",
                path=None,
            ),
        ),
    )
    ruled = order(
        some[14],
        4,
        state="paid",
        next=("rate",),
        waiting_for="nobody",
        until=None,
        then="",
        parts=(replace(order(some[14], 4).parts[0], state="paid"),),
        outcome=OutcomeView(
            to_seller=euro("18.00"),
            to_buyer=euro("12.40"),
            fee=euro("0.80"),
            by="ruling",
            final=True,
        ),
        dispute="goods",
        disputed_by="buyer",
        seats_acked=2,
        rulings=(
            RulingView(
                author_role="primary",
                at=now() - 3 * HOUR,
                part=0,
                reason="goods",
                to_seller=euro("18.00"),
                to_buyer=euro("12.40"),
                fee=euro("0.80"),
                text="The crack is older than the journey. It can still be used, so the buyer keeps it at a lower price.",
                valid=True,
            ),
        ),
        messages=(
            *order(some[14], 4).messages,
            said("Dispute", "buyer", 8, "The goods are not as described"),
            said("Ruling", "primary", 3, "12.40 to the buyer, 18.00 to the seller"),
            said("Agree", "buyer", 2, "Agrees to the ruling"),
            said("Settled", "seller", 1, "Accounts settled"),
        ),
    )
    made = (
        order(some[0], 1),
        order(
            some[1],
            2,
            role="seller",
            state="offered",
            next=("accept", "decline"),
            waiting_for="seller",
            funded=False,
            until=now() + 2 * DAY,
            then="the offer lapses and nobody owes anything.",
            messages=(said("Offer", "buyer", 5, "Offers to buy 1 piece"),),
            counterparty=ME,
            delivery="",
            rail_state="none",
        ),
        case,
        ruled,
        order(
            some[6],
            5,
            state="agreed",
            next=("fund", "withdraw"),
            funded=False,
            until=now() + DAY,
            then="the order lapses.",
            rail_state="none",
            delivery="",
            messages=order(some[6], 5).messages[:4],
        ),
        order(
            some[7],
            6,
            state="waiting",
            next=("extend", "propose"),
            waiting_for="seller",
            until=now() + 4 * DAY,
            then="you get everything back.",
            delivery="",
            messages=order(some[7], 6).messages[:6],
        ),
    )
    return {one.order_id: one for one in made}


def rows(role: str | None) -> tuple[OrderRow, ...]:
    judges = {"primary", "backup", "arbiter"}
    return tuple(
        OrderRow(
            order_id=one.order_id,
            state=one.state,
            role=one.role,
            title=one.title,
            counterparty=one.counterparty,
            counterparty_name=one.buyer_name
            if one.role == "seller"
            else one.seller_name,
            total=one.total,
            funded=one.funded,
            thumbnail=one.thumbnail,
            thumbnail_peer=one.seller,
            created=one.created,
            updated=now() - 2 * HOUR,
            your_turn=one.role in one.waiting_for,
            waiting_for=one.waiting_for,
            until=one.until,
        )
        for one in orders().values()
        if role is None
        or one.role == role
        or (role == "arbiter" and one.role in judges)
    )


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
        vacation=None,
        arbiters=(),
        fingerprint=words(who),
        colour=colour(who),
        seq=3,
        online=True,
    )


def ratings(peer_id: str) -> RatingsView:
    item = RatingView(
        rating_id="aa",
        rater=ME,
        rater_name="Maren Solberg",
        role="buyer",
        stars=5,
        text="Packed with care and exactly as described.",
        at=now() - 9 * DAY,
        value_class=2,
    )
    other = replace(
        item,
        rater_name="Jonas Weber",
        stars=4,
        text="Took a little longer than promised, but lovely work.",
        at=now() - 30 * DAY,
    )
    return RatingsView(
        peer_id=peer_id,
        score=4.7,
        lower_bound=4.2,
        voices=9,
        ratings=12,
        unconnected=3,
        withheld=0,
        items=(item, other),
        refused=0,
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
        total=len(found), total_is_exact=True, results=window, stores=4, took_us=800
    )


def categories() -> tuple[CategoryCount, ...]:
    counts: dict[str, int] = {}
    for one in cards():
        for name in one.categories:
            counts[name] = counts.get(name, 0) + 1
    return tuple(CategoryCount(category=name, listings=n) for name, n in counts.items())


class Market:
    """Answers calls; pictures are drawn into ``folder`` when they are asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def picture(self, call: Picture) -> PictureView:
        from bazaar.demo.pictures import save

        for shop in load_shops():
            if call.id in shop.pictures:
                path = self._folder / call.id
                if not path.exists():
                    save(shop.pictures[call.id], path)
                return PictureView(path=str(path))
        return PictureView(path=None, problem="its owner is not online")

    def __call__(self, call: Call) -> Any:
        match call:
            case Search():
                return search(call)
            case ListingShow():
                return listing(call.id)
            case ListingList():
                return tuple(
                    one for one in cards() if one.seller == peer(load_shops()[0])
                )[:7]
            case Picture():
                return self.picture(call)
            case OrderPlace(preview=True):
                return preview(call)
            case OrderList():
                return rows(call.role)
            case CaseList():
                return rows("arbiter")
            case OrderShow():
                return orders()[call.id]
            case ProfileShow():
                return profile(call.peer)
            case Ratings():
                return ratings(call.peer)
            case _:
                return self._rest(call)

    def _rest(self, call: Call) -> Any:
        shops = load_shops()
        match type(call).__name__:
            case "Status":
                return status()
            case "Categories":
                return categories()
            case "ArbiterList":
                return ARBITERS
            case "AccountList":
                return (
                    account(shops[0], -7690, 0),
                    account(shops[1], 0, 4230),
                    account(shops[2], 1240, 0),
                )
            case "Peers":
                return tuple(
                    PeerView(
                        peer_id=peer(shop),
                        address=f"/ip4/192.168.1.{30 + n}/tcp/4001",
                        direction="out" if n % 2 else "in",
                        since=now() - 600 * (n + 1),
                    )
                    for n, shop in enumerate(shops)
                )
            case "Invite":
                return InviteView(
                    link="bazaar:join/2Kx9fQ7vLmN4pRt8sWzYbCdEfGhJkLmNoPqRsTuVwXyZ1234567890",
                    qr=qr(),
                )
            case _:
                return SAMPLES[type(call)]


@cache
def qr() -> str:
    import io

    import segno

    out = io.BytesIO()
    segno.make("bazaar:join/2Kx9fQ7vLmN4pRt8sWzYb").save(out, kind="svg", border=0)
    return out.getvalue().decode()
