"""The configurations of the models: small ones, each visited to its last state."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

MESSAGES: Final = (
    "WB",
    "WS",
    "FA",
    "EX",
    "SH",
    "SX",
    "DE",
    "PF",
    "PB",
    "PS",
    "aSH",
    "aDE",
    "aPS",
    "aPF",
    "aPB",
    "D1",
    "D3",
    "D2",
    "D4",
    "RA",
    "RX",
    "RK",
    "RY",
    "bA",
    "bK",
    "sA",
    "sK",
    "ZB",
    "ZS",
)
"""Messages of ``rules.pml`` in the order of their bits."""

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
B, S, A1, A2 = range(4)
A1_DEAD, A2_DEAD, BOTH_DEAD = 4, 8, 12
AGREED: Final = 2
"""Value of START: before funding, so that Withdraw and FundAck may cross."""


class Configuration(NamedTuple):
    """One run.

    Attributes:
        model: The Promela file.
        settings: What differs from ``settings.pml``.
        messages: Settings that are sets of messages.
        fails: Properties that fail: what a broken rule must show, or a known finding; none is known.
        is_broken: A rule was taken out on purpose.
    """

    name: str
    model: str
    settings: Mapping[str, int]
    messages: Mapping[str, str] = NOTHING
    fails: str = ""
    is_broken: bool = False


def _trade(
    name: str, persons: str = "", lies: str = "", **settings: int
) -> Configuration:
    messages = {"PERSONS": persons} | ({"LIES_OPEN": lies} if lies else {})
    return Configuration(name, "trade", settings, messages)


def _broken(whole: Configuration, name: str, rule: str, fails: str) -> Configuration:
    return whole._replace(
        name=name, settings={**whole.settings, rule: 1}, fails=fails, is_broken=True
    )


HONEST: Final = (
    _trade("honest", "DE PF aPF aSH D3"),
    _trade("honest clocks", "D3 D4", SKEW=1),
    _trade("honest splits", "PB PS aPB aPS D3", DEAD=A2_DEAD),
    _trade("honest pairwise", "D3", PAIRWISE=1, DEAD=A2_DEAD),
    _trade("crossing", "WB WS D3", START=AGREED, SKEW=1),
    _trade("two parts", "D3 DE", PARTS=2, DEAD=A2_DEAD),
    _trade("rail and Settled", "DE PF aPF D3", LATE=1),
    _trade("both seats dead", "PF DE PB PS aPB aPS D3", DEAD=BOTH_DEAD, SKEW=1),
    _trade("buyer's clock wrong", "D3", WRONG=B, WRONG_BY=3),
    _trade("seller's clock wrong", "D3", WRONG=S, WRONG_BY=3),
)
CHEATS: Final = (
    _trade("seller cheats", lies="SH D2 D4 DE", CHEAT=S),
    _trade("seller cheats, no A1", lies="SH D2 D4 DE PS", CHEAT=S, DEAD=A1_DEAD),
    _trade("seller cheats, clocks", lies="SH D2", CHEAT=S, DEAD=A2_DEAD, SKEW=1),
    _trade(
        "seller hides FundAck", lies="FA SH D2", CHEAT=S, START=AGREED, DEAD=A2_DEAD
    ),
    _trade("buyer cheats", lies="D1 D3 bA", CHEAT=B),
    _trade("buyer cheats, no A1", lies="D1 D3 PF bK", CHEAT=B, DEAD=A1_DEAD),
    _trade("buyer cheats, clocks", lies="D1 D3", CHEAT=B, DEAD=A2_DEAD, SKEW=1),
    _trade("buyer cheats, parts", lies="D1 D3", CHEAT=B, PARTS=2, DEAD=A2_DEAD),
    _trade("seller cheats, parts", lies="SH D2", CHEAT=S, PARTS=2, DEAD=A2_DEAD),
    _trade("A1 cheats", "D3", "RA RX", CHEAT=A1),
    _trade("A2 cheats", "D3", "RK RY", CHEAT=A2, DEAD=A1_DEAD),
    _trade("A1 hides a Ruling", "D3", "RA", CHEAT=A1, LATE=1),
)
PAIRS: Final = (
    _trade("buyer and A1 cheat", "DE", "D1 D3 RA bA", CHEAT=B, CHEAT2=A1, DEAD=A2_DEAD),
    _trade(
        "seller and A1 cheat", "D3", "SH D2 RA sA", CHEAT=S, CHEAT2=A1, DEAD=A2_DEAD
    ),
    _trade("buyer and A2 cheat", lies="D1 D3 RK bK", CHEAT=B, CHEAT2=A2),
    _trade("seller and A2 cheat", "D3", "SH D2 RK", CHEAT=S, CHEAT2=A2),
    _trade("both seats cheat", "D3", "RA RK", CHEAT=A1, CHEAT2=A2),
    _trade(
        "both parties cheat", lies="SH D1 D2 bA sA", CHEAT=B, CHEAT2=S, DEAD=A2_DEAD
    ),
)
CRASHES: Final = (
    _trade("A1 away, buyer cheats", lies="D1 D3", CHEAT=B, SPELL=A1, DEAD=A2_DEAD),
    _trade("A1 away, A2 up", "D3", SPELL=A1),
    _trade(
        "A1 away, FundAck hidden",
        lies="FA SH D2",
        CHEAT=S,
        SPELL=A1,
        DEAD=A2_DEAD,
        START=AGREED,
    ),
    _trade("A2 away, A1 dead", lies="D1", CHEAT=B, SPELL=A2, DEAD=A1_DEAD),
    _trade("buyer away", lies="SH D2", CHEAT=S, SPELL=B, DEAD=A2_DEAD),
    _trade("seller away", lies="D1 D3", CHEAT=B, SPELL=S, DEAD=A2_DEAD),
)
SMALL: Final = (
    Configuration("account", "account", {}),
    Configuration("hub", "hub", {}),
    Configuration("hub, buyer cheats", "hub", {"CHEAT": B}),
    Configuration("hub, seller cheats", "hub", {"CHEAT": S}),
    Configuration("kill at any write", "crash", {}),
    Configuration("restore, all answer", "crash", {"RESTORES": 1}),
)
EXTENSIONS: Final = (
    _trade("Extend", "EX D3", SKEW=1),
    _trade("Extend, pairwise", "EX", PAIRWISE=1),
    _trade("Extend, no A2", "EX D3", SKEW=1, DEAD=A2_DEAD),
    _trade("Extend, buyer cheats", lies="D1 D3 EX", CHEAT=B),
    _trade("Extend, cheat, no A1", lies="D1 D3 EX", CHEAT=B, DEAD=A1_DEAD),
    _trade("Extend, cheat, A1 away", lies="D1 EX", CHEAT=B, SPELL=A1),
    _trade("Extend, cheat, A2 away", lies="D1 EX", CHEAT=B, SPELL=A2),
    _trade("Extend, two parts", "EX", PARTS=2),
    _trade("Extend, parts, pairwise", "EX", PARTS=2, PAIRWISE=1, DEAD=A2_DEAD),
    _trade("Extend, parts, cheat", lies="D1 EX", CHEAT=B, PARTS=2),
    _trade("Extend, parts, seller", "EX", "SX", CHEAT=S, PARTS=2, DEAD=A2_DEAD),
)
LATE_SHIPS: Final = (
    _trade("late Ship, seats dead", "PF DE", DEAD=BOTH_DEAD, LATE_SHIPS=1, SKEW=1),
    _trade("late Ship, Extend", "PF EX", DEAD=BOTH_DEAD, LATE_SHIPS=1, SKEW=1),
)
SPLITS: Final = (
    _trade("split rulings, fees", "D3 sA", SPLIT_RULINGS=1, FEES=1, SKEW=1),
    _trade("winner refuses", lies="D1 D3 bA", CHEAT=B, DEAD=A2_DEAD),
)
DIRECTS: Final = (
    _trade("direct", "PF DE PB PS aPB aPS", DIRECT=1, DEAD=BOTH_DEAD, SKEW=1),
    _trade("direct, Extend", "EX PF", DIRECT=1, DEAD=BOTH_DEAD, SKEW=1, LATE_SHIPS=1),
    _trade(
        "direct, buyer cheats",
        "DE PS",
        "PF PB EX aSH aPS",
        DIRECT=1,
        DEAD=BOTH_DEAD,
        CHEAT=B,
    ),
    _trade(
        "direct, seller cheats",
        "PF PB aPS",
        "SH DE PS aPF aPB",
        DIRECT=1,
        DEAD=BOTH_DEAD,
        CHEAT=S,
    ),
)
_HIDDEN: Final = CRASHES[2]
_AWAY: Final = CRASHES[0]
BROKEN: Final = (
    _broken(EXTENSIONS[0], "broken: Extend", "BROKEN_EXTEND", "I7"),
    _broken(EXTENSIONS[3], "broken: Extend, cheat", "BROKEN_EXTEND", "I7"),
    _broken(EXTENSIONS[3], "broken: Ack at once", "BROKEN_ACK", "I7"),
    _broken(LATE_SHIPS[0], "broken: default", "BROKEN_DEFAULT", "LOCK"),
    _broken(_HIDDEN, "broken: no w", "BROKEN_WINDOW", "I6"),
    _broken(_AWAY, "broken: no cut-off", "BROKEN_CUT", "I7"),
    _broken(
        _trade("", lies="D1 D3", CHEAT=B, DEAD=A2_DEAD),
        "broken: before T1",
        "BROKEN_EARLY",
        "I7",
    ),
    _broken(
        _trade("", lies="D1 D3", CHEAT=B, DEAD=A1_DEAD),
        "broken: latest named",
        "BROKEN_NAMED",
        "I8",
    ),
    _broken(
        _trade("", "DE D3", LATE=1),
        "broken: agreement",
        "BROKEN_AGREEMENT",
        "I29_AGREED",
    ),
    _broken(PAIRS[0], "broken: any date", "BROKEN_DATED", "BOUND"),
    _broken(CHEATS[-1], "broken: rail twice", "BROKEN_ONCE", "I1"),
    _broken(SMALL[0], "broken: collision", "BROKEN_COLLISION", "I4"),
    _broken(SMALL[1], "broken: hub per leg", "BROKEN_HUB", "HUB"),
    _broken(SMALL[4], "broken: sent first", "BROKEN_DURABLE", "I4"),
    _broken(SMALL[5], "broken: no resync", "BROKEN_RESYNC", "I4"),
    _broken(SMALL[5], "broken: one answers", "BROKEN_ANSWERS", "I4"),
)
CONFIGURATIONS: Final = (
    *HONEST,
    *CHEATS,
    *PAIRS,
    *CRASHES,
    *SMALL,
    *EXTENSIONS,
    *LATE_SHIPS,
    *DIRECTS,
    *SPLITS,
    *BROKEN,
)
