"""The town itself: when it is quiet."""

import threading

import trio

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


async def test_a_catalogue_that_is_asked_is_not_quiet(
    cast: Cast, nursery: trio.Nursery
) -> None:
    await cast.town.quiet()
    assert not threads_at_work()
    catalogue = cast.buyer.node.context.catalogue
    nursery.start_soon(catalogue.card, cast.lamp)
    await trio.lowlevel.checkpoint()
    assert threads_at_work()
    await cast.town.quiet()
    assert not threads_at_work()
