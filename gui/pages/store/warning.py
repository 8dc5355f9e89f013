"""Warnings of a person or a listing: report, take back, show all the same."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.people import Report, ReportWithdraw, WarningsAllow
from gui.pages.page import Shell
from gui.texts import tr, tr_or
from gui.widgets.boxes import Surface
from gui.widgets.button import Button
from gui.widgets.cover import cover
from gui.widgets.report_dialog import ReportDialog


class Warner:
    """What a page lets one do about one subject; ``done`` reads the page again."""

    def __init__(self, page: QWidget, shell: Shell, done: Callable[[], object]) -> None:
        self._page, self._shell, self._done = page, shell, done

    def report(self, subject: str, what: str) -> None:
        """Ask why, and put the subject on the own list."""
        dialog = ReportDialog(self._page, what)

        def send() -> None:
            call = Report(subject=subject, reason=dialog.reason)
            self._do(call, "report.done")

        dialog.accepted.connect(send)
        dialog.open()

    def covered(
        self, subject: str, reason: str, title: str, show: Callable[[], object]
    ) -> Surface:
        """Return the card that covers a subject; ``show`` uncovers it once."""
        acts = [
            Button(tr("warn.show"), show, "plain", "eye"),
            Button(tr("warn.allow"), lambda: self._allow(subject), "link"),
        ]
        heading = tr("warn.cover", reason=tr_or(f"report.{reason}", reason).lower())
        words = tr("warn.by", title=title)
        return cover("flag", "error", heading, words, acts)

    def _allow(self, subject: str) -> None:
        """An own report is taken back, what others say is overruled."""

        def allow(_: object) -> None:
            self._do(WarningsAllow(subject=subject), "warn.allowed")

        call = ReportWithdraw(subject=subject)
        self._shell.door.call(call, allow, allow)

    def _do(self, call: Call, key: str) -> None:
        def done(_: object) -> None:
            self._shell.note(tr(key), "ok")
            self._done()

        self._shell.door.call(
            call, done, lambda problem: self._shell.note(problem.words, "error")
        )
