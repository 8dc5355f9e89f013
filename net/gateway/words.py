"""What became of a port, in a sentence. Pure."""

from typing import Final

from net.gateway.process import Mapping
from net.gateway.wire import Outcome

ASKING: Final = "Your router is being asked."
NOBODY: Final = "No router answered."
REASONS: Final = {
    606: "it lets no program open ports",
    718: "another machine has this port",
}


def worded(mapping: Mapping | None) -> str:
    """The sentence; None while the first answer is awaited."""
    if mapping is None:
        return ASKING
    if mapping.outcome is Outcome.REFUSED:
        return _refused(mapping)
    if mapping.outcome not in {Outcome.OPENED, Outcome.PERMANENT}:
        return NOBODY
    opened = f"Your router opened port {mapping.port}"
    if mapping.outcome is Outcome.PERMANENT:
        opened += ", until it is told to close it"
    if mapping.is_behind:
        return f"{opened}, but stands behind another router itself."
    return f"{opened}."


def _refused(mapping: Mapping) -> str:
    why = REASONS.get(mapping.code, "")
    if mapping.code:
        why = f"{why}; code {mapping.code}" if why else f"code {mapping.code}"
    refused = f"The router refused to open port {mapping.port}"
    return f"{refused} ({why})." if why else f"{refused}."
