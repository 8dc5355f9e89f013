"""The demonstration's shops: profiles, listings and pictures from their data files."""

import json
from pathlib import Path
from typing import Any, Final, NamedTuple

from bazaar.demo.pictures import Recipe, save

SHOPS: Final = ("lamplight", "barro-e-linho", "hedgerow", "kade-12")

CATEGORIES: Final = frozenset(
    {
        *(
            "art",
            "bicycles",
            "books",
            "ceramics",
            "clothing",
            "electronics",
            "food",
            "furniture",
        ),
        *(
            "garden",
            "home",
            "kitchen",
            "lessons",
            "lighting",
            "music",
            "patterns",
            "photography",
        ),
        *("repairs", "services", "textiles", "tools"),
    }
)
"""All categories that the demonstration's market knows."""

_DATA: Final = Path(__file__).with_name("shops")


class Shop(NamedTuple):
    """One shop, ready to be published.

    Attributes:
        name: Its folder's name, also fit for the folder of its node.
        country: Where it is, ISO 3166-1 alpha-2.
        profile: The fields of a profile, colours as integers.
        listings: Listing files as the command line takes them; ``images`` are bare file names.
        pictures: How to draw each of these files.
    """

    name: str
    country: str
    profile: dict[str, Any]
    listings: tuple[dict[str, Any], ...]
    pictures: dict[str, Recipe]


def load_shop(name: str) -> Shop:
    """Read one shop of ``SHOPS`` from its data files; its listings come sorted by slug."""
    folder = _DATA / name
    profile = _read(folder / "profile.json")
    country: str = profile.pop("country")
    profile["colours"] = [int(colour[1:], 16) for colour in profile["colours"]]
    listings = tuple(
        _read(path) for path in sorted((folder / "listings").glob("*.json"))
    )
    recipes = _read(folder / "pictures.json")
    pictures = {file: _recipe(raw) for file, raw in recipes.items()}
    return Shop(name, country, profile, listings, pictures)


def load_shops() -> tuple[Shop, ...]:
    """Read all shops."""
    return tuple(load_shop(name) for name in SHOPS)


def write_pictures(shop: Shop, folder: Path) -> tuple[Path, ...]:
    """Draw the pictures that the shop's listings name into a folder that exists.

    Returns the files written, in the order of the listings. Takes about a second per shop.
    """
    names = [name for listing in shop.listings for name in listing["images"]]
    for name in names:
        save(shop.pictures[name], folder / name)
    return tuple(folder / name for name in names)


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _recipe(raw: dict[str, Any]) -> Recipe:
    lists = {"paint", "words", "focus"}
    plain: dict[str, Any] = {
        key: tuple(value) if key in lists else value for key, value in raw.items()
    }
    plain["others"] = tuple((main, second) for main, second in raw.get("others", ()))
    return Recipe(**plain)
