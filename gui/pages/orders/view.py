"""Orders: three lists, what needs the user first."""

from pathlib import Path
from typing import ClassVar

from PySide6.QtWidgets import QButtonGroup, QFileDialog, QListView

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.merchant import Exported
from bazaar.rpc.schema.papers import OrderExport
from gui.delegates.order_row import OrderRowDelegate
from gui.models.cards import Index
from gui.models.orders import Orders
from gui.pages.orders.presenter import ROLES, OrdersState
from gui.pages.page import Page, Shell
from gui.texts import tr
from gui.widgets.boxes import column, framed, row
from gui.widgets.button import Button
from gui.widgets.stage import Stage
from gui.widgets.text import Text


class OrdersPage(Page):
    """Purchases, sales and cases."""

    topics: ClassVar[frozenset[str]] = frozenset({"order"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.state = OrdersState(shell.door, self._show)
        self.orders = Orders(self)
        self.list = QListView()
        self.list.setAccessibleName(tr("orders.title"))
        self.list.setModel(self.orders)
        self.list.setItemDelegate(OrderRowDelegate(shell.pictures, shell.now))
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        shell.pictures.ready.connect(self._repaint)
        self._tabs = {role: self._tab(role) for role in ROLES}
        group = QButtonGroup(self)
        for tab in self._tabs.values():
            group.addButton(tab)
        self.export = Button(tr("orders.export"), self._ask_file, "quiet", "download")
        self.stage = Stage(self.list)
        head = column(
            Text(tr("orders.title"), "title"),
            Text(tr("money.promise"), "meta", "muted", wrap=True),
            row(*self._tabs.values(), None, self.export, gap=4),
        )
        head.setContentsMargins(24, 20, 24, 8)
        body = column(self.stage)
        body.setContentsMargins(24, 4, 24, 24)
        self.set_body(framed(head), framed(body))

    def _tab(self, role: str) -> Button:
        return Button(
            tr(f"orders.{role}"), lambda: self.shell.go("orders", role), "tab"
        )

    def open(self, argument: str) -> None:
        role = argument if argument in ROLES else self.state.role
        self._tabs[role].setChecked(True)
        self.export.setVisible(role != "arbiter")
        if role != self.state.role or self.state.rows is None:
            self.stage.load()
        self.state.show(role)

    def refresh(self) -> None:
        self.state.show(self.state.role)

    def _ask_file(self) -> None:
        start = str(Path.home() / f"{self.state.role}.csv")
        path, _ = QFileDialog.getSaveFileName(
            self, tr("orders.export"), start, "CSV (*.csv)"
        )
        if path:
            call = OrderExport(file=path, role=self.state.role)
            self.shell.door.call(call, self._exported, self._not_exported)

    def _exported(self, done: Exported) -> None:
        name = Path(done.file).name
        self.shell.note(tr("orders.exported", n=done.count, file=name), "ok")

    def _not_exported(self, problem: Problem) -> None:
        self.shell.note(problem.words, "error")

    def _show(self) -> None:
        state = self.state
        if state.problem is not None and state.rows is None:
            self.stage.show_failed(state.problem.words, self.refresh)
        elif state.rows:
            self.orders.show_orders(state.rows)
            self.stage.show_content()
        elif state.rows is not None:
            key = f"orders.empty_{state.role}"
            target = {"buyer": "browse", "seller": "shop", "arbiter": "arbiter"}[
                state.role
            ]
            action = tr(f"orders.empty_{state.role}_act")
            self.stage.show_empty(tr(key), action, lambda: self.shell.go(target))

    def _repaint(self) -> None:
        self.list.viewport().update()

    def _choose(self, index: Index) -> None:
        order = self.orders.order(index)
        if order is not None:
            self.shell.go("order", order.order_id)
