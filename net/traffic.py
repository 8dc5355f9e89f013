"""Bytes of connections, counted where they come from the socket and leave for it."""

import time
from collections import deque
from typing import Any, Final, cast
from weakref import WeakKeyDictionary

from libp2p.abc import INetConn
from libp2p.connection_types import ConnectionType
from libp2p.network.connection.raw_connection import RawConnection

from bazaar.app.ports import Traffic
from net.limits import RATE_SECONDS, SAMPLE_SECONDS

_LAYERS: Final = (
    "muxed_conn",
    "secured_conn",
    "conn",
    "read_writer",
    "read_write_closer",
)
_INSTALLED: Final[set[type]] = set()
_METERS: Final[WeakKeyDictionary[RawConnection, "Meter"]] = WeakKeyDictionary()


class Meter:
    """Bytes of one connection, passed on to the sum of all once it is known whose it is."""

    def __init__(self) -> None:
        self.came = 0
        self.went = 0
        self.sum: Meter | None = None

    def add(self, came: int, went: int) -> None:
        """Count bytes."""
        self.came += came
        self.went += went
        if self.sum is not None:
            self.sum.add(came, went)


class TrafficMeter:
    """Counts for one host; outlives its lives."""

    def __init__(self) -> None:
        self._began = time.time()
        self._all = Meter()
        self._of: dict[bytes, list[Meter]] = {}
        self._samples: deque[tuple[float, int, int]] = deque()

    def follow(self, key: bytes, conn: INetConn) -> None:
        """Count a connection of a peer from here on, and what it has moved so far."""
        meter = _meter(conn)
        if meter is None or meter in self._of.get(key, []):
            return
        self._of.setdefault(key, []).append(meter)
        if cast("Any", conn).get_connection_type() is ConnectionType.RELAYED:
            return  # its bytes are counted with the connection to the relay
        self._all.add(meter.came, meter.went)
        meter.sum = self._all

    def forget(self, key: bytes) -> None:
        """The peer is gone; its bytes stay in the sum."""
        self._of.pop(key, None)

    def shown(self, now: float) -> Traffic:
        """Sums since the start, bytes a second lately, and sums of each connected peer."""
        self.sample(now)
        at, came, went = self._samples[0]
        seconds = max(now - at, 1.0)
        return Traffic(
            since=int(self._began),
            came=self._all.came,
            went=self._all.went,
            came_rate=(self._all.came - came) / seconds,
            went_rate=(self._all.went - went) / seconds,
            of={
                key: (sum(m.came for m in meters), sum(m.went for m in meters))
                for key, meters in self._of.items()
            },
        )

    def sample(self, now: float) -> None:
        """Remember the sums of a moment; a rate is seen over the last minute."""
        if self._samples and now - self._samples[-1][0] < SAMPLE_SECONDS:
            return
        self._samples.append((now, self._all.came, self._all.went))
        while len(self._samples) > 1 and now - self._samples[0][0] > RATE_SECONDS:
            self._samples.popleft()


def install() -> None:
    """Let every raw connection of the library count its bytes; doing it twice is harmless."""
    if RawConnection in _INSTALLED:
        return
    _INSTALLED.add(RawConnection)
    read, write = RawConnection.read, RawConnection.write

    async def counted_read(self: RawConnection, n: int | None = None) -> bytes:
        data = await read(self, n)
        _of_raw(self).add(len(data), 0)
        return data

    async def counted_write(self: RawConnection, data: bytes) -> None:
        await write(self, data)
        _of_raw(self).add(0, len(data))

    RawConnection.read, RawConnection.write = counted_read, counted_write


def _of_raw(raw: RawConnection) -> Meter:
    meter = _METERS.get(raw)
    if meter is None:
        meter = _METERS[raw] = Meter()
    return meter


def _meter(conn: INetConn) -> Meter | None:
    layer: Any = conn
    for name in _LAYERS:
        layer = getattr(layer, name, None)
    return _of_raw(layer) if isinstance(layer, RawConnection) else None
