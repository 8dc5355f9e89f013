"""The units that amounts can have and their decimals, frozen (PROTOCOL.md 1).

ISO 4217 as of January 2025, without metals, funds and test codes, which have no scale.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_TWO: Final = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN
BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP
LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR
NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN
SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR
ZMW ZWG
"""
_NONE: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE: Final = "BHD IQD JOD KWD LYD OMR TND"
_FOUR: Final = "CLF UYW"
_OURS: Final = MappingProxyType({"BTC": 8, "HOUR": 2, "KWH": 3})

SCALES: Final[Mapping[str, int]] = MappingProxyType(
    dict.fromkeys(_TWO.split(), 2)
    | dict.fromkeys(_NONE.split(), 0)
    | dict.fromkeys(_THREE.split(), 3)
    | dict.fromkeys(_FOUR.split(), 4)
    | _OURS
)
UNIT_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {unit.lower(): unit for unit in SCALES} | {"h": "HOUR", "hours": "HOUR"}
)
"""What a person may type, lower case, and the unit id it means."""

_RECORD: Final = re.compile(r"u[0-9a-f]{64}\Z")


def check_unit(unit: str) -> None:
    """Check that ``unit`` is known or names a Unit record. Raises ValueError."""
    if unit not in SCALES and not _RECORD.match(unit):
        raise ValueError(f"{unit} is not a unit")
