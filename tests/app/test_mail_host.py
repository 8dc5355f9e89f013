"""A host of mail: whom it serves, what it refuses, and who may collect."""

import hashlib
from itertools import count
from typing import NamedTuple

import pytest

from bazaar.app.delivery.mail_agreements import set_wished
from bazaar.app.ports import Agreement, Deposit, PeerRow, Request
from bazaar.domain.delivery.mail import (
    MAIL_LIFE_SECONDS,
    MAX_AGREEMENT_SECONDS,
    MAX_RECIPIENTS,
    MAX_SENDER_BYTES,
    MAX_STRANGERS_BYTES,
    MIB,
    Pair,
    check_signed,
    drop_bytes,
    keep_bytes,
    kept_bytes,
    lock_of,
    receipt_bytes,
    sign,
    take_bytes,
)
from bazaar.domain.delivery.work import HOUR_SECONDS, LEAST_BITS, Work
from bazaar.domain.errors import InputError, RefusedError, ReplyCode
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.mail import (
    MAIL_SCREEN_BYTES,
    Answered,
    MailDrop,
    MailDropped,
    MailHeader,
    MailKeep,
    MailKept,
    MailPut,
    MailReceipt,
    MailTake,
    MailTaken,
)
from bazaar.domain.exchange.request_types import RequestType
from tests.app.town import Person, Town
from tests.fakes import until

TOKEN = b"t" * 32
DAY = 86_400
SPAM = 5_000
SPAM_BETWEEN = 200


class Post(NamedTuple):
    """A host, one whom it serves, and a stranger."""

    host: Person
    anna: Person
    eve: Person

    @property
    def pair(self) -> Pair:
        return Pair(self.host.town.network.id, self.host.key, self.anna.key)


@pytest.fixture
async def post(town: Town) -> Post:
    names = ("host", "anna", "eve")
    post = Post(*[await town.settle_in(name) for name in names])
    await post.host.node.profiles.change({"serves_mail": "yes"})
    await keep(post, post.anna)
    return post


async def keep(post: Post, person: Person, days: int = 30, at: int = 0) -> MailKept:
    at = at or person.clock.now()
    until_then, locks = at + days * DAY, (lock_of(TOKEN),)
    pair = post.pair._replace(recipient=person.key)
    said = keep_bytes(pair, at, until_then, locks)
    wish = MailKeep(at, until_then, locks, sign(person.identity.signing_key, said))
    answer = await person.exchange.request(
        post.host.key, RequestType.MAIL_KEEP, encode(wish)
    )
    kept = decode(MailKept, answer)
    check_signed(post.host.key, kept_bytes(pair, kept.until, said), kept.signature)
    return kept


def header(post: Post, blob: bytes, bits: int = LEAST_BITS) -> MailHeader:
    """With work, unless no bits are wanted."""
    hour = post.eve.clock.now() // HOUR_SECONDS
    digest = hashlib.sha256(blob).digest()
    work = Work(post.host.key, post.anna.key, hour, digest)
    nonce = work.find(bits, count())
    assert nonce is not None
    return MailHeader(post.anna.key, None, hour, nonce, digest)


async def put(post: Post, head: MailHeader, blob: bytes) -> MailReceipt:
    body = encode(MailPut(encode(head), blob))
    answer = await post.eve.exchange.request(post.host.key, RequestType.MAIL_PUT, body)
    receipt = decode(MailReceipt, answer)
    said = receipt_bytes(
        post.pair._replace(recipient=head.recipient), head.hash, receipt.at
    )
    check_signed(post.host.key, said, receipt.signature)
    return receipt


async def refused(post: Post, head: MailHeader, blob: bytes) -> RefusedError:
    held = len(post.host.mail.take(post.anna.key, 0, MAX_STRANGERS_BYTES))
    with pytest.raises(RefusedError) as caught:
        await put(post, head, blob)
    assert len(post.host.mail.take(post.anna.key, 0, MAX_STRANGERS_BYTES)) == held
    return caught.value


