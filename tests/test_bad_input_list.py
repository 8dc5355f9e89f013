"""Every test that docs/RELIABILITY.md names for a bad input is there, under that name."""

import re

from tests.sources import ROOT

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
ROWS = {*map(str, range(1, 21)), "22", "23", "24", "24a", "27"}
"""What enters through names, listings, pictures, files, messages, ledger, contract, deadlines or mailbox; row 21 has no rail."""


def lines() -> list[str]:
    text = (ROOT / "docs" / "RELIABILITY.md").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith("|")]


def test_each_row_of_the_list_names_a_test() -> None:
    named = {line.split("|")[1].strip() for line in lines() if NAMED.search(line)}
    assert named >= ROWS


def test_each_test_that_is_named_is_there() -> None:
    found = [match for line in lines() for match in NAMED.findall(line)]
    assert found
    missing = [
        f"{file}::{name}"
        for file, name in found
        if not re.search(
            rf"^(?:async )?def {name}\(",
            (ROOT / file).read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    ]
    assert missing == []
