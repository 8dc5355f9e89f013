"""Writes the vectors of records anew: ``python -m tests.vectors.make``.

Each file is JSON: bytes are lower-case hex, times are seconds, ``accept`` is what every
implementation must answer. What can be said twice is computed here a second time, from the
words of PROTOCOL.md and not by the code under test (text rules, prices, hashes).
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from tests.vectors.make_backup import backups
from tests.vectors.make_bodies import bodies
from tests.vectors.make_cards import cards
from tests.vectors.make_chat import chat
from tests.vectors.make_discovery import discovery
from tests.vectors.make_envelopes import envelopes
from tests.vectors.make_histories import histories
from tests.vectors.make_identity import hashes, identities, keys, keystores
from tests.vectors.make_index import indexes
from tests.vectors.make_lists import lists
from tests.vectors.make_mail import mail
from tests.vectors.make_prices import prices
from tests.vectors.make_reputation import reputations
from tests.vectors.make_sync import sync
from tests.vectors.make_texts import texts

FOLDER: Final = Path(__file__).parent
FILES: Final[Mapping[str, Callable[[], Any]]] = MappingProxyType(
    {
        "identity": identities,
        "bodies": bodies,
        "lists": lists,
        "envelopes": envelopes,
        "keys": keys,
        "prices": prices,
        "cards": cards,
        "keystore": keystores,
        "backup": backups,
        "trade_index": indexes,
        "hashes": hashes,
        "mail": mail,
        "chat": chat,
        "sync": sync,
        "discovery": discovery,
        "histories": histories,
        "reputation": reputations,
        "texts": texts,
    }
)


def text_of(name: str) -> str:
    """The file ``name`` as it must stand."""
    return json.dumps(FILES[name](), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    for made in FILES:
        (FOLDER / f"{made}.json").write_text(text_of(made), encoding="utf-8")
