"""In which order those are asked who may have the pages of a store. Pure."""

from collections.abc import Collection, Sequence


def in_order(
    store: bytes, known: Sequence[bytes], connected: Collection[bytes]
) -> list[bytes]:
    """Who is connected first, the owner before all others; each once.

    Nobody dials the owner who can get the pages next door: the whole market would.

    Args:
        store: The owner's key.
        known: Others who may have the pages, the likeliest first.
        connected: Who can be asked without dialling.
    """
    everybody = dict.fromkeys((store, *known))
    return sorted(everybody, key=lambda one: one not in connected)
