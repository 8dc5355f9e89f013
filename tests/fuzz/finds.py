"""What broke a decoder once, by target; each is tried again in every run of the tests."""

from typing import Final

FINDS: Final[dict[str, list[bytes]]] = {
    "mail": [b"\x00\r\n", b"\x00\x00\x00\x01"],
    "link": [b"bazaar://[n?"],
    "backup": [
        b"\x00\x00\x00\x07\x95\x01\xa4mai\xc4",
        b"\x00\x00\x08\x00" + b"\x91" * 2048,
    ],
}
