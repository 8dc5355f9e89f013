"""Settings of what this machine keeps of the market, for one with a small disk."""

from typing import Final

from PySide6.QtWidgets import QLineEdit

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.keeping import KeepSet, KeepShow, KeepView
from gui.pages.page import Shell
from gui.texts import tr
from gui.widgets.boxes import Surface, column, row
from gui.widgets.button import Button
from gui.widgets.choice import Choice
from gui.widgets.form import Field, line
from gui.widgets.text import Text

MB: Final = 1_000_000
GB_IN_MB: Final = 1_000
QUOTAS_MB: Final = (250, 500, 1_000, 2_000, 8_000, 32_000)


class KeepingCard(Surface):
    """Categories, countries and room; and in a sentence what is left out."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.categories = line(tr("keep.all_categories"), 2_000)
        self.regions = line(tr("keep.all_regions"), 200)
        self.region_field = Field(tr("keep.regions"), self.regions)
        self.quota = Choice(
            tr("keep.quota"), [(str(one), room(one)) for one in QUOTAS_MB]
        )
        self.said = Text("", "body", "muted", wrap=True)
        save = Button(tr("keep.save"), self._save, "main")
        everything = Button(tr("keep.everything"), self._everything)
        super().__init__(
            column(
                Text(tr("keep.title"), "heading"),
                Text(tr("keep.note"), "body", "muted", wrap=True),
                Field(tr("keep.categories"), self.categories, tr("keep.commas")),
                self.region_field,
                Field(tr("keep.quota"), self.quota),
                self.said,
                row(save, everything, None),
                gap=12,
            )
        )

    def read(self) -> None:
        """Show what is kept now."""
        self._shell.door.call(KeepShow(), self._got, self._refused)

    def _got(self, view: KeepView) -> None:
        self.categories.setText(", ".join(view.categories))
        self.regions.setText(", ".join(view.regions))
        fitting = [one for one in QUOTAS_MB if one * MB <= view.quota_bytes]
        self.quota.choose(str(max(fitting, default=QUOTAS_MB[0])))
        self.said.setText(sentence(view))

    def _everything(self) -> None:
        self._set(KeepSet(categories=(), regions=()))

    def _save(self) -> None:
        quota = int(self.quota.value()) * MB
        self._set(
            KeepSet(
                categories=_parts(self.categories),
                regions=_parts(self.regions),
                quota_bytes=quota,
            )
        )

    def _set(self, call: KeepSet) -> None:
        self.region_field.complain("")
        self._shell.door.call(call, self._saved, self._refused)

    def _saved(self, view: KeepView) -> None:
        self._got(view)
        self._shell.note(tr("keep.saved"), "ok")

    def _refused(self, problem: Problem) -> None:
        self.region_field.complain(problem.words)


def sentence(view: KeepView) -> str:
    """What is here and what is not, in words."""
    here = tr("keep.here", n=view.listings, stores=view.stores)
    used, quota = room(view.used_bytes // MB), room(view.quota_bytes // MB)
    taken = tr("keep.room", used=used, quota=quota)
    if not view.stores_left_out:
        return f"{here} {taken}"
    out = tr("keep.left_out", n=view.listings_left_out, stores=view.stores_left_out)
    return f"{here} {out} {taken}"


def room(megabytes: int) -> str:
    """Room on the disk in MB or GB."""
    if megabytes < GB_IN_MB:
        return tr("keep.megabytes", count=megabytes)
    return tr("keep.gigabytes", count=f"{megabytes / GB_IN_MB:.1f}".removesuffix(".0"))


def _parts(field: QLineEdit) -> tuple[str, ...]:
    return tuple(part for one in field.text().split(",") if (part := one.strip()))
