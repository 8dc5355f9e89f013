"""The end of the demonstration: who owes whom, per unit, and that it sums to zero."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from bazaar.demo.market import Market
from bazaar.demo.processes import DemoError
from bazaar.demo.trade_story import words_of
from bazaar.rpc.schema.accounts import AccountList, AccountView
from bazaar.rpc.schema.call import MoneyView

SETTLE_SECONDS: Final = 20.0
NOTE: Final = (
    "An amount here is a promise between two people, not money in a bank. What one of them "
    "is owed the other owes, so every unit sums to zero."
)


class Promise(NamedTuple):
    """``owed`` minor units are owed to ``creditor`` by ``debtor``."""

    creditor: str
    debtor: str
    owed: int
    unit: str
    scale: int

    def words(self) -> str:
        """The amount as a person writes it."""
        return words_of(MoneyView(minor=self.owed, unit=self.unit, scale=self.scale))


def show(market: Market) -> None:
    """Print the table. Raises DemoError if two sides of an account disagree, or a sum is not 0."""
    promises = _agreed(market)
    narrator = market.narrator
    narrator.say("Who owes whom", "bold")
    rows = [row for unit in _units(promises) for row in _rows(market, promises, unit)]
    narrator.table(("person", "balance>", "unit", "because"), rows)
    narrator.say(NOTE)


def _agreed(market: Market) -> list[Promise]:
    """Every account that moved, as its two sides say, once nothing is pending."""
    said: dict[tuple[str, str, str], AccountView] = {}
    for person in market.people:
        accounts = person.until(
            AccountList(), _is_settled, "the last amounts", SETTLE_SECONDS
        )
        said |= {(person.peer_id, one.peer_id, one.unit): one for one in accounts}
    for (mine, other, unit), account in said.items():
        twin = said.get((other, mine, unit))
        if twin is None or twin.balance.minor != -account.balance.minor:
            raise DemoError(
                f"{market.name_of(mine)} and {market.name_of(other)} disagree on what is owed"
            )
    return [
        Promise(mine, other, one.balance.minor, unit, one.balance.scale)
        for (mine, other, unit), one in said.items()
        if one.balance.minor > 0
    ]


def _is_settled(accounts: Iterable[AccountView]) -> bool:
    return not any(account.pending or account.held.minor for account in accounts)


def _units(promises: Iterable[Promise]) -> list[tuple[str, int]]:
    return sorted({(promise.unit, promise.scale) for promise in promises})


def _rows(
    market: Market, promises: Iterable[Promise], unit: tuple[str, int]
) -> list[tuple[str, str, str, str]]:
    name, scale = unit
    of_unit = [promise for promise in promises if promise.unit == name]
    balances: dict[str, int] = defaultdict(int)
    for promise in of_unit:
        balances[promise.creditor] += promise.owed
        balances[promise.debtor] -= promise.owed
    rows = [
        (
            market.name_of(key),
            _number(balances[key], scale),
            name,
            _why(market, key, of_unit),
        )
        for key in _in_order(market, balances)
    ]
    total = sum(balances.values())
    if total:
        raise DemoError(f"the balances in {name} sum to {total}, not to zero")
    return [*rows, ("sum", _number(total, scale), name, "")]


def _in_order(market: Market, balances: Mapping[str, int]) -> list[str]:
    return [person.peer_id for person in market.people if person.peer_id in balances]


def _why(market: Market, key: str, promises: Iterable[Promise]) -> str:
    said = [
        f"is owed {one.words()} by {market.name_of(one.debtor)}"
        for one in promises
        if one.creditor == key
    ] + [
        f"owes {one.words()} to {market.name_of(one.creditor)}"
        for one in promises
        if one.debtor == key
    ]
    return ", ".join(said)


def _number(minor: int, scale: int) -> str:
    sign, minor = ("-" if minor < 0 else "+" if minor else ""), abs(minor)
    whole, part = divmod(minor, 10**scale)
    return f"{sign}{whole}.{part:0{scale}d}" if scale else f"{sign}{whole}"
