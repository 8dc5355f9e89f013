"""Which stores a choice lets in: never too few of them."""

import pytest

from bazaar.domain.errors import InputError
from bazaar.domain.listings.card import card_of
from bazaar.domain.stores.head import head_of
from bazaar.domain.stores.interests import MAX_INTERESTS, Interests, interests, wants
from bazaar.domain.stores.records import StoreHead
from tests.domain.samples import NOW, SELLER, lamp, signed


def head(*categories: str) -> StoreHead:
    cards = [card_of(signed(lamp(categories=categories)))]
    return head_of(SELLER.key, 1, NOW, cards, bytes(32))


def test_without_a_choice_everything_is_wanted() -> None:
    assert Interests().is_everything
    assert wants(Interests(), head("home"))


@pytest.mark.parametrize("typed", ["home", "Home", "HOME"])
@pytest.mark.parametrize("offered", ["home", "Home"])
def test_a_category_is_wanted_however_it_is_spelt(typed: str, offered: str) -> None:
    assert wants(Interests((typed,)), head(offered))


def test_another_category_is_left_out() -> None:
    assert not wants(Interests(("books",)), head("home"))
    assert wants(Interests(("books", "home")), head("home"))


def test_a_choice_is_tidied_and_checked() -> None:
    assert interests((" home ", "home", ""), ("de",)) == Interests(("home",), ("DE",))
    with pytest.raises(InputError):
        interests((), ("Atlantis",))
    full = tuple(f"c{number}" for number in range(MAX_INTERESTS))
    assert interests(full, ()).categories == full
    with pytest.raises(InputError):
        interests((*full, "one more"), ())
