"""Looks for circles of debts: a search walks from debtor to creditor until it closes (9.6).

Each node adds its own key and the least debt so far, and only if its person takes part:
a search tells a creditor who owes whom at least how much along its way.
"""

import logging
import secrets
from collections import Counter
from collections.abc import Iterator
from typing import Final

from bazaar.app.context import Context
from bazaar.app.credit import clearing_book
from bazaar.app.credit.accounts import Account, Accounts
from bazaar.app.ports import Unit
from bazaar.app.trading.proofs import is_refused
from bazaar.domain.credit import clearing
from bazaar.domain.credit.clearing import (
    CONSENT_SECONDS,
    LEAST_PARTIES,
    MAX_PARTIES,
    ClearPlan,
    ClearSeek,
    circle,
)
from bazaar.domain.errors import NotAllowedError, RefusedError, ReplyCode
from bazaar.domain.wire.envelope import Signed

log = logging.getLogger(__name__)

MAX_WAYS: Final = 8
"""Creditors to whom one search goes on from here."""

MAX_OF_ONE_SEARCH: Final = 32
MAX_SEARCHES: Final = 1_000


class ClearingSearch:
    """Starts searches, passes those of others on, and says where one has closed."""

    def __init__(self, context: Context, accounts: Accounts) -> None:
        self._context = context
        self._accounts = accounts
        self._seen: Counter[bytes] = Counter()

    def start(self, unit: Unit) -> int:
        """Send a search along every debt of this user; how many were sent.

        Raises NotAllowedError while the person takes no part.
        """
        if not clearing_book.is_on(unit):
            raise NotAllowedError("switch clearing on first", ReplyCode.WRONG_STATE)
        now, network = self._context.now(), self._context.network
        expires = now + network.scaled(CONSENT_SECONDS)
        sent = 0
        for account, owed in self._debts(unit):
            seek = ClearSeek(
                self._context.me,
                account.row.unit,
                secrets.token_bytes(32),
                owed,
                (self._context.me,),
                expires,
            )
            self._post(unit, account.row.partner, seek)
            sent += 1
        return sent

    def receive(self, unit: Unit, message: Signed[ClearSeek]) -> ClearPlan | None:
        """Pass a search on, or return the plan that closes it.

        Raises NotAllowedError from whom nothing is owed or while the person takes no part.
        """
        seek, me = message.body, self._context.me
        self._check(unit, seek)
        claim = self._accounts.load(unit, seek.by, seek.unit)
        amount = min(seek.amount, clearing.clearable(claim.state, 1 - claim.mine))
        if amount < 1:
            raise NotAllowedError("the sender owes nothing here")
        if me == seek.path[0]:
            return self._plan(seek, seek.path, amount)
        if me in seek.path:
            return None
        path = (*seek.path, me)
        closing = self._accounts.load(unit, seek.path[0], seek.unit)
        debt = clearing.clearable(closing.state, closing.mine)
        if debt and len(path) >= LEAST_PARTIES:
            return self._plan(seek, path, min(amount, debt))
        if len(path) < MAX_PARTIES:
            self._pass_on(unit, seek, path, amount)
        return None

    def _check(self, unit: Unit, seek: ClearSeek) -> None:
        if not clearing_book.is_on(unit):
            raise NotAllowedError("this node clears no debts", ReplyCode.STORE_CLOSED)
        if seek.expires < self._context.now():
            raise RefusedError(ReplyCode.STALE, "the search is over")
        if len(self._seen) >= MAX_SEARCHES:
            self._seen.clear()
        self._seen[seek.seek] += 1
        if self._seen[seek.seek] > MAX_OF_ONE_SEARCH:
            raise RefusedError(ReplyCode.RATE_LIMITED, "too many ways of one search")

    def _pass_on(
        self, unit: Unit, seek: ClearSeek, path: tuple[bytes, ...], amount: int
    ) -> None:
        onward = [
            (account.row.partner, min(amount, owed))
            for account, owed in self._debts(unit)
            if account.row.unit == seek.unit
            and (account.row.partner not in path or account.row.partner == path[0])
        ]
        for partner, least in onward[:MAX_WAYS]:
            further = ClearSeek(
                self._context.me, seek.unit, seek.seek, least, path, seek.expires
            )
            self._post(unit, partner, further)

    def _debts(self, unit: Unit) -> Iterator[tuple[Account, int]]:
        """Accounts on which this user owes, the greatest debt first."""
        found = [
            (account, clearing.clearable(account.state, account.mine))
            for account in self._accounts.all(unit)
            if not account.state.frozen and not is_refused(unit, account.row.partner)
        ]
        return iter(sorted((one for one in found if one[1]), key=lambda one: -one[1]))

    def _plan(
        self, seek: ClearSeek, path: tuple[bytes, ...], amount: int
    ) -> ClearPlan | None:
        if len(path) < LEAST_PARTIES:
            return None
        return ClearPlan(
            self._context.me,
            seek.unit,
            amount,
            circle(path),
            secrets.token_bytes(32),
            self._context.now(),
        )

    def _post(self, unit: Unit, to: bytes, seek: ClearSeek) -> None:
        signed = self._context.sign(seek)
        unit.post(to, signed.id, signed.envelope, None, self._context.now())
