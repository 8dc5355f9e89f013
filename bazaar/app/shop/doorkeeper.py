"""Opens and closes the own store, and opens it again when its vacation is over."""

from typing import Final

import msgspec
import trio

from bazaar.app.context import Context
from bazaar.app.shop.opening import OPENING, Opening, StoreState, opening
from bazaar.app.shop.profiles import Profiles
from bazaar.domain.errors import InputError
from bazaar.domain.wire.bounds import MAX_SHORT

LOOK_SECONDS: Final = 60
GREATEST_VACATION_SECONDS: Final = 400 * 86_400
CLOSED_NOTICE: Final = "This shop is closed."
VACATION_NOTICE: Final = "On vacation."


class Doorkeeper:
    """Changes the store's state, and opens it again when its time has come."""

    def __init__(self, context: Context, profiles: Profiles) -> None:
        self._context = context
        self._profiles = profiles

    async def turn(self, wanted: Opening) -> Opening:
        """Set the state and publish the notice with the profile.

        Raises InputError naming the field. Cancelling changes all or nothing.
        """
        now = self._context.now()
        self._check(wanted, now)
        with self._context.book.unit() as unit:
            is_open = wanted == Opening()
            value = None if is_open else msgspec.json.encode(wanted)
            unit.set_setting(OPENING, value)
            profile = self._profiles.own(unit).body
            told = msgspec.structs.replace(profile, vacation=_notice(wanted))
            head = self._profiles.publish(unit, told)
        await self._profiles.announce(head)
        return wanted

    async def run(self) -> None:
        """Open a store whose vacation is over; ends by cancellation."""
        while True:
            with self._context.book.unit() as unit:
                until = opening(unit).until
            if until is not None and until <= self._context.now():
                await self.turn(Opening())
            await trio.sleep(LOOK_SECONDS)

    def _check(self, wanted: Opening, now: int) -> None:
        if len(wanted.notice) > MAX_SHORT:
            raise InputError(
                "notice",
                f"it must have at most {MAX_SHORT} characters; it has {len(wanted.notice)}",
            )
        if wanted.until is None:
            return
        if wanted.state is StoreState.OPEN:
            raise InputError("until", "an open store has no return date")
        if not now < wanted.until <= now + GREATEST_VACATION_SECONDS:
            raise InputError(
                "until", "it must lie in the future, at most 400 days ahead"
            )


def _notice(wanted: Opening) -> str | None:
    match wanted.state:
        case StoreState.OPEN:
            return None
        case StoreState.VACATION:
            return wanted.notice or VACATION_NOTICE
        case StoreState.CLOSED:
            return wanted.notice or CLOSED_NOTICE
