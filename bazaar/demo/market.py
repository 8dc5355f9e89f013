"""The market before anything is sold: who is there, what they offer, and that it is found."""

import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple

from bazaar.demo import cast
from bazaar.demo.narrator import Narrator, Story
from bazaar.demo.pictures import save
from bazaar.demo.processes import DemoError, Person
from bazaar.demo.shops import Shop, load_shops, write_pictures
from bazaar.rpc.schema.arbiters import ArbiterOfferSet, ArbiterView
from bazaar.rpc.schema.listings import CardView, ListingPublish, PublishedBatch
from bazaar.rpc.schema.node import Status, StatusView
from bazaar.rpc.schema.profile import ProfileSet, ProfileShow
from bazaar.rpc.schema.search import Search, SearchView, Store

BOOTSTRAP_NAME: Final = "Quayside"
MAKERS: Final = 2
"""Homes made at a time while the first node, which all others wait for, is starting."""

ID_TAIL: Final = 40
"""Characters of a peer id that say nothing to a reader."""

LEAST_LISTINGS: Final = 60
HEADS_SECONDS: Final = 90.0
"""A shop's later heads are held back up to 10 s by the rules of the network; a machine may be forty times slower."""

_TEXTS: Final = ("handle", "location", "short", "about")


class Market(NamedTuple):
    """Everybody, by what they do.

    Attributes:
        sellers: By the name of their shop.
        frail: The arbiter who dies.
        folder: Where homes and drawings are.
    """

    bootstrap: Person
    sellers: Mapping[str, Person]
    buyer: Person
    arbiter: Person
    backup: Person
    frail: Person
    shops: Mapping[str, Shop]
    folder: Path
    narrator: Narrator

    @property
    def people(self) -> tuple[Person, ...]:
        """All of them, the one that the others ask first in front."""
        others = (self.buyer, self.arbiter, self.backup, self.frail)
        return (self.bootstrap, *self.sellers.values(), *others)

    @property
    def evidence(self) -> Path:
        """The picture that the buyer takes of the broken teapot."""
        return self.folder / cast.EVIDENCE_FILE

    @property
    def pictures(self) -> Path:
        """Where pictures of the app go; the only thing that stays."""
        return self.folder / "pictures"

    def tell(self, story: Story, words: str) -> None:
        """Narrate one step."""
        self.narrator.tell(story, words)

    def name_of(self, peer_id: str) -> str:
        """Who has this key."""
        return next((p.name for p in self.people if p.peer_id == peer_id), peer_id[-8:])


def gather(folder: Path, narrator: Narrator) -> Market:
    """Name everybody; nobody has an identity yet."""
    shops = {shop.name: shop for shop in load_shops()}
    homes = folder / "homes"
    homes.mkdir()
    sellers = {
        name: Person(shop.profile["name"], homes / name) for name, shop in shops.items()
    }
    return Market(
        Person(BOOTSTRAP_NAME, homes / "bootstrap"),
        sellers,
        Person(cast.BUYER_NAME, homes / "buyer"),
        Person(cast.ARBITER.name, homes / "arbiter"),
        Person(cast.BACKUP_ARBITER.name, homes / "backup"),
        Person(cast.FRAIL_ARBITER.name, homes / "frail"),
        shops,
        folder,
        narrator,
    )


def start(market: Market) -> None:
    """Start the bootstrap, then all others at once; each is told its address alone."""
    market.narrator.awaits(Story.MARKET, "making homes and starting nodes")
    first, *others = market.people
    with ThreadPoolExecutor(MAKERS) as pool:
        made = [pool.submit(other.make) for other in others]
        first.make()
        first.start()
        market.tell(
            Story.MARKET,
            f"{first.name} listens at {first.address[:-ID_TAIL]}…: the one address that the "
            "others are told",
        )
        _all(made)
    with ThreadPoolExecutor(len(others)) as pool:
        _all([pool.submit(other.start, first.address) for other in others])
    market.tell(
        Story.MARKET,
        f"{len(market.people)} nodes run, each in a process and a home of its own, with keys "
        "of its own",
    )


def _all(acts: Iterable[Future[None]]) -> None:
    for act in acts:
        act.result()


def draw(market: Market, name: str) -> Path:
    """Draw the pictures of a shop; returns their folder."""
    folder = market.folder / "drawings" / name
    folder.mkdir(parents=True)
    write_pictures(market.shops[name], folder)
    return folder


