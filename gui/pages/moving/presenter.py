"""One import from the choice of the file to the result; no widgets."""

import secrets
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.merchant import (
    ImportFault,
    ImportView,
    ListingImport,
    ListingImportStop,
)
from bazaar.rpc.schema.node import Event
from gui.rpc.door import Door

NAMED_ROWS: Final = 3


class Step(StrEnum):
    """Where one is."""

    CHOOSE = "choose"
    WORK = "work"
    PREVIEW = "preview"
    RESULT = "result"


class MovingState:
    """What was chosen, what the node said of it, and how far it is."""

    def __init__(self, door: Door, changed: Callable[[], object]) -> None:
        self._door = door
        self._changed = changed
        self.step = Step.CHOOSE
        self.file = ""
        self.pictures = ""
        self.spare = ""
        self.unit = ""
        self.template = ""
        self.columns: dict[str, str] = {}
        self.only_sound = False
        self.view: ImportView | None = None
        self.problem: Problem | None = None
        self.stage, self.done, self.total = "read", 0, 0
        self._job = ""

    def choose(self, file: str) -> None:
        """Take another file, and look what it would do."""
        self.file, self.columns, self.only_sound = file, {}, False
        self.check()

    def check(self) -> None:
        """Look what the file would do."""
        self._ask(dry_run=True)

    def publish(self) -> None:
        """Do it."""
        self._ask(dry_run=False)

    def cancel(self) -> None:
        """Stop what is running; nothing of it is published."""
        call = ListingImportStop(job=self._job)
        self._door.call(call, lambda _: None, lambda _: None)

    def restart(self) -> None:
        """Begin with another file."""
        self.step, self.view, self.problem = Step.CHOOSE, None, None
        self._changed()

    def heard(self, event: Event) -> None:
        """Progress of the own job."""
        data = event.data
        if data.get("job") != self._job or self.step is not Step.WORK:
            return
        self.stage = str(data["stage"])
        self.done, self.total = int(data["done"]), int(data["total"])
        self._changed()

    def can_publish(self) -> bool:
        """Whether there is something that may be published now."""
        view = self.view
        return bool(view and view.rows and (self.only_sound or not view.refused))

    def _ask(self, *, dry_run: bool) -> None:
        self.step, self.problem = Step.WORK, None
        self.stage, self.done, self.total = "read", 0, 0
        self._job = secrets.token_hex(8)
        call = ListingImport(
            file=self.file,
            job=self._job,
            pictures=self.pictures,
            spare=self.spare,
            unit=self.unit,
            template=self.template,
            columns=self.columns,
            dry_run=dry_run,
            only_sound=self.only_sound,
        )
        self._door.call(call, self._answered, self._refused)
        self._changed()

    def _answered(self, view: ImportView) -> None:
        self.view = view
        self.step = Step.RESULT if view.done else Step.PREVIEW
        self._changed()

    def _refused(self, problem: Problem) -> None:
        self.problem = problem
        self.step = Step.PREVIEW if self.view is not None else Step.CHOOSE
        self._changed()


class FaultGroup(NamedTuple):
    """The same fault in one row or many."""

    rows: tuple[int, ...]
    column: str
    words: str

    @property
    def places(self) -> str:
        """The rows in short: the first ones, and how many there are."""
        named = ", ".join(map(str, self.rows[:NAMED_ROWS]))
        return named if len(self.rows) <= NAMED_ROWS else f"{named} …"


def grouped(faults: Sequence[ImportFault]) -> list[FaultGroup]:
    """Faults with the same words together, those of most rows first."""
    found: dict[tuple[str, str], list[int]] = {}
    for one in faults:
        found.setdefault((one.column, one.words), []).append(one.row)
    made = [FaultGroup(tuple(rows), *named) for named, rows in found.items()]
    return sorted(made, key=lambda one: (-len(one.rows), one.rows[0]))
