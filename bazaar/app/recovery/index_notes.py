"""What a restored book remembers of the trade indexes that its mailboxes showed (PROTOCOL.md 14)."""

from collections.abc import Iterable
from typing import Final

import msgspec

from bazaar.app.ports import Unit
from bazaar.app.recovery import resync_mode
from bazaar.domain.recovery.trade_index import Open, Running

FOUND: Final = "index:found"


class Found(msgspec.Struct, frozen=True, array_like=True):
    """Entries of every index shown since the restore, until their partners have answered."""

    since: int
    trades: tuple[Open, ...]
    accounts: tuple[Running, ...]


def found(unit: Unit) -> Found:
    """What was shown since the last restore; nothing if there was none."""
    start = resync_mode.since(unit)
    note = unit.setting(FOUND)
    held = msgspec.msgpack.decode(note, type=Found) if note else None
    if held is None or held.since != start:
        return Found(start or 0, (), ())
    return held


def note_found(unit: Unit, trades: Iterable[Open], accounts: Iterable[Running]) -> None:
    """Add what one mailbox showed; the higher seq and number of two entries is kept."""
    before = found(unit)
    entries = {one.id: one for one in before.trades}
    for one in trades:
        held = entries.get(one.id)
        if held is None or (one.seq or 0) > (held.seq or 0):
            entries[one.id] = one
    lines = {(one.partner, one.unit): one for one in before.accounts}
    for account in accounts:
        place = account.partner, account.unit
        if place not in lines or account.n > lines[place].n:
            lines[place] = account
    note = Found(before.since, tuple(entries.values()), tuple(lines.values()))
    unit.set_setting(FOUND, msgspec.msgpack.encode(note))


def partners(unit: Unit) -> frozenset[bytes]:
    """Everybody whom an index names and who has not answered since the restore."""
    if resync_mode.since(unit) is None:
        return frozenset()
    held = found(unit)
    named = {key for one in held.trades for key in one.others}
    named |= {one.partner for one in held.accounts}
    return frozenset(k for k in named if not resync_mode.has_answered(unit, k))


def accounts_with(unit: Unit, partner: bytes) -> tuple[Running, ...]:
    """The accounts with ``partner`` as any index showed them last, for the highest number."""
    return tuple(one for one in found(unit).accounts if one.partner == partner)


def last_seq(unit: Unit, trade: bytes) -> int | None:
    """The last own seq in a trade that any index showed."""
    return next((one.seq for one in found(unit).trades if one.id == trade), None)


def is_taken(unit: Unit, host: bytes) -> bool:
    """Whether ``host`` has shown its index since the last restore, or none was needed."""
    start = resync_mode.since(unit)
    return start is None or unit.setting(_taken(host)) == str(start).encode()


def note_taken(unit: Unit, host: bytes) -> None:
    """``host`` has shown what it had: it may be replaced now."""
    unit.set_setting(_taken(host), str(resync_mode.since(unit)).encode())


def _taken(host: bytes) -> str:
    return f"index:taken:{host.hex()}"
