"""Personal data of ended orders leaves no byte behind; what is unsettled keeps all of it."""

from collections.abc import Iterator

import pytest

from bazaar.app.trading.deliveries import deliveries
from bazaar.app.trading.shredding import (
    DAY_SECONDS,
    DEFAULT_DAYS,
    EVIDENCE_SECONDS,
    GREATEST_DAYS,
    shred_days,
)
from bazaar.domain.delivery.delivery import Disclosed
from bazaar.domain.errors import InputError
from bazaar.domain.trading.messages import DisputeReason, Evidence, Role
from tests.app.test_recovery import awaits, keep, lose
from tests.app.test_resealing import read
from tests.app.town import ADDRESS, Cast, Person
from tests.fakes import until

STREET = "Nowhere Lane 7441"
TRACKING = b"track me"
SPOKEN = b"ring twice"
DAYS = DEFAULT_DAYS * DAY_SECONDS


def box(person: Person, trade_id: bytes) -> bytes | None:
    with person.book.unit() as unit:
        return unit.secret(trade_id, "box")


def traces(person: Person, *secrets: bytes) -> list[str]:
    """Files of the home that hold any of ``secrets`` as plain bytes."""
    return [
        path.name
        for path in sorted(person.home.rglob("*"))
        if path.is_file() and any(one in path.read_bytes() for one in secrets)
    ]


def shred(person: Person) -> None:
    person.node.shredding.sweep()
    person.node.shredding.scrub()


async def closed(cast: Cast, **changes: object) -> bytes:
    trade_id = await cast.closed(address=ADDRESS | {"street": STREET}, **changes)
    await cast.town.quiet()
    return trade_id


def secrets(cast: Cast, trade_id: bytes) -> Iterator[bytes]:
    """All that must not be found: texts, and the keys that open what was sealed."""
    yield from (STREET.encode(), SPOKEN, TRACKING)
    for person in (cast.buyer, cast.seller):
        key = box(person, trade_id)
        assert key is not None
        yield key


async def test_nothing_of_an_address_is_left_in_the_bytes_of_any_file(
    cast: Cast,
) -> None:
    trade_id = await closed(cast)
    cast.seller.node.disclosure.disclose(trade_id, Disclosed.ADDRESS, Role.PRIMARY)
    cast.seller.node.stir()
    await until(lambda: cast.primary.fact(trade_id, "address"))
    await cast.town.quiet()
    private = tuple(secrets(cast, trade_id))
    people = (cast.buyer, cast.seller, cast.primary)
    assert all(traces(one, *private) for one in people)
    cast.town.wall.time += DAYS - 1
    for one in people:
        shred(one)
    assert all(traces(one, *private) for one in people)
    cast.town.wall.time += 1
    for one in people:
        shred(one)
    assert [traces(one, *private) for one in people] == [[], [], []]
    assert [box(one, trade_id) for one in people] == [None, None, None]
    assert all(one.state(trade_id) == "closed" for one in people)
    with cast.buyer.book.unit() as unit:
        trade = cast.buyer.node.trades.load(unit, trade_id)
        assert not deliveries(unit, trade, Role.BUYER)


async def test_what_is_not_settled_keeps_its_keys(cast: Cast) -> None:
    trade_id = await cast.shipped(address=ADDRESS | {"street": STREET})
    await cast.buyer.node.profiles.change({"shred_days": "0"})
    for one in (cast.buyer, cast.seller):
        shred(one)
        assert box(one, trade_id) is not None
        assert one.fact(trade_id, "address") is not None


async def test_an_order_called_off_keeps_them_until_no_money_can_be_bound(
    cast: Cast,
) -> None:
    trade_id = await cast.agreed(address=ADDRESS | {"street": STREET})
    await cast.buyer.node.profiles.change({"shred_days": "0"})
    cast.buyer.node.deeds.withdraw(trade_id, "")
    cast.buyer.node.changed(trade_id)
    await cast.town.all_in("aborted", trade_id, cast.everybody)
    t0 = cast.buyer.trade(trade_id).contract.deadlines.t0
    cast.town.wall.time = t0 + cast.town.network.grace
    shred(cast.buyer)
    assert box(cast.buyer, trade_id) is not None
    cast.town.wall.time += 1
    shred(cast.buyer)
    assert box(cast.buyer, trade_id) is None
    assert not traces(cast.buyer, STREET.encode())


async def test_days_are_a_setting_from_0_to_365(cast: Cast) -> None:
    change = cast.seller.node.profiles.change
    for wrong in (str(GREATEST_DAYS + 1), "-1", "many", ""):
        with pytest.raises(InputError, match="0 to 365"):
            await change({"shred_days": wrong})
    await change({"shred_days": str(GREATEST_DAYS)})
    with cast.seller.book.unit() as unit:
        assert shred_days(unit) == GREATEST_DAYS
    trade_id = await closed(cast)
    cast.town.wall.time += DAYS
    shred(cast.seller)
    assert cast.seller.fact(trade_id, "address") is not None
    await change({"shred_days": "0"})
    await until(lambda: cast.seller.fact(trade_id, "address") is None)


async def test_a_restore_asks_for_nothing_that_was_shredded(cast: Cast) -> None:
    trade_id = await closed(cast)
    await cast.buyer.node.profiles.change({"shred_days": "0"})
    await until(lambda: box(cast.buyer, trade_id) is None)
    copy = keep(cast.buyer)
    await lose(cast.buyer, copy)
    await cast.town.start(cast.buyer)
    await until(lambda: awaits(cast.buyer) == 0)
    await cast.town.quiet()
    assert read(cast.buyer, trade_id) == []
    assert not traces(cast.buyer, TRACKING)


async def test_a_crash_between_deleting_and_writing_anew_is_made_up_for(
    cast: Cast,
) -> None:
    trade_id = await closed(cast)
    cast.town.wall.time += DAYS
    cast.seller.node.shredding.sweep()
    await cast.seller.leave()
    await cast.town.start(cast.seller)
    await until(lambda: not traces(cast.seller, STREET.encode()))
    assert cast.seller.state(trade_id) == "closed"


async def test_evidence_is_deleted_90_days_after_the_ruling(cast: Cast) -> None:
    trade_id = await cast.shipped()
    cast.buyer.node.deeds.dispute(trade_id, "", (), DisputeReason.GOODS, "it is broken")
    cast.buyer.node.changed(trade_id)
    await cast.town.all_in("disputed", trade_id, cast.everybody)
    photo = cast.buyer.home / "photo.jpg"
    photo.write_bytes(b"picture of a broken lamp")
    ((digest, size),) = await cast.buyer.node.files.take_in([str(photo)])
    photo.unlink()
    cast.buyer.show(trade_id, digest, size)
    await until(lambda: cast.seller.trade(trade_id).facts.of(Evidence))
    await cast.seller.node.files.fetch(cast.buyer.key, digest, size)
    cast.seller.node.deeds.decline(trade_id, "", ())
    cast.seller.node.changed(trade_id)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    await cast.town.quiet()
    cast.town.wall.time += EVIDENCE_SECONDS - 1
    for one in (cast.buyer, cast.seller):
        shred(one)
        assert one.node.context.blobs.has(digest)
    cast.town.wall.time += 1
    for one in (cast.buyer, cast.seller):
        shred(one)
        assert not one.node.context.blobs.has(digest)
        assert not traces(one, b"a broken lamp")
