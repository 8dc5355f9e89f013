"""Network: connectivity in words, peers as a table, own addresses, invitations."""

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTableView, QVBoxLayout

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.network import NetworkState, NetworkView
from bazaar.rpc.schema.node import (
    Connect,
    Event,
    Invite,
    InviteView,
    PeerView,
)
from gui.models.peers import PeerTable
from gui.pages.network import parts
from gui.pages.network.keeping import Keeping
from gui.pages.network.mailboxes import Mailboxes
from gui.pages.network.ways import Ways
from gui.pages.page import Page, Shell
from gui.texts import tr, tr_or
from gui.texts.shown import key_of
from gui.widgets.badges import Glyph
from gui.widgets.boxes import Banner, Slot, Surface, box, clear, column, row, scrolling
from gui.widgets.button import Button
from gui.widgets.form import Field, line
from gui.widgets.qr import QR_PX, qr_picture
from gui.widgets.stage import Stage
from gui.widgets.text import ShortText, Text

LINE_PX = 32
MOST_LINES = 10
LOOKS = {
    "reachable": ("ok", "globe"),
    "relayed": ("waiting", "link"),
    "outbound_only": ("waiting", "link"),
    "local": ("waiting", "house"),
    "unknown": ("waiting", "loader"),
    "offline": ("error", "wifi-off"),
    "starting": ("muted", "loader"),
}


class NetworkPage(Page):
    """Who one is connected to."""

    topics: ClassVar[frozenset[str]] = frozenset({"peers"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.peers = PeerTable(shell.now)
        self.table = QTableView()
        self.table.setModel(self.peers)
        self.table.setAccessibleName(tr("network.peers"))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.table.verticalHeader().setDefaultSectionSize(LINE_PX)
        self._state: QVBoxLayout = column(gap=12)
        self._addresses: QVBoxLayout = column(gap=8)
        self._more = Slot(gap=16)
        self._view: NetworkView | None = None
        self.ways = Ways(shell, self._show_state)
        self.link = line("", 4_000)
        self.link.setReadOnly(True)
        self.link.setAccessibleName(tr("network.invitation"))
        self.qr = Text("")
        self.qr.setFixedSize(QR_PX, QR_PX)
        self.address = line(tr("network.address_hint"), 4_000)
        self.address_field = Field(tr("network.address"), self.address)
        self.keeping = Keeping(shell)
        self.mailboxes = Mailboxes(shell)
        self.stage = Stage(scrolling(self._body(), 1180))
        self.set_body(self.stage)

    def _body(self) -> QVBoxLayout:
        join = Button(tr("network.connect"), self._connect, "main", "user-plus")
        copy = Button(tr("network.copy"), self._copy, "plain", "copy")
        friend = Surface(
            column(
                Text(tr("network.join"), "heading"),
                self.address_field,
                row(join, None),
                gap=12,
            )
        )
        note = Text(tr("network.invite_note"), "body", "muted", wrap=True)
        invite = Surface(
            column(
                Text(tr("network.invite"), "heading"),
                note,
                row(self.qr, None),
                self.link,
                row(copy, None),
                gap=12,
            )
        )
        own = Surface(column(Text(tr("network.own"), "heading"), box(self._addresses)))
        table = Surface(
            column(Text(tr("network.peers"), "heading"), self.table), inside=16
        )
        both = row(gap=24)
        lower = column(
            table,
            self.ways,
            self.mailboxes,
            self._more,
            self.keeping,
            None,
            gap=16,
        )
        both.addLayout(lower, 3)
        both.addLayout(column(friend, invite, own, None, gap=16), 2)
        return column(
            Text(tr("network.title"), "title"), box(self._state), both, None, gap=16
        )

    def open(self, argument: str) -> None:
        if argument:
            self.address.setText(argument)
        self.refresh()
        self.keeping.refresh()
        self.mailboxes.refresh()
        self.shell.door.call(Invite(), self._got_invite, lambda _: None)

    def heard(self, event: Event) -> None:
        super().heard(event)
        if event.topic in {"mirror", "resync"}:
            self.keeping.refresh()

    def refresh(self) -> None:
        self._show_state()
        self.ways.refresh()
        self.shell.door.call(NetworkState(), self._got, self._failed)

    def _got(self, view: NetworkView) -> None:
        self._view, peers = view, view.peers
        self.peers.show_peers(peers)
        self.table.setFixedHeight((min(len(peers), MOST_LINES) + 1) * LINE_PX + 8)
        self.table.resizeColumnsToContents()
        self.table.setColumnWidth(0, min(self.table.columnWidth(0), 260))
        self._show_state()
        self._more.put(
            parts.queue(view.queue, self.shell.now()),
            parts.storage(view.storage, view.free),
            parts.limits(view.limits),
        )
        self.stage.show_content()

    def _show_state(self) -> None:
        status = self.shell.status
        if status is None:
            return
        clear(self._state)
        role, glyph = LOOKS.get(key_of(status.reachability), ("muted", "info"))
        words = tr_or(
            f"network.state_{key_of(status.reachability)}", status.reachability
        )
        said = column(Text(words, "body", wrap=True), gap=2)
        if self._view is not None and self._view.reason:
            said.addWidget(Text(_sentence(self._view.reason), "meta", wrap=True))
        head = row(Glyph(glyph, role, 20), gap=10)
        head.addLayout(said)
        head.setStretch(1, 1)
        self._state.addWidget(Banner(head, role))
        for warning in status.warnings:
            self._state.addWidget(Banner(column(Text(warning, wrap=True)), "waiting"))
        if self._view is not None:
            self._state.addLayout(parts.facts(status, self._view, self.shell.now()))
            self._show_addresses(self._view)

    def _show_addresses(self, view: NetworkView) -> None:
        clear(self._addresses)
        for one in view.addresses:
            said = Text(tr(f"network.who_{one.who}"), "body", wrap=True)
            address = ShortText(one.address, "meta", "muted")
            self._addresses.addWidget(box(column(said, address, gap=2)))
        if not view.addresses:
            self._addresses.addWidget(
                Text(tr("network.no_address"), "body", "muted", wrap=True)
            )

    def _got_invite(self, invite: InviteView) -> None:
        self.link.setText(invite.link)
        self.link.setCursorPosition(0)
        self.qr.setPixmap(qr_picture(invite.qr, self.devicePixelRatioF()))
        self.qr.setAccessibleName(tr("network.qr"))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.link.text())
        self.shell.note(tr("network.copied"), "ok")

    def _connect(self) -> None:
        address = self.address.text().strip()
        self.address_field.complain("" if address else tr("network.need_address"))
        if address:
            self.shell.door.call(
                Connect(address=address), self._connected, self._refused
            )

    def _connected(self, peer: PeerView) -> None:
        del peer
        self.address.clear()
        self.shell.note(tr("network.connected"), "ok")
        self.refresh()

    def _refused(self, problem: Problem) -> None:
        self.address_field.complain(problem.words)

    def _failed(self, problem: Problem) -> None:
        self.stage.show_failed(problem.words, self.refresh)


def _sentence(words: str) -> str:
    """The node says why in half a sentence."""
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."
