"""Every call with the type of its answer: what the groups declare, in one mapping."""

from types import MappingProxyType
from typing import Final

from bazaar.rpc.schema import (
    accounts,
    arbiters,
    backup,
    cart,
    chat,
    clearing,
    disputes,
    files,
    keeping,
    licences,
    links,
    listings,
    mailboxes,
    merchant,
    mirrors,
    moves,
    network,
    node,
    notices,
    orders,
    papers,
    people,
    placing,
    profile,
    ratings,
    search,
    searches,
    shelf,
)
from bazaar.rpc.schema.call import Answers

_GROUPS: Final = (
    accounts,
    arbiters,
    backup,
    cart,
    chat,
    clearing,
    disputes,
    files,
    keeping,
    licences,
    links,
    listings,
    mailboxes,
    merchant,
    mirrors,
    moves,
    network,
    node,
    notices,
    orders,
    papers,
    people,
    placing,
    profile,
    ratings,
    search,
    searches,
    shelf,
)

CALLS: Final[Answers] = MappingProxyType(
    {call: answer for group in _GROUPS for call, answer in group.CALLS.items()}
)
