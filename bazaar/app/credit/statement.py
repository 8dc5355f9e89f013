"""The history of one account, entry by entry, from the states that both have signed (F9)."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bazaar.app.credit.accounts import Account
from bazaar.app.credit.times import at_name
from bazaar.app.ports import Unit
from bazaar.domain.credit import ledger
from bazaar.domain.credit.account import (
    AccountAccept,
    AccountPropose,
    AccountState,
    Hold,
    Operation,
)
from bazaar.domain.wire.envelope import verify_as


class Entry(NamedTuple):
    """One operation of one co-signed state.

    Attributes:
        at: When this node took the state, seconds; 0 where that was not noted.
        mine: This user's node proposed it.
        hold: The hold that it ended, if it ended one.
        change: What the balance rose by in this user's favour, minor units.
        balance: What the partner owes this user afterwards.
    """

    n: int
    at: int
    mine: bool
    operation: Operation
    hold: Hold | None
    change: int
    balance: int


def entries(unit: Unit, account: Account, network: bytes) -> list[Entry]:
    """All entries, oldest first; every balance is recomputed from the operations."""
    state = ledger.EMPTY
    found: list[Entry] = []
    for n, propose, accept in unit.account_history(account.row.id):
        body = verify_as(AccountPropose, propose, network).body
        verify_as(AccountAccept, accept, network)
        mine = body.by != account.row.partner
        proposer = account.mine if mine else 1 - account.mine
        at = int(unit.setting(at_name(account.row.id, n)) or 0)
        for entry, after in _steps(state, body.operations, proposer, account.mine):
            found.append(entry._replace(n=n, at=at, mine=mine))
            state = after
    return found


def _steps(
    state: AccountState, operations: Sequence[Operation], proposer: int, mine: int
) -> Iterator[tuple[Entry, AccountState]]:
    sign = 1 if mine == ledger.PAYER_A else -1
    for operation in operations:
        ended = getattr(operation, "hold", None)
        hold = ledger.hold_of(state, ended) if isinstance(ended, bytes) else None
        after = ledger.apply(state, [operation], proposer)
        change = sign * (after.balance - state.balance)
        yield Entry(0, 0, False, operation, hold, change, sign * after.balance), after  # noqa: FBT003 - filled in by the caller
        state = after
