"""What every use case is given: who we are, the stores, the network, and who listens."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar

from bazaar.app.ports import (
    Archive,
    Blobs,
    Book,
    Catalogue,
    Directory,
    Exchange,
    GoodsStore,
    Gossip,
    KeptPictures,
    MailStore,
    Mark,
    Pictures,
    SegmentStore,
    SteadyClock,
)
from bazaar.domain.keys.identity import Identity
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import Signed, seal
from bazaar.domain.wire.networks import Network

B = TypeVar("B", bound=Body)

CREDIT_NOTE: Final = "a promise between two people, not money in a bank"


class Usage(NamedTuple):
    """Bytes that each kind of data takes on the disk, and those free."""

    sizes: dict[str, int]
    free: int


def unknown_usage() -> Usage:
    """What is said where there is no disk."""
    return Usage({}, 0)


class Context(NamedTuple):
    """The node's tools; one per process.

    Attributes:
        emit: Tells the doors that something of a topic changed; never blocks.
        has_space: Whether the disk may still take what others send.
        usage: Sizes on the disk; blocks, so it is called in a thread.
        goods: Digital goods, own and bought, or None where this node keeps none.
        mail: Mail kept for others, or None where this node can keep none.
        kept: Pictures of mirrored stores, or None where this node can keep none.
        segments: Packed segments, made or fetched, or None where none are kept.
        archive: Writes backups, or None where there is nothing to write them from.
        mark: By which an older copy of the book is known, or None without a home.
    """

    identity: Identity
    network: Network
    clock: SteadyClock
    book: Book
    catalogue: Catalogue
    blobs: Blobs
    pictures: Pictures
    exchange: Exchange
    directory: Directory
    gossip: Gossip
    emit: Callable[[str, dict[str, Any]], None]
    has_space: Callable[[], bool] = lambda: True
    mail: MailStore | None = None
    archive: Archive | None = None
    mark: Mark | None = None
    goods: GoodsStore | None = None
    usage: Callable[[], Usage] = unknown_usage
    kept: KeptPictures | None = None
    segments: SegmentStore | None = None

    @property
    def me(self) -> bytes:
        """Own key."""
        return self.identity.key

    def now(self) -> int:
        """The node's clock, seconds."""
        return self.clock.now()

    def sign(self, body: B) -> Signed[B]:
        """Seal ``body`` under the own identity for this network."""
        return seal(body, self.identity.signing_key, self.network.id)
