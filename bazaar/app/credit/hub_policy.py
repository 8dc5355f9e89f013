"""What the owner of this node lets it carry for others, per unit; nothing until it is set."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from bazaar.app.credit.account_book import Account
from bazaar.app.ports import Unit
from bazaar.domain.amounts.money import Money
from bazaar.domain.credit.holds import HUB_LEG
from bazaar.domain.errors import ReplyCode

UNITS: Final = "hub-units"
_REFUSALS: Final[Mapping[int, str]] = MappingProxyType(
    {
        ReplyCode.LIMIT: "its limits do not allow this order",
        ReplyCode.STORE_CLOSED: "its owner carries no orders of others",
        ReplyCode.BLOCKED: "it deals with one of you no more",
        ReplyCode.NOT_FOUND: "it has no account with you",
    }
)


def most(unit: Unit, unit_id: str) -> int | None:
    """The most that this node owes onward at one time, minor units; None = carries nothing."""
    kept = unit.setting(_name(unit_id))
    return int(kept) if kept else None


def allow(unit: Unit, amount: Money) -> None:
    """Carry up to ``amount`` at one time from now on; zero stops it. Bound money stays bound."""
    value = str(amount.minor).encode() if amount.minor else None
    unit.set_setting(_name(amount.unit), value)
    units = sorted({*_units(unit), amount.unit})
    unit.set_setting(UNITS, " ".join(units).encode())


def allowed(unit: Unit) -> list[Money]:
    """What was set, by unit."""
    found = [(unit_id, most(unit, unit_id)) for unit_id in _units(unit)]
    return [Money(most_, unit_id) for unit_id, most_ in found if most_ is not None]


def _units(unit: Unit) -> list[str]:
    kept = unit.setting(UNITS)
    return kept.decode().split() if kept else []


def carried(accounts: Iterable[Account], unit_id: str) -> int:
    """What this node has bound onward in a unit."""
    return sum(
        hold.amount
        for account in accounts
        if account.row.unit == unit_id
        for hold in account.state.holds
        if hold.leg == HUB_LEG and hold.payer == account.mine
    )


def words(code: int) -> str:
    """Why a hub does not carry an order, for the person who asked it."""
    return _REFUSALS.get(code, "it refuses this order")


def _name(unit_id: str) -> str:
    return f"hub:{unit_id}"
