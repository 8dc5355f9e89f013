"""The vectors of chat are what this implementation makes, accepts and refuses."""

import json
from typing import Any, Final

import msgspec
import pytest

from bazaar.domain.delivery.suggestion import Suggestion, suggested, words
from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.trading.messages import Part
from bazaar.domain.wire.bodies import decode_body
from bazaar.domain.wire.kinds import Kind
from tests.trades import signed_offer
from tests.vectors.make import FOLDER, text_of

OFFER: Final = signed_offer().body
VECTORS: Final[dict[str, Any]] = json.loads((FOLDER / "chat.json").read_text())


def test_the_file_is_what_is_made() -> None:
    assert (FOLDER / "chat.json").read_text(encoding="utf-8") == text_of("chat")


@pytest.mark.parametrize("row", VECTORS["bodies"], ids=lambda row: row["why"])
def test_a_body(row: dict[str, Any]) -> None:
    data = bytes.fromhex(row["body"])
    if row["accept"]:
        assert decode_body(Kind.CHAT, data)
        return
    with pytest.raises(MalformedMessageError):
        decode_body(Kind.CHAT, data)


@pytest.mark.parametrize("row", VECTORS["suggestions"], ids=lambda row: row["text"])
def test_a_suggestion(row: dict[str, Any]) -> None:
    parts = tuple(Part(0, 1, amount) for amount in row["amounts"])
    offer = msgspec.structs.replace(OFFER, unit=row["unit"], parts=parts)
    found = suggested(row["text"], offer)
    assert (None if found is None else list(found)) == row["suggests"]
    if found is not None:
        assert suggested(words(found, offer), offer) == found


def test_what_is_written_names_the_part_where_there_are_several() -> None:
    offer = msgspec.structs.replace(OFFER, parts=(Part(0, 1, 10), Part(0, 1, 20)))
    line = words(Suggestion(1, 5, 15), offer)
    assert (
        line == "I suggest 0.15 EUR to the buyer and 0.05 EUR to the seller for part 1"
    )
