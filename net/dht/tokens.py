"""Provider records: who has something, under the hash of a token."""

import hashlib
from typing import Final

from net._vendor import ID
from net.dht.head_lookups import Replicas
from net.dht.kad_client import Provider
from net.dht.lookups import Lookups
from net.dialling.addresses import Source
from net.dialling.peerbook import PeerBook
from net.limits import (
    LEAST_KNOWN_SHARE,
    MAX_PROVIDERS,
    MIN_READ_BACK,
    WALKLESS_PROVIDES,
)
from net.peer_ids import key_of

TOKEN_TAG: Final = b"bazaar/1 token\0"
MULTIHASH_HEAD: Final = b"\x12\x20"


def token_key(token: bytes) -> bytes:
    """Where the providers of ``token`` lie: a multihash of 34 bytes."""
    return MULTIHASH_HEAD + hashlib.sha256(TOKEN_TAG + token).digest()


class Places:
    """Where each own token was left last; found anew every fourth time, or when many are gone."""

    def __init__(self) -> None:
        self._of: dict[bytes, tuple[list[ID], int]] = {}

    async def provide(self, lookups: Lookups, me: bytes, token: bytes) -> Replicas:
        """Tell the nearest nodes that this one, of key ``me``, has ``token``; then ask three for it.

        A replica that was told too often keeps silent about having kept nothing.
        """
        key = token_key(token)
        known, times = self._of.pop(token, ([], 0))
        told = await lookups.ask(known, key, lookups.client.provide)
        if not known or len(told) < len(known) * LEAST_KNOWN_SHARE:
            known, times = await lookups.closest(key), 0
            told = await lookups.ask(known, key, lookups.client.provide)
        if times + 1 < WALKLESS_PROVIDES:
            self._of[token] = known, times + 1
        asked = [peer for peer, _ in told[:MIN_READ_BACK]]
        answers = await lookups.ask(asked, key, lookups.client.providers)
        gave_back = sum(any(row.key == me for row in rows) for _, rows in answers)
        return Replicas(len(known), gave_back)

    def forget(self, token: bytes) -> None:
        """The token is provided no more."""
        self._of.pop(token, None)


async def find_providers(lookups: Lookups, book: PeerBook, token: bytes) -> list[bytes]:
    """Keys of at most 400 peers that have ``token``, each once (C10).

    Their addresses go into ``book``, with the replica as the one to blame.
    """
    key = token_key(token)
    peers = await lookups.closest(key)
    found: dict[bytes, None] = {}
    for teller, rows in await lookups.ask(peers, key, lookups.client.providers):
        for row in rows:
            _learn(book, row, teller)
            found[row.key] = None
    own = lookups.kad.provider_store.get_providers(key)
    found.update((key_of(row.peer_id), None) for row in own)
    return list(found)[:MAX_PROVIDERS]


def _learn(book: PeerBook, row: Provider, teller: ID) -> None:
    book.learn(row.key, row.addresses, Source.PEER, key_of(teller))
