"""Where the user has been; back and forward."""

from gui.pages.page import Place


class History:
    """Places in their order with the present one."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._at = -1

    @property
    def present(self) -> Place | None:
        """Return where the user is."""
        return self._places[self._at] if self._places else None

    @property
    def can_back(self) -> bool:
        """Whether there is a place before."""
        return self._at > 0

    @property
    def can_forward(self) -> bool:
        """Whether there is a place after."""
        return self._at < len(self._places) - 1

    def visit(self, place: Place) -> None:
        """Go to a place; what was after the present one is gone."""
        if place == self.present:
            return
        del self._places[self._at + 1 :]
        self._places.append(place)
        self._at += 1

    def replace(self, place: Place) -> None:
        """Change the present place, as while typing a search."""
        if self._places:
            self._places[self._at] = place
        else:
            self.visit(place)

    def back(self) -> Place | None:
        """Go back; None at the first place."""
        if not self.can_back:
            return None
        self._at -= 1
        return self.present

    def forward(self) -> Place | None:
        """Go forward; None at the last place."""
        if not self.can_forward:
            return None
        self._at += 1
        return self.present
