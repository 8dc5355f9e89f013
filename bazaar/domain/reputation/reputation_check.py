"""Checks an exported reputation from its own bytes: chains, ratings, replies (11.6)."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bazaar.domain.errors import BazaarError, InputError, MalformedMessageError
from bazaar.domain.exchange.reputation import SlotsAnswer
from bazaar.domain.reputation.rating import Rating, RatingReply
from bazaar.domain.reputation.rating_rules import Rated, check_rating, check_reply
from bazaar.domain.reputation.reputation_file import ReputationFile, decode_file
from bazaar.domain.reputation.slot_history import Tally, Walk, known_slot, tally
from bazaar.domain.reputation.slots import SalesHead
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.networks import network


class CheckedChain(NamedTuple):
    """One chain that was followed to its end."""

    chain: int
    walk: Walk
    tally: Tally


class CheckedReputation(NamedTuple):
    """What a file proves.

    Attributes:
        problems: What does not verify, in words; empty for a valid file.
        ratings: Valid ones, in the file's order, corrections among them.
    """

    file: ReputationFile
    problems: tuple[str, ...]
    chains: tuple[CheckedChain, ...]
    ratings: tuple[tuple[Signed[Rating], Rated], ...]
    replies: tuple[Signed[RatingReply], ...]


def check_reputation(data: bytes) -> CheckedReputation:
    """Open and verify a file. Raises NoReputationError for one that cannot be opened."""
    file = decode_file(data)
    try:
        net = network(file.network).id
    except InputError as error:
        return CheckedReputation(file, (str(error),), (), (), ())
    problems: list[str] = []
    ratings = list(_ratings(file, net, problems))
    replies = list(_replies(file, net, ratings, problems))
    rated = {judged.slot.id for _, judged in ratings}
    known = [known_slot(judged.slot) for _, judged in ratings]
    chains = [
        CheckedChain(walk.head.body.chain, walk, tally(walk, rated, known))
        for walk in _walks(file, net, problems)
    ]
    problems += [
        f"chain {one.chain} hides what its owner signed"
        for one in chains
        if one.tally.shortened or one.tally.false_marks
    ]
    return CheckedReputation(
        file, tuple(problems), tuple(chains), tuple(ratings), tuple(replies)
    )


def _walks(file: ReputationFile, net: bytes, problems: list[str]) -> Iterator[Walk]:
    pages: dict[bytes, list[SlotsAnswer]] = {}
    for answer in file.chains:
        pages.setdefault(answer.head or b"", []).append(answer)
    seen: set[int] = set()
    for number, (envelope, answers) in enumerate(pages.items(), 1):
        try:
            walk = _walk(file, net, envelope, answers)
            if walk.head.body.chain in seen:
                raise MalformedMessageError("a chain twice")
        except BazaarError as error:
            problems.append(f"chain {number}: {error}")
        else:
            seen.add(walk.head.body.chain)
            yield walk


def _walk(
    file: ReputationFile, net: bytes, envelope: bytes, answers: Iterable[SlotsAnswer]
) -> Walk:
    head = verify_as(SalesHead, envelope, net)
    if head.author != file.owner:
        raise MalformedMessageError("the SalesHead is by somebody else")
    walk = Walk(head)
    for answer in answers:
        walk.take(answer.entries)
    if not walk.is_done:
        raise MalformedMessageError("the list ends before its head")
    return walk


def _ratings(
    file: ReputationFile, net: bytes, problems: list[str]
) -> Iterator[tuple[Signed[Rating], Rated]]:
    for number, envelope in enumerate(file.ratings, 1):
        try:
            rating = verify_as(Rating, envelope, net)
            judged = check_rating(rating, net)
            if rating.body.ratee != file.owner:
                raise MalformedMessageError("it is of somebody else")
        except BazaarError as error:
            problems.append(f"rating {number}: {error}")
        else:
            yield rating, judged


def _replies(
    file: ReputationFile,
    net: bytes,
    ratings: Iterable[tuple[Signed[Rating], Rated]],
    problems: list[str],
) -> Iterator[Signed[RatingReply]]:
    held = {rating.id: rating for rating, _ in ratings}
    for number, envelope in enumerate(file.replies, 1):
        try:
            reply = verify_as(RatingReply, envelope, net)
            about = held.get(reply.body.rating)
            if about is None:
                raise MalformedMessageError("its rating is not here")
            check_reply(reply, about)
        except BazaarError as error:
            problems.append(f"reply {number}: {error}")
        else:
            yield reply
