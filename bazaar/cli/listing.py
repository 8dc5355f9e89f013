"""``listing``: publish, list, show and remove what is for sale."""

import argparse
from pathlib import Path
from typing import Any, cast

import msgspec

from bazaar.cli import listing_bulk, listing_files
from bazaar.cli.arguments import json_file
from bazaar.cli.formats import money, short
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.cli.shelf import register as register_shelf
from bazaar.domain.errors import InputError
from bazaar.rpc.client import Client
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.listings import (
    CardView,
    ListingList,
    ListingPublish,
    ListingRemove,
    ListingShow,
    ListingView,
    PublishedBatch,
    ShippingView,
)


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    listing = commands.group("listing", "what is for sale")
    listing.ask("publish", "publish a listing file", _publish).add_argument(
        "file", metavar="FILE"
    )
    listing.ask("list", "your listings, or those of a store", _list).add_argument(
        "peer", nargs="?", metavar="PEER"
    )
    listing.ask("show", "one listing whole", _show).add_argument("id", metavar="ID")
    listing.ask("remove", "take a listing out of your store", _remove).add_argument(
        "slug", metavar="SLUG"
    )
    register_shelf(listing)
    listing_files.register(listing)
    listing_bulk.register(listing)


def _publish(args: argparse.Namespace, node: Client) -> Shown:
    folder = str(Path(args.file).absolute().parent)
    listings = _objects(args.file, json_file(args.file))
    batch: PublishedBatch = node.call(ListingPublish(listings=listings, folder=folder))
    rows = [(one.slug, str(one.version), one.listing_id) for one in batch.listings]
    return Shown(batch, lambda page: page.table(("SLUG", "VERSION>", "LISTING"), rows))


def _objects(path: str, found: Any) -> tuple[dict[str, Any], ...]:
    """One object or a list of them, as the node takes them."""
    listings = cast("list[Any]", found) if isinstance(found, list) else [found]
    if not listings or not all(isinstance(one, dict) for one in listings):
        raise InputError(path, "must hold one listing object, or a list of them")
    return tuple(listings)


def _list(args: argparse.Namespace, node: Client) -> Shown:
    cards: tuple[CardView, ...] = node.call(ListingList(peer=args.peer))
    rows = [
        (
            card.slug,
            card.title,
            money(card.price),
            card.stock,
            card.state,
            short(card.listing_id),
        )
        for card in cards
    ]
    heads = ("SLUG", "TITLE", "PRICE>", "STOCK>", "STATE", "LISTING")
    return Shown(cards, lambda page: page.table(heads, rows, "nothing is for sale"))


def _show(args: argparse.Namespace, node: Client) -> Shown:
    listing: ListingView = node.call(ListingShow(id=args.id))
    whole: dict[str, Any] = msgspec.to_builtins(listing)
    return Shown(whole.pop("card") | whole, lambda page: _page(page, listing))


def _page(page: Page, listing: ListingView) -> None:
    card = listing.card
    page.line(f"{card.title}  {money(card.price)}")
    page.line(listing.short)
    page.line()
    page.fields(
        [
            ("listing", card.listing_id),
            ("version", f"{card.version} of {card.slug}"),
            ("seller", f"{card.seller_name} ({card.seller})"),
            (
                "online",
                ""
                if card.seller_online
                else "no: orders wait until the seller returns",
            ),
            ("stock", card.stock),
            ("condition", listing.condition),
            ("sent within", listing.processing_time),
            ("sent from", listing.ships_from),
            *(("shipping", _way(way)) for way in listing.shipping),
            *(
                (f"choose {one.name}", _choices(one.variants))
                for one in listing.options
            ),
            *(("tax", tax) for tax in listing.taxes),
            ("arbiters", ", ".join(listing.arbiters)),
            ("paid by", ", ".join(listing.rails)),
            (
                "deadlines",
                f"ship {listing.ship_days} d, inspect {listing.inspect_days} d",
            ),
            ("returns", listing.refund_policy),
            ("terms", listing.terms),
            ("amounts", listing.unit_note),
        ]
    )
    for block in listing.description:
        page.line()
        page.line("".join(text for _, text in block.runs))


def _choices(variants: tuple[Any, ...]) -> str:
    return ", ".join(variant.name for variant in variants)


def _way(way: ShippingView) -> str:
    services = "; ".join(
        f"{way.title}/{one.name} {money(one.first)}, then {money(one.additional)}, {one.estimate}"
        for one in way.services
    )
    return f"{services or way.title} (to {', '.join(way.countries) or 'anywhere'})"


def _remove(args: argparse.Namespace, node: Client) -> Shown:
    done: Done = node.call(ListingRemove(slug=args.slug))
    return Shown(
        done, lambda page: page.line(done.words or f"{args.slug} is no longer for sale")
    )
