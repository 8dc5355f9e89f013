"""One life of the library's host: kept apart, so that it ends after its peers were told."""

import logging

import trio
from libp2p.abc import IListener, INetConn
from libp2p.host.basic_host import BasicHost

from net.building import swarm_of
from net.limits import SHUTDOWN_SECONDS

log = logging.getLogger(__name__)


async def keep(
    host: BasicHost, *, task_status: trio.TaskStatus[trio.CancelScope]
) -> None:
    """Run the library's host until its own scope is cancelled, which is after its peers left."""
    with trio.CancelScope(shield=True) as scope:
        async with host.run([]):
            task_status.started(scope)
            await trio.sleep_forever()


async def _close(part: INetConn | IListener) -> None:
    try:
        await part.close()
    except Exception as error:  # noqa: BLE001 - a bad one must not keep the others open
        log.info("a connection or listener did not close", extra={"error": repr(error)})


async def close_all(host: BasicHost) -> None:
    """Close what the library would leave open: connections and listeners; at most 2 s.

    Cancelling does not cut it short.
    """
    swarm = swarm_of(host)
    with trio.move_on_after(SHUTDOWN_SECONDS, shield=True):
        async with trio.open_nursery() as nursery:
            for part in (*swarm.get_connections(), *swarm.listeners.values()):
                nursery.start_soon(_close, part)
