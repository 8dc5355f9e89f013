"""Vectors of bodies (PROTOCOL.md 18, item 2): canonical forms, greatest values, refused twins."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from bazaar.domain.credit.clearing import ClearPlan, ClearSeek, ClearVote
from bazaar.domain.delivery.delivery import Ack, Address, Disclose
from bazaar.domain.keys.identity import Identity
from bazaar.domain.reputation.rating import RatingReply
from bazaar.domain.reputation.slots import (
    FIRST_HEAD,
    BuySlot,
    CaseSlot,
    SalesHead,
    SaleSlot,
)
from bazaar.domain.stores.records import HEAD_SECONDS, SocialAccount, UnitTerms
from bazaar.domain.wire.bodies import KIND_OF, encode_body
from bazaar.domain.wire.bounds import MAX_AMOUNT, MAX_TIME, MAX_U32, Body
from tests.domain.samples import (
    ARBITER,
    ARBITER_OFFER,
    BACKUP,
    BUYER,
    CONTACT,
    LAMP,
    PROFILE,
    SELLER,
    STORE_HEAD,
    lamp,
)
from tests.domain.test_listing_rules import BAD, GOOD
from tests.domain.test_rating_rules import NAMED

ID: Final = b"\xff" * 32
KEYS: Final = (SELLER.key, BUYER.key, ARBITER.key, BACKUP.key)
CIRCLE: Final = tuple(sorted((*KEYS, Identity(b"\5" * 32).key)))
SEEK: Final = ClearSeek(KEYS[0], "EUR", ID, 1, KEYS[:1], 0)
PLAN: Final = ClearPlan(CIRCLE[0], "EUR", 1, CIRCLE[:3], ID, 0)
SMILE: Final = "\U0001f600"
SALE: Final = SaleSlot(
    SELLER.key, 1, FIRST_HEAD, KEYS[:1], (bytes(32),), 0, "EUR", 0, ()
)
SALES: Final = SalesHead(SELLER.key, 52, 7, ID, 1_800_000_000)
REPLY: Final = RatingReply(SELLER.key, 0, ID, "Thank you.\nCome again.", 1_800_000_000)


def bodies() -> list[dict[str, Any]]:
    """Each kind of record and slot: accepted bodies and their refused twins."""
    return [
        {"kind": kind, "why": why, "body": body.hex(), "accept": accept}
        for kind, why, body, accept in (*_accepted(), *_refused(), *_twins(_plain()))
    ]


def vectors_of(
    plain: tuple[Body, ...], good: Iterable[Body], bad: Iterable[tuple[str, Body]]
) -> list[dict[str, Any]]:
    """The same of other kinds: plain bodies, those at a limit, those beyond one."""
    rows = [_row(body, "plain", accept=True) for body in plain]
    rows += [_row(body, "at a limit", accept=True) for body in good]
    rows += [_row(body, why, accept=False) for why, body in bad]
    return [
        {"kind": kind, "why": why, "body": body.hex(), "accept": accept}
        for kind, why, body, accept in (*rows, *_twins(plain))
    ]


Row = tuple[int, str, bytes, bool]


def _row(body: Body, why: str, *, accept: bool) -> Row:
    return int(KIND_OF[type(body)]), why, encode_body(body), accept


def _with(body: Body, **fields: Any) -> Body:
    return msgspec.structs.replace(body, **fields)


def _plain() -> tuple[Body, ...]:
    return (
        PROFILE,
        ARBITER_OFFER,
        LAMP,
        STORE_HEAD,
        NAMED.body,
        CONTACT,
        SALE,
        BuySlot(*_values(SALE)),
        CaseSlot(*_values(SALE)),
        SALES,
        REPLY,
        Ack(BUYER.key, (ID,)),
        Address(BUYER.key, ID, b"\0"),
        Disclose(BUYER.key, ID, ARBITER.key, 1, b"\0"),
        SEEK,
        PLAN,
        ClearVote(BUYER.key, ID, 1),
    )


def _accepted() -> Iterator[Row]:
    for body in _plain():
        yield _row(body, "plain", accept=True)
    for body in (*_least(), *_greatest()):
        yield _row(body, "at a limit", accept=True)
    for why, fields in GOOD.items():
        yield _row(lamp(**fields), why, accept=True)


def _least() -> Iterator[Body]:
    yield _with(PROFILE, issued=0, prekey_until=0, seats=(), languages=(), name="a")
    yield _with(ARBITER_OFFER, issued=0, expires=0, languages=(), answer_hours=1)
    yield _with(STORE_HEAD, seq=0, issued=0, expires=0, count=0, size=0)
    yield _with(NAMED.body, overall=1, aspects=(0, 0, 0, 0), tags=(), text="", at=0)
    yield _with(CONTACT, seq=0, issued=0, addresses=(), mailboxes=())
    yield _with(SALES, n=1, at=0)
    yield _with(REPLY, text="t", at=0)


def _greatest() -> Iterator[Body]:
    yield _with(
        PROFILE,
        seq=MAX_U32,
        issued=MAX_TIME,
        name=SMILE * 39 + "a",
        handle="h" * 40,
        location="l" * 40,
        about="a" * 10_000,
        short="s" * 160,
        contacts=(SocialAccount("t" * 40, "v" * 140),) * 30,
        colours=(2**24 - 1,) * 5,
        vacation="v" * 160,
    )
    units = (
        UnitTerms("EUR", MAX_AMOUNT, 2_000, MAX_AMOUNT),
        UnitTerms("u" + "f" * 64, 0, 0, 0),
    )
    yield _with(ARBITER_OFFER, units=units, terms="t" * 10_000, answer_hours=336)
    times = {"issued": MAX_TIME - HEAD_SECONDS, "expires": MAX_TIME}
    yield _with(STORE_HEAD, seq=MAX_U32, count=10_000, size=MAX_U32, bitmap=ID, **times)
    tags = tuple(letter * 40 for letter in "abcde")
    yield _with(
        NAMED.body,
        overall=5,
        aspects=(5,) * 4,
        tags=tags,
        text="t" * 3_000,
        at=MAX_TIME,
    )
    yield _with(
        CONTACT, seq=MAX_U32, mailboxes=KEYS[:3], mirrors=KEYS, relays=("/a", "/b")
    )
    yield _with(
        SALE, number=MAX_U32, rating_keys=KEYS[:2], value_class=255, seats=KEYS[2:]
    )
    yield _with(SALES, chain=54, n=MAX_U32, at=MAX_TIME)
    yield _with(REPLY, seq=1, text="t" * 1_000, at=MAX_TIME)
    yield Ack(BUYER.key, tuple(bytes((number,)) * 32 for number in range(64)))
    yield Address(BUYER.key, ID, bytes(12_000))
    yield Disclose(BUYER.key, ID, ARBITER.key, 2, bytes(12_000))
    yield _with(SEEK, amount=MAX_AMOUNT, path=KEYS, by=KEYS[-1], expires=MAX_TIME)
    yield _with(PLAN, amount=MAX_AMOUNT, parties=CIRCLE, at=MAX_TIME)
    yield ClearVote(BUYER.key, ID, 3)


def _beyond_clearing() -> Iterator[tuple[str, Body]]:
    yield "a path of five", _with(SEEK, path=CIRCLE, by=CIRCLE[-1])
    yield "a path that another ends", _with(SEEK, by=KEYS[1])
    yield "a search for nothing", _with(SEEK, amount=0)
    yield "a circle of two", _with(PLAN, parties=CIRCLE[:2])
    yield "a circle that begins with another", _with(PLAN, parties=PLAN.parties[::-1])
    yield "a plan of a stranger", _with(PLAN, by=CIRCLE[4])
    yield "a key twice in a circle", _with(PLAN, parties=(*CIRCLE[:2], CIRCLE[1]))
    yield "a plan for nothing", _with(PLAN, amount=0)
    yield "a vote that is none", ClearVote(BUYER.key, ID, 4)


def _refused() -> Iterator[Row]:
    for why, (_, fields) in BAD.items():
        yield _row(lamp(**fields), why, accept=False)
    for why, body in (
        *_beyond_records(),
        *_beyond_others(),
        *_beyond_standing(),
        *_beyond_clearing(),
    ):
        yield _row(body, why, accept=False)


def _beyond_records() -> Iterator[tuple[str, Body]]:
    yield "seq above u32", _with(PROFILE, seq=MAX_U32 + 1)
    yield "seq below 0", _with(PROFILE, seq=-1)
    yield "time above 2^53 - 1", _with(PROFILE, issued=MAX_TIME + 1)
    yield "colour above u24", _with(PROFILE, colours=(2**24,))
    yield "name of 41", _with(PROFILE, name="a" * 41)
    yield "name of spaces", _with(PROFILE, name=" ")
    yield "about of 10,001", _with(PROFILE, about="a" * 10_001)
    yield "language twice", _with(PROFILE, languages=("en", "en"))
    yield "seat of small order", _with(PROFILE, seats=(b"\x01" + bytes(31),))
    yield "box key of 31 bytes", _with(PROFILE, box_key=bytes(31))
    yield "fee above 20 %", _with(ARBITER_OFFER, units=(UnitTerms("EUR", 0, 2_001, 1),))
    yield "unit twice", _with(ARBITER_OFFER, units=(UnitTerms("EUR", 0, 0, 1),) * 2)
    yield "no unit", _with(ARBITER_OFFER, units=())
    yield "countries fall", _with(ARBITER_OFFER, countries=("DE", "AT"))
    yield "337 hours", _with(ARBITER_OFFER, answer_hours=337)
    yield "10,001 cards", _with(STORE_HEAD, count=10_001)
    yield (
        "lives too long",
        _with(STORE_HEAD, expires=STORE_HEAD.issued + HEAD_SECONDS + 1),
    )
    yield "bitmap of 33 bytes", _with(STORE_HEAD, bitmap=bytes(33))


def _beyond_others() -> Iterator[tuple[str, Body]]:
    yield "no stars", _with(NAMED.body, overall=0)
    yield "six stars", _with(NAMED.body, overall=6)
    yield "text of 3,001", _with(NAMED.body, text="t" * 3_001)
    yield "six tags", _with(NAMED.body, tags=tuple("abcdef"))
    yield "line 16", _with(NAMED.body, line=16)
    yield "signature of 63 bytes", _with(NAMED.body, slot_signature=bytes(63))
    yield "four mailboxes", _with(CONTACT, mailboxes=KEYS)
    yield "address with a space", _with(CONTACT, addresses=("/ip4 ",))
    yield "address of 257", _with(CONTACT, addresses=("/" * 257,))
    yield "slot 0", _with(SALE, number=0)
    yield "three rating keys", _with(SALE, rating_keys=KEYS[:3])
    yield "no listing", _with(SALE, listings=())
    yield "65 ids", Ack(BUYER.key, tuple(bytes((number,)) * 32 for number in range(65)))
    yield "no id", Ack(BUYER.key, ())
    yield "id twice", Ack(BUYER.key, (ID, ID))
    yield "12,001 bytes", Address(BUYER.key, ID, bytes(12_001))
    disclose = Disclose(BUYER.key, ID, ARBITER.key, 1, b"\0")
    yield "12,001 bytes", _with(disclose, sealed=bytes(12_001))
    yield "neither address nor delivery", _with(disclose, what=0)
    yield "more than address and delivery", _with(disclose, what=3)


def _beyond_standing() -> Iterator[tuple[str, Body]]:
    yield "chain 51", _with(SALES, chain=51)
    yield "chain 55", _with(SALES, chain=55)
    yield "the head of no slot", _with(SALES, n=0)
    yield "a number above u32", _with(SALES, n=MAX_U32 + 1)
    yield "a head of 31 bytes", _with(SALES, head=bytes(31))
    yield "a reply without words", _with(REPLY, text="")
    yield "a reply of 1,001", _with(REPLY, text="t" * 1_001)
    yield "a third reply", _with(REPLY, seq=2)
    yield "a rating of 31 bytes", _with(REPLY, rating=bytes(31))


def _twins(plain: tuple[Body, ...]) -> Iterator[Row]:
    """Twins that break 3.1 and 3.2 in every kind alike."""
    for body in plain:
        kind = int(KIND_OF[type(body)])
        for why, data in _broken(encode_body(body)):
            yield kind, why, data, False


def _broken(good: bytes) -> Iterator[tuple[str, bytes]]:
    kind, by, *rest = msgspec.msgpack.decode(good)
    pack = msgspec.msgpack.encode
    head = good[:1] if good[0] < 0xA0 else good[:3]
    count = 1 + 1 + len(rest)
    yield "a byte too many", good + b"\0"
    yield "a byte too few", good[:-1]
    yield "an element too many", pack([kind, by, *rest, None])
    yield "an element too few", pack([kind, by, *rest[:-1]])
    yield "another kind", pack([99, by, *rest])
    yield (
        "a long integer",
        head + b"\xcd" + kind.to_bytes(2, "big") + good[len(head) + 1 :],
    )
    yield "a long array header", b"\xdd" + count.to_bytes(4, "big") + good[len(head) :]
    yield "text for bytes", pack([kind, "a" * 32, *rest])
    yield "a map", pack({"kind": kind})
    yield "nil", pack(None)
    yield "nil for bytes", pack([kind, None, *rest])
    yield "a float for the kind", pack([float(kind), by, *rest])
    yield "an extension", pack([kind, msgspec.msgpack.Ext(1, by), *rest])
    yield "an array for bytes", pack([kind, list(by), *rest])


def _values(body: Body) -> tuple[Any, ...]:
    return tuple(getattr(body, name) for name in body.__struct_fields__)
