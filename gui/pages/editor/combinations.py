"""The combinations that options make, each keeping what was typed for it."""

from collections.abc import Sequence
from itertools import product
from typing import Final

from gui.pages.editor.draft import Option, Sku

MOST: Final = 500


def words(text: str) -> list[str]:
    """Return comma-separated words, each once."""
    return list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def combinations(options: Sequence[Option], kept: Sequence[Sku]) -> tuple[Sku, ...]:
    """Return one SKU for each combination, as in ``kept`` where it is there.

    At most 501, so that one too many can be told.
    """
    named = [one for one in options if one.name.strip() and words(one.variants)]
    if not named:
        return ()
    known = {frozenset(one.choice): one for one in kept}
    made: list[Sku] = []
    for variants in product(*(words(one.variants) for one in named)):
        names = (one.name.strip() for one in named)
        choice = tuple(zip(names, variants, strict=True))
        found = known.get(frozenset(choice))
        made.append(Sku(choice) if found is None else _placed(found, choice))
        if len(made) > MOST:
            break
    return tuple(made)


def _placed(sku: Sku, choice: tuple[tuple[str, str], ...]) -> Sku:
    return Sku(choice, sku.sold, sku.sku, sku.surcharge, sku.stock, sku.picture)
