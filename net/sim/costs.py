"""What the real thing costs: measured on real hosts by tests/bench/bench_crowd.py.

20 November 2026: 24 hosts in memory, 50 ms links, 2 shared cores under a load of 20, Python
3.11, libp2p 0.8.1. CPU is that of one side, in seconds; bytes are after encryption.
"""

from typing import Final

MS: Final = 0.001

HANDSHAKE_CPU: Final = 18 * MS
"""Noise, yamux, identify, hello, and this connection's share of the first walks."""

HANDSHAKE_ROUND_TRIPS: Final = 5.5
"""Until the first stream may be opened, TCP included."""

HANDSHAKE_BYTES: Final = 4_000

DHT_CPU: Final = 1.6 * MS
"""A lookup of 32 questions took 101 ms of both sides."""

DHT_ROUND_TRIPS: Final = 4 / 3
"""The protocol is named with the question; a lookup of three steps took four round trips."""

WALK_BYTES: Final = 1_500
"""One question for nearer nodes, both ways: 20 of them with their addresses in the answer."""

DHT_BYTES: Final = 1_500
"""Any other question: a lookup of 32 took 47 kB in all."""

HEARD_CPU: Final = 3.5 * MS
"""A head that is news: parsed, verified, told, passed on to the mesh."""

AGAIN_CPU: Final = 1.6 * MS
"""A head that came before from another neighbour; with the first 10.0 ms of a host and head."""

HEAD_BYTES: Final = 630
"""One passing on: 3.2 kB left each host for each head, its share of control with it."""

RECONCILED_BYTES: Final = 400
"""A head that reconciliation brought, one side: the envelope, its name twice, its part of the frames."""

PROVIDE_BYTES: Final = 600
"""A token told to one node, with the own record, and its echo: counted, not measured."""

EXCHANGE_CPU: Final = 1.8 * MS
"""One request of the exchange protocol."""

EXCHANGE_ROUND_TRIPS: Final = 2.0

PAGES_BYTES: Final = 380 + 20 * 280 * 49 // 100
"""A request, and the packed page of a shop with 20 listings: 49 % of 4.7 kB in a made-up market."""

IDLE_BYTES_PER_NEIGHBOUR_DAY: Final = 190_000
"""Heartbeats and pings of one quiet connection: 2.8 kB a minute with 21 of them."""