def draw_evidence(market: Market) -> None:
    """Draw what the buyer will show to the arbiter."""
    save(cast.EVIDENCE_PICTURE, market.evidence)


def open_shop(market: Market, name: str, drawings: Path) -> None:
    """Publish a shop as one batch, then say who keeps it and which arbiters it accepts."""
    shop, seller = market.shops[name], market.sellers[name]
    call = ListingPublish(listings=shop.listings, folder=str(drawings))
    published: PublishedBatch = seller.ask(call)
    judges = (market.arbiter, market.backup, market.frail)
    accepted = ",".join(judge.peer_id for judge in judges)
    seller.ask(ProfileSet(values=_values(shop.profile) | {"arbiters": accepted}))
    shutil.rmtree(drawings)
    market.tell(
        Story.MARKET,
        f"{seller.name} in {_town(shop.profile)} publishes {len(published.listings)} "
        f"listings with {len(_images(shop))} pictures as one signed batch",
    )


def offer_arbitration(market: Market, person: Person, who: cast.Arbiter) -> None:
    """Say who the arbiter is, then publish the terms."""
    profile = {
        "location": who.location,
        "short": who.short,
        "about": who.about,
        "languages": ",".join(who.languages),
    }
    person.ask(ProfileSet(values=profile))
    offer: ArbiterView = person.ask(
        ArbiterOfferSet(fee=who.fee, max=who.most, text=who.terms)
    )
    market.tell(
        Story.MARKET,
        f"{person.name} in {who.location} offers to judge for {offer.fee}, owed only if a ruling is needed",
    )


def introduce_buyer(market: Market) -> None:
    """The buyer says who she is."""
    market.buyer.ask(ProfileSet(values=_values(dict(cast.BUYER_PROFILE))))


def find(market: Market, story: Story, words: str, purchase: cast.Purchase) -> CardView:
    """Let the buyer search until the goods are in her own index, then visit the shop."""
    market.narrator.awaits(story, f"{market.buyer.name} searches for {words!r}")

    def is_there(found: SearchView) -> bool:
        return any(card.slug == purchase.slug for card in found.results)

    found: SearchView = market.buyer.until(
        Search(words=words), is_there, f"{words!r} to be found"
    )
    card = next(card for card in found.results if card.slug == purchase.slug)
    _visit(market, card)
    hits = "hit" if found.total == 1 else "hits"
    market.tell(
        story,
        f"{market.buyer.name} searches her own index for {words!r}: {found.total} {hits} "
        f"in {found.took_us / 1000:.1f} ms, among them {card.title} of {card.seller_name}",
    )
    return card


def _visit(market: Market, card: CardView) -> None:
    """Ask the shop itself for its newest profile, which names its arbiters."""
    market.buyer.ask(Store(peer=card.seller))
    market.buyer.until(
        ProfileShow(peer=card.seller),
        lambda profile: len(profile.arbiters) > 1,
        f"the arbiters of {card.seller_name}",
        HEADS_SECONDS,
    )


def check_reach(market: Market) -> None:
    """Every listing must have reached the buyer, who was told nothing but one address."""
    wanted = sum(len(shop.listings) for shop in market.shops.values())
    status: StatusView = market.buyer.until(
        Status(),
        lambda status: status.catalogue.listings >= wanted,
        "every shop",
        HEADS_SECONDS,
    )
    if status.catalogue.listings < LEAST_LISTINGS:
        raise DemoError(f"the market has only {status.catalogue.listings} listings")
    market.tell(
        Story.MARKET,
        f"all {status.catalogue.listings} listings of {len(market.shops)} shops have reached "
        f"{market.buyer.name}, who was told one address and found {status.peers} nodes",
    )


def _values(profile: Mapping[str, Any]) -> dict[str, str]:
    values = {name: profile[name] for name in _TEXTS if profile.get(name)}
    values["languages"] = ",".join(profile["languages"])
    if "colours" in profile:
        values["colours"] = ",".join(f"#{colour:06x}" for colour in profile["colours"])
    return values


def _town(profile: Mapping[str, Any]) -> str:
    return str(profile["location"])


def _images(shop: Shop) -> list[str]:
    return [name for listing in shop.listings for name in listing["images"]]
