"""``search`` and ``store``: the local catalogue, and one store as it is now."""

import argparse
import time
from collections.abc import Iterable
from typing import Any

from bazaar.cli.arguments import finite
from bazaar.cli.formats import counted, distance, moment, money, short
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.listings import CardView
from bazaar.rpc.schema.search import (
    AskedView,
    Complete,
    Facets,
    FacetsView,
    Search,
    SearchAsk,
    SearchView,
    Store,
    StoreView,
    Words,
)
from bazaar.rpc.schema.searches import SavedSearchView, SearchSave

SORTS = ("relevance", "newest", "price", "dearest", "rating")
TYPES = ("physical", "digital", "service")
CONDITIONS = ("new", "as-new", "good", "worn", "refurbished")
STARS = 100


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    search = commands.ask("search", "search the local catalogue", _search)
    search.add_argument("words", nargs="*", metavar="WORDS")
    _narrowing(search)
    search.add_argument(
        "--ask",
        action="store_true",
        dest="ask_network",
        help="ask the network first, for what is not here",
    )
    search.add_argument("--sort", choices=SORTS, default="relevance")
    search.add_argument(
        "--save",
        nargs="?",
        const="",
        metavar="TITLE",
        help="keep it, and hear of what is new: bazaar searches",
    )
    search.add_argument("--limit", type=int, default=20, metavar="N")
    search.add_argument("--offset", type=int, default=0, metavar="N")
    search.add_argument(
        "--facets", action="store_true", help="counts by category, type and so on"
    )
    search.add_argument(
        "--complete", action="store_true", help="complete the last word instead"
    )
    store = commands.ask("store", "fetch a store's newest state now", _store)
    store.add_argument("peer", metavar="PEER")


def _narrowing(search: argparse.ArgumentParser) -> None:
    """The filters; each is a filter of the app too."""
    search.add_argument("--category", metavar="C")
    search.add_argument("--min-price", metavar="P", help="such as '5 EUR'")
    search.add_argument("--max-price", metavar="P", help="such as '30 EUR'")
    search.add_argument("--unit", metavar="U", help="prices in this unit only")
    search.add_argument("--region", metavar="R", help="country that it must reach")
    search.add_argument(
        "--near", metavar="PLACE", help="sent from there: a country, or 'DE-101'"
    )
    search.add_argument("--type", choices=TYPES)
    search.add_argument("--condition", choices=CONDITIONS)
    search.add_argument("--language", metavar="L", help="such as de")
    search.add_argument("--seller", metavar="PEER")
    search.add_argument(
        "--min-rating", type=finite, default=0, metavar="STARS", help="in halves"
    )
    search.add_argument("--free-shipping", action="store_true")
    search.add_argument("--in-stock", action="store_true")
    search.add_argument(
        "--followed", action="store_true", help="only shops that you follow"
    )
    search.add_argument("--online", action="store_true", help="sellers connected now")
    search.add_argument("--no-mature", action="store_true")


def _search(args: argparse.Namespace, node: Client) -> Shown:
    words = " ".join(args.words)
    if args.complete:
        completed: Words = node.call(Complete(prefix=words, limit=args.limit))
        return Shown(completed, lambda page: _lines(page, completed.words))
    wanted: dict[str, Any] = {
        "words": words,
        "category": args.category,
        "min_price": args.min_price,
        "max_price": args.max_price,
        "unit": args.unit,
        "region": args.region,
        "near": args.near,
        "kind": args.type,
        "condition": args.condition,
        "language": args.language,
        "seller": args.seller,
        "min_rating": args.min_rating,
        "free_shipping": args.free_shipping,
        "in_stock": args.in_stock,
        "online": args.online,
        "followed": args.followed,
        "mature": not args.no_mature,
    }
    if args.facets:
        counts: FacetsView = node.call(Facets(**wanted))
        return Shown(counts, lambda page: _facets(page, counts))
    if args.save is not None:
        saved: SavedSearchView = node.call(SearchSave(title=args.save, **wanted))
        words = f"search {saved.number} is kept: {saved.title}"
        return Shown(saved, lambda page: page.line(words))
    order: dict[str, Any] = {
        "sort": args.sort,
        "limit": args.limit,
        "offset": args.offset,
    }
    asked: AskedView | None = None
    if args.ask_network:
        wish = SearchAsk(words=words, category=args.category, region=args.region)
        asked = node.call(wish)
    found: SearchView = node.call(Search(**wanted, **order))
    return Shown(found, lambda page: _page(page, found, asked))


def _lines(page: Page, lines: Iterable[str]) -> None:
    for one in lines:
        page.line(one)


def _facets(page: Page, counts: FacetsView) -> None:
    rows = [(one.facet, one.value, str(one.listings)) for one in counts.facets]
    page.table(("FACET", "VALUE", "LISTINGS>"), rows, "nothing found")
    if not counts.exact:
        page.line(f"counted over the newest {counts.counted}")


def _page(page: Page, found: SearchView, asked: AskedView | None) -> None:
    heads = ("LISTING", "TITLE", "PRICE>", "SELLER", "RATING>", "STOCK>")
    page.table(heads, [_row(card) for card in found.results], "nothing found")
    if found.results:
        about = "" if found.total_is_exact else "more than "
        stores = counted(found.stores, "store")
        page.line()
        page.line(f"{len(found.results)} of {about}{found.total}, from {stores}")
    if found.meant:
        page.line(f"Did you mean: {found.meant}?")
    told = f"as of {moment(found.as_of)}" if found.as_of else "no network told us yet"
    page.line(f"From the local catalogue, {told}.")
    if found.left_out:
        page.line(f"{found.left_out} listings are left out by your choice: bazaar keep")
    if asked is not None:
        _told(page, asked)


def _told(page: Page, asked: AskedView) -> None:
    """What asking brought, and who told of it."""
    page.line(f"{counted(asked.asked, 'peer')} answered.")
    for store in asked.stores:
        through = f"through {store.through}" if store.through else "by the DHT"
        goods = counted(store.listings, "listing")
        page.line(f"New here: {store.name}, {goods}, found {through}.")


def _row(card: CardView) -> tuple[str, ...]:
    seller = card.seller_name + ("" if card.seller_online else " (off)")
    rating = f"{card.rating / STARS:.1f} ({card.votes})" if card.votes else ""
    begin = short(card.listing_id), card.title, money(card.price)
    return *begin, seller, rating, card.stock


def _store(args: argparse.Namespace, node: Client) -> Shown:
    store: StoreView = node.call(Store(peer=args.peer))
    words = "online" if store.online else _away(store)
    listings = counted(store.listings, "listing")
    text = f"{store.name} ({store.peer_id}): {listings}, {words}"
    return Shown(store, lambda page: page.line(text))


def _away(store: StoreView) -> str:
    """When the owner was seen, and how old what is here may be; orders find him later."""
    now = int(time.time())
    seen = f", last seen {distance(store.seen, now)}" if store.seen else ""
    return f"away{seen}, copy of {distance(store.as_of, now)}; orders wait for him"