def blob_of(number: int = 0) -> bytes:
    return number.to_bytes(4, "big") * 256


# ------------------------------------------------------------------ deposits


async def test_work_lets_a_stranger_in_and_a_token_needs_none(post: Post) -> None:
    receipt = await put(post, header(post, blob_of()), blob_of())
    assert receipt.at == post.host.clock.now()
    shown = header(post, blob_of(1), bits=0)
    await put(post, MailHeader(shown.recipient, TOKEN, 0, 0, shown.hash), blob_of(1))
    used = post.host.mail.used(post.anna.key, post.eve.key)
    assert (used.strangers, used.token) == (1024, 1024)


async def test_work_of_one_bit_less_is_refused_with_the_difficulty(post: Post) -> None:
    blob = blob_of()
    hour = post.eve.clock.now() // HOUR_SECONDS
    work = Work(post.host.key, post.anna.key, hour, hashlib.sha256(blob).digest())
    nonce = next(n for n in count() if work.zeros(n) == LEAST_BITS - 1)
    error = await refused(
        post, MailHeader(post.anna.key, None, hour, nonce, work.blob), blob
    )
    assert error.code is ReplyCode.NEED_WORK
    assert error.numbers == (LEAST_BITS, hour)


@pytest.mark.parametrize(("hours", "is_kept"), [(-1, True), (-2, False), (1, False)])
async def test_work_is_of_this_hour_or_the_last(
    post: Post, hours: int, is_kept: bool
) -> None:
    blob = blob_of()
    post.eve.clock.ahead = hours * HOUR_SECONDS
    head = header(post, blob)
    if is_kept:
        await put(post, head, blob)
    else:
        assert (await refused(post, head, blob)).code is ReplyCode.NEED_WORK


async def test_a_wrong_token_is_no_token(post: Post) -> None:
    head = header(post, blob_of(), bits=0)
    wrong = MailHeader(head.recipient, b"w" * 32, 0, 0, head.hash)
    assert (await refused(post, wrong, blob_of())).code is ReplyCode.NEED_WORK


async def test_mail_for_nobody_is_refused(post: Post) -> None:
    head = header(post, blob_of())
    nobody = MailHeader(post.eve.key, None, head.hour, head.nonce, head.hash)
    assert (await refused(post, nobody, blob_of())).code is ReplyCode.NOT_FOUND


async def test_another_blob_than_the_header_says_is_refused_and_counted(
    post: Post,
) -> None:
    error = await refused(post, header(post, blob_of(1)), blob_of(2))
    assert error.code is ReplyCode.MALFORMED
    assert post.host.exchange.faults == [post.eve.key]


@pytest.mark.parametrize("size", [1023, 1025, 2048, 65_535])
async def test_a_blob_has_one_of_four_sizes(post: Post, size: int) -> None:
    blob = bytes(max(size, 1024))[:size]
    head = header(post, blob, bits=0)
    head = MailHeader(head.recipient, TOKEN, 0, 0, head.hash)
    assert (await refused(post, head, blob)).code is ReplyCode.MALFORMED


async def test_below_the_least_free_space_nothing_is_taken(post: Post) -> None:
    head = header(post, blob_of())
    post.host.has_space = False
    assert (await refused(post, head, blob_of())).code is ReplyCode.NO_SPACE
    post.host.has_space = True
    await put(post, head, blob_of())


async def test_who_serves_no_more_takes_no_more(post: Post) -> None:
    await put(post, header(post, blob_of()), blob_of())
    await post.host.node.profiles.change({"serves_mail": "no"})
    assert (await refused(post, header(post, blob_of(1)), blob_of(1))).code is (
        ReplyCode.NOT_FOUND
    )
    assert len((await take(post)).letters) == 1


# ------------------------------------------------------------------ quotas


