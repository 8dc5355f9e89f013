"""The local catalogue and its pictures."""

from typing import Final

from bazaar.rpc.schema.call import Answer, Answers, Call
from bazaar.rpc.schema.listings import CardView


class Narrowing(Call, frozen=True):
    """What narrows a search of the local catalogue; what is left neutral does not.

    Attributes:
        min_price, max_price: Text such as ``30 EUR``; a bare number is in ``unit``.
        region: Country that the goods must reach.
        near: Country and beginning of the postal code that they are sent from: ``DE-101``.
        kind: physical, digital or service.
        condition: new, as-new, good, worn or refurbished.
        seller: Peer id, name or prefix of one seller.
        min_rating: Stars, in halves, that the seller's verified ratings reach.
        online: Only sellers who are connected now.
        followed: Only sellers whom the user follows.
        mature: Whether goods marked as not safe for work are shown.
        live: A newer live call of its type by this client ends it, as while one types.
    """

    words: str = ""
    category: str | None = None
    min_price: str | None = None
    max_price: str | None = None
    unit: str | None = None
    region: str | None = None
    near: str | None = None
    kind: str | None = None
    condition: str | None = None
    language: str | None = None
    seller: str | None = None
    min_rating: float = 0
    free_shipping: bool = False
    in_stock: bool = False
    online: bool = False
    followed: bool = False
    mature: bool = True
    live: bool = False


class Search(Narrowing, frozen=True, tag="search"):
    """Search the local catalogue; ``sort`` is relevance, newest, price, dearest or rating."""

    sort: str = "relevance"
    limit: int = 20
    offset: int = 0


class SearchView(Answer, frozen=True):
    """Hits with the count and how long the search took, microseconds.

    Attributes:
        stores: Sellers among ``results``.
        as_of: When the network last told of its stores; None before it did.
        meant: Other words that may have been meant, where these find nothing.
        left_out: Listings of known stores that this machine does not keep, by the user's choice.
    """

    total: int
    total_is_exact: bool
    results: tuple[CardView, ...]
    stores: int
    took_us: int
    as_of: int | None = None
    left_out: int = 0
    meant: str = ""


class SearchAsk(Call, frozen=True, tag="search.ask"):
    """Ask peers, volunteers and the DHT for shops with such goods; takes up to 12 s.

    What is found is in the local catalogue from then on: search again.
    """

    words: str = ""
    category: str | None = None
    region: str | None = None


class FoundStore(Answer, frozen=True):
    """A shop that was not here before, or is newer now.

    Attributes:
        listings: How many goods it has.
        through: Name of the peer that told of it; empty if the DHT led to it.
    """

    peer_id: str
    name: str
    listings: int
    through: str


class AskedView(Answer, frozen=True):
    """What asking brought.

    Attributes:
        asked: Peers that answered.
        providers: Nodes that the DHT named.
    """

    asked: int
    providers: int
    stores: tuple[FoundStore, ...]


class Facets(Narrowing, frozen=True, tag="search.facets"):
    """Counts of the filters for a search, asked for once its hits are shown."""


class FacetView(Answer, frozen=True):
    """How many matches have one value of a facet.

    Attributes:
        facet: category, unit, type, state, condition or rating (half stars of the seller).
    """

    facet: str
    value: str
    listings: int


class FacetsView(Answer, frozen=True):
    """Counts over the ``counted`` newest matches; exact if these are all."""

    counted: int
    exact: bool
    facets: tuple[FacetView, ...]


class Complete(Call, frozen=True, tag="search.complete"):
    """Completions of the last word."""

    prefix: str
    limit: int = 8
    live: bool = False


class Words(Answer, frozen=True):
    """Answer to ``search.complete``."""

    words: tuple[str, ...]


class Categories(Call, frozen=True, tag="categories"):
    """Categories in the catalogue with counts."""


class CategoryCount(Answer, frozen=True):
    """A category and how many listings it has here."""

    category: str
    listings: int


class Store(Call, frozen=True, tag="store"):
    """Fetch a store's head and cards now."""

    peer: str


class StoreView(Answer, frozen=True):
    """A store as just fetched.

    Attributes:
        online: Whether its owner answered.
        as_of: When its newest head was heard: how old what is shown may be.
        seen: When its owner was last seen by us, his mailboxes or mirrors; 0 if nobody knows.
        mirrored: Whether a copy is kept here.
    """

    peer_id: str
    name: str
    seq: int
    listings: int
    online: bool
    as_of: int
    seen: int = 0
    mirrored: bool = False


class Picture(Call, frozen=True, tag="picture"):
    """Path of our own JPEG of a picture, fetched and re-encoded when needed.

    Attributes:
        peer: Whose listing shows it.
        size: 200, 400 or 1200 px.
    """

    id: str
    peer: str
    size: int = 400


class PictureView(Answer, frozen=True):
    """``path`` is None while it cannot be had; ``problem`` says why."""

    path: str | None
    problem: str = ""


CALLS: Final[Answers] = {
    Search: SearchView,
    SearchAsk: AskedView,
    Facets: FacetsView,
    Complete: Words,
    Categories: tuple[CategoryCount, ...],
    Store: StoreView,
    Picture: PictureView,
}
