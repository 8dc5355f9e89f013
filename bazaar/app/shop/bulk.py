"""One edit over many own listings as one publication, and the way back (S10, S15).

The last 20 operations stay in the book; any of them can be taken back for as long as what
it changed was not changed again.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
import trio

from bazaar.app.context import Context
from bazaar.app.ports import Unit
from bazaar.app.shop.batches import Base, Batch, Batches, Ready
from bazaar.domain.errors import InputError, NotFoundError, StaleStateError
from bazaar.domain.listings.bulk import (
    Change,
    Edit,
    Fields,
    change_words,
    edit_words,
    edited,
    fields_of,
    undone,
    with_fields,
)
from bazaar.domain.listings.listing import Listing, ListingState, ListingType
from bazaar.domain.listings.listing_form import ListingForm, form_of
from bazaar.domain.sheets.sheet_listings import said

MAX_OPERATIONS: Final = 20
ATTEMPTS: Final = 3
HISTORY: Final = "bulk_history"


class Choice(NamedTuple):
    """Which listings: those named, or all that fit every filter given."""

    slugs: frozenset[str] = frozenset()
    everything: bool = False
    text: str = ""
    state: str = ""
    type: str = ""
    category: str = ""
    tag: str = ""


class Operation(msgspec.Struct, frozen=True):
    """One bulk edit of the past."""

    number: int
    at: int
    words: str
    slugs: tuple[str, ...]


class Line(NamedTuple):
    """One listing of a bulk edit, in words; ``refused`` says why it stays as it was."""

    slug: str
    title: str
    before: str
    after: str
    refused: str = ""


class Outcome(NamedTuple):
    """What a bulk edit did, or would do.

    Attributes:
        number: Names the operation for ``undo``; 0 when nothing was written.
    """

    lines: list[Line]
    number: int
    words: str


Turn = Callable[[str, Fields], Fields]


class Bulk:
    """Edits many listings, and takes such edits back."""

    def __init__(self, context: Context, batches: Batches) -> None:
        self._context = context
        self._batches = batches

    async def edit(self, choice: Choice, edit: Edit, *, dry_run: bool) -> Outcome:
        """Change what ``choice`` names; listings that refuse are named and stay.

        Raises InputError when the choice or the edit is empty. Cancelling it changes all
        or nothing.
        """
        if choice == Choice():
            raise InputError("slugs", "name listings, or say that all are meant")
        if edit == Edit():
            raise InputError("edit", "it changes nothing")

        def turn(_: str, fields: Fields) -> Fields:
            return edited(fields, edit)

        words = edit_words(edit)
        return await self._turned(choice, turn, words, dry_run=dry_run)

    async def undo(self, number: int | None, *, dry_run: bool) -> Outcome:
        """Take an operation back, the newest by default. Raises NotFoundError."""
        with self._context.book.unit() as unit:
            past = self.history(unit)
            if number is None and past:
                number = past[-1].number
            held = unit.setting(_name(number or 0))
        if held is None:
            raise NotFoundError("there is no such bulk edit to take back")
        changes = {one.slug: one for one in _decode(held)}

        def turn(slug: str, fields: Fields) -> Fields:
            return undone(fields, changes[slug])

        def forget(unit: Unit) -> None:
            unit.set_setting(_name(number or 0), None)
            kept = [one for one in self.history(unit) if one.number != number]
            unit.set_setting(HISTORY, msgspec.json.encode(kept))

        words = next(one.words for one in past if one.number == number)
        choice = Choice(slugs=frozenset(changes))
        return await self._turned(choice, turn, words, dry_run=dry_run, instead=forget)

    def history(self, unit: Unit) -> list[Operation]:
        """Operations that can be taken back, the newest last."""
        held = unit.setting(HISTORY)
        return msgspec.json.decode(held, type=list[Operation]) if held else []

    async def _turned(
        self,
        choice: Choice,
        turn: Turn,
        words: str,
        *,
        dry_run: bool,
        instead: Callable[[Unit], None] | None = None,
    ) -> Outcome:
        attempt = 1
        while True:
            bases = await self._batches.own(lambda one: _fits(choice, one))
            lines, ready, changes = await self._planned(choice, bases, turn)
            if dry_run:
                return Outcome(lines, 0, words)
            try:
                note = _Note(self, words, changes, instead)
                await self._batches.publish(ready, bases, note.write)
                return Outcome(lines, note.number, words)
            except StaleStateError:
                attempt += 1
                if attempt > ATTEMPTS:
                    raise

    async def _planned(
        self, choice: Choice, bases: Mapping[str, Base], turn: Turn
    ) -> tuple[list[Line], list[Ready], list[Change]]:
        lines = [
            Line(slug, "", "", "", "there is no such listing")
            for slug in sorted(choice.slugs - bases.keys())
        ]
        ready: list[Ready] = []
        changes: list[Change] = []
        for slug, base in bases.items():
            await trio.lowlevel.checkpoint()
            before = fields_of(base.file)
            try:
                after = turn(slug, before)
                form = form_of(with_fields(base.file, after), ListingForm)
                self._batches.check(form, base)
            except InputError as error:
                why = f"{error.field}: {said(error)}"
                lines.append(Line(slug, base.listing.title, "", "", why))
                continue
            change = Change(slug, before, after)
            lines.append(Line(slug, base.listing.title, *change_words(change)))
            if before != after:
                ready.append(Ready(form, base.listing.images))
                changes.append(change)
        return lines, ready, changes

    def remember(self, unit: Unit, words: str, changes: Sequence[Change]) -> int:
        """Keep how to take ``changes`` back; the oldest operation is forgotten."""
        past = self.history(unit)
        number = max((one.number for one in past), default=0) + 1
        slugs = tuple(one.slug for one in changes)
        past.append(Operation(number, self._context.now(), words, slugs))
        for old in past[:-MAX_OPERATIONS]:
            unit.set_setting(_name(old.number), None)
        unit.set_setting(HISTORY, msgspec.json.encode(past[-MAX_OPERATIONS:]))
        unit.set_setting(_name(number), msgspec.msgpack.encode(tuple(changes)))
        return number


class _Note:
    """Writes the way back in the transaction of the edit itself."""

    def __init__(
        self,
        bulk: Bulk,
        words: str,
        changes: Sequence[Change],
        instead: Callable[[Unit], None] | None,
    ) -> None:
        self.number = 0
        self._bulk, self._words = bulk, words
        self._changes, self._instead = changes, instead

    def write(self, unit: Unit, _: Batch) -> None:
        if self._instead is not None:
            self._instead(unit)
        elif self._changes:
            self.number = self._bulk.remember(unit, self._words, self._changes)


def _fits(choice: Choice, one: Listing) -> bool:
    if choice.slugs:
        return one.slug in choice.slugs
    words = [one.title, one.slug, *(sku.word or "" for sku in one.skus)]
    return (
        (not choice.text or any(choice.text.lower() in w.lower() for w in words))
        and choice.state in {"", ListingState(one.state).name.lower()}
        and choice.type in {"", ListingType(one.type).name.lower()}
        and (not choice.category or choice.category in one.categories)
        and (not choice.tag or choice.tag in one.tags)
    )


def _decode(held: bytes) -> tuple[Change, ...]:
    return msgspec.msgpack.decode(held, type=tuple[Change, ...])


def _name(number: int) -> str:
    return f"bulk:{number}"
