"""When each co-signed state came about here: the states themselves carry no time."""

from bazaar.app.ports import Unit


def note_time(unit: Unit, account: bytes, n: int, now: int) -> None:
    """Remember when state ``n`` came about here."""
    unit.set_setting(at_name(account, n), str(now).encode())


def at_name(account: bytes, n: int) -> str:
    """Setting that holds the time of a state."""
    return f"account-at:{account.hex()}:{n}"
