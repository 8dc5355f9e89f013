"""Network: connectivity in words, peers as a table, own addresses, invitations."""

from typing import ClassVar

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QTableView, QVBoxLayout

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema import (
    Connect,
    Event,
    Invite,
    InviteView,
    Peers,
    PeerView,
    StatusView,
)
from gui.models.peers import PeerTable
from gui.pages.network.keeping import Keeping
from gui.pages.page import Page, Shell
from gui.texts import tr, tr_or
from gui.texts.shown import key_of
from gui.widgets.badges import Glyph, tile
from gui.widgets.boxes import Banner, Surface, box, clear, column, row, scrolling
from gui.widgets.button import Button
from gui.widgets.form import Field, line
from gui.widgets.stage import Stage
from gui.widgets.text import ShortText, Text

QR_PX = 168
LINE_PX = 32
MOST_LINES = 10
LOOKS = {
    "reachable": ("ok", "globe"),
    "relayed": ("waiting", "link"),
    "outbound_only": ("waiting", "link"),
    "local": ("waiting", "house"),
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
        self._addresses: QVBoxLayout = column(gap=4)
        self.link = line("", 4_000)
        self.link.setReadOnly(True)
        self.link.setAccessibleName(tr("network.invitation"))
        self.qr = Text("")
        self.qr.setFixedSize(QR_PX, QR_PX)
        self.address = line(tr("network.address_hint"), 4_000)
        self.address_field = Field(tr("network.address"), self.address)
        self.keeping = Keeping(shell)
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
        both.addLayout(column(table, own, self.keeping, None, gap=16), 3)
        both.addLayout(column(friend, invite, None, gap=16), 2)
        return column(
            Text(tr("network.title"), "title"), box(self._state), both, None, gap=16
        )

    def open(self, argument: str) -> None:
        if argument:
            self.address.setText(argument)
        self.refresh()
        self.keeping.refresh()
        self.shell.door.call(Invite(), self._got_invite, lambda _: None)

    def heard(self, event: Event) -> None:
        super().heard(event)
        if event.topic in {"mirror", "resync"}:
            self.keeping.refresh()

    def refresh(self) -> None:
        self._show_state()
        self.shell.door.call(Peers(), self._got, self._failed)

    def _got(self, peers: tuple[PeerView, ...]) -> None:
        self.peers.show_peers(peers)
        self.table.setFixedHeight((min(len(peers), MOST_LINES) + 1) * LINE_PX + 8)
        self.table.resizeColumnsToContents()
        self.table.setColumnWidth(0, min(self.table.columnWidth(0), 260))
        self._show_state()
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
        head = row(Glyph(glyph, role, 20), Text(words, "body", wrap=True), gap=10)
        head.setStretch(1, 1)
        self._state.addWidget(Banner(head, role))
        for warning in status.warnings:
            self._state.addWidget(Banner(column(Text(warning, wrap=True)), "waiting"))
        self._state.addLayout(_facts(status))
        self._show_addresses(status)

    def _show_addresses(self, status: StatusView) -> None:
        clear(self._addresses)
        for address in status.addresses:
            self._addresses.addWidget(ShortText(address, "meta", "muted"))
        if not status.addresses:
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


def qr_picture(svg: str, ratio: float) -> QPixmap:
    """Draw our own node's QR code, dark on white in every theme."""
    made = QPixmap(round(QR_PX * ratio), round(QR_PX * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.white)
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    painter = QPainter(made)
    renderer.render(painter, QRectF(8, 8, QR_PX - 16, QR_PX - 16))
    painter.end()
    return made


def _facts(status: StatusView) -> QVBoxLayout:
    listings, stores = status.catalogue.listings, status.catalogue.stores
    line_of_tiles = row(gap=12)
    for glyph, key, words in (
        ("users", "network.fact_peers", tr("network.fact_peers_words", n=status.peers)),
        (
            "store",
            "network.fact_catalogue",
            tr(
                "network.fact_catalogue_words",
                n=listings,
                stores=tr("network.shops", n=stores),
            ),
        ),
        (
            "send",
            "network.fact_outbox",
            tr("network.fact_outbox_words", n=status.outbox),
        ),
    ):
        line_of_tiles.addWidget(tile(glyph, tr(key), words), 1)
    return column(line_of_tiles)
