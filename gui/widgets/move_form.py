"""The frame of a form that makes one move."""

from PySide6.QtWidgets import QWidget

from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.orders import OrderView
from gui.widgets.boxes import column


class MoveForm(QWidget):
    """Fields of a move on the order as the user sees it."""

    def __init__(self, view: OrderView) -> None:
        super().__init__()
        self.view = view
        self._fields = column(gap=12)
        self.setLayout(self._fields)

    def set_fields(self, *fields: QWidget) -> None:
        """Put the fields below each other."""
        for field in fields:
            self._fields.addWidget(field)

    def complaint(self) -> str:
        """Return what is missing, "" when the move can be made."""
        return ""

    def question(self) -> str:
        """Return what will happen, for moves that are asked again."""
        return ""

    def call(self) -> Call:
        """Return the move."""
        raise NotImplementedError
