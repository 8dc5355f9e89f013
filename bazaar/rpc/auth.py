"""The challenge of the local door: both sides prove that they know the token, neither sends it."""

import hmac
import secrets
from typing import Final, Literal

TOKEN_BYTES: Final = 32
NONCE_BYTES: Final = 32

Side = Literal["node", "client"]


def new_token() -> bytes:
    """A fresh token of the door, 32 random bytes."""
    return secrets.token_bytes(TOKEN_BYTES)


def new_nonce() -> bytes:
    """A fresh nonce, 32 random bytes; never used twice."""
    return secrets.token_bytes(NONCE_BYTES)


def proof(token: bytes, side: Side, nonce: bytes) -> str:
    """What ``side`` answers to the other side's ``nonce``: 64 lower-case hex digits.

    HMAC-SHA256 under the token over the ASCII name of the side that proves, followed
    by the raw bytes of the nonce that the other side sent.
    """
    return hmac.digest(token, side.encode() + nonce, "sha256").hex()


def proves(claim: str, token: bytes, side: Side, nonce: bytes) -> bool:
    """Whether ``claim`` is the proof of ``side``; takes the same time for any wrong one."""
    return hmac.compare_digest(claim.encode(), proof(token, side, nonce).encode())
