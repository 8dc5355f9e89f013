"""Whom the user wants nothing to do with: refused at the door of the network.

What an open order or account needs still passes, so that nobody can lock a trade.
"""

from collections.abc import Callable
from typing import Final

from bazaar.app.context import Context
from bazaar.app.delivery.partners import Partners
from bazaar.app.ports import PeerRow, Unit
from bazaar.domain.errors import InputError, RefusedError, ReplyCode
from bazaar.domain.exchange.request_types import RequestType

NEEDED: Final = frozenset(
    {
        RequestType.PUT,
        RequestType.PUT_SEALED,
        RequestType.DIGEST,
        RequestType.MISSING,
        RequestType.ACCOUNT_STATE,
        RequestType.BLOB_GET,
        RequestType.LISTING_GET,
        RequestType.PROOF_ANNOUNCE,
        RequestType.PROOF_GET,
        RequestType.SHARED,
        RequestType.ACCOUNT_SINCE,
        RequestType.SEALED_GET,
    }
)
"""Requests of somebody blocked that are served while an order or account is shared."""


class Blocks:
    """Keeps the list; ``check`` is the policy of the network."""

    def __init__(self, context: Context, partners: Partners) -> None:
        self._context = context
        self._partners = partners
        with context.book.unit() as unit:
            self._keys = self._read(unit)
        self.parted: Callable[[bytes], None] = _nobody_cares
        """Told of whom the user blocked."""

        context.exchange.police(self.check)

    @property
    def keys(self) -> frozenset[bytes]:
        """Everybody blocked."""
        return self._keys

    def check(self, peer: bytes, kind: int) -> None:
        """Raise RefusedError (BLOCKED) for a request of somebody blocked."""
        if peer not in self._keys:
            return
        with self._context.book.unit() as unit:
            is_needed = kind in NEEDED and peer in self._partners.dealt_with(unit)
        if not is_needed:
            raise RefusedError(ReplyCode.BLOCKED)

    def block(self, key: bytes) -> None:
        """Refuse ``key`` from now on. Raises InputError for oneself."""
        if key == self._context.me:
            raise InputError("peer", "this is you")
        self._put(key, blocked=True)
        self.parted(key)

    def unblock(self, key: bytes) -> None:
        """Take it back; what was refused meanwhile may come again."""
        self._put(key, blocked=False)

    def _put(self, key: bytes, *, blocked: bool) -> None:
        nobody = PeerRow(
            key,
            petname=None,
            followed=False,
            blocked=False,
            contact=None,
            addresses=(),
            seen=0,
        )
        with self._context.book.unit() as unit:
            row = unit.peer(key) or nobody
            unit.put_peer(row._replace(blocked=blocked))
            self._keys = self._read(unit)
        for topic in ("block", "chat", "catalogue"):
            self._context.emit(topic, {})

    def _read(self, unit: Unit) -> frozenset[bytes]:
        return frozenset(row.key for row in unit.peers() if row.blocked)


def _nobody_cares(_key: bytes) -> None:
    return None
