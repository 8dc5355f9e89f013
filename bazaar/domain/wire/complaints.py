"""What a person is told when a value breaks a bound: msgspec's words in ours."""

import re
from typing import Any, Final, cast

import msgspec

from bazaar.domain.errors import InputError

_PLACE: Final = re.compile(r" - at `(?:\$|key in )?\.?([^`]*)`\Z")
_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
SHOWN_CHARACTERS: Final = 40
_FIRST_INDEX: Final = re.compile(r"\[(\d+)\]")
_LENGTHS: Final = {
    "str": ("character", "characters"),
    "array": ("entry", "entries"),
    "bytes": ("byte", "bytes"),
}
_FORMS: Final = (
    ("[A-Z0-9-]{6,20}", "it must be 6 to 20 of A-Z, 0-9 and -"),
    ("[a-z0-9-]*", "it must be of a-z, 0-9 and -, not starting or ending with -"),
    ("^[A-Z]{2}", "it must be a code of two capital letters"),
    ("[A-Za-z]{2,8}", "it must be a language tag such as en or pt-BR"),
    ("[A-Z]{3,4}", "it must be a unit such as EUR or HOUR"),
)
_LENGTH: Final = re.compile(r"Expected `(str|array|bytes)` of length (>=|<=) (\d+)\Z")
_RANGE: Final = re.compile(r"Expected `int` (>=|<=) (-?\d+)\Z")
_TYPE: Final = re.compile(r"Expected `([^`]+)`, got `([^`]+)`\Z")
_SIDES: Final = {">=": "at least", "<=": "at most"}


def in_words(reason: str) -> str:
    """``reason``, as msgspec says it without its place, for a person."""
    if found := _LENGTH.match(reason):
        one, many = _LENGTHS[found[1]]
        things = one if found[3] == "1" else many
        return f"it must have {_SIDES[found[2]]} {found[3]} {things}"
    if found := _RANGE.match(reason):
        return f"it must be {_SIDES[found[1]]} {found[2]}"
    if found := _TYPE.match(reason):
        return f"it must be {found[1].replace('|', 'or')}, not {found[2]}"
    if reason.startswith("Expected `str` matching regex"):
        found_form = (words for part, words in _FORMS if part in reason)
        return next(found_form, "it is not of the right form")
    return reason


def value_at(data: object, field: str) -> str | None:
    """What stands at ``field`` (such as ``skus[3].stock``) of ``data``, in a few words.

    None where nothing stands there, or nothing that would help.
    """
    found: Any = data
    for step in _STEP.findall(field):
        name, index = step
        try:
            found = found[int(index)] if index else found[name]
        except (KeyError, IndexError, TypeError):
            return None
    return _shown(found)


def _shown(value: object) -> str | None:
    match value:
        case str() if len(value) > SHOWN_CHARACTERS:
            return f"has {len(value)}"
        case str():
            return f"is {value!r}"
        case bool() | int() | float():
            return f"is {value}"
        case list() | tuple():
            return f"has {len(cast('list[object]', value))}"
        case _:
            return None


def split_place(words: str) -> tuple[str, str]:
    """(place, reason) of a message of msgspec; the place is empty where it has none."""
    found = _PLACE.search(words)
    if found is None:
        return "", words
    return found[1].removeprefix("$"), words[: found.start()]


def of_record(words: str, record: type[msgspec.Struct], otherwise: str) -> InputError:
    """The error about a field of ``record``, an array on the wire, by the field's name.

    ``otherwise`` names what is wrong where no field can be named.
    """
    place, reason = split_place(words)
    index = _FIRST_INDEX.match(place)
    names = record.__struct_fields__
    if index is not None and 1 <= int(index[1]) <= len(names):
        return InputError(names[int(index[1]) - 1], in_words(reason))
    field, colon, rest = reason.partition(": ")
    return InputError(field, in_words(rest)) if colon else InputError(otherwise, reason)
