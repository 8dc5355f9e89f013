"""What is looked for in Browse, and the call that looks for it."""

from typing import Any, NamedTuple

from bazaar.rpc.schema.search import Facets, Search


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
        fields = self._wanted(unit)
        return Search(
            **fields, sort=order, offset=offset, limit=limit, live=offset == 0
        )

    def facets(self, unit: str) -> Facets:
        """Return the call that counts the filters."""
        return Facets(**self._wanted(unit), live=True)

    def _wanted(self, unit: str) -> dict[str, Any]:
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


def priced(text: str, unit: str) -> str:
    """Return ``text`` with ``unit`` added to a bare number."""
    bare = text.replace(".", "", 1).isdigit()
    return f"{text} {unit}" if bare and unit else text
