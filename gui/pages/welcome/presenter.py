"""The first start as steps, and the words that are asked again; pure."""

import random
from typing import Final, NamedTuple

ASKED: Final = 3
WORDS: Final = 24
GROUP: Final = 4


class Asked(NamedTuple):
    """Which words to ask again, counted from one."""

    places: tuple[int, ...]


def choose(chance: random.Random) -> Asked:
    """Return three places in their order."""
    return Asked(tuple(sorted(chance.sample(range(1, WORDS + 1), ASKED))))


def right(phrase: str, asked: Asked, answers: tuple[str, ...]) -> bool:
    """Whether the answers are the words at the places asked."""
    words = phrase.split()
    given = tuple(answer.strip().lower() for answer in answers)
    return given == tuple(words[place - 1] for place in asked.places)


def groups(phrase: str) -> list[list[tuple[int, str]]]:
    """Return the words with their numbers, four to a group."""
    numbered = list(enumerate(phrase.split(), 1))
    return [numbered[start : start + GROUP] for start in range(0, len(numbered), GROUP)]
