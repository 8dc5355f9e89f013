"""Gossip, stores and pictures that lie: the owner of a running node sees none of them."""

import contextlib
import itertools
from typing import Any

import pytest
from libp2p.io.exceptions import IOException
from libp2p.kad_dht.pb.kademlia_pb2 import Message, Record
from libp2p.pubsub.pb import rpc_pb2

from bazaar.domain.errors import PeerUnreachableError
from bazaar.domain.keys.identity import Identity
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.domain.listings.card import card_of, cut
from bazaar.rpc.problems import CallError
from bazaar.rpc.schema.listings import ListingPublish, ListingShow
from bazaar.rpc.schema.search import Picture, PictureView, Store
from net.dht.head_records import record_key
from tests.forged_numbers import TOO_GREAT
from tests.system import forged_shop
from tests.system.hostile import Hostile
from tests.system.victim import FF, NUMBERS, ON, Make, Victim, rose

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
LESSON = {"title": "Whittling lesson", "type": "service", "price": "12.00 EUR"}
STRANGER = Identity(b"\x77" * 32)


def forgeries(peer: Hostile) -> list[rpc_pb2.Message]:
    """Gossip that no honest peer sends."""
    head = forged_shop.head_dated(peer.number, ON, ahead=0, lasts=3600)
    others = forged_shop.head_dated(next(NUMBERS), ON, ahead=0, lasts=3600)
    unsigned = peer.message(head, 5)
    unsigned.signature = b"s" * 64
    keyed = peer.message(head, 6)
    keyed.key = FF[:100]
    return [
        peer.message(head[:-1] + bytes([head[-1] ^ 1]), 1),
        peer.message(others, 2),
        peer.message(FF[:200], 3),
        peer.message(FF[:2000], 4),
        unsigned,
        keyed,
    ]


async def test_gossip_that_is_forged(victim: Victim, make: Make) -> None:
    async with victim.unharmed("score.garbage"), make() as peer:
        await peer.greet()
        for message in forgeries(peer):
            with contextlib.suppress(PeerUnreachableError):
                await peer.gossip(message)


async def test_dht_values_that_are_forged(victim: Victim, make: Make) -> None:
    async with victim.unharmed("score.garbage"), make() as peer:
        await peer.greet()
        good = forged_shop.head_dated(peer.number, ON, ahead=0, lasts=3600)
        key = record_key(peer.identity.key).encode()
        for value in (
            forged_shop.head_dated(peer.number, ON, ahead=-7200, lasts=3600),
            forged_shop.head_dated(peer.number, ON, ahead=3600, lasts=7200),
            forged_shop.head_dated(next(NUMBERS), ON, ahead=0, lasts=3600),
            good[:-1] + bytes([good[-1] ^ 1]),
            FF[:3000],
        ):
            with contextlib.suppress(IOException, EOFError):
                await peer.kad(put_value(key, value))
            held = await peer.kad(Message(type=Message.GET_VALUE, key=key))
            assert not held.HasField("record")
        await peer.kad(put_value(key, good))
        held = await peer.kad(Message(type=Message.GET_VALUE, key=key))
        assert held.record.value == good


async def test_heads_whose_sequence_no_head_may_have(
    victim: Victim, make: Make
) -> None:
    """By gossip, into the DHT and from the store itself."""
    for sequence in TOO_GREAT.values():
        async with make() as peer, victim.unharmed("score.garbage"):
            await peer.greet()
            head = forged_shop.head_numbered(peer.number, ON, sequence)
            await gossiped_until_counted(victim, peer, head)
        async with make() as peer, victim.unharmed():
            await peer.greet()
            head = forged_shop.head_numbered(peer.number, ON, sequence)
            key = record_key(peer.identity.key).encode()
            with contextlib.suppress(IOException, EOFError):
                await peer.kad(put_value(key, head))
            held = await peer.kad(Message(type=Message.GET_VALUE, key=key))
            assert not held.HasField("record")
        number = next(NUMBERS)
        head = forged_shop.head_numbered(number, ON, sequence)
        shop = forged_shop.honest(number, ON)
        await refused_store(victim, make, number, shop._replace(head=head))


async def gossiped_until_counted(victim: Victim, peer: Hostile, head: bytes) -> None:
    """Send ``head`` again and again: a packet that comes before our subscription is lost."""
    before = await victim.status()
    for number in itertools.count(1):
        await peer.gossip(peer.message(head, number))
        if rose(["score.garbage"], before, await victim.status()):
            return


