"""Bazaar: a desktop marketplace without a middleman."""

from typing import Final

__version__: Final = "0.1.0"
