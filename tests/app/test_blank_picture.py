"""Goods that are published without a picture."""

import io

import pytest
from PIL import Image

from bazaar.app.shop.blank_picture import HEIGHT, WIDTH, blank
from bazaar.domain.errors import InputError
from bazaar.rpc.handlers.dispatch import Changes, Dispatcher
from bazaar.rpc.schema.listings import ListingPublish, PublishedBatch
from tests.app.town import LAMP, Cast

BARE = {name: value for name, value in LAMP.items() if name != "images"}


def test_the_blank_picture_is_a_whole_png_of_one_colour() -> None:
    with Image.open(io.BytesIO(blank("#3ab632"))) as picture:
        picture.load()
        assert (picture.format, picture.size) == ("PNG", (WIDTH, HEIGHT))
        assert picture.getcolors() == [(WIDTH * HEIGHT, (0x3A, 0xB6, 0x32))]


async def test_what_must_be_in_a_listing_file_is_enough(cast: Cast) -> None:
    door = Dispatcher(cast.seller.node, Changes(), lambda: None)
    file = {name: BARE[name] for name in ("title", "type", "price", "shipping")}
    batch = await door(ListingPublish(listings=(file | {"title": "Vase"},)))
    assert isinstance(batch, PublishedBatch)
    assert (batch.slug, batch.version) == ("vase", 1)


async def test_a_next_version_without_its_pictures_is_refused(cast: Cast) -> None:
    door = Dispatcher(cast.seller.node, Changes(), lambda: None)
    with pytest.raises(InputError, match="at least one picture"):
        await door(ListingPublish(listings=(BARE,)))
