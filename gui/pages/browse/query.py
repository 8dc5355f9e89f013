"""What is looked for in Browse, and the call that looks for it."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from bazaar.rpc.schema.search import Facets, Search
from gui.texts.shown import category_words

TITLE_CHARACTERS: Final = 80
PLAIN: Final = (
    "words",
    "category",
    "kind",
    "min_price",
    "max_price",
    "region",
    "near",
    "condition",
    "language",
    "free_shipping",
    "in_stock",
    "followed",
    "mature",
)
"""Fields that are called the same in a call."""


class Query(NamedTuple):
    """What is looked for; empty fields do not narrow."""

    words: str = ""
    category: str = ""
    kind: str = ""
    min_price: str = ""
    max_price: str = ""
    region: str = ""
    near: str = ""
    condition: str = ""
    stars: str = ""
    language: str = ""
    free_shipping: bool = False
    in_stock: bool = False
    online: bool = False
    followed: bool = False
    mature: bool = False
    sort: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether anything but the order is chosen."""
        return bool(self.words) or self.filters > 0

    @property
    def filters(self) -> int:
        """How many filters narrow; showing mature goods widens."""
        chosen = self._replace(words="", mature=False, sort="")
        return sum(1 for value in chosen if value)

    @property
    def is_plain(self) -> bool:
        """Whether everything is shown in the usual order."""
        return not self.narrowed and not self.sort

    def search(self, unit: str, offset: int, limit: int) -> Search:
        """Return the call for one window; bare prices are in ``unit``."""
        order = self.sort or ("relevance" if self.words else "newest")
        fields = self.asked(unit)
        return Search(
            **fields, sort=order, offset=offset, limit=limit, live=offset == 0
        )

    def facets(self, unit: str) -> Facets:
        """Return the call that counts the filters."""
        return Facets(**self.asked(unit), live=True)

    def title(self) -> str:
        """Return a name for it, of what narrows most."""
        named = (self.words, category_words(self.category) if self.category else "")
        others = [str(one) for one in self[2:-1] if one and one is not True]
        return " · ".join(filter(None, (*named, *others)))[:TITLE_CHARACTERS]

    def asked(self, unit: str) -> dict[str, Any]:
        """Return what narrows, as the fields of a call."""
        return {
            "words": self.words,
            "category": self.category or None,
            "kind": self.kind or None,
            "min_price": priced(self.min_price, unit) or None,
            "max_price": priced(self.max_price, unit) or None,
            "region": self.region or None,
            "near": self.near or None,
            "condition": self.condition or None,
            "language": self.language or None,
            "min_rating": float(self.stars or 0),
            "free_shipping": self.free_shipping,
            "in_stock": self.in_stock,
            "online": self.online,
            "followed": self.followed,
            "mature": self.mature,
        }


def query_of(asked: Mapping[str, Any]) -> Query:
    """Return what a saved search looks for."""
    stars = asked.get("min_rating") or 0
    fields = {name: asked[name] for name in PLAIN if asked.get(name)}
    return Query(**fields, stars=f"{stars:g}" if stars else "")


def priced(text: str, unit: str) -> str:
    """Return ``text`` with ``unit`` added to a bare number."""
    bare = text.replace(".", "", 1).isdigit()
    return f"{text} {unit}" if bare and unit else text
