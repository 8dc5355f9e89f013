"""Names that look like other names: a practical subset of UTS 39.

Covered: scripts told by a letter's Unicode name; the mixed-script rule (Latin with one of
Han, Hiragana, Katakana or Hangul passes, so does Japanese by itself); a skeleton that drops
case, accents, marks, spaces and invisible characters, unfolds compatibility forms and maps
the Cyrillic, Greek and Armenian letters and the digits that look Latin. Not covered: the
rest of the 6,000 lines of Unicode's confusables table, likenesses inside other scripts, and
words that look alike in some typefaces only. It warns too often rather than too seldom.
"""

import unicodedata
from typing import Final

_EAST_ASIAN: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL"})
_JAPANESE: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA"})
_COMMON: Final = frozenset(
    {"MATHEMATICAL", "MODIFIER", "DOUBLE-STRUCK", "SCRIPT", "BLACK-LETTER"}
)
_WIDTHS: Final = frozenset({"FULLWIDTH", "HALFWIDTH"})
_CYRILLIC: Final = (
    "аa вb еe ѕs іi кk мm нh оo рp сc тt уy хx һh ԁd ԛq ԝw јj ӏi гr пn зz"  # noqa: RUF001 - meant
)
_GREEK: Final = "αa βb εe ζz ηn ιi κk μm νv οo ρp τt υy χx γy ωw"  # noqa: RUF001 - meant
_ARMENIAN: Final = "օo սu հh ոn յj զq ցg գq քf"  # noqa: RUF001 - meant
_OTHER: Final = "0o 1i 5s |i ıi li ßb æa œo øo đd łi"  # noqa: RUF001 - meant
_LOOKS: Final = str.maketrans(
    {pair[0]: pair[1] for pair in f"{_CYRILLIC} {_GREEK} {_ARMENIAN} {_OTHER}".split()}
)
_PAIRS: Final = (("rn", "m"), ("vv", "w"))


def mixes_scripts(name: str) -> bool:
    """Whether ``name`` holds letters of scripts that no honest name mixes."""
    scripts = {script for character in name if (script := _script(character))}
    if len(scripts) <= 1 or scripts <= _JAPANESE:
        return False
    return not (len(scripts - {"LATIN"}) == 1 and scripts - {"LATIN"} <= _EAST_ASIAN)


def skeleton(name: str) -> str:
    """What ``name`` looks like: two names with one skeleton deserve a warning."""
    folded = unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFKD", name).casefold()
    )
    seen = "".join(character for character in folded if _is_seen(character))
    for pair, look in _PAIRS:
        seen = seen.replace(pair, look)
    return seen.translate(_LOOKS)


def _script(character: str) -> str:
    if unicodedata.category(character)[0] != "L":
        return ""
    words = unicodedata.name(character, "UNKNOWN").split()
    first = words[1] if words[0] in _WIDTHS and len(words) > 1 else words[0]
    return "" if first in _COMMON else first


def _is_seen(character: str) -> bool:
    return unicodedata.category(character)[0] not in "MZC"
