"""Resync before sign (PROTOCOL.md 14): what the book remembers of a restore, and what it forbids.

While the mode lasts, a trade that is older than the restore is read-only until every other
role has answered, an account until its partner has, and no rating slot is signed before
the known partners have answered or 72 h have passed. Everything here runs within a unit.
"""

from collections.abc import Iterable
from typing import Final

from bazaar.app.ports import Unit
from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.stores.records import CLOCK_SECONDS
from bazaar.domain.wire.networks import HOUR, Network

SINCE: Final = "resync:since"
SLOTS_READY: Final = "resync:slots-ready"
LOOKED: Final = "resync:looked"
TIME_BYTES: Final = 16
KEY_BYTES: Final = 32
SLOT_WAIT_SECONDS: Final = 72 * HOUR
SLOT_JUMP: Final = 1000
"""Places of a slot chain that are left out, since somebody may hold a slot signed there."""


def enter(unit: Unit, now: int) -> None:
    """The book is an older copy from now on; what was answered before counts no more."""
    unit.set_setting(SINCE, str(now).encode())
    unit.set_setting(SLOTS_READY, None)


def since(unit: Unit) -> int | None:
    """When the book was last restored, or found to be an older copy."""
    note = unit.setting(SINCE)
    return int(note) if note else None


def is_seeking(unit: Unit) -> bool:
    """Whether it is still looked for what others hold of us: no own record is told before."""
    note = unit.setting(SINCE)
    return note is not None and unit.setting(LOOKED) != note


def end_seeking(unit: Unit) -> None:
    """Own records may be told again."""
    unit.set_setting(LOOKED, unit.setting(SINCE))


def has_answered(unit: Unit, key: bytes) -> bool:
    """Whether ``key`` has shown all that it shares with us since the last restore."""
    note = unit.setting(_answer(key))
    return note is not None and note == unit.setting(SINCE)


def note_answer(unit: Unit, key: bytes) -> None:
    """``key`` has shown all, and it is here."""
    unit.set_setting(_answer(key), unit.setting(SINCE))


def awaited(unit: Unit, began: int, keys: Iterable[bytes]) -> tuple[bytes, ...]:
    """Which of ``keys`` must still answer before anything is signed in their trade.

    ``began`` is the Offer's time; a trade that began after the restore waits for nobody.
    """
    start = since(unit)
    if start is None or began > start + CLOCK_SECONDS:
        return ()
    return tuple(key for key in sorted(keys) if not has_answered(unit, key))


def waive(unit: Unit, trade: bytes, keys: Iterable[bytes]) -> None:
    """The person waits in ``trade`` no more for ``keys``, beside those waived before."""
    all_keys = sorted({*waived(unit, trade), *keys})
    start = unit.setting(SINCE) or b""
    unit.set_setting(_waiver(trade), b"".join((start.rjust(TIME_BYTES), *all_keys)))


def waived(unit: Unit, trade: bytes) -> frozenset[bytes]:
    """For whom the person waits no more in ``trade`` since the last restore."""
    note = unit.setting(_waiver(trade)) or b""
    start = unit.setting(SINCE) or b""
    if note[:TIME_BYTES] != start.rjust(TIME_BYTES):
        return frozenset()
    return frozenset(
        note[at : at + KEY_BYTES] for at in range(TIME_BYTES, len(note), KEY_BYTES)
    )


def check_trade(unit: Unit, began: int, keys: Iterable[bytes]) -> None:
    """Raise RefusedError (BUSY) while anybody is awaited."""
    left = len(awaited(unit, began, keys))
    if left:
        raise RefusedError(
            ReplyCode.BUSY,
            "this book was restored: nothing is signed in this order before "
            f"{_more(left)} answered what it holds of it",
        )


def is_open_account(unit: Unit, partner: bytes) -> bool:
    """Whether an account with ``partner`` may be signed."""
    return since(unit) is None or has_answered(unit, partner)


def check_account(unit: Unit, partner: bytes) -> None:
    """Raise RefusedError (BUSY) while the partner is awaited."""
    if not is_open_account(unit, partner):
        raise RefusedError(
            ReplyCode.BUSY,
            "this book was restored: nothing is signed in this account before the other "
            "side has shown its newest state",
        )


# ----------------------------------------------------------------- slot chains


def slots_open_at(unit: Unit, network: Network) -> int | None:
    """When slots may be signed at the latest; None if they may be now."""
    start = since(unit)
    if start is None or unit.setting(SLOTS_READY) == unit.setting(SINCE):
        return None
    return start + network.scaled(SLOT_WAIT_SECONDS)


def open_slots(unit: Unit) -> None:
    """All known partners have answered: new trades may begin."""
    unit.set_setting(SLOTS_READY, unit.setting(SINCE))


def next_number(unit: Unit, kind: int, last: int, network: Network, now: int) -> int:
    """The number of the next slot of ``kind`` after ``last``.

    The first after a restore leaves SLOT_JUMP places out. Raises RefusedError (BUSY)
    while new trades wait.
    """
    opens = slots_open_at(unit, network)
    if opens is not None and now < opens:
        raise RefusedError(
            ReplyCode.BUSY,
            "this book was restored: new orders wait until your partners have answered, "
            "at the latest 72 hours after the restore",
        )
    start = unit.setting(SINCE)
    jumped = start is None or unit.setting(_jump(kind)) == start
    return last + 1 if jumped else last + SLOT_JUMP


def note_slot(unit: Unit, kind: int) -> None:
    """A slot of ``kind`` was signed here: its chain goes on without a gap."""
    start = unit.setting(SINCE)
    if start is not None:
        unit.set_setting(_jump(kind), start)


def next_seq(unit: Unit, before: int) -> int:
    """The seq of the next own record after ``before``.

    After a restore it is at least the restore's second: nobody has published more often
    than once a second, so no lost version had it.
    """
    return max(before + 1, since(unit) or 0)


def _answer(key: bytes) -> str:
    return f"resync:answer:{key.hex()}"


def _waiver(trade: bytes) -> str:
    return f"resync:waiver:{trade.hex()}"


def _jump(kind: int) -> str:
    return f"resync:jump:{kind}"


def _more(left: int) -> str:
    return "the one other role has" if left == 1 else f"{left} other roles have"
