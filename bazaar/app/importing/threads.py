"""Reading, checking and hashing leave the node's loop alone."""

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

import trio

from bazaar.domain.errors import InputError

Made = TypeVar("Made")
Given = TypeVarTuple("Given")


async def in_thread(work: Callable[[*Given], Made], *given: *Given) -> Made:
    """Run ``work`` in a thread and wait for it, also when cancelled.

    Raises what it raises; an OSError as InputError, with the system's reason.
    """
    try:
        return await trio.to_thread.run_sync(work, *given)
    except OSError as error:
        raise InputError("file", str(error.strerror)) from error
