"""The first listing: one head tells of it and of a profile that sells."""

from tests.app.town import LAMP, Person, Town


def place(person: Person) -> tuple[int, bool]:
    """Sequence of the newest own head, 0 before the first, and whether its profile sells."""
    with person.book.unit() as unit:
        head = person.node.shop.head(unit)
        profile = person.node.profiles.own(unit)
    if head is None:
        return 0, profile.body.sells
    assert head.body.profile == profile.id
    return head.body.seq, profile.body.sells


async def test_the_first_listing_and_the_profile_come_under_one_head(
    town: Town,
) -> None:
    seller = await town.settle_in("seller")
    before, sold = place(seller)
    assert not sold
    await seller.sell(LAMP)
    assert place(seller) == (before + 1, True)


async def test_a_profile_that_sells_already_stays_as_it_is(town: Town) -> None:
    seller = await town.settle_in("seller")
    await seller.node.profiles.change({"sells": "yes"})
    before, _ = place(seller)
    await seller.sell(LAMP)
    with seller.book.unit() as unit:
        assert seller.node.profiles.own(unit).body.seq == 2
    assert place(seller) == (before + 1, True)
