"""The same listings in tantivy, the anchor of search: an index without texts, rows or updates."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import tantivy

from bazaar.domain.listings.card import Card
from tests.bench.goods import Shop

FIELDS: Final = ["title", "tags", "descr"]
BOOSTS: Final = {"title": 10.0, "tags": 6.0, "descr": 1.0}
HEAP_BYTES: Final = 200_000_000
HITS: Final = 20


class PeerIndex:
    """One index; ``add`` shops, ``close`` it, then ``ask``."""

    def __init__(self, folder: Path) -> None:
        builder = tantivy.SchemaBuilder()
        for name in FIELDS:
            builder.add_text_field(name, stored=False, tokenizer_name="default")
        builder.add_integer_field("id", stored=True, indexed=False, fast=True)
        builder.add_text_field("cat", stored=False, tokenizer_name="raw", fast=True)
        builder.add_integer_field("price", stored=False, indexed=True, fast=True)
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._index = tantivy.Index(builder.build(), path=str(folder))
        self._writer = self._index.writer(heap_size=HEAP_BYTES, num_threads=1)
        self._searcher: Any = self._index.searcher()  # its stub lacks what is used here
        self._number = 0

    def add(self, shop: Shop, texts: Iterable[str]) -> None:
        """Index the cards of ``shop`` with the descriptions beside them."""
        for card, text in zip(shop.cards, texts, strict=True):
            self._number += 1
            self._writer.add_document(self._document(card, text))

    def _document(self, card: Card, text: str) -> tantivy.Document:
        return tantivy.Document(
            title=card.title,
            tags=" ".join((*card.tags, *card.categories)),
            descr=text,
            id=self._number,
            cat=card.categories[0],
            price=card.price_from,
        )

    def close(self) -> int:
        """Make everything searchable; returns the bytes of the index."""
        self._writer.commit()
        self._writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()
        return sum(file.stat().st_size for file in self._folder.iterdir())

    def ask(self, words: str, category: str | None = None) -> int:
        """The best 20 with the count of all, as the app's search; returns the count."""
        said = " AND ".join(words.split())
        if category:
            said = " AND ".join(filter(None, (said, f'cat:"{category}"')))
        query = self._index.parse_query(said, FIELDS, field_boosts=BOOSTS)
        return self._searcher.search(query, HITS, count=True).count or 0

    def facets(self, words: str) -> int:
        """Counts by category of all matches."""
        query = self._index.parse_query(" AND ".join(words.split()), FIELDS)
        wanted = {"by": {"terms": {"field": "cat", "size": 400}}}
        return len(self._searcher.aggregate(query, wanted))
