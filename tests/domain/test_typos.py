"""One slip of the fingers: what it makes of a word, and of which words it is not tried."""

import pytest

from bazaar.domain.text.typos import LEAST_LETTERS, MOST_LETTERS, slips


@pytest.mark.parametrize("typed", ["lam", "lapm", "lampp", "lomp", "lmap", "alamp"])
def test_every_kind_of_slip_is_made(typed: str) -> None:
    assert typed in slips("lamp")
    assert "lamp" not in slips("lamp")


def test_slips_stay_in_their_alphabet() -> None:
    assert "лампа" in slips("лапма")
    assert not any("a" <= letter <= "z" for word in slips("лампа") for letter in word)
    assert slips("椅子木机") == {
        "子木机",
        "椅木机",
        "椅子机",
        "椅子木",
        "子椅木机",
        "椅木子机",
        "椅子机木",
    }


def test_short_and_endless_words_have_none() -> None:
    assert slips("x" * (LEAST_LETTERS - 1)) == frozenset()
    assert slips("lamp"[:LEAST_LETTERS])
    assert slips("x" * MOST_LETTERS)
    assert slips("x" * (MOST_LETTERS + 1)) == frozenset()
    assert len(slips("abcdefgh" * 3)) < 1_500
