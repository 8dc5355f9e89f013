"""What the real thing costs: measured on real hosts by tests/bench/bench_crowd.py.

20 November 2026, 2 shared cores, Python 3.11, libp2p 0.8.1. Seconds of CPU are of one core.
"""

from typing import Final

from net.limits import MAX_GOSSIP_BYTES

MS: Final = 0.001

HANDSHAKE_CPU: Final = 10 * MS
"""Of each side: Noise, yamux, identify."""

HANDSHAKE_ROUND_TRIPS: Final = 5.0
"""Until the first request may be sent, TCP included."""

DHT_CPU: Final = 6 * MS
"""Of each side of one question."""

DHT_ROUND_TRIPS: Final = 2.0
"""A stream is opened and its protocol named, then the question is answered."""

HEARD_CPU: Final = 3 * MS
"""A head that is news: parsed, verified, told, passed on to the mesh."""

AGAIN_CPU: Final = 0.6 * MS
"""A head that came before from another neighbour."""

EXCHANGE_CPU: Final = 5 * MS
"""Of each side of one request of pages."""

EXCHANGE_ROUND_TRIPS: Final = 2.0

DHT_ASK_BYTES: Final = 450
DHT_NODES_BYTES: Final = 6_500
"""An answer with 20 signed peer records."""

HEAD_BYTES: Final = MAX_GOSSIP_BYTES + 250
"""A head with the wrapper of gossip, its signature, and the layers below."""

HANDSHAKE_BYTES: Final = 4_000
PAGES_BYTES: Final = 1_500 + 20 * 280
"""Profile asked for, page list and pages of a shop with 20 listings."""

IDLE_BYTES_PER_NEIGHBOUR_DAY: Final = 300_000
"""Heartbeats and pings of one quiet connection."""

ARRIVAL_SECONDS: Final = 2.0
"""How long a node holds a request for pages that are on their way to it."""

PATIENCE_SECONDS: Final = 1.0
"""After so long without an answer the next source is asked too."""
