"""The 249 ISO 3166-1 codes, frozen, and the bits that a card and a head hold for them."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

EVERYWHERE: Final = "ZZ"
EVERYWHERE_BIT: Final = 255
BITMAP_BYTES: Final = 32
_CODES: Final = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ
BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM
DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS
GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN
KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ
MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI
VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES: Final = tuple(_CODES.split())
_INDEX: Final = MappingProxyType({code: index for index, code in enumerate(COUNTRIES)})


def set_bits(bits: Iterable[int]) -> bytes:
    """A bitmap of 32 bytes; bit i is bit ``7 - i % 8`` of byte ``i // 8``."""
    number = 0
    for bit in bits:
        number |= 1 << (EVERYWHERE_BIT - bit)
    return number.to_bytes(BITMAP_BYTES, "big")


def has_bit(bitmap: bytes, bit: int) -> bool:
    """Whether ``bit`` is set in a bitmap of 32 bytes."""
    return bool(bitmap[bit // 8] >> (7 - bit % 8) & 1)


def set_bit_numbers(bitmap: bytes) -> list[int]:
    """Numbers of the bits that are set, ascending."""
    number = int.from_bytes(bitmap, "big")
    found: list[int] = []
    while number:
        last = number & -number
        found.append(EVERYWHERE_BIT + 1 - last.bit_length())
        number ^= last
    return found[::-1]


def country_bits(codes: Iterable[str]) -> bytes:
    """Bits of ``codes``; ``ZZ`` is everywhere. Codes outside ISO 3166-1 have no bit."""
    known = (
        EVERYWHERE_BIT if code == EVERYWHERE else _INDEX.get(code) for code in codes
    )
    return set_bits(bit for bit in known if bit is not None)


def country_bit(code: str) -> int | None:
    """Number of the bit of ``code``, or None if ISO 3166-1 does not know it."""
    return EVERYWHERE_BIT if code == EVERYWHERE else _INDEX.get(code)


def reaches(bits: bytes, code: str) -> bool:
    """Whether goods with country ``bits`` can go to ``code``."""
    bit = country_bit(code)
    return has_bit(bits, EVERYWHERE_BIT) or (bit is not None and has_bit(bits, bit))


def countries_of(bits: bytes) -> tuple[str, ...]:
    """The codes in ``bits``; ``ZZ`` alone when they reach everywhere."""
    if has_bit(bits, EVERYWHERE_BIT):
        return (EVERYWHERE,)
    return tuple(code for code in COUNTRIES if reaches(bits, code))
