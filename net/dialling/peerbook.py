"""Known peers and their addresses, with what became of each address. Pure.

Kept in memory; ``load`` takes plain rows of the store, ``changes`` are those to store.
Times are wall seconds, so that a back-off outlives a restart.
"""

import hashlib
from collections.abc import Iterable

from bazaar.app.ports import KnownAddress as Known
from net.dialling.addresses import Source, kept, ordered, parse
from net.dialling.admission import group_of
from net.limits import (
    ANCHORS,
    BACK_OFF_SECONDS,
    FAILURES_BEFORE_BLAME,
    MAX_ADDRESSES_PER_PEER,
    MAX_KNOWN_PEERS,
    MAX_PEERS_PER_GROUP,
)
from net.rules import NetworkRules


class PeerBook:
    """At most ``MAX_KNOWN_PEERS``, and at most a quarter of them from one teller."""

    def __init__(self, rules: NetworkRules) -> None:
        self._rules = rules
        self._of: dict[bytes, dict[str, Known]] = {}
        self._changed: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._of)

    def learn(
        self,
        key: bytes,
        addresses: Iterable[str],
        source: Source,
        teller: bytes | None = None,
    ) -> int:
        """Add what passes the dial rules and the shares; returns how many were new."""
        good = kept(addresses, source, self._rules, key)
        if not good or (key not in self._of and not self._has_room(key, good, teller)):
            return 0
        rows = self._of.setdefault(key, {})
        new = [address for address in good if address not in rows]
        rows.update((address, Known(key, address, source, teller)) for address in new)
        for row in sorted(rows.values(), key=_worth)[
            : len(rows) - MAX_ADDRESSES_PER_PEER
        ]:
            del rows[row.address]
        if new:
            self._changed.add(key)
        self._make_room()
        return len(new)

    def forget(self, key: bytes) -> None:
        """The peer is no node of this market, or its addresses are of no use."""
        if self._of.pop(key, None) is not None:
            self._changed.add(key)

    def candidates(self, key: bytes, now: float) -> tuple[Known, ...]:
        """Addresses of a peer that are due, in the order to dial them."""
        rows = self._of.get(key, {})
        worked = max(rows.values(), key=lambda row: row.worked_at, default=None)
        best = worked.address if worked and worked.worked_at else None
        return tuple(
            rows[text] for text in ordered(rows, best) if rows[text].not_before <= now
        )

    def worked(self, key: bytes, address: str, now: float) -> None:
        """A connection to ``address`` succeeded."""
        self._change(key, address, worked_at=int(now), failures=0, not_before=0)

    def failed(self, key: bytes, address: str, now: float) -> bytes | None:
        """A dial failed; returns who told the address, if that is to be blamed now."""
        row = self._of.get(key, {}).get(address)
        if row is None:
            return None
        failures = row.failures + 1
        wait = BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS)) - 1]
        self._change(key, address, failures=failures, not_before=int(now) + wait)
        never = not row.worked_at
        return row.teller if never and failures == FAILURES_BEFORE_BLAME else None

    def keys(self) -> list[bytes]:
        """Every known peer."""
        return list(self._of)

    def anchors(self) -> list[bytes]:
        """The peers that were reached last, to start from after a restart."""
        by_time = sorted(self._of, key=lambda key: -_reached(self._of[key]))
        return [key for key in by_time if _reached(self._of[key])][:ANCHORS]

    def reached(self, key: bytes) -> int:
        """When the peer was last reached; 0 never."""
        return _reached(self._of.get(key, {}))

    def hosts(self, key: bytes) -> set[str]:
        """Hosts of the peer's addresses, names among them."""
        return {parse(address).host for address in self._of.get(key, {})}

    def changes(self) -> dict[bytes, list[Known]]:
        """Rows of the peers that changed since the last call; none for who was forgotten."""
        changed, self._changed = self._changed, set()
        return {key: list(self._of.get(key, {}).values()) for key in changed}

    def dump(self) -> list[Known]:
        """Every row, for the store."""
        return [row for rows in self._of.values() for row in rows.values()]

    def load(self, rows: Iterable[Known]) -> None:
        """Take back what ``dump`` gave; rows that the rules now forbid are dropped."""
        for row in rows:
            if kept([row.address], Source(row.source), self._rules, row.key):
                self._of.setdefault(row.key, {})[row.address] = row
        self._make_room()

    def _change(self, key: bytes, address: str, **changes: int) -> None:
        row = self._of.get(key, {}).get(address)
        if row is not None:
            self._of[key][address] = row._replace(**changes)
            self._changed.add(key)

    def _has_room(
        self, key: bytes, addresses: Iterable[str], teller: bytes | None
    ) -> bool:
        if teller is None or teller == key:
            return True
        share = sum(_teller(rows) == teller for rows in self._of.values())
        if share >= MAX_KNOWN_PEERS // 4:
            return False
        return not self._rules.group_caps or self._is_sparse(key, addresses)

    def _is_sparse(self, key: bytes, addresses: Iterable[str]) -> bool:
        """Whether the peer's bucket holds fewer than two peers of each of its groups."""
        bucket = [
            rows for other, rows in self._of.items() if _bucket(other) == _bucket(key)
        ]
        groups = {_group(address) for address in addresses} - {"?"}
        return all(
            sum(group in map(_group, rows) for rows in bucket) < MAX_PEERS_PER_GROUP
            for group in groups
        )

    def _make_room(self) -> None:
        while len(self._of) > MAX_KNOWN_PEERS:
            self.forget(min(self._of, key=lambda key: _reached(self._of[key])))


def _worth(row: Known) -> tuple[int, int]:
    return row.worked_at, -row.failures


def _reached(rows: dict[str, Known]) -> int:
    return max((row.worked_at for row in rows.values()), default=0)


def _teller(rows: dict[str, Known]) -> bytes | None:
    return next(iter(rows.values())).teller if rows else None


def _bucket(key: bytes) -> int:
    return hashlib.sha256(key).digest()[0]


def _group(address: str) -> str:
    return group_of(parse(address).host)
