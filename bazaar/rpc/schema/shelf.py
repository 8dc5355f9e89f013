"""What stands behind the counter: drafts, checks, states and versions of listings; the store's door."""

from typing import Any, Final

from msgspec import field

from bazaar.rpc.schema.call import Answer, Answers, Call, Done, MoneyView
from bazaar.rpc.schema.listings import ListingView, Published


class ListingCheck(Call, frozen=True, tag="listing.check"):
    """Say what publishing a listing file would say, and publish nothing.

    Attributes:
        listing: A listing file as parsed JSON.
        country: Also price one piece of it delivered there.
    """

    listing: dict[str, Any]
    country: str = ""


class FaultView(Answer, frozen=True):
    """A refused field as it stands in the file; the words name limit and value."""

    field: str
    words: str


class DeliveryView(Answer, frozen=True):
    """What one order of a listing costs when it is delivered one way.

    Attributes:
        way: ``Title/Service``, or the title of a pickup; empty for what is not shipped.
        total: Goods, shipping and taxes.
    """

    way: str
    goods: MoneyView
    shipping: MoneyView
    tax: MoneyView
    total: MoneyView
    estimate: str = ""


class CheckView(Answer, frozen=True):
    """Answer to ``listing.check``; the view as buyers would see it, if nothing is wrong."""

    faults: tuple[FaultView, ...]
    view: ListingView | None = None
    deliveries: tuple[DeliveryView, ...] = ()


class ListingDeliver(Call, frozen=True, tag="listing.deliver"):
    """Price a listing delivered to a country, by every way that goes there."""

    id: str
    country: str
    options: dict[str, str] = field(default_factory=dict[str, str])
    quantity: int = 1
    coupons: tuple[str, ...] = ()


class ListingDraft(Call, frozen=True, tag="listing.draft"):
    """Keep an unfinished listing; a new one without ``name``.

    Attributes:
        listing: A listing file as parsed JSON, however unfinished.
        folder: Where picture paths are relative to.
    """

    listing: dict[str, Any]
    name: str = ""
    folder: str = ""


class ListingDrafts(Call, frozen=True, tag="listing.drafts"):
    """All drafts, newest first."""


class ListingDropDraft(Call, frozen=True, tag="listing.drop_draft"):
    """Throw a draft away."""

    name: str


class ListingPublishDraft(Call, frozen=True, tag="listing.publish_draft"):
    """Publish a draft; it is a draft no longer then."""

    name: str


class DraftView(Answer, frozen=True):
    """A draft and what is still wrong with it."""

    name: str
    title: str
    saved: int
    listing: dict[str, Any]
    faults: tuple[FaultView, ...]


class ListingClone(Call, frozen=True, tag="listing.clone"):
    """A draft like an own listing."""

    slug: str
    title: str = ""


class ListingStateSet(Call, frozen=True, tag="listing.state"):
    """Publish an own listing as for_sale, hidden, paused or sold_out."""

    slug: str
    state: str


class ListingVersions(Call, frozen=True, tag="listing.versions"):
    """Versions of an own listing, newest first; those that differ in stock alone are one."""

    slug: str


class VersionView(Answer, frozen=True):
    """One version; ``listing.show`` shows it by its id."""

    listing_id: str
    version: int
    issued: int
    title: str
    price: MoneyView
    state: str
    current: bool


class StoreDoor(Call, frozen=True, tag="store.state"):
    """Open or close the own store; without ``state`` only tell.

    Attributes:
        state: open, vacation (listings stay visible) or closed (none is shown).
        notice: What visitors read; at most 160 characters.
        until: When the node opens it again by itself, seconds.
        orders: Whether orders are taken on vacation all the same.
    """

    state: str = ""
    notice: str = ""
    until: int | None = None
    orders: bool = False


class StoreDoorView(Answer, frozen=True):
    """The own store's state."""

    state: str
    notice: str
    until: int | None
    orders: bool


class StoreReach(Call, frozen=True, tag="store.reach"):
    """How far the newest publication has come."""


class StoreReachView(Answer, frozen=True):
    """``have`` counts peers that fetched the newest store head's pages from here."""

    seq: int
    have: int
    connected: int


CALLS: Final[Answers] = {
    ListingCheck: CheckView,
    ListingDeliver: tuple[DeliveryView, ...],
    ListingDraft: DraftView,
    ListingDrafts: tuple[DraftView, ...],
    ListingDropDraft: Done,
    ListingPublishDraft: Published,
    ListingClone: DraftView,
    ListingStateSet: Published,
    ListingVersions: tuple[VersionView, ...],
    StoreDoor: StoreDoorView,
    StoreReach: StoreReachView,
}
