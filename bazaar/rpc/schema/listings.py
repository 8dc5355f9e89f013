"""Own listings and those of others."""

from typing import Any, Final

from bazaar.rpc.schema.call import Answer, Answers, Call, Done, MoneyView


class ListingPublish(Call, frozen=True, tag="listing.publish"):
    """Publish one or many listings as one batch under one new store head.

    Attributes:
        listings: Listing files as parsed JSON (cli.md, "Listing file").
        file: A listing file to read instead (one object or a list of them).
        seen: The files as they were read before they were changed, in the same order, so
            that an unchanged count does not bring back what was sold meanwhile.
        folder: Where picture paths are relative to; the file's own folder by default.
    """

    listings: tuple[dict[str, Any], ...] = ()
    file: str | None = None
    folder: str = ""
    seen: tuple[dict[str, Any] | None, ...] = ()


class Published(Answer, frozen=True):
    """One published listing."""

    listing_id: str
    slug: str
    version: int


class PublishedBatch(Published, frozen=True):
    """Answer to ``listing.publish``: the first one, then all in the order given."""

    listings: tuple[Published, ...]
    seq: int


class ListingList(Call, frozen=True, tag="listing.list"):
    """Own listings, or those of a store."""

    peer: str | None = None


class CardView(Answer, frozen=True):
    """A listing as a result shows it.

    Attributes:
        stock: The own count, or a hint in words.
        condition: Empty until the listing's page is here.
        rating: Mean of ``votes`` verified ratings of the seller, hundredths of a star.
        as_of: When the seller's store was last heard of; 0 if that is not said.
        seen: When the seller was last seen, as far as is known without asking; else 0.
        wished: The user keeps an eye on it.
        warning: Why a list that is used warns of it or its seller, empty if none does.
        warned_by: Title of that list.
    """

    listing_id: str
    slug: str
    version: int
    title: str
    price: MoneyView
    type: str
    state: str
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    thumbnail: str | None
    free_shipping: bool
    nsfw: bool
    changed: int
    seller: str
    seller_name: str
    seller_fingerprint: tuple[str, ...]
    seller_colour: str
    seller_online: bool
    stock: str
    has_arbiters: bool
    ships_to: tuple[str, ...] = ()
    condition: str = ""
    rating: int = 0
    votes: int = 0
    as_of: int = 0
    seen: int = 0
    wished: bool = False
    warning: str = ""
    warned_by: str = ""


class ListingShow(Call, frozen=True, tag="listing.show"):
    """One listing whole; fetched from its seller or a mirror when not here.

    Attributes:
        peer: The seller, for a hidden listing that no catalogue holds.
    """

    id: str
    peer: str = ""


class Block(Answer, frozen=True):
    """A piece of a description: kind is paragraph, heading, item or code.

    Attributes:
        runs: (style, text) pairs; style is plain, bold, italic or code.
    """

    kind: str
    runs: tuple[tuple[str, str], ...]


class ImageView(Answer, frozen=True):
    """A picture by hash; get its file by ``picture``."""

    id: str
    width: int
    height: int
    caption: str


class VariantView(Answer, frozen=True):
    """One choice."""

    name: str
    image: int | None


class OptionView(Answer, frozen=True):
    """Something to choose."""

    name: str
    description: str
    variants: tuple[VariantView, ...]


class SkuView(Answer, frozen=True):
    """A sellable combination; ``options`` maps option name to variant name."""

    options: dict[str, str]
    sku: str | None
    surcharge: MoneyView
    stock: str


class ServiceView(Answer, frozen=True):
    """A shipping service."""

    name: str
    first: MoneyView
    additional: MoneyView
    estimate: str


class ShippingView(Answer, frozen=True):
    """A shipping option."""

    title: str
    kind: str
    countries: tuple[str, ...]
    services: tuple[ServiceView, ...]


class ListingView(Answer, frozen=True):
    """A listing whole, its description as typed blocks.

    Attributes:
        newer: Id of the version that is sold now, if this is an older one.
        expires: When it ends, seconds.
    """

    card: CardView
    short: str
    description: tuple[Block, ...]
    condition: str
    processing_time: str
    grams: int
    images: tuple[ImageView, ...]
    options: tuple[OptionView, ...]
    skus: tuple[SkuView, ...]
    shipping: tuple[ShippingView, ...]
    taxes: tuple[str, ...]
    ships_from: str
    arbiters: tuple[str, ...]
    rails: tuple[str, ...]
    terms: str
    refund_policy: str
    ship_days: int
    inspect_days: int
    source: dict[str, Any]
    own: bool
    unit_note: str
    coupons: int = 0
    newer: str = ""
    expires: int = 0


class ListingRemove(Call, frozen=True, tag="listing.remove"):
    """Take an own listing out of the store."""

    slug: str


CALLS: Final[Answers] = {
    ListingPublish: PublishedBatch,
    ListingList: tuple[CardView, ...],
    ListingShow: ListingView,
    ListingRemove: Done,
}
