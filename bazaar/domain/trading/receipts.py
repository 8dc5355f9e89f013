"""What a node received when, and what it may therefore call in time (7.4)."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from bazaar.domain.trading.deadlines import Spell, cut_off
from bazaar.domain.trading.messages import Ship
from bazaar.domain.trading.trade import Trade

NEVER: Final = 2**53
"""Later than any time that a message can carry."""

NO_ACKS: Final[Mapping[tuple[bytes, bytes], int]] = MappingProxyType({})


class Receipts(NamedTuple):
    """A node's own record of one trade.

    Attributes:
        committed: Moment of the commit of each message here, by id.
        spells: The node's times online, ascending; the last one ends now.
        now: Its clock.
        acked: When (recipient's key, id of what was passed on to it) was acknowledged.
    """

    committed: Mapping[bytes, int]
    spells: Sequence[Spell]
    now: int
    acked: Mapping[tuple[bytes, bytes], int] = NO_ACKS

    def received(self, trade: Trade, message: bytes) -> int:
        """When ``message`` was here with its whole chain."""
        chain = (message, *trade.facts.chains.back(message))
        return max(self.committed.get(one, NEVER) for one in chain)

    def cut(self, trade: Trade, deadline: int) -> int:
        """From when this node may judge that something missed ``deadline``."""
        return cut_off(deadline, self.spells, trade.facts.network)

    def fund_ack(self, trade: Trade) -> int:
        """When the first FundAck that counts was received; NEVER without one."""
        acks = trade.facts.fund_acks
        return min((self.received(trade, ack.id) for ack in acks), default=NEVER)

    def fund_ack_in_time(self, trade: Trade) -> bool:
        """Whether it was received by cut(T0)."""
        return self.fund_ack(trade) <= self.cut(trade, trade.contract.deadlines.t0)

    def first_ship(self, trade: Trade, part: int) -> int:
        """When the first Ship of ``part`` was received; NEVER without one."""
        ships = trade.facts.on_part(Ship, part)
        return min((self.received(trade, ship.id) for ship in ships), default=NEVER)

    def shipped_in_time(self, trade: Trade, part: int) -> bool:
        """Whether a Ship was received by cut(T1), with its FundAck in time."""
        deadline = self.cut(trade, trade.facts.deadlines(part).t1)
        return self.fund_ack_in_time(trade) and self.first_ship(trade, part) <= deadline

    def signed_in_time(self, trade: Trade, part: int) -> bool:
        """Whether the seller, whose node this is, signed its Ship by T1 - g, when it was due."""
        ships = trade.facts.on_part(Ship, part)
        due = trade.facts.deadlines(part).t1 - trade.facts.network.grace
        return self.fund_ack_in_time(trade) and bool(ships) and ships[0].body.at <= due
