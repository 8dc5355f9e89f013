"""Countries as the region filter offers them: by name, in the language of the desktop's tables."""

from functools import cache
from typing import Final

from PySide6.QtCore import QLocale

from bazaar.domain.countries import COUNTRIES
from gui.texts import tr

NO_NAME: Final = "Default"


@cache
def region_pairs() -> tuple[tuple[str, str], ...]:
    """Return (code, name) of every country, after the choice of none."""
    named = sorted((_name(code), code) for code in COUNTRIES)
    return ("", tr("browse.region_any")), *((code, name) for name, code in named)


def _name(code: str) -> str:
    territory = QLocale.codeToTerritory(code)
    if territory is QLocale.Country.AnyTerritory:
        return code
    return QLocale.territoryToString(territory)
