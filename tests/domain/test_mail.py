"""Mailboxes: quotas at the limit and one beyond, tokens of two box keys, the header alone."""

import pytest
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from bazaar.domain.delivery.mail import (
    MAX_HOST_BYTES,
    MAX_SENDER_BYTES,
    MAX_STRANGERS_BYTES,
    MAX_TOKEN_MAIL_BYTES,
    Pair,
    Used,
    check_signed,
    keep_bytes,
    kept_bytes,
    lock_of,
    sign,
    take_bytes,
    token,
)
from bazaar.domain.delivery.work import GREATEST_BITS, LEAST_BITS
from bazaar.domain.errors import BadSignatureError, MalformedMessageError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.mail import (
    MAIL_SCREEN_BYTES,
    MAX_TOKENS,
    MailHeader,
    MailKeep,
    MailPut,
    mail_header,
)

BLOB = 1024
PAIR = Pair(b"n" * 32, b"h" * 32, b"r" * 32)
HEADER = MailHeader(b"r" * 32, None, 500_000, 2**53 - 1, b"b" * 32)


@pytest.mark.parametrize(
    ("quota", "field"),
    [
        (MAX_SENDER_BYTES, "sender"),
        (MAX_STRANGERS_BYTES, "strangers"),
        (MAX_HOST_BYTES, "host"),
    ],
)
def test_a_strangers_quota_is_full_at_its_limit(quota: int, field: str) -> None:
    assert Used(**{field: quota - BLOB}).has_room(BLOB, token=False)
    full = Used(**{field: quota - BLOB + 1})
    assert not full.has_room(BLOB, token=False)
    assert full.has_room(BLOB, token=True)


def test_token_mail_has_a_quota_of_its_own() -> None:
    assert Used(token=MAX_TOKEN_MAIL_BYTES - BLOB).has_room(BLOB, token=True)
    full = Used(token=MAX_TOKEN_MAIL_BYTES - BLOB + 1)
    assert not full.has_room(BLOB, token=True)
    assert full.has_room(BLOB, token=False)


def test_the_fuller_quota_sets_the_difficulty() -> None:
    assert Used().bits == LEAST_BITS
    assert Used(strangers=MAX_STRANGERS_BYTES).bits == GREATEST_BITS
    assert Used(host=MAX_HOST_BYTES).bits == GREATEST_BITS


def test_both_sides_make_the_same_token_and_nobody_else() -> None:
    recipient, sender, third = (PrivateKey(bytes([n]) * 32) for n in (1, 2, 3))
    mine = token(recipient, bytes(sender.public_key), PAIR, b"s" * 32)
    assert mine == token(sender, bytes(recipient.public_key), PAIR, b"s" * 32)
    assert mine != token(third, bytes(recipient.public_key), PAIR, b"s" * 32)
    assert mine != token(recipient, bytes(sender.public_key), PAIR, b"t" * 32)
    elsewhere = PAIR._replace(host=b"i" * 32)
    assert mine != token(recipient, bytes(sender.public_key), elsewhere, b"s" * 32)
    assert lock_of(mine) != mine
    assert len(mine) == 32


def test_a_box_key_that_is_none_makes_no_token() -> None:
    with pytest.raises(MalformedMessageError):
        token(PrivateKey(b"1" * 32), bytes(32), PAIR, b"s" * 32)


def test_a_signature_is_for_one_sentence() -> None:
    key = SigningKey(b"k" * 32)
    public = key.verify_key.encode()
    said = keep_bytes(PAIR, 1, 2, [b"l" * 32])
    check_signed(public, said, sign(key, said))
    others = (
        keep_bytes(PAIR, 1, 3, [b"l" * 32]),
        keep_bytes(PAIR._replace(host=b"i" * 32), 1, 2, [b"l" * 32]),
        keep_bytes(PAIR._replace(network=b"m" * 32), 1, 2, [b"l" * 32]),
        kept_bytes(PAIR, 2, said),
        take_bytes(PAIR, b"c" * 32, 1),
    )
    for other in others:
        with pytest.raises(BadSignatureError):
            check_signed(public, other, sign(key, said))


def test_the_header_is_read_without_the_blob() -> None:
    whole = encode(MailPut(encode(HEADER), bytes(64 * 1024)))
    assert mail_header(whole[:MAIL_SCREEN_BYTES]) == HEADER
    longest = MailHeader(b"r" * 32, b"t" * 32, 2**32 - 1, 2**53 - 1, b"b" * 32)
    whole = encode(MailPut(encode(longest), bytes(1024)))
    assert mail_header(whole[:MAIL_SCREEN_BYTES]) == longest


@pytest.mark.parametrize(
    "start", [b"", b"\x92", b"\x92\xc4\x75", b"\x92\xc4\x01\x90", b"\x93"]
)
def test_a_deposit_without_a_header_is_refused(start: bytes) -> None:
    with pytest.raises(MalformedMessageError):
        mail_header(start)


def test_so_many_tokens_and_no_more() -> None:
    locks = [n.to_bytes(32, "big") for n in range(MAX_TOKENS + 1)]
    most = encode(MailKeep(1, 2, tuple(locks[:-1]), bytes(64)))
    assert decode(MailKeep, most).locks == tuple(locks[:-1])
    assert len(most) < 33 * 1024
    with pytest.raises(MalformedMessageError):
        decode(MailKeep, encode(MailKeep(1, 2, tuple(locks), bytes(64))))