def fill(post: Post, amount: int, sender: bytes, *, token: bool = False) -> None:
    """Put blobs of 1 MiB, or what is left, straight into the host's store."""
    for number in range(-(-amount // MIB)):
        blob = bytes([number]) * min(MIB, amount - number * MIB)
        who = sender if sender == post.eve.key else bytes([number]) * 32
        post.host.mail.put(Deposit(post.anna.key, who, 1, token, blob))


async def test_one_stranger_fills_one_mebibyte(post: Post) -> None:
    fill(post, MAX_SENDER_BYTES - 1024, post.eve.key)
    await put(post, header(post, blob_of()), blob_of())
    error = await refused(post, header(post, blob_of(1), bits=0), blob_of(1))
    assert error.code is ReplyCode.NO_SPACE


async def test_strangers_never_displace_mail_with_a_token(post: Post) -> None:
    first = header(post, blob_of(7), bits=0)
    shown = MailHeader(first.recipient, TOKEN, 0, 0, first.hash)
    await put(post, shown, blob_of(7))
    fill(post, MAX_STRANGERS_BYTES, b"")
    error = await refused(post, header(post, blob_of(1), bits=0), blob_of(1))
    assert error.code is ReplyCode.NO_SPACE
    second = header(post, blob_of(8), bits=0)
    await put(post, MailHeader(second.recipient, TOKEN, 0, 0, second.hash), blob_of(8))
    assert post.host.mail.used(post.anna.key, b"").token == 2048
    assert post.host.mail.take(post.anna.key, 0, MIB)[0].blob == blob_of(7)


async def test_five_thousand_messages_of_strangers_displace_no_contact(
    post: Post,
) -> None:
    screen = post.host.node.mail_host
    assert screen is not None
    blob = bytes(64 * 1024)
    digest = hashlib.sha256(blob).digest()
    hour = post.host.clock.now() // HOUR_SECONDS
    lazy = MailHeader(post.anna.key, None, hour, 0, digest)
    guess = MailHeader(post.anna.key, b"g" * 32, hour, 0, digest)
    spam = [encode(MailPut(encode(one), blob)) for one in (lazy, guess)]
    letters = SPAM // SPAM_BETWEEN
    for number in range(letters):
        for stranger in range(SPAM_BETWEEN):
            whole = spam[stranger % len(spam)]
            who = (number * SPAM_BETWEEN + stranger).to_bytes(32, "big")
            start = Request(who, RequestType.MAIL_PUT, whole[:MAIL_SCREEN_BYTES])
            with pytest.raises(RefusedError):
                screen._screen(start, len(whole))
        shown = header(post, blob_of(number), bits=0)
        friend = MailHeader(shown.recipient, TOKEN, 0, 0, shown.hash)
        await put(post, friend, blob_of(number))
    used = post.host.mail.used(post.anna.key, b"")
    assert (used.token, used.strangers) == (letters * 1024, 0)
    kept = post.host.mail.take(post.anna.key, 0, MIB)
    assert [one.blob for one in kept] == [blob_of(number) for number in range(letters)]


async def test_the_fuller_the_harder(post: Post) -> None:
    fill(post, -(-MAX_STRANGERS_BYTES * 4 // 5), b"")
    error = await refused(post, header(post, blob_of(), bits=0), blob_of())
    assert error.code is ReplyCode.NEED_WORK
    assert error.numbers[0] == LEAST_BITS + 4


# ------------------------------------------------------------------ agreements


async def test_an_agreement_is_needed_and_has_an_end(post: Post) -> None:
    kept = await keep(post, post.anna, days=365)
    assert kept.until == post.host.clock.now() + MAX_AGREEMENT_SECONDS
    head = header(post, blob_of())
    post.host.clock.ahead = MAX_AGREEMENT_SECONDS
    assert (await refused(post, head, blob_of())).code is ReplyCode.NOT_FOUND


async def test_an_end_deletes_what_is_kept(post: Post) -> None:
    await put(post, header(post, blob_of()), blob_of())
    await keep(post, post.anna, days=0)
    assert post.host.mail.take(post.anna.key, 0, MIB) == []
    with pytest.raises(RefusedError):
        await take(post)


async def test_an_older_wish_comes_too_late(post: Post) -> None:
    with pytest.raises(RefusedError) as caught:
        await keep(post, post.anna, at=post.anna.clock.now() - 1)
    assert caught.value.code is ReplyCode.STALE


async def test_a_wish_of_the_future_is_refused(post: Post) -> None:
    await keep(post, post.eve, at=post.eve.clock.now() + 600)
    with pytest.raises(RefusedError) as caught:
        await keep(post, post.eve, at=post.eve.clock.now() + 601)
    assert caught.value.code is ReplyCode.STALE


async def test_so_many_are_served_and_no_more(post: Post) -> None:
    now = post.host.clock.now()
    for number in range(MAX_RECIPIENTS - 2):
        key = number.to_bytes(32, "big")
        post.host.mail.agree(Agreement(key, now, now + DAY, b"s" * 64), ())
    await keep(post, post.eve)
    post.host.mail.agree(Agreement(b"x" * 32, now, now + DAY, b"s" * 64), ())
    post.host.mail.end(post.eve.key)
    post.host.mail.agree(Agreement(b"y" * 32, now, now + DAY, b"s" * 64), ())
    with pytest.raises(RefusedError) as caught:
        await keep(post, post.eve)
    assert caught.value.code is ReplyCode.LIMIT
    await keep(post, post.anna)


async def test_who_serves_nobody_says_so(post: Post) -> None:
    await post.host.node.profiles.change({"serves_mail": "no"})
    with pytest.raises(RefusedError) as caught:
        await keep(post, post.eve)
    assert caught.value.code is ReplyCode.NOT_FOUND


# ------------------------------------------------------------------ collecting


async def ask_take(post: Post, asked: MailTake) -> MailTaken:
    answer = await post.anna.exchange.request(
        post.host.key, RequestType.MAIL_TAKE, encode(asked)
    )
    return decode(MailTaken, answer)


async def challenge(post: Post) -> bytes:
    return (await ask_take(post, MailTake(None, 0))).challenge


async def take(post: Post, given: bytes = b"", after: int = 0) -> MailTaken:
    given = given or await challenge(post)
    said = take_bytes(post.pair, given, after)
    answered = Answered(given, sign(post.anna.identity.signing_key, said))
    return await ask_take(post, MailTake(answered, after))


async def drop(post: Post, given: bytes, *numbers: int) -> MailDropped:
    said = drop_bytes(post.pair, given, numbers)
    answered = Answered(given, sign(post.anna.identity.signing_key, said))
    body = encode(MailDrop(answered, numbers))
    answer = await post.anna.exchange.request(
        post.host.key, RequestType.MAIL_DROP, body
    )
    return decode(MailDropped, answer)


async def test_each_answer_brings_the_next_challenge(post: Post) -> None:
    for number in range(3):
        await put(post, header(post, blob_of(number)), blob_of(number))
    taken = await take(post)
    assert [one.blob for one in taken.letters] == [blob_of(n) for n in range(3)]
    assert {one.sender for one in taken.letters} == {post.eve.key}
    dropped = await drop(post, taken.challenge, *(n.number for n in taken.letters[:2]))
    assert dropped.count == 2
    (left,) = (await take(post, dropped.challenge)).letters
    assert left.blob == blob_of(2)
    assert (await take(post, after=left.number)).letters == ()


async def test_a_challenge_serves_once(post: Post) -> None:
    given = await challenge(post)
    await take(post, given)
    with pytest.raises(RefusedError) as caught:
        await take(post, given)
    assert caught.value.code is ReplyCode.STALE


@pytest.mark.parametrize(("seconds", "is_fresh"), [(60, True), (61, False)])
async def test_a_challenge_lives_a_minute(
    post: Post, seconds: int, is_fresh: bool
) -> None:
    given = await challenge(post)
    post.host.clock.ahead = seconds
    if is_fresh:
        await take(post, given)
        return
    with pytest.raises(RefusedError):
        await take(post, given)


async def test_a_signature_for_one_thing_is_none_for_another(post: Post) -> None:
    given = await challenge(post)
    said = take_bytes(post.pair, given, 5)
    answered = Answered(given, sign(post.anna.identity.signing_key, said))
    with pytest.raises(RefusedError) as caught:
        await ask_take(post, MailTake(answered, 0))
    assert caught.value.code is ReplyCode.BAD_SIGNATURE


async def test_nobody_collects_for_another(post: Post) -> None:
    await put(post, header(post, blob_of()), blob_of())
    await keep(post, post.eve)
    theirs = post._replace(anna=post.eve, eve=post.anna)
    assert (await take(theirs)).letters == ()
    given = await challenge(theirs)
    assert (await drop(theirs, given, 1)).count == 0


async def test_mail_lives_thirty_days(post: Post, town: Town) -> None:
    await put(post, header(post, blob_of()), blob_of())
    store, now = post.host.mail, town.wall.now()
    assert store.expire(now, now - MAIL_LIFE_SECONDS) == 0
    later = now + MAIL_LIFE_SECONDS
    assert store.expire(now, later - MAIL_LIFE_SECONDS) == 0
    assert store.expire(now, later + 1 - MAIL_LIFE_SECONDS) == 1


# ------------------------------------------------------------------ choosing


@pytest.mark.parametrize(
    ("names", "words"),
    [("twice", "twice"), ("four", "at most 3"), ("self", "your own")],
)
async def test_mailboxes_are_up_to_three_others(
    post: Post, names: str, words: str
) -> None:
    me, host = (p.identity.peer_id for p in (post.anna, post.host))
    others = [p.identity.peer_id for p in (post.host, post.eve)]
    lists = {"twice": [host, host], "four": [*others, me, host], "self": [me]}
    with pytest.raises(InputError, match=words):
        await post.anna.node.profiles.change({"mailboxes": ",".join(lists[names])})


async def test_fewer_than_two_mailboxes_are_warned_of(post: Post, town: Town) -> None:
    second = await town.settle_in("second")
    hosts = (post.host, second)
    anna = post.anna
    assert anna.node.mailboxes.warnings() == ()
    names = ",".join(host.identity.peer_id for host in hosts)
    await anna.node.profiles.change({"mailboxes": names})
    (warning,) = anna.node.mailboxes.warnings()
    assert "mailboxes" in warning
    await second.node.profiles.change({"serves_mail": "yes"})
    anna.node.mailboxes.nudge()
    await until(lambda: not anna.node.mailboxes.warnings())
    with anna.book.unit() as unit:
        set_wished(unit, [])
    assert anna.node.mailboxes.warnings() == ()


# ------------------------------------------------------------------ whom it serves


async def test_a_host_for_contacts_alone_serves_whom_its_user_knows(post: Post) -> None:
    await post.host.node.profiles.change({"mail_contacts_only": "yes"})
    with pytest.raises(RefusedError) as refusal:
        await keep(post, post.eve)
    assert refusal.value.code is ReplyCode.NOT_FOUND
    row = PeerRow(post.eve.key, None, True, False, None, (), 0)
    with post.host.book.unit() as unit:
        unit.put_peer(row)
    assert (await keep(post, post.eve)).until
    with post.host.book.unit() as unit:
        unit.put_peer(row._replace(blocked=True))
    with pytest.raises(RefusedError):
        await keep(post, post.eve)
    await post.host.node.profiles.change({"mail_contacts_only": "no"})
    assert (await keep(post, post.anna)).until
