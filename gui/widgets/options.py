"""The choices of a listing, such as size and colour; the same for listing and checkout."""

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from bazaar.rpc.schema.listings import OptionView
from gui.widgets.boxes import clear, column
from gui.widgets.choice import Choice
from gui.widgets.form import Field


class Options(QWidget):
    """One drop-down an option; ``act`` runs when the user chooses."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self._act = act
        self._list = column(gap=12)
        self.setLayout(self._list)
        self._offered: tuple[OptionView, ...] = ()
        self.choices: dict[str, Choice] = {}
        self.hide()

    def offer(self, options: tuple[OptionView, ...]) -> None:
        """Show these options; what was chosen stays as far as it is still there."""
        if options == self._offered:
            return
        kept, self._offered = self.value(), options
        clear(self._list)
        self.choices = {}
        for option in options:
            pairs = [(variant.name, variant.name) for variant in option.variants]
            choice = self.choices[option.name] = Choice(option.name, pairs, self._act)
            self._list.addWidget(Field(option.name, choice))
        self.choose(kept)
        self.setVisible(bool(options))

    def choose(self, chosen: Mapping[str, str]) -> None:
        """Choose these variants."""
        for name, choice in self.choices.items():
            choice.choose(chosen.get(name, choice.value()))

    def value(self) -> dict[str, str]:
        """Return the chosen variant of each option."""
        return {name: choice.value() for name, choice in self.choices.items()}
