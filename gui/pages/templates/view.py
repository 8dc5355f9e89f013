"""Shipping templates: a list at the left, the chosen one at the right."""

from functools import partial

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.merchant import (
    DefaultsSet,
    TemplateList,
    TemplatePut,
    TemplateRemove,
    TemplateView,
)
from gui.pages.page import Page, Shell
from gui.pages.templates.defaults import DefaultsCard
from gui.pages.templates.rows import WayRows
from gui.texts import tr
from gui.widgets.boxes import Slot, Surface, column, row, scrolling
from gui.widgets.button import Button
from gui.widgets.dialogs import Question
from gui.widgets.form import Field, line
from gui.widgets.text import Text
from gui.widgets.tick import Tick

SIDE_PX = 220
WIDE_PX = 1_180
NAME_PX = 320
MOST_NAME = 40


class TemplatesPage(Page):
    """Write, change and delete templates."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.found: tuple[TemplateView, ...] = ()
        self._chosen = ""
        self.list = Slot(4)
        self.name = line(most=MOST_NAME)
        named = Field(tr("templates.name"), self.name)
        named.setMaximumWidth(NAME_PX)
        self.rows = WayRows()
        self.update_uses = Tick("")
        self.first = Tick(tr("templates.default"))
        self.problem = Text("", "body", "error", wrap=True)
        self.remove = Button(tr("templates.delete"), self._ask_remove, "danger")
        side = column(
            Button(tr("templates.new"), self._new, "plain", "plus"), self.list, None
        )
        save = Button(tr("templates.save"), self.save, "main")
        form = Surface(
            column(
                named, self.rows,
                Text(tr("templates.everywhere"), "meta", "muted"),
                self.first, self.update_uses, self.problem,
                row(save, None, self.remove), gap=12,
            ),
            inside=20,
        )  # fmt: skip
        both = row(gap=20)
        both.addLayout(side)
        both.addWidget(form, 1)
        self.start = DefaultsCard(shell)
        about = Text(tr("templates.about"), "body", "muted", wrap=True)
        title = Text(tr("templates.title"), "title")
        self.set_body(
            scrolling(column(title, about, 8, both, 8, self.start, None), WIDE_PX)
        )
        self._new()

    def open(self, argument: str) -> None:
        self._chosen = argument or self._chosen
        self.refresh()

    def refresh(self) -> None:
        self.start.read()
        self.shell.door.call(TemplateList(), self._got, self._refused)

    def _got(self, found: tuple[TemplateView, ...]) -> None:
        self.found = found
        buttons: list[Button] = []
        for one in found:
            button = Button(one.name, partial(self._choose, one.name), "nav", "truck")
            button.setFixedWidth(SIDE_PX)
            button.setChecked(one.name == self._chosen)
            buttons.append(button)
        self.list.put(*buttons)
        names = [one.name for one in found]
        if self._chosen not in names and names:
            self._choose(names[0])
        elif self._chosen in names:
            self._show(found[names.index(self._chosen)])

    def _choose(self, name: str) -> None:
        self._chosen = name
        self._got(self.found)

    def _show(self, one: TemplateView) -> None:
        self.name.setText(one.name)
        self.rows.show_ways(one.shipping)
        uses = one.used + one.outdated
        self.update_uses.setText(tr("templates.update", n=uses))
        self.update_uses.setVisible(uses > 0)
        self.update_uses.setChecked(uses > 0)
        self.first.setChecked(self.start.defaults.get("template") == one.name)
        self.remove.show()
        self.problem.hide()

    def _new(self) -> None:
        self._chosen = ""
        self.name.clear()
        self.rows.show_ways(())
        self.first.setChecked(not self.start.defaults.get("template"))
        self.update_uses.hide()
        self.remove.hide()
        self.problem.hide()

    def save(self) -> None:
        """Keep what was typed."""
        call = TemplatePut(
            name=self.name.text().strip(),
            shipping=tuple(self.rows.ways()),
            update=self.update_uses.isChecked() and not self.update_uses.isHidden(),
        )
        self.shell.door.call(call, self._saved, self._refused)

    def _saved(self, view: TemplateView) -> None:
        self._chosen = view.name
        self.shell.note(tr("templates.saved", name=view.name), "ok")
        was = self.start.defaults.get("template", "")
        wished = view.name if self.first.isChecked() else ""
        if wished or was == view.name:
            call = DefaultsSet(defaults=self.start.defaults | {"template": wished})
            self.shell.door.call(call, self.start.know, self._refused)
        self.refresh()

    def _ask_remove(self) -> None:
        title = tr("templates.ask", name=self._chosen)
        words, act = tr("templates.ask_words"), tr("templates.delete")
        question = Question(self, title, words, act)
        question.accepted.connect(self._remove)
        question.open()

    def _remove(self) -> None:
        call = TemplateRemove(name=self._chosen)
        self.shell.door.call(call, self._removed, self._refused)

    def _removed(self, _: object) -> None:
        self._new()
        self.refresh()

    def _refused(self, problem: Problem) -> None:
        self.problem.setText(problem.words)
        self.problem.show()
