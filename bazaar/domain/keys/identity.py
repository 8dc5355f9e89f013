"""An identity: every key that follows from 24 words (PROTOCOL.md 2.2)."""

import hmac
from functools import cached_property
from typing import Final, Never

from nacl.public import PrivateKey
from nacl.signing import SigningKey

from bazaar.domain.keys.fingerprint import Fingerprint, fingerprint
from bazaar.domain.keys.peer_ids import key_of, peer_id
from bazaar.domain.keys.phrase import entropy_of, seed_of, words_of

__all__ = ["Identity", "fingerprint", "key_of", "peer_id"]

MASTER_TAG: Final = b"bazaar/1 master"
LABEL_TAG: Final = b"bazaar/1\0"


class Identity:
    """The secrets of one person. Its repr and pickle show nothing."""

    def __init__(self, entropy: bytes) -> None:
        """Derive from ``entropy`` (32 bytes). Raises ValueError for another length."""
        self.entropy = entropy
        self._master = hmac.digest(MASTER_TAG, seed_of(entropy), "sha256")

    @classmethod
    def from_phrase(cls, phrase: str) -> "Identity":
        """The identity of 24 words. Raises InputError saying what is wrong with them."""
        return cls(entropy_of(phrase))

    @property
    def phrase(self) -> str:
        """The 24 words; show them once, to their owner alone."""
        return words_of(self.entropy)

    @cached_property
    def signing_key(self) -> SigningKey:
        """Signs everything; its public half is the identity and the libp2p host key."""
        return SigningKey(self.derive("identity"))

    @cached_property
    def key(self) -> bytes:
        """The public identity; 32 bytes."""
        return self.signing_key.verify_key.encode()

    @cached_property
    def box_key(self) -> PrivateKey:
        """Opens first contact and what prekeys no longer do."""
        return PrivateKey(self.derive("box"))

    @property
    def backup_key(self) -> bytes:
        """Key of backup files and of the trade index; 32 bytes."""
        return self.derive("backup")

    @property
    def bitcoin_seed(self) -> bytes:
        """Seed of the separate tree of the bitcoin rail; 32 bytes."""
        return self.derive("btc")

    def rating_key(self, nonce: bytes) -> SigningKey:
        """The one-time rating key of the trade whose Offer holds ``nonce`` (32 bytes)."""
        return SigningKey(self.derive(f"rating/{nonce.hex()}"))

    @property
    def peer_id(self) -> str:
        """The public identity as text."""
        return peer_id(self.key)

    @property
    def fingerprint(self) -> Fingerprint:
        """Six words and a colour."""
        return fingerprint(self.key)

    def derive(self, label: str) -> bytes:
        """The secret of ``label``, one way; 32 bytes."""
        return hmac.digest(self._master, LABEL_TAG + label.encode() + b"\x01", "sha256")

    def __repr__(self) -> str:
        return f"<Identity {self.peer_id}>"

    def __reduce__(self) -> Never:
        raise TypeError("an identity is never pickled")
