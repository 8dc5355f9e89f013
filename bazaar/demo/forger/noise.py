"""Noise XX as the initiator, by hand: the encrypted channel that every node insists on."""

import hashlib
import hmac
import socket
import struct
from typing import Final

from nacl.bindings import (
    crypto_aead_chacha20poly1305_ietf_decrypt,
    crypto_aead_chacha20poly1305_ietf_encrypt,
    crypto_scalarmult,
)
from nacl.public import PrivateKey
from nacl.signing import SigningKey

NAME: Final = b"Noise_XX_25519_ChaChaPoly_SHA256"
SIGNED_PREFIX: Final = b"noise-libp2p-static-key:"
ED25519_KEY: Final = bytes.fromhex("08011220")
"""Protobuf of a public key: type Ed25519, then 32 bytes."""

KEY_BYTES: Final = 32
SEALED_KEY_BYTES: Final = 48
MAX_PLAIN_BYTES: Final = 65_519


class Cipher:
    """One direction of an encrypted channel; a nonce is never used twice."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._count = 0

    def seal(self, plain: bytes, beside: bytes = b"") -> bytes:
        """Encrypt the next message."""
        return crypto_aead_chacha20poly1305_ietf_encrypt(
            plain, beside, self._nonce(), self._key
        )

    def open(self, sealed: bytes, beside: bytes = b"") -> bytes:
        """Decrypt the next message. Raises nacl's CryptoError."""
        return crypto_aead_chacha20poly1305_ietf_decrypt(
            sealed, beside, self._nonce(), self._key
        )

    def _nonce(self) -> bytes:
        nonce = struct.pack("<IQ", 0, self._count)
        self._count += 1
        return nonce


class _Symmetric:
    """The running hash and key of a handshake."""

    def __init__(self) -> None:
        self._hash = self._chain = NAME
        self._cipher: Cipher | None = None
        self.mix_hash(b"")  # the prologue

    def mix_hash(self, data: bytes) -> None:
        self._hash = hashlib.sha256(self._hash + data).digest()

    def mix_key(self, secret: bytes) -> None:
        self._chain, key = _two_keys(self._chain, secret)
        self._cipher = Cipher(key)

    def seal(self, plain: bytes) -> bytes:
        sealed = self._cipher.seal(plain, self._hash) if self._cipher else plain
        self.mix_hash(sealed)
        return sealed

    def open(self, sealed: bytes) -> bytes:
        plain = self._cipher.open(sealed, self._hash) if self._cipher else sealed
        self.mix_hash(sealed)
        return plain

    def split(self) -> tuple[Cipher, Cipher]:
        ours, theirs = _two_keys(self._chain, b"")
        return Cipher(ours), Cipher(theirs)


class Channel:
    """An encrypted stream of bytes over a connected socket."""

    def __init__(self, wire: socket.socket, ours: Cipher, theirs: Cipher) -> None:
        self._wire = wire
        self._ours = ours
        self._theirs = theirs
        self._plain = bytearray()

    def send(self, data: bytes) -> None:
        """Send all of ``data``."""
        for start in range(0, len(data), MAX_PLAIN_BYTES):
            _send(self._wire, self._ours.seal(data[start : start + MAX_PLAIN_BYTES]))

    def receive(self, count: int) -> bytes:
        """Exactly ``count`` bytes. Raises EOFError or OSError."""
        while len(self._plain) < count:
            self._plain += self._theirs.open(_receive(self._wire))
        data = bytes(self._plain[:count])
        del self._plain[:count]
        return data


def handshake(wire: socket.socket, identity: SigningKey) -> Channel:
    """Greet as ``identity``; the other side's own proof is left unread by a forger.

    Raises EOFError, OSError or nacl's CryptoError.
    """
    state, own, fixed = _Symmetric(), PrivateKey.generate(), PrivateKey.generate()
    state.mix_hash(bytes(own.public_key))
    _send(wire, bytes(own.public_key) + state.seal(b""))
    answer = _receive(wire)
    theirs = answer[:KEY_BYTES]
    state.mix_hash(theirs)
    state.mix_key(crypto_scalarmult(bytes(own), theirs))
    their_fixed = state.open(answer[KEY_BYTES : KEY_BYTES + SEALED_KEY_BYTES])
    state.mix_key(crypto_scalarmult(bytes(own), their_fixed))
    state.open(answer[KEY_BYTES + SEALED_KEY_BYTES :])
    sealed_key = state.seal(bytes(fixed.public_key))
    state.mix_key(crypto_scalarmult(bytes(fixed), theirs))
    _send(wire, sealed_key + state.seal(_proof(identity, bytes(fixed.public_key))))
    return Channel(wire, *state.split())


def _proof(identity: SigningKey, fixed: bytes) -> bytes:
    """Protobuf of identity key and its signature over the channel's key."""
    key = ED25519_KEY + identity.verify_key.encode()
    signature = identity.sign(SIGNED_PREFIX + fixed).signature
    return (
        b"\x0a"
        + bytes([len(key)])
        + key
        + b"\x12"
        + bytes([len(signature)])
        + signature
    )


def _two_keys(chain: bytes, secret: bytes) -> tuple[bytes, bytes]:
    base = hmac.digest(chain, secret, "sha256")
    first = hmac.digest(base, b"\x01", "sha256")
    return first, hmac.digest(base, first + b"\x02", "sha256")


def _send(wire: socket.socket, message: bytes) -> None:
    wire.sendall(struct.pack(">H", len(message)) + message)


def _receive(wire: socket.socket) -> bytes:
    (length,) = struct.unpack(">H", exactly(wire, 2))
    return exactly(wire, length)


def exactly(wire: socket.socket, count: int) -> bytes:
    """Exactly ``count`` bytes from a socket. Raises EOFError or OSError."""
    data = b""
    while len(data) < count:
        part = wire.recv(count - len(data))
        if not part:
            raise EOFError("the node hung up")
        data += part
    return data
