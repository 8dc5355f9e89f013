"""Network names, their ids and how local ones scale durations (PROTOCOL.md 1)."""

import hashlib
import re
from typing import Final, NamedTuple

from bazaar.domain.errors import InputError

NETWORK_TAG: Final = b"bazaar network\0"
MAX_SCALE: Final = 8640
HOUR: Final = 3600
DAY: Final = 86_400
_LOCAL: Final = re.compile(r"local:([a-z0-9-]{1,32})(?:/([1-9][0-9]{0,3}))?\Z")


class Network(NamedTuple):
    """A network by name; ``scale`` divides its deadlines."""

    name: str
    id: bytes
    scale: int

    @property
    def is_local(self) -> bool:
        """Whether this is a network of one machine or one test."""
        return self.name.startswith("local:")

    @property
    def is_test(self) -> bool:
        """Whether amounts here are worth nothing."""
        return self.name != "main"

    def scaled(self, seconds: int) -> int:
        """A deadline's duration on this network, in seconds, rounded down."""
        return seconds // self.scale

    @property
    def grace(self) -> int:
        """The grace g of PROTOCOL.md 7.4 in seconds."""
        return self.scaled(DAY)


def network(name: str) -> Network:
    """The network called ``name``. Raises InputError naming the rule broken."""
    return Network(
        name, hashlib.sha256(NETWORK_TAG + name.encode()).digest(), _scale(name)
    )


def _scale(name: str) -> int:
    if name in {"main", "test"}:
        return 1
    found = _LOCAL.match(name)
    if found is None:
        raise InputError("network", "must be main, test, local:NAME or local:NAME/N")
    scale = int(found[2] or 1)
    if scale > MAX_SCALE:
        raise InputError("network", f"the scale is at most {MAX_SCALE}")
    return scale
