"""What this node keeps for the DHT: so much in all, and so much of each sender."""

from collections import Counter
from collections.abc import Callable

from libp2p.abc import IHost
from libp2p.kad_dht.pb.kademlia_pb2 import Record
from libp2p.kad_dht.peer_routing import PeerRouting
from libp2p.kad_dht.provider_store import ProviderStore
from libp2p.kad_dht.value_store import ValueStore

from bazaar.domain.errors import RefusedError, ReplyCode
from net._vendor import ID, PeerInfo
from net.limits import MAX_PROVIDER_RECORDS, MAX_RECORDS, MAX_RECORDS_PER_AUTHOR

Sender = Callable[[], ID | None]


class Values(ValueStore):
    """Records in the order of their last put; the sender of each is remembered.

    Keys are free, so a flood of them would flush everyone: the author that counts
    is the peer whose connection brought the record.
    """

    def __init__(self, host: IHost, sender: Sender) -> None:
        super().__init__(host, host.get_id())
        self._sender = sender
        self._senders: dict[bytes, ID] = {}
        self._counts: Counter[ID] = Counter()

    def put_record(self, key: bytes, record: Record) -> None:
        """Keep ``record``.

        Raises:
            RefusedError: the sender has 200 records here already.
        """
        sender = self._sender() or self.local_peer_id
        old = self._senders.get(key)
        if (
            sender not in {old, self.local_peer_id}
            and self._counts[sender] >= MAX_RECORDS_PER_AUTHOR
        ):
            raise RefusedError(ReplyCode.LIMIT)
        self.remove(key)
        super().put_record(key, record)
        self._senders[key] = sender
        self._counts[sender] += 1

    def remove(self, key: bytes) -> bool:
        """Forget the record under ``key``; False if there was none."""
        sender = self._senders.pop(key, None)
        if sender is not None:
            self._counts[sender] -= 1
            if not self._counts[sender]:
                del self._counts[sender]
        return super().remove(key)

    def cleanup_expired(self) -> int:
        """Forget what nobody put for a day; returns how many that were."""
        before = len(self.store)
        for key in list(self.store):
            self.has(key)
        return before - len(self.store)

    def _evict_if_full(self) -> None:
        while len(self.store) >= MAX_RECORDS:
            self.remove(next(iter(self.store)))


class Providers(ProviderStore):
    """At most 200 tokens of each provider, and 50,000 records in all."""

    def __init__(self, host: IHost, peer_routing: PeerRouting) -> None:
        super().__init__(host, peer_routing)
        self._counts: Counter[str] = Counter()

    def add_provider(self, key: bytes, provider: PeerInfo) -> None:
        """Keep that ``provider`` has ``key``, or drop it without a word, as the protocol does."""
        peer = str(provider.peer_id)
        if peer in self.providers.get(key, {}):
            super().add_provider(key, provider)
        elif self._has_room(peer):
            super().add_provider(key, provider)
            self._counts[peer] += peer in self.providers[key]

    def cleanup_expired(self) -> None:
        """Forget what nobody provided for two days."""
        super().cleanup_expired()
        self._counts = Counter(
            peer for peers in self.providers.values() for peer in peers
        )

    def _has_room(self, peer: str) -> bool:
        if peer == str(self.local_peer_id):
            return True
        return (
            self._counts[peer] < MAX_RECORDS_PER_AUTHOR
            and self._counts.total() < MAX_PROVIDER_RECORDS
        )
