"""Stand-in modules for fastecdsa, which has no wheel for Linux (C14).

libp2p imports it for ECC and secio keys only; we use neither, so every use of a
stand-in is a bug and fails loudly.
"""

import sys
from importlib.util import find_spec
from types import ModuleType
from typing import Final

PACKAGE: Final = "fastecdsa"
SUBMODULES: Final = (
    "curve",
    "keys",
    "point",
    "encoding",
    "encoding.sec1",
    "encoding.util",
)


class _Missing(ModuleType):
    """A module whose every attribute is a class that cannot be made."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return _refusing(f"{self.__name__}.{name}")


def install() -> None:
    """Put the stand-ins into ``sys.modules``, unless the real package is there."""
    if PACKAGE in sys.modules or find_spec(PACKAGE) is not None:
        return
    for path in ("", *SUBMODULES):
        _put(f"{PACKAGE}.{path}" if path else PACKAGE)
    sys.modules[f"{PACKAGE}.encoding.util"].__dict__["int_bytelen"] = _byte_length


def _put(name: str) -> None:
    module = _Missing(name)
    module.__path__ = []
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)


def _refusing(name: str) -> type:
    def refuse(*_: object, **__: object) -> None:
        raise NotImplementedError(f"{name}: only Ed25519 keys are supported")

    return type(name.rpartition(".")[2], (), {"__init__": refuse})


def _byte_length(number: int) -> int:
    return (number.bit_length() + 7) // 8
