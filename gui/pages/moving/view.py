"""Moving in with a file: choose, look, publish, done."""

from PySide6.QtWidgets import QProgressBar, QStackedWidget, QWidget

from bazaar.rpc.schema.merchant import ImportView
from bazaar.rpc.schema.node import Event
from gui.pages.moving.choose import Chooser
from gui.pages.moving.presenter import MovingState, Step
from gui.pages.moving.preview import Preview
from gui.pages.page import Page, Shell
from gui.texts import tr
from gui.widgets.boxes import Surface, column, framed, row
from gui.widgets.button import Button
from gui.widgets.text import Text

BAR_PX = 8
WORK_PX = 560


class MovingPage(Page):
    """The steps of one import."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.state = MovingState(shell.door, self._show)
        self.chooser = Chooser(shell.door, self.state, self.state.choose)
        self.preview = Preview(self.state, self.state.restart)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(BAR_PX)
        self.doing = Text("", "strong")
        self.count = Text("", "meta", "muted")
        self.result = Text("", "heading", wrap=True)
        self.refused = Text("", "body", "error", wrap=True)
        self.steps = QStackedWidget()
        self._places: dict[Step, QWidget] = {
            Step.CHOOSE: self.chooser,
            Step.WORK: self._work(),
            Step.PREVIEW: self.preview,
            Step.RESULT: self._result(),
        }
        for place in self._places.values():
            self.steps.addWidget(place)
        head = column(Text(tr("moving.title"), "title"))
        head.setContentsMargins(24, 20, 24, 8)
        body = column(self.steps)
        body.setContentsMargins(24, 4, 24, 20)
        self.set_body(framed(head), framed(body))

    def _work(self) -> QWidget:
        self.bar.setAccessibleName(tr("moving.title"))
        cancel = Button(tr("moving.cancel"), self.state.cancel)
        card = Surface(
            column(self.doing, self.bar, row(self.count, None, cancel), gap=12),
            inside=20,
        )
        card.setMaximumWidth(WORK_PX)
        return framed(column(card, None))

    def _result(self) -> QWidget:
        see = Button(tr("moving.see"), lambda: self.shell.go("manage"), "main")
        other = Button(tr("moving.other"), self.state.restart)
        card = Surface(
            column(self.result, self.refused, 8, row(see, other, None), gap=10),
            inside=20,
        )
        card.setMaximumWidth(WORK_PX)
        return framed(column(card, None))

    def open(self, argument: str) -> None:
        del argument
        if self.state.step is Step.RESULT:
            self.state.restart()
        self._show()

    def heard(self, event: Event) -> None:
        if event.topic == "job":
            self.state.heard(event)

    def _show(self) -> None:
        state = self.state
        self.steps.setCurrentWidget(self._places[state.step])
        match state.step:
            case Step.CHOOSE:
                self.chooser.read()
            case Step.WORK:
                self._show_work()
            case Step.PREVIEW if state.view is not None:
                self.preview.show_view(state.view)
            case Step.RESULT if state.view is not None:
                self._show_result(state.view)
            case _:
                pass

    def _show_work(self) -> None:
        state = self.state
        self.doing.setText(tr(f"moving.stage_{state.stage}"))
        self.bar.setMaximum(state.total)
        self.bar.setValue(state.done)
        counted = tr("moving.of", done=f"{state.done:,}", total=f"{state.total:,}")
        self.count.setText(counted if state.total else "")

    def _show_result(self, view: ImportView) -> None:
        self.result.setText(
            tr(
                "moving.done",
                new=f"{len(view.created):,}",
                updated=f"{len(view.updated):,}",
                same=f"{len(view.unchanged):,}",
            )
        )
        self.refused.setText(tr("moving.done_refused", n=view.refused))
        self.refused.setVisible(view.refused > 0)
