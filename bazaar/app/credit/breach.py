"""A partner who does not apply an outcome for 72 h broke his word: the account freezes here (9.4).

The co-signed hold and the outcome's halves prove it (the order's evidence holds both). The
freeze is this node's own: it signs no new hold or transfer there. It ends when the hold is
gone, by his signature or by anybody's newer state.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from bazaar.app.credit.account_book import Account
from bazaar.app.ports import Unit
from bazaar.domain.credit import ledger
from bazaar.domain.credit.account import AddHold, Operation, PaidOutcome, Transfer
from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.wire.networks import HOUR, Network

PATIENCE_SECONDS: Final = 72 * HOUR


class Breach(msgspec.Struct, frozen=True, array_like=True):
    """An outcome that the partner was asked to apply.

    Attributes:
        since: When he was asked first.
        trade: Whose evidence proves it.
        outcome: What is due.
    """

    since: int
    hold: bytes
    trade: bytes
    outcome: PaidOutcome


def note_asked(unit: Unit, account: Account, asked: Breach) -> None:
    """The partner is, or would be, asked to apply an outcome to a hold; the first time counts."""
    known = _all(unit, account)
    if asked.hold not in {one.hold for one in known}:
        _put(unit, account, (*known, asked))


def breaches(
    unit: Unit, account: Account, network: Network, now: int
) -> tuple[Breach, ...]:
    """What the partner owes a signature for since 72 h; holds that are gone count no more."""
    known = _all(unit, account)
    left = tuple(
        one for one in known if ledger.hold_of(account.state, one.hold) is not None
    )
    if len(left) != len(known):
        _put(unit, account, left)
    patience = network.scaled(PATIENCE_SECONDS)
    return tuple(one for one in left if now - one.since >= patience)


def is_new_credit(operations: Sequence[Operation]) -> bool:
    """Whether operations are such as a frozen account refuses."""
    return any(isinstance(one, AddHold | Transfer) for one in operations)


def refuse_new_credit() -> RefusedError:
    """What is raised then."""
    return RefusedError(
        ReplyCode.LIMIT,
        "this account is frozen: the other side has not applied the outcome of an order "
        "for 72 hours",
    )


def _all(unit: Unit, account: Account) -> tuple[Breach, ...]:
    note = unit.setting(_name(account))
    return msgspec.msgpack.decode(note, type=tuple[Breach, ...]) if note else ()


def _put(unit: Unit, account: Account, known: tuple[Breach, ...]) -> None:
    note = msgspec.msgpack.encode(known) if known else None
    unit.set_setting(_name(account), note)


def _name(account: Account) -> str:
    return f"account-asked:{account.row.id.hex()}"
