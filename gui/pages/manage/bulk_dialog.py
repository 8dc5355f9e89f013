"""One edit for the listings marked: what, a look at what changes, and the deed."""

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.merchant import BulkView, ListingBulk, TemplateList, TemplateView
from gui.rpc.door import Door
from gui.texts import tr
from gui.widgets.boxes import Slot, column, row
from gui.widgets.button import Button
from gui.widgets.choice import Choice
from gui.widgets.form import Field, line
from gui.widgets.text import Text

KINDS: Final = ("price", "stock", "tags", "shipping", "state")
STATES: Final = ("for_sale", "hidden", "out_of_stock", "vacation")
WIDE_PX: Final = 480
LINES: Final = 6
HOWS: Final = {
    "price": (
        ("price_percent", "bulk.price_percent"),
        ("price_add", "bulk.price_add"),
        ("price", "bulk.price_set"),
    ),
    "stock": (
        ("stock", "bulk.stock_set"),
        ("stock_add", "bulk.stock_add"),
        ("unlimited", "bulk.stock_unlimited"),
    ),
}
Done = Callable[[BulkView], object]


class BulkDialog(QDialog):
    """Asks what to change of ``slugs``; ``done`` hears what was changed."""

    def __init__(
        self, parent: QWidget, door: Door, kind: str, slugs: tuple[str, ...], done: Done
    ) -> None:
        super().__init__(parent)
        self._door, self._kind, self._slugs, self._done = door, kind, slugs, done
        title = tr(f"bulk.title_{kind}", n=len(slugs))
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.how = Choice(tr("bulk.how"), _pairs(kind), self._fit)
        self.value = Field(tr("bulk.value"), line())
        self.remove = Field(tr("bulk.tags_remove"), line())
        self._said = Slot(4)
        self._look = Button(tr("bulk.preview"), self._preview)
        self._go = Button(tr("bulk.apply"), self._apply, "main")
        back = Button(tr("dialog.back"), self.reject, "quiet")
        content = column(
            Text(title, "title"), self.how, self.value, self.remove, self._said, 8,
            row(back, None, self._look, self._go), gap=12,
        )  # fmt: skip
        content.setContentsMargins(24, 20, 24, 20)
        self.setLayout(content)
        self.setFixedWidth(WIDE_PX)
        self._fit()
        if kind == "shipping":
            door.call(TemplateList(), self._got_templates, self._refused)

    def _fit(self) -> None:
        """Show the fields that the chosen way needs."""
        how = self.how.value()
        self.how.setVisible(self._kind != "tags")
        has_value = self._kind in {"price", "stock", "tags"} and how != "unlimited"
        self.value.setVisible(has_value)
        self.remove.setVisible(self._kind == "tags")
        if self._kind == "tags":
            self.value.rename(tr("bulk.tags_add"))
            self.value.explain(tr("bulk.tags_hint"))
        elif has_value:
            self.value.explain(tr(f"bulk.hint_{how}"))

    def edit(self) -> dict[str, Any]:
        """Return the edit as the node takes it; empty while it is incomplete."""
        how, text = self.how.value(), _typed(self.value)
        match self._kind:
            case "tags":
                lists = (("tags_add", text), ("tags_remove", _typed(self.remove)))
                return {name: _words(said) for name, said in lists if said}
            case "state":
                return {"state": how}
            case "shipping":
                return {}
            case _ if how == "unlimited":
                return {"stock": how}
            case _ if how == "stock_add":
                return {how: int(text)} if text.lstrip("+-").isdecimal() else {}
            case _:
                return {how: text.replace(",", ".")} if text else {}

    def _call(self, *, dry_run: bool) -> ListingBulk | None:
        edit = self.edit()
        template = self.how.value() if self._kind == "shipping" else ""
        if not edit and not template:
            self.value.complain(tr("bulk.missing"))
            return None
        return ListingBulk(
            edit=edit, template=template, slugs=self._slugs, dry_run=dry_run
        )

    def _preview(self) -> None:
        call = self._call(dry_run=True)
        if call is not None:
            self._door.call(call, self._show, self._refused)

    def _apply(self) -> None:
        call = self._call(dry_run=False)
        if call is not None:
            self._go.setEnabled(False)
            self._door.call(call, self._applied, self._refused)

    def _applied(self, view: BulkView) -> None:
        self._done(view)
        self.accept()

    def _show(self, view: BulkView) -> None:
        head = tr("bulk.changes", n=view.changed, refused=view.refused)
        texts = [Text(head, "strong", wrap=True)]
        for one in view.lines[:LINES]:
            after = one.refused or f"{one.before} → {one.after}"
            ink = "error" if one.refused else "muted"
            texts.append(Text(f"{one.title}: {after}", "meta", ink, wrap=True))
        if len(view.lines) > LINES:
            more = tr("bulk.more", n=len(view.lines) - LINES)
            texts.append(Text(more, "meta", "muted"))
        self._said.put(*texts)
        self.adjustSize()

    def _got_templates(self, found: tuple[TemplateView, ...]) -> None:
        self.how.offer([(one.name, one.name) for one in found])
        self._go.setEnabled(bool(found))
        if not found:
            self._said.put(Text(tr("bulk.no_templates"), "body", "muted", wrap=True))

    def _refused(self, problem: Problem) -> None:
        self._go.setEnabled(True)
        self._said.put(Text(problem.words, "body", "error", wrap=True))
        self.adjustSize()


def _pairs(kind: str) -> list[tuple[str, str]]:
    if kind == "state":
        return [(state, tr(f"bulk.state_{state}")) for state in STATES]
    return [(value, tr(key)) for value, key in HOWS.get(kind, ())]


def _typed(field: Field) -> str:
    editor = field.editor
    return editor.text().strip() if isinstance(editor, QLineEdit) else ""


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
