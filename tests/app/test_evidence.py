"""Evidence of real orders: whole for a stranger, silent about what is private."""

import hashlib

import msgspec
import pytest

from bazaar.app.trading.evidence import EvidenceExport
from bazaar.domain.errors import NotFoundError
from bazaar.domain.trading.bundle import (
    MAGIC,
    Bundle,
    Receipt,
    decode_bundle,
    encode_bundle,
)
from bazaar.domain.trading.bundle_check import Checked, check_bundle
from bazaar.domain.trading.messages import (
    MAX_EVIDENCE,
    DisputeReason,
    EvidenceFile,
    Offer,
)
from tests.app.town import ADDRESS, LAMP, Cast, Person


def exported(person: Person, trade_id: bytes, *, files: bool = False) -> bytes:
    export = EvidenceExport(person.node.context, person.node.trades)
    return export.bundle(trade_id, with_files=files)


def problems(bundle: Bundle) -> tuple[str, ...]:
    return check_bundle(encode_bundle(bundle)).problems


def changed(data: bytes, **fields: object) -> Bundle:
    return msgspec.structs.replace(decode_bundle(data), **fields)


async def test_everybody_exports_a_closed_order_whole(cast: Cast) -> None:
    trade_id = await cast.closed()
    await cast.town.quiet()
    for person in cast.everybody:
        checked = check_bundle(exported(person, trade_id))
        assert checked.problems == ()
        assert checked.state == "closed"
        assert checked.trade is not None
        assert checked.trade.digest == person.trade(trade_id).digest


async def test_an_order_can_be_exported_in_every_state(cast: Cast) -> None:
    trade_id = await cast.ordered()
    for state, step in (
        ("offered", None),
        ("agreed", cast.seller.accept),
    ):
        if step is not None:
            await step(trade_id)
            await cast.town.all_in(state, trade_id, cast.everybody)
        checked = check_bundle(exported(cast.buyer, trade_id))
        assert (checked.problems, checked.state) == ((), state)
    checked = check_bundle(exported(cast.seller, trade_id))
    assert (checked.problems, checked.state) == ((), "agreed")


async def test_a_stranger_has_no_evidence(cast: Cast) -> None:
    with pytest.raises(NotFoundError):
        exported(cast.buyer, b"x" * 32)


async def test_a_dispute_with_files(cast: Cast) -> None:
    trade_id = await cast.shipped()
    deeds = cast.buyer.node.deeds
    deeds.dispute(trade_id, "", (0,), DisputeReason.GOODS, "broken")
    picture = b"a picture of the broken shade"
    digest = cast.buyer.node.context.blobs.put(picture)
    shown = EvidenceFile(digest, len(picture), "shade")
    others = [EvidenceFile(bytes([n]) * 32, 9, "") for n in range(MAX_EVIDENCE - 1)]
    deeds.add_evidence(trade_id, [shown, *others], "look")
    cast.buyer.node.changed(trade_id)
    await cast.town.all_in("disputed", trade_id, cast.everybody)
    plain = exported(cast.buyer, trade_id)
    whole = exported(cast.buyer, trade_id, files=True)
    assert picture not in plain
    assert decode_bundle(whole).files == (picture,)
    for data in (plain, whole):
        checked = check_bundle(data)
        assert (checked.problems, checked.state) == ((), "disputed")
    for forged in ((b"another picture",), (picture, picture), (picture[:-1] + b"X",)):
        assert any("file" in one for one in problems(changed(whole, files=forged)))


async def test_nothing_private_is_in_a_bundle(cast: Cast) -> None:
    trade_id = await cast.closed()
    secret = [*ADDRESS.values(), "track me", "ring twice"]
    for person in cast.everybody:
        data = exported(person, trade_id, files=True)
        assert not [word for word in secret if len(word) > 2 and word.encode() in data]
        with person.book.unit() as unit:
            secrets = [unit.secret(trade_id, name) for name in ("box", "nonce")]
        box, _ = secrets
        assert box is None or box not in data
        assert person.identity.entropy not in data


