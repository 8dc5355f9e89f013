"""Where the node's words name no command, because an app shows them too: which command is meant."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "the seller accepts no arbiter": "order place --direct",
        "contradict each other": "profile set deal_with_flagged=yes",
    }
)
"""Part of the node's words, and the command."""


def hinted(words: str) -> str:
    """``words`` and the command that they mean, if they mean one."""
    found = (command for part, command in HINTS.items() if part in words)
    command = next(found, "")
    return f"{words} (bazaar {command})" if command else words
