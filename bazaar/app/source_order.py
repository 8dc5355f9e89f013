"""Whom to ask for the pages of a store that was heard of, and for how long. Pure."""

from collections.abc import Sequence
from typing import Final

MAX_OTHERS: Final = 4
"""Connected peers that told nothing of the store, but may have it."""


def in_order(
    store: bytes, connected: Sequence[bytes], tellers: Sequence[bytes]
) -> list[bytes]:
    """The owner if connected, who told of the store, some others, and the owner at last.

    Nobody dials the owner who can get the pages next door: all who hear of a head would.

    Args:
        store: The owner's key.
        connected: Peers that can be asked without dialling.
        tellers: Who told of the store, the newest first.
    """
    first = [store] if store in connected else []
    near = [one for one in tellers if one in connected]
    others = [one for one in connected if one not in tellers][:MAX_OTHERS]
    return list(dict.fromkeys([*first, *near, *others, store]))
