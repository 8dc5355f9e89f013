"""What an import is asked, and what it says of its end."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from bazaar.app.shop.batches import Batch
from bazaar.domain.sheets.sheet_listings import SheetError


class Order(NamedTuple):
    """What to read and how.

    Attributes:
        pictures: Folder or zip archive of the pictures; empty: beside the file, or in it.
        unit: The unit of amounts that name none.
        template: The shipping template of new listings that name none.
        columns: Our column by the file's name of it, where the file's own is wrong.
        spare: A picture file for goods that have none; empty: they are faults.
        only_sound: Publish the sound listings although others have faults.
    """

    file: Path
    pictures: str = ""
    unit: str = ""
    template: str = ""
    columns: Mapping[str, str] = MappingProxyType({})
    dry_run: bool = False
    only_sound: bool = False
    spare: str = ""


class Preview(NamedTuple):
    """One listing as the file would make it."""

    row: int
    slug: str
    title: str
    price: str
    stock: str
    pictures: int
    is_new: bool


class Report(NamedTuple):
    """What was done, or would be; with faults and not ``only_sound`` nothing was.

    Attributes:
        refused: How many faults there are; ``errors`` names the first 1,000.
        columns: (the file's column, ours or empty) in order.
    """

    batch: Batch
    errors: tuple[SheetError, ...]
    refused: int
    previews: tuple[Preview, ...]
    columns: tuple[tuple[str, str], ...]
    dialect: str
    encoding: str
    is_done: bool


Tell = Callable[[str, int, int], None]
"""Hears the stage, how much is done, and of how much."""
