"""How much each peer may ask of this node, and all strangers together. Pure."""

from math import ceil

from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.exchange.request_types import RequestType
from net.buckets import Bucket, Buckets
from net.exchange.frames import HEAD_BYTES
from net.limits import (
    BYTES_IN_BURST,
    BYTES_IN_PER_SECOND,
    MAX_RETRY_AFTER_SECONDS,
    PEER_LISTS_PER_SECOND,
    REQUESTS_BURST,
    REQUESTS_PER_SECOND,
    STRANGER_REQUESTS_BURST,
    STRANGER_REQUESTS_PER_SECOND,
    TRACKED_PEERS,
)


class Rates:
    """Buckets per peer and one of all strangers; parties of open trades are no strangers."""

    def __init__(self) -> None:
        self._requests = Buckets(REQUESTS_PER_SECOND, REQUESTS_BURST, TRACKED_PEERS)
        self._bytes = Buckets(BYTES_IN_PER_SECOND, BYTES_IN_BURST, TRACKED_PEERS)
        self._peer_lists = Buckets(PEER_LISTS_PER_SECOND, 1, TRACKED_PEERS)
        self._strangers = Bucket(STRANGER_REQUESTS_PER_SECOND, STRANGER_REQUESTS_BURST)

    def check(
        self, peer: bytes, head: tuple[int, int], now: float, *, is_stranger: bool
    ) -> None:
        """Count a request by its head (length, type) at ``now`` seconds.

        Raises:
            RefusedError: RATE_LIMITED, with the seconds to wait.
        """
        length, frame_type = head
        wanted = [
            (self._requests.of(peer), 1.0),
            (self._bytes.of(peer), length + HEAD_BYTES),
        ]
        if is_stranger:
            wanted.append((self._strangers, 1.0))
        if frame_type == RequestType.PEERS:
            wanted.append((self._peer_lists.of(peer), 1.0))
        seconds = max(bucket.wait(now, amount) for bucket, amount in wanted)
        if seconds > 0:
            wait = ceil(min(seconds, MAX_RETRY_AFTER_SECONDS))
            raise RefusedError(ReplyCode.RATE_LIMITED, retry_after_seconds=wait)
        for bucket, amount in wanted:
            bucket.take(now, amount)
