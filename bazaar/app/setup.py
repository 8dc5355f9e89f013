"""A new identity: drawn or restored from its words, and sealed for the disk."""

import secrets
from typing import Final, NamedTuple

from bazaar.app.delivery.prekeys import new_prekey
from bazaar.app.ports import RecordRow, Unit
from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.keys.identity import Identity
from bazaar.domain.keys.keystore import (
    LOCAL_COST,
    NONCE_BYTES,
    SALT_BYTES,
    Cost,
    Header,
    seal_keystore,
)
from bazaar.domain.stores.records import Profile
from bazaar.domain.wire.complaints import of_record
from bazaar.domain.wire.envelope import seal
from bazaar.domain.wire.kinds import Kind
from bazaar.domain.wire.networks import Network

ENTROPY_BYTES: Final = 32
FIRST_SEQ: Final = 1


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


def put_first_profile(
    unit: Unit, identity: Identity, network: Network, name: str, now: int
) -> None:
    """Sign the first profile, called ``name``, into the book.

    Of an identity that is restored from its words it is told to nobody before an older
    one was looked for, which then takes its place.
    Raises InputError for a name that is none; then nothing is written.
    """
    profile = _profile(identity, name, new_prekey(unit, now), now)
    try:
        signed = seal(profile, identity.signing_key, network.id)
    except MalformedMessageError as error:
        raise of_record(str(error), Profile, "name") from error
    unit.put_record(
        RecordRow(Kind.PROFILE, "", profile.seq, signed.id, signed.envelope)
    )


def _profile(
    identity: Identity, name: str, prekey: tuple[bytes, int], now: int
) -> Profile:
    return Profile(
        identity.key,
        FIRST_SEQ,
        now,
        name,
        handle=None,
        location=None,
        about="",
        short="",
        contacts=(),
        avatar=None,
        header=None,
        colours=(),
        nsfw=False,
        sells=False,
        arbitrates=False,
        box_key=bytes(identity.box_key.public_key),
        prekey=prekey[0],
        prekey_until=prekey[1],
        seats=(),
        languages=("en",),
        vacation=None,
    )
