"""Whether a task of this test waits for a thread: then more is to come, however still it is."""

from typing import Any, Final

import trio

from store.jobs import Job

WAITS: Final = frozenset({Job[Any].wait.__code__, trio.to_thread.run_sync.__code__})
"""``wait_all_tasks_blocked`` takes a task in these for one that waits for the outside world."""


def threads_at_work() -> bool:
    """Whether any task waits for the catalogue's threads or for one of trio's."""
    root = trio.lowlevel.current_root_task()
    tasks = [] if root is None else [root]
    while tasks:
        task = tasks.pop()
        if any(frame.f_code in WAITS for frame, _ in task.iter_await_frames()):
            return True
        tasks += [child for room in task.child_nurseries for child in room.child_tasks]
    return False


async def all_still(cushion: float) -> None:
    """Wait until every task waits for time or for another, and did so for ``cushion`` seconds."""
    await trio.testing.wait_all_tasks_blocked(cushion)
    while threads_at_work():
        await trio.testing.wait_all_tasks_blocked(cushion)
