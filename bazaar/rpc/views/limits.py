"""Limits that were met, in sentences: what was refused, how often, and that it is no fault."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "admission.pending_full": "connections were refused: too many began at once",
        "admission.pending_of_group_full": "connections were refused: too many began at once from one place",
        "admission.group_full": "connections were refused: their place of origin has its share already",
        "admission.group_too_fast": "connections were refused: they came too fast from one place",
        "admission.inbound_full": "connections were refused: all places were taken",
        "inbox.full": "requests were refused: too many at once, or from a banned peer",
        "inbox.refused_rate_limited": "requests were refused: a peer asked too often",
        "inbox.refused_blocked": "requests of people you blocked were refused",
        "inbox.refused_no_space": "deposits were refused: the room for others' mail is full",
        "inbox.resets": "requests broke off or were faulty",
        "gossip.too_fast": "announcements were dropped: their sender sent too many",
        "gossip.old": "announcements were known already or old",
        "score.bans": "peers were sent away for a while, for what they sent",
        "score.refused": "connections of peers sent away were refused",
        "score.too_large": "messages were refused: too large",
        "score.garbage": "messages were refused: no honest program sends them",
        "score.bad_address": "addresses that peers told led nowhere",
        "asking.vanished": "peers fell silent and were parted from",
        "host.restarts": "times the network part was started anew after an error",
        "host.handler_errors": "messages of peers made a handler fail; nothing was lost",
    }
)


def limits(counters: Mapping[str, int]) -> tuple[str, ...]:
    """One sentence for each limit that was met since the start, the most often met first."""
    met = [(counters.get(name, 0), words) for name, words in _SENTENCES.items()]
    met.sort(key=lambda row: -row[0])
    return tuple(f"{count:,} {words}" for count, words in met if count)
