"""Everything that is wrong with a listing file at once, field by field.

It asks the one check that publishing, import and receiving ask (``listing_file.draft_of``)
again and again, each time without the field that was refused last.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from bazaar.domain.errors import InputError
from bazaar.domain.listings.listing import Image
from bazaar.domain.listings.listing_file import Draft, Setting, draft_of, read_form
from bazaar.domain.listings.listing_form import ListingForm, with_value

MAX_FAULTS: Final = 20
_ROOT: Final = re.compile(r"[^.\[: ]*")
_PICKUP: Final = [{"title": "x", "kind": "pickup", "countries": ["ZZ"]}]
_GONE: Final = None
_NO_CHOICE: Final[Mapping[str, Any]] = {
    "options": _GONE,
    "skus": _GONE,
    "stock": _GONE,
}
_REPAIRS: Final[Mapping[str, Mapping[str, Any]]] = {
    "title": {"title": "x"},
    "type": {"type": "service", "shipping": _GONE},
    "price": {"price": "1 EUR", "shipping": _PICKUP, "coupons": _GONE, **_NO_CHOICE},
    "images": {"images": ["x"], **_NO_CHOICE},
    "shipping": {"shipping": _PICKUP},
    "options": _NO_CHOICE,
    "skus": _NO_CHOICE,
}
"""What stands for a refused field, and for those that say nothing without it, while the
rest is looked at; every other field is left out."""

STAND_IN: Final = Image(bytes(32), 1, 1, 1, "")
"""Stands for a picture that was not cleaned yet."""


class Fault(NamedTuple):
    """One refusal: the field as it stands in the file, and the limit and value in words."""

    field: str
    words: str


class Checked(NamedTuple):
    """What a check found; the draft only when there is no fault."""

    faults: tuple[Fault, ...]
    draft: Draft | None


def check_file(data: Mapping[str, Any], setting: Setting) -> Checked:
    """Check a listing file (decoded JSON) without publishing it.

    ``setting`` may lack pictures and salts: stand-ins take their place.
    """
    left, faults = dict(data), list[Fault]()
    while len(faults) < MAX_FAULTS:
        try:
            draft = draft_with(read_form(left), setting, left)
        except InputError as error:
            faults.append(Fault(error.field, _words(error)))
            if not _drop(left, error.field):
                break
        else:
            return Checked(tuple(faults), None if faults else draft)
    return Checked(tuple(faults), None)


def draft_with(
    form: ListingForm, setting: Setting, data: Mapping[str, Any] | None = None
) -> Draft:
    """``draft_of`` with stand-ins for pictures and salts, each refusal with its value."""
    whole = setting._replace(
        images=_filled(setting.images, len(form.images)),
        salts=[bytes(16)] * len(form.coupons),
    )
    try:
        return draft_of(form, whole)
    except InputError as error:
        raise with_value(error, dict(data or {})) from error


def _filled(images: Sequence[Image], count: int) -> list[Image]:
    return [*images, *[STAND_IN] * count][:count]


def _words(error: InputError) -> str:
    return str(error).removeprefix(f"{error.field}: ")


def _drop(left: dict[str, Any], field: str) -> bool:
    """Repair ``field`` and what hangs on it; False if that changes nothing."""
    found = _ROOT.match(field)
    root = found[0] if found else ""
    before = dict(left)
    for name, value in _REPAIRS.get(root, {root: _GONE}).items():
        if value is _GONE or (name == "shipping" and left.get("type") != "physical"):
            left.pop(name, None)
        else:
            left[name] = value
    return left != before
