"""Countries and languages as filters offer them: by name."""

from functools import cache
from typing import Final

from PySide6.QtCore import QLocale

from bazaar.domain.amounts.countries import COUNTRIES
from gui.texts import tr

LANGUAGES: Final = (
    "ar",
    "cs",
    "da",
    "de",
    "el",
    "en",
    "es",
    "fi",
    "fr",
    "he",
    "hi",
    "hu",
    "it",
    "ja",
    "ko",
    "nl",
    "no",
    "pl",
    "pt",
    "ro",
    "ru",
    "sv",
    "th",
    "tr",
    "uk",
    "zh",
)


@cache
def region_pairs(none: str = "") -> tuple[tuple[str, str], ...]:
    """Return (code, name) of every country, after the choice of ``none``."""
    named = sorted((_name(code), code) for code in COUNTRIES)
    first = none or tr("browse.region_any")
    return ("", first), *((code, name) for name, code in named)


@cache
def language_pairs() -> tuple[tuple[str, str], ...]:
    """Return (code, name) of the languages that listings are mostly written in."""
    named = sorted(
        (QLocale.languageToString(QLocale.codeToLanguage(code)), code)
        for code in LANGUAGES
    )
    return ("", tr("browse.language_any")), *((code, name) for name, code in named)


def _name(code: str) -> str:
    territory = QLocale.codeToTerritory(code)
    if territory is QLocale.Country.AnyTerritory:
        return code
    return QLocale.territoryToString(territory)
