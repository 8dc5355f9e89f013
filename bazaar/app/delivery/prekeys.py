"""Keys that mail is sealed to: replaced weekly, forgotten five weeks later (PROTOCOL.md 12)."""

import logging
import secrets
from typing import Final

import msgspec
import trio
from nacl.public import PrivateKey

from bazaar.app.context import Context
from bazaar.app.ports import PrekeyRow, Unit
from bazaar.app.recovery import resync_mode
from bazaar.app.shop.profiles import Profiles
from bazaar.domain.errors import BazaarError

log = logging.getLogger(__name__)

DAY: Final = 86_400
PREKEY_SECONDS: Final = 7 * DAY
FORGET_SECONDS: Final = 35 * DAY
CHECK_SECONDS: Final = 3600.0


def new_prekey(unit: Unit, now: int) -> tuple[bytes, int]:
    """Draw a prekey and keep its secret; (public key, time until which it is published)."""
    secret = PrivateKey(secrets.token_bytes(PrivateKey.SIZE))
    public = bytes(secret.public_key)
    unit.put_prekey(PrekeyRow(public, bytes(secret), now, None))
    return public, now + PREKEY_SECONDS


class Prekeys:
    """Renews the prekey of the profile, and opens what was sealed to older ones."""

    def __init__(self, context: Context, profiles: Profiles) -> None:
        self._context = context
        self._profiles = profiles

    def keys(self, unit: Unit) -> list[PrivateKey]:
        """Everything that mail to us may be sealed to, newest first."""
        secrets_held = [PrivateKey(row.secret) for row in unit.prekeys()]
        return [*secrets_held, self._context.identity.box_key]

    async def run(self) -> None:
        """Renew and forget when it is time, for ever; ends by cancellation."""
        while True:
            try:
                await self.tend()
            except BazaarError as error:
                log.warning("no new prekey", extra={"why": type(error).__name__})
            await trio.sleep(CHECK_SECONDS)

    async def tend(self) -> None:
        """Publish a new prekey if the published one is a week old or not ours; forget the oldest.

        After a restore not before the own newest profile was looked for.
        """
        now = self._context.now()
        with self._context.book.unit() as unit:
            unit.forget_prekeys(now - FORGET_SECONDS)
            if resync_mode.is_seeking(unit):
                return
            profile = self._profiles.own(unit).body
            held = any(row.public == profile.prekey for row in unit.prekeys())
            if held and now < profile.prekey_until:
                return
            public, until = new_prekey(unit, now)
            changed = msgspec.structs.replace(
                profile, prekey=public, prekey_until=until
            )
            head = self._profiles.publish(unit, changed)
        await self._profiles.announce(head)
