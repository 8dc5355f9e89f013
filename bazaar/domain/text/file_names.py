"""Names for files of others: our own, inside any folder, harmless on every system (P8)."""

import unicodedata
from typing import Final

MAX_STEM: Final = 60
MAX_ENDING: Final = 10
HASH_CHARACTERS: Final = 8
KEPT: Final = frozenset("-_ ")
RISKY: Final = frozenset(
    {"app", "apk", "bat", "cmd", "com", "cpl", "deb", "desktop", "dll", "dmg", "exe"}
    | {
        "hta",
        "htm",
        "html",
        "jar",
        "js",
        "jse",
        "lnk",
        "msi",
        "msp",
        "pif",
        "pl",
        "ps1",
    }
    | {"psm1", "py", "pyw", "rb", "reg", "rpm", "run", "scr", "sh", "svg", "vb", "vbe"}
    | {"vbs", "wsf", "xhtml", "xll", "xlsm", "docm", "pptm", "url", "appimage", "bin"}
)


def safe_name(digest: bytes, name: str) -> str:
    """``hash8-name.ending``: of ``name`` only letters, digits, ``-``, ``_`` and space stay."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = last.strip(". ").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    stem = _cleaned(stem)[:MAX_STEM].strip(" _-") or "file"
    ending = "".join(c for c in ending if c.isascii() and c.isalnum())[:MAX_ENDING]
    start = digest.hex()[:HASH_CHARACTERS]
    return f"{start}-{stem}.{ending.lower()}" if ending else f"{start}-{stem}"


def is_risky(name: str) -> bool:
    """Whether a file of this name may run, or hides its ending behind another one."""
    last = name.replace("\\", "/").rpartition("/")[2].strip(". ").lower()
    endings = last.split(".")[1:]
    return any(one in RISKY for one in endings)


def _cleaned(text: str) -> str:
    kept = (
        c
        if c.isalnum() or c in KEPT or unicodedata.category(c).startswith("M")
        else "_"
        for c in unicodedata.normalize("NFC", text)
        if unicodedata.category(c) not in {"Cf", "Cc", "Cs", "Co", "Cn"}
    )
    joined = "".join(kept)
    while "__" in joined:
        joined = joined.replace("__", "_")
    return joined
