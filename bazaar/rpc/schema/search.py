"""The local catalogue and its pictures."""

from bazaar.rpc.schema.call import Answer, Call
from bazaar.rpc.schema.listings import CardView


class Search(Call, frozen=True, tag="search"):
    """Search the local catalogue. ``max_price`` is text such as ``30 EUR``."""

    words: str = ""
    category: str | None = None
    max_price: str | None = None
    region: str | None = None
    kind: str | None = None
    sort: str = "relevance"
    limit: int = 20
    offset: int = 0


class SearchView(Answer, frozen=True):
    """Hits with the count and how long the search took, microseconds."""

    total: int
    total_is_exact: bool
    results: tuple[CardView, ...]
    stores: int
    took_us: int


class Complete(Call, frozen=True, tag="search.complete"):
    """Completions of the last word."""

    prefix: str
    limit: int = 8


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
    """A store as just fetched; ``online`` whether its owner answered."""

    peer_id: str
    name: str
    seq: int
    listings: int
    online: bool
    as_of: int


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
