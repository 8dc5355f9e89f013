"""Names that look like others, and scripts that no honest name mixes."""

import pytest

from bazaar.domain.text.lookalikes import mixes_scripts, skeleton

CYRILLIC_PAYPAL = "P\u0430yp\u0430l"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("PayPal", CYRILLIC_PAYPAL),
        ("lvan", "Ivan"),
        ("modern", "rnodern"),
        ("Z\u00fcrich", "Zurich"),
        ("b00k", "book"),
        ("\uff22azaar", "Bazaar"),
        ("wind", "vvind"),
        ("a b", "ab"),
    ],
)
def test_look_alike(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


def test_other_names_look_other() -> None:
    assert (
        len(
            {
                skeleton(name)
                for name in ("Anna", "Berta", "Carl", "\u0414\u0438\u043c\u0430")
            }
        )
        == 4
    )


@pytest.mark.parametrize(
    ("name", "mixes"),
    [
        ("Anna 7", False),
        (CYRILLIC_PAYPAL, True),
        ("\u6771\u4eac Tokyo", False),
        ("\u6771\u4eac\u304b\u30ab", False),
        ("\u6771\u4eac\u304b Tokyo", True),
        ("\ud55c\uae00 shop", False),
        ("\uff34\uff4f\u6771", False),
        ("\u03b1lpha", True),
        ("\u0415\u043b\u0435\u043d\u0430", False),
        ("\U0001d400bc", False),
    ],
)
def test_mixed_scripts(name: str, mixes: bool) -> None:
    assert mixes_scripts(name) is mixes
