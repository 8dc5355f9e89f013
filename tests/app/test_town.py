"""The town itself: when it is quiet."""

import threading

import outcome
import trio
import trio.testing

from store.jobs import Job
from tests.app.threads_at_work import all_still, threads_at_work
from tests.app.town import Cast


async def test_a_thread_at_work_is_not_quiet(nursery: trio.Nursery) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        may_end.wait()

    nursery.start_soon(trio.to_thread.run_sync, work)
    await trio.to_thread.run_sync(begun.wait)
    assert threads_at_work()
    may_end.set()
    await all_still(0)
    assert not threads_at_work()


async def asking(jobs: list[Job[None]]) -> None:
    """Ask as the catalogue does; who holds the job says when its thread is done."""
    jobs.append(Job(lambda _: None))
    await jobs[0].wait(lambda: None)


async def test_a_catalogue_that_is_asked_is_not_quiet(
    cast: Cast, nursery: trio.Nursery
) -> None:
    await cast.town.quiet()
    assert not threads_at_work()
    jobs: list[Job[None]] = []
    nursery.start_soon(asking, jobs)
    await trio.testing.wait_all_tasks_blocked()
    assert threads_at_work()
    jobs[0].answer(outcome.Value(None))
    await cast.town.quiet()
    assert not threads_at_work()
