"""Identities: one phrase, all keys; nothing secret is shown."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.errors import InputError
from bazaar.domain.keys.fingerprint import fingerprint
from bazaar.domain.keys.identity import Identity
from bazaar.domain.keys.peer_ids import MAX_PEER_ID, base58, key_of, peer_id
from bazaar.domain.keys.phrase import MAX_PHRASE, entropy_of, word_list, words_of

ZERO_PHRASE = "abandon " * 23 + "art"


def test_the_phrase_of_zeros_is_that_of_bip39() -> None:
    assert words_of(bytes(32)) == ZERO_PHRASE
    assert entropy_of(ZERO_PHRASE) == bytes(32)


@given(st.binary(min_size=32, max_size=32))
def test_a_phrase_reads_back(entropy: bytes) -> None:
    assert entropy_of(f"  {words_of(entropy).upper()}\n".replace(" ", "\t ")) == entropy


def test_a_phrase_is_normalised_before_it_is_lower_cased() -> None:
    wide = "".join(
        chr(ord(letter) + 0xFEE0) if letter != " " else " " for letter in ZERO_PHRASE
    )
    assert entropy_of(wide) == bytes(32)


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("", "24 words are needed, 0"),
        ("abandon " * 23, "24 words are needed, 23"),
        ("abandon " * 25, "24 words are needed, 25"),
        ("abandon " * 23 + "arts", "word 24, 'arts', .* did you mean art"),
        (
            "xqzxqz " + "abandon " * 22 + "art",
            "word 1, 'xqzxqz', is not in the word list$",
        ),
        ("abandon " * 23 + "zoo", "checksum"),
        ("x" * (MAX_PHRASE + 1), "longer than"),
    ],
)
def test_what_is_wrong_with_a_phrase_is_said(phrase: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        entropy_of(phrase)


def test_entropy_has_one_length() -> None:
    for length in (16, 31, 33):
        with pytest.raises(ValueError, match="32 bytes"):
            Identity(bytes(length))


def test_every_label_gives_another_key() -> None:
    me = Identity(bytes(32))
    secrets = [
        me.derive("identity"),
        me.box_key.encode(),
        me.backup_key,
        me.bitcoin_seed,
        me.rating_key(b"\xab" * 32).encode(),
        me.rating_key(b"\xac" * 32).encode(),
    ]
    assert len(set(secrets)) == len(secrets)
    assert me.derive("rating/" + "ab" * 32) == me.rating_key(b"\xab" * 32).encode()


def test_an_identity_shows_no_secret() -> None:
    me = Identity(bytes(32))
    assert repr(me) == f"<Identity {me.peer_id}>"
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(me)


def test_a_peer_id_reads_back() -> None:
    me = Identity.from_phrase(ZERO_PHRASE)
    assert me.peer_id.startswith("12D3KooW")
    assert key_of(f" {me.peer_id}\n") == me.key
    assert peer_id(me.key) == me.peer_id
    assert me.phrase == ZERO_PHRASE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "52 characters"),
        ("1" * (MAX_PEER_ID + 1), "52 characters"),
        ("12D3KooW0", "does not occur"),
        ("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N", "Ed25519"),
        (base58(bytes.fromhex("002408011220") + bytes(31)), "Ed25519"),
        (base58(bytes.fromhex("002408011220") + bytes(32)), "valid key"),
        (base58(bytes.fromhex("002408011220") + b"\x01" + bytes(31)), "valid key"),
    ],
)
def test_other_texts_are_no_peer_ids(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        key_of(text)


def test_base58_keeps_leading_zeros() -> None:
    assert base58(b"\0\0\x01") == "112"
    assert base58(b"") == ""


def test_a_fingerprint_is_six_words_and_a_colour() -> None:
    found = fingerprint(bytes(32))
    assert len(found.words) == 6
    assert set(found.words) <= set(word_list())
    assert found.hex_colour == f"#{found.colour:06x}"
    assert str(found) == " ".join(found.words)
    assert fingerprint(bytes(32)) == found != fingerprint(b"\x01" * 32)
    me = Identity(bytes(32))
    assert me.fingerprint == fingerprint(me.key)