def put_value(key: bytes, value: bytes) -> Message:
    record = Record(key=key, value=value)
    return Message(type=Message.PUT_VALUE, key=key, record=record)


@pytest.mark.parametrize(("ahead", "lasts"), [(-7200, 3600), (3600, 7200)])
async def test_heads_that_are_untimely(
    victim: Victim, make: Make, ahead: int, lasts: int
) -> None:
    async with make() as peer:
        head = forged_shop.head_dated(peer.number, ON, ahead=ahead, lasts=lasts)
        async with victim.unharmed():
            await peer.greet()
            await peer.gossip(peer.message(head, 1))
            number = next(NUMBERS)
            shop = forged_shop.honest(number, ON)._replace(
                head=forged_shop.head_dated(number, ON, ahead=ahead, lasts=lasts)
            )
            async with make(shop.serving(), number) as seller:
                await seller.greet()
                with pytest.raises(CallError):
                    await victim.call(Store(peer=peer_id(seller.identity.key)))


async def refused_store(victim: Victim, make: Make, number: int, shop: Any) -> None:
    """The node's owner asks for a store that lies; nothing of it is kept."""
    async with victim.unharmed(), make(shop.serving(), number) as seller:
        await seller.greet()
        with contextlib.suppress(CallError):
            await victim.call(Store(peer=peer_id(seller.identity.key)))
        assert (await victim.found("lamp")).total == 0


async def test_page_lists_that_do_not_hash(victim: Victim, make: Make) -> None:
    number = next(NUMBERS)
    shop = forged_shop.honest(number, ON)
    await refused_store(victim, make, number, shop._replace(page_ids=(b"p" * 32,)))


async def test_page_lists_of_a_strange_length(victim: Victim, make: Make) -> None:
    number = next(NUMBERS)
    shop = forged_shop.honest(number, ON)
    await refused_store(victim, make, number, shop._replace(page_ids=shop.page_ids * 3))


async def test_pages_that_do_not_hash(victim: Victim, make: Make) -> None:
    number = next(NUMBERS)
    shop = forged_shop.honest(number, ON)
    other = cut([card_of(forged_shop.lamp(STRANGER, ON, "Lamp"))])
    await refused_store(victim, make, number, shop._replace(pages=other))


async def test_pages_that_are_garbage(victim: Victim, make: Make) -> None:
    number = next(NUMBERS)
    await refused_store(
        victim, make, number, forged_shop.over_page(number, ON, FF[:1000])
    )


async def test_a_listing_signed_by_another_key(victim: Victim, make: Make) -> None:
    number = next(NUMBERS)
    alien = forged_shop.lamp(STRANGER, ON, "Alien lamp")
    page = cut([card_of(alien)])[0]
    shop = forged_shop.over_page(number, ON, page)
    shop = shop._replace(listings=(alien.envelope,))
    async with make(shop.serving(), number) as seller:
        await seller.greet()
        await victim.finds("alien")
        async with victim.unharmed():
            with pytest.raises(CallError):
                await victim.call(ListingShow(id=alien.id.hex()))


async def test_pictures_that_are_none(victim: Victim, make: Make) -> None:
    torn = b"\xff\xd8\xff\xe0" + FF
    for picture in [SVG, b"", FF, torn, b"GIF89a" + bytes(64)]:
        await refused_picture(victim, make, picture)


async def test_a_picture_that_is_a_bomb(victim: Victim, make: Make) -> None:
    await refused_picture(victim, make, forged_shop.png_bomb())


async def test_a_picture_of_other_bytes_than_its_name(
    victim: Victim, make: Make
) -> None:
    await refused_picture(victim, make, SVG, named=b"n" * 32)


async def refused_picture(
    victim: Victim, make: Make, picture: bytes, named: bytes | None = None
) -> None:
    digest = named or forged_shop.image_id(picture)
    serving = forged_shop.serving_blobs({digest: picture})
    async with make(serving) as seller, victim.unharmed():
        await seller.greet()
        asked = Picture(id=digest.hex(), peer=peer_id(seller.identity.key))
        shown: PictureView = await victim.call(asked)
        assert shown.path is None
        assert shown.problem


async def test_afterwards_the_owner_trades_on(victim: Victim, make: Make) -> None:
    await victim.call(ListingPublish(listings=(LESSON,)))
    assert (await victim.found("whittling")).total == 1
    number = next(NUMBERS)
    shop = forged_shop.honest(number, ON)
    async with make(shop.serving(), number) as seller:
        await seller.greet()
        await victim.finds(f"lamp {number}")
