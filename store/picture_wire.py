"""How the node and its picture child talk; imported by both, hence the standard library only."""

import struct
from typing import Final

REQUEST: Final = struct.Struct(">BHHHHHHI")
"""Order (CLEAN or THUMBNAIL), pixels of the longer side, degrees to turn, the four edges
of what stays in thousandths, bytes that follow."""

REPLY: Final = struct.Struct(">BIII")
"""1 done or 0 refused, width, height, bytes of the picture or of the reason that follow."""

CLEAN: Final = 1
THUMBNAIL: Final = 2

MAX_BYTES: Final = 2 * 1024 * 1024
"""Greatest picture that is published, and that is taken from others."""
