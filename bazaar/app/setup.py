"""A new identity: drawn or restored from its words, and sealed for the disk."""

import secrets
from typing import Final, NamedTuple

from bazaar.domain.identity import Identity
from bazaar.domain.keystore import (
    LOCAL_COST,
    NONCE_BYTES,
    SALT_BYTES,
    Cost,
    Header,
    seal_keystore,
)
from bazaar.domain.networks import Network

ENTROPY_BYTES: Final = 32


class Born(NamedTuple):
    """A new identity; ``is_new`` when its words were drawn here."""

    identity: Identity
    is_new: bool


def draw(phrase: str | None) -> Born:
    """The identity of ``phrase``, or a fresh one. Raises InputError naming the wrong word."""
    if phrase is not None:
        return Born(Identity.from_phrase(phrase), is_new=False)
    return Born(Identity(secrets.token_bytes(ENTROPY_BYTES)), is_new=True)


def sealed_keys(
    identity: Identity, network: Network, passphrase: str, now: int
) -> bytes:
    """The keystore file's bytes; local networks, whose keys guard nothing, seal quickly."""
    cost = LOCAL_COST if network.is_local else Cost()
    header = Header(
        cost, secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    )
    return seal_keystore(identity.entropy, now, passphrase, header)
