"""The bounded types that wire objects are made of; a value that decodes is within them.

``extra`` marks what a length cannot say: ``text`` names a rule of PROTOCOL.md 5,
``unique`` forbids repetition, ``point`` demands a valid Ed25519 key, ``unit`` a known unit.
The marks are enforced by ``bazaar.domain.wire.marks``.
"""

from typing import Annotated, Final

from msgspec import Meta, Struct

MAX_AMOUNT: Final = 2**53 - 1
MAX_TIME: Final = 2**53 - 1
MAX_U32: Final = 2**32 - 1
MAX_BASIS_POINTS: Final = 10_000
MAX_NESTED_ENVELOPE_BYTES: Final = 4 * 1024
MAX_WORD: Final = 40
MAX_SENTENCE: Final = 70
MAX_TITLE: Final = 140
MAX_SHORT: Final = 160
MAX_DESCRIPTION: Final = 50_000
MAX_TERMS: Final = 10_000
MAX_UNIT: Final = 65

Id = Annotated[bytes, Meta(min_length=32, max_length=32)]
Key = Annotated[bytes, Meta(min_length=32, max_length=32, extra={"point": True})]
BoxKey = Annotated[bytes, Meta(min_length=32, max_length=32)]
Salt = Annotated[bytes, Meta(min_length=16, max_length=16)]
SignatureBytes = Annotated[bytes, Meta(min_length=64, max_length=64)]
NestedEnvelope = Annotated[
    bytes, Meta(min_length=1, max_length=MAX_NESTED_ENVELOPE_BYTES)
]

U8 = Annotated[int, Meta(ge=0, le=255)]
U16 = Annotated[int, Meta(ge=0, le=65_535)]
U24 = Annotated[int, Meta(ge=0, le=2**24 - 1)]
U32 = Annotated[int, Meta(ge=0, le=MAX_U32)]
Time = Annotated[int, Meta(ge=0, le=MAX_TIME)]
Amount = Annotated[int, Meta(ge=0, le=MAX_AMOUNT)]
SignedAmount = Annotated[int, Meta(ge=-MAX_AMOUNT, le=MAX_AMOUNT)]
PositiveAmount = Annotated[int, Meta(ge=1, le=MAX_AMOUNT)]
BasisPoints = Annotated[int, Meta(ge=0, le=MAX_BASIS_POINTS)]
Quantity = Annotated[int, Meta(ge=1, le=1_000_000)]

Word = Annotated[str, Meta(min_length=1, max_length=MAX_WORD, extra={"text": "word"})]
Sentence = Annotated[str, Meta(max_length=MAX_SENTENCE, extra={"text": "line"})]
Title = Annotated[str, Meta(min_length=1, max_length=MAX_TITLE, extra={"text": "line"})]
Short = Annotated[str, Meta(max_length=MAX_SHORT, extra={"text": "line"})]
Description = Annotated[str, Meta(max_length=MAX_DESCRIPTION, extra={"text": "text"})]
Terms = Annotated[str, Meta(max_length=MAX_TERMS, extra={"text": "text"})]
Slug = Annotated[
    str, Meta(max_length=70, pattern=r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\Z")
]
Language = Annotated[
    str, Meta(max_length=12, pattern=r"^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*\Z")
]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")]
UnitId = Annotated[
    str,
    Meta(
        max_length=MAX_UNIT,
        pattern=r"^(?:[A-Z]{3,4}|u[0-9a-f]{64})\Z",
        extra={"unit": True},
    ),
]


class Body(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Base of every wire object: an array in field order, nothing optional, nothing extra."""
