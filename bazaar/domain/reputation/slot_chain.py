"""Chains of rating slots: numbered without a gap, each naming the head before it (11.1, 11.2)."""

from collections.abc import Sequence

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.reputation.slots import FIRST_HEAD, Slot, next_head
from bazaar.domain.wire.envelope import Signed


def check_chain(
    slots: Sequence[Signed[Slot]], number: int = 0, head: bytes = FIRST_HEAD
) -> bytes:
    """Check that ``slots`` follow slot ``number`` whose head is ``head``; returns the last head.

    Raises MalformedMessageError naming the first slot that does not follow.
    """
    for signed in slots:
        number += 1
        if (
            type(signed.body) is not type(slots[0].body)
            or signed.author != slots[0].author
        ):
            raise MalformedMessageError(f"slot {number} is of another chain")
        if signed.body.number != number:
            raise MalformedMessageError(f"slot {number} is missing")
        if signed.body.previous != head:
            raise MalformedMessageError(f"slot {number} names another head before it")
        head = next_head(head, signed.id)
    return head
