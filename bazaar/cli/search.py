"""``search`` and ``store``: the local catalogue, and one store as it is now."""

import argparse

from bazaar.cli.formats import counted, moment, money, short
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema import CardView, Search, SearchView, Store, StoreView

SORTS = ("relevance", "newest", "price", "rating")


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    search = commands.ask("search", "search the local catalogue", _search)
    search.add_argument("words", nargs="*", metavar="WORDS")
    search.add_argument("--category", metavar="C")
    search.add_argument("--max-price", metavar="P", help="such as '30 EUR'")
    search.add_argument("--region", metavar="R", help="country that it must reach")
    search.add_argument("--sort", choices=SORTS, default="relevance")
    search.add_argument("--limit", type=int, default=20, metavar="N")
    store = commands.ask("store", "fetch a store's newest state now", _store)
    store.add_argument("peer", metavar="PEER")


def _search(args: argparse.Namespace, node: Client) -> Shown:
    found: SearchView = node.call(
        Search(
            words=" ".join(args.words),
            category=args.category,
            max_price=args.max_price,
            region=args.region,
            sort=args.sort,
            limit=args.limit,
        )
    )
    return Shown(found, lambda page: _page(page, found))


def _page(page: Page, found: SearchView) -> None:
    heads = ("LISTING", "TITLE", "PRICE>", "SELLER", "STOCK>")
    page.table(heads, [_row(card) for card in found.results], "nothing found")
    if found.results:
        about = "" if found.total_is_exact else "more than "
        stores = counted(found.stores, "store")
        page.line()
        page.line(f"{len(found.results)} of {about}{found.total}; {stores} known here")


def _row(card: CardView) -> tuple[str, ...]:
    seller = card.seller_name + ("" if card.seller_online else " (off)")
    return short(card.listing_id), card.title, money(card.price), seller, card.stock


def _store(args: argparse.Namespace, node: Client) -> Shown:
    store: StoreView = node.call(Store(peer=args.peer))
    words = "online" if store.online else "not online; its orders wait"
    listings = counted(store.listings, "listing")
    text = f"{store.name} ({store.peer_id}): {listings}, {words}, as of {moment(store.as_of)}"
    return Shown(store, lambda page: page.line(text))
