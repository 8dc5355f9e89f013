"""Days of a contract in words; on test networks they pass faster, and that is said."""

from bazaar.domain.errors import InputError
from bazaar.domain.wire.networks import network
from gui.texts import tr
from gui.texts.shown import DAY, span


def days_words(days: int, network_name: str) -> str:
    """Return ``3 days``, on a faster network ``3 days (30 s here)``."""
    plain = tr("time.days", n=days)
    try:
        here = network(network_name).scaled(days * DAY)
    except InputError:  # a node of a later version may name networks otherwise
        return plain
    return plain if here == days * DAY else tr("pace.here", days=plain, span=span(here))