async def test_what_is_left_out_is_missed(cast: Cast) -> None:
    trade_id = await cast.closed()
    data = exported(cast.buyer, trade_id)
    bundle = decode_bundle(data)
    assert len(bundle.messages) > 8
    found: dict[str, bool] = {}
    checked = check_bundle(data)
    assert checked.trade is not None
    seen = {
        one for m in checked.trade.counted for one in checked.trade.facts.chains.sees(m)
    }
    for place, envelope in enumerate(bundle.messages):
        rest = bundle.messages[:place] + bundle.messages[place + 1 :]
        subject = bundle.receipts[place].message
        kept = tuple(one for one in bundle.receipts if one.message != subject)
        less = msgspec.structs.replace(bundle, messages=rest, receipts=kept)
        found[envelope.hex()] = bool(problems(less)) == (subject in seen)
    assert all(found.values())
    for name in ("listings", "offers", "accounts"):
        assert problems(changed(data, **{name: ()})), name


async def test_what_does_not_belong_is_named(cast: Cast) -> None:
    first = exported(cast.buyer, await cast.closed())
    second = exported(cast.buyer, await cast.closed())
    one, two = decode_bundle(first), decode_bundle(second)
    strange = (
        {"trade": two.trade},
        {"network": "local:other"},
        {"network": "nowhere"},
        {"messages": tuple(sorted({*one.messages, *two.messages}))},
        {"messages": one.messages[::-1]},
        {"messages": (*one.messages, one.messages[-1])},
        {"listings": (*one.listings, *one.listings)},
        {"listings": one.offers},
        {"offers": one.offers[::-1]},
        {"offers": one.listings},
        {"accounts": one.messages[:2]},
        {"accounts": (*one.accounts, *two.accounts)},
        {"accounts": two.accounts},
        {"receipts": one.receipts[::-1]},
        {"receipts": (Receipt(b"x" * 32, 1),)},
    )
    for change in strange:
        assert problems(msgspec.structs.replace(one, **change)), change.keys()


async def test_a_dearer_listing_is_noticed(cast: Cast) -> None:
    trade_id = await cast.closed()
    data = exported(cast.buyer, trade_id)
    await cast.seller.sell(LAMP | {"price": "99.00 EUR"})
    with cast.seller.book.unit() as unit:
        (dear,) = [row.envelope for row in unit.records(3)]
    found = problems(changed(data, listings=(dear,)))
    assert any("contract" in one for one in found)


def harmless(before: Checked, data: bytes) -> bool:
    """Whether ``data`` is refused, or says the same but for the exporter's own notes."""
    after = check_bundle(data)
    if not after.valid:
        return True
    return (
        after.trade is not None
        and before.trade is not None
        and after.trade.digest == before.trade.digest
        and after.state == before.state
        and after.trade.parts == before.trade.parts
    )


async def test_every_byte_that_flips_is_detected_or_harmless(cast: Cast) -> None:
    trade_id = await cast.ordered()
    data = exported(cast.buyer, trade_id)
    before = check_bundle(data)
    assert before.problems == ()
    assert before.trade is not None
    assert isinstance(before.trade.facts.offer.body, Offer)
    for place in range(len(data)):
        flipped = bytearray(data)
        flipped[place] ^= 1 << place % 8
        assert not check_bundle(bytes(flipped)).valid, "the digest tells damage"
    body = data[:-32]
    for place in range(len(MAGIC), len(body)):
        forged = bytearray(body)
        forged[place] ^= 1 << place % 8
        whole = bytes(forged) + hashlib.sha256(forged).digest()
        assert harmless(before, whole), f"byte {place}"


async def test_bytes_that_flip_in_a_closed_order(cast: Cast) -> None:
    data = exported(cast.buyer, await cast.closed())
    before, body = check_bundle(data), data[:-32]
    assert before.valid
    for place in range(len(MAGIC), len(body), 53):
        forged = bytearray(body)
        forged[place] ^= 0x20
        whole = bytes(forged) + hashlib.sha256(forged).digest()
        assert harmless(before, whole), f"byte {place}"
