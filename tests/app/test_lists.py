"""Lists of warnings cover what they name, by choice; one's own word counts for more."""

import msgspec
import pytest

from bazaar.app.people.lists import MAX_ALLOWED, MAX_LISTS, USED, UsedList
from bazaar.domain.errors import (
    BazaarError,
    InputError,
    MalformedMessageError,
    NotFoundError,
)
from bazaar.domain.keys.identity import Identity
from bazaar.domain.stores.records import MAX_LISTED, BlockList, Listed, ReportReason
from bazaar.domain.wire.envelope import seal
from bazaar.domain.wire.kinds import Kind
from tests.app.town import NETWORK, Cast, Person

FRAUD = ReportReason.FRAUD


def why(person: Person, *subjects: bytes) -> ReportReason | None:
    found = person.node.lists.warned(*subjects)
    return found.reason if found else None


async def test_a_published_list_covers_for_who_uses_it(cast: Cast) -> None:
    guard, buyer = cast.primary, cast.buyer
    with pytest.raises(NotFoundError, match="publishes no list"):
        await buyer.node.lists.use(guard.key)
    guard.node.lists.report(cast.seller.key, FRAUD)
    assert why(guard, cast.seller.key) is FRAUD
    with guard.book.unit() as unit:
        assert unit.record(Kind.BLOCK_LIST) is None
    guard.node.lists.publish("Known frauds", published=True)
    found = await buyer.node.lists.use(guard.key)
    assert found.body.title == "Known frauds"
    assert why(buyer, cast.lamp, cast.seller.key) is FRAUD
    await cast.town.restart(buyer)
    assert why(buyer, cast.seller.key) is FRAUD
    buyer.node.lists.allow(cast.seller.key, allowed=True)
    assert why(buyer, cast.seller.key) is None
    buyer.node.lists.allow(cast.seller.key, allowed=False)
    buyer.node.follows.follow(cast.seller.key, private=True)
    assert why(buyer, cast.seller.key) is None
    buyer.node.follows.unfollow(cast.seller.key)
    assert why(buyer, cast.seller.key) is FRAUD
    buyer.node.lists.drop(guard.key)
    assert why(buyer, cast.seller.key) is None


async def test_what_is_taken_back_uncovers_at_the_next_look(cast: Cast) -> None:
    guard, buyer = cast.primary, cast.buyer
    guard.node.lists.report(cast.lamp, ReportReason.ILLEGAL)
    guard.node.lists.publish("", published=True)
    await buyer.node.lists.use(guard.key)
    assert why(buyer, cast.lamp) is ReportReason.ILLEGAL
    guard.node.lists.publish("", published=False)
    await buyer.node.lists._again(guard.key)
    assert why(buyer, cast.lamp) is None
    with pytest.raises(NotFoundError):
        guard.node.lists.withdraw(cast.seller.key)
    guard.node.lists.withdraw(cast.lamp)
    assert why(guard, cast.lamp) is None


async def test_an_older_list_is_not_taken_and_a_foreign_one_never(cast: Cast) -> None:
    guard, buyer = cast.primary, cast.buyer
    guard.node.lists.report(cast.lamp, FRAUD)
    guard.node.lists.publish("First", published=True)
    first = await buyer.node.lists.use(guard.key)
    guard.node.lists.publish("Second", published=True)
    await buyer.node.lists.use(guard.key)
    buyer.node.lists._put(first)
    with buyer.book.unit() as unit:
        (used,) = buyer.node.lists.used(unit)
    read = buyer.node.lists.read(used)
    assert read is not None
    assert read.body.title == "Second"

    def foreign(_unit: object, _asked: object) -> bytes:
        return first.envelope

    cast.seller.node.follows.foreign = foreign
    with pytest.raises(MalformedMessageError, match="somebody else"):
        await buyer.node.lists.use(cast.seller.key)


async def test_what_a_used_list_says_is_handed_on(cast: Cast) -> None:
    guard, buyer = cast.primary, cast.buyer
    guard.node.lists.publish("Frauds", published=True)
    found = await buyer.node.lists.use(guard.key)
    with buyer.book.unit() as unit:
        kept = buyer.node.lists.used(unit)
    assert [one.envelope for one in kept] == [found.envelope]


async def test_the_bounds_of_lists(cast: Cast) -> None:
    lists = cast.buyer.node.lists
    for act in (
        lambda: lists.report(cast.buyer.key, FRAUD),
        lambda: lists.publish("x" * 141, published=True),
        lambda: lists.publish("turns \u202e round", published=True),
    ):
        with pytest.raises(InputError):
            act()
    with cast.buyer.book.unit() as unit:
        entries = tuple((n.to_bytes(32, "big"), 1) for n in range(MAX_LISTED - 1))
        lists._keep(unit, msgspec.structs.replace(lists.own(unit), entries=entries))
    lists.report(b"\xfe" * 32, FRAUD)
    lists.report(b"\xfe" * 32, ReportReason.OTHER)
    with pytest.raises(InputError, match="at most 400"):
        lists.report(b"\xff" * 32, FRAUD)
    with cast.buyer.book.unit() as unit:
        many = [UsedList(n.to_bytes(32, "big")) for n in range(MAX_LISTS)]
        unit.set_setting(USED, msgspec.msgpack.encode(many))
        keys = [n.to_bytes(32, "big") for n in range(MAX_ALLOWED)]
        unit.set_setting("list:allowed", msgspec.msgpack.encode(keys))
    with pytest.raises(InputError, match="20 lists"):
        await lists.use(cast.primary.key)
    with pytest.raises(InputError, match="2,000"):
        lists.allow(b"\xff" * 32, allowed=True)


@pytest.mark.parametrize("count", [MAX_LISTED + 1, 10_001])
def test_a_list_that_is_too_long_is_refused(count: int) -> None:
    one = Identity(bytes([9]) * 32)
    entries = tuple(Listed(n.to_bytes(32, "big"), 1) for n in range(count))
    with pytest.raises(BazaarError):
        seal(BlockList(one.key, 1, 0, "x", entries), one.signing_key, NETWORK.id)


def test_a_list_that_names_its_author_is_refused() -> None:
    one = Identity(bytes([9]) * 32)
    entries = (Listed(one.key, 1),)
    with pytest.raises(MalformedMessageError, match="himself"):
        seal(BlockList(one.key, 1, 0, "x", entries), one.signing_key, NETWORK.id)


async def test_a_list_that_names_the_reader_does_not_cover_him(cast: Cast) -> None:
    cast.primary.node.lists.report(cast.buyer.key, FRAUD)
    cast.primary.node.lists.publish("All", published=True)
    await cast.buyer.node.lists.use(cast.primary.key)
    assert why(cast.buyer, cast.buyer.key) is None
