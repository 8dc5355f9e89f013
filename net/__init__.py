"""Bytes and peers over libp2p; knows no trade, no listing, no rating.

The stand-in for fastecdsa is installed here, because it must be in place before
any module of this package imports libp2p (network.md 2, C14).
"""

from net._fastecdsa import install

install()
