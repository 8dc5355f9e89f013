"""The parts of the network page: figures in words, what waits, what is stored, limits met."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bazaar.rpc.schema.network import NetworkView, QueueView, StorageView
from bazaar.rpc.schema.node import StatusView
from gui.texts import tr
from gui.texts.shown import ago, moment, size
from gui.widgets.badges import tile
from gui.widgets.boxes import Surface, column, row
from gui.widgets.text import ShortText, Text

TILES: Final = 3
MOST_LIMITS: Final = 6
NAME_PX: Final = 180


def facts(status: StatusView, state: NetworkView, now: int) -> QVBoxLayout:
    """Tiles, three side by side."""
    told = (
        ("users", "peers", tr("network.fact_peers_words", n=len(state.peers))),
        ("store", "catalogue", _catalogue(status, state, now)),
        ("send", "outbox", tr("network.fact_outbox_words", n=status.outbox)),
        ("refresh-cw", "traffic", _traffic(state)),
        ("upload", "published", _published(state, now)),
        ("network", "known", tr("network.fact_known_words", n=state.known_peers)),
    )
    tiles = [
        tile(glyph, tr(f"network.fact_{key}"), words) for glyph, key, words in told
    ]
    lines = column(gap=12)
    for start in range(0, len(tiles), TILES):
        line = row(gap=12)
        for one in tiles[start : start + TILES]:
            line.addWidget(one, 1)
        lines.addLayout(line)
    return lines


def _catalogue(status: StatusView, state: NetworkView, now: int) -> str:
    counts = status.catalogue
    shops = tr("network.shops", n=counts.stores)
    words = tr("network.fact_catalogue_words", n=counts.listings, stores=shops)
    if state.synced is None:
        return f"{words}. {tr('network.unsynced')}"
    return f"{words}. {tr('network.synced', ago=ago(state.synced, now))}"


def _traffic(state: NetworkView) -> str:
    traffic = state.traffic
    return tr(
        "network.fact_traffic_words",
        came=size(traffic.came),
        went=size(traffic.went),
        rate=size(round(traffic.came_rate + traffic.went_rate)),
        since=moment(traffic.since),
    )


def _published(state: NetworkView, now: int) -> str:
    made = state.published
    if made is None:
        return tr("network.unpublished")
    return tr("network.fact_published_words", n=made.have, ago=ago(made.at, now))


def queue(rows: Sequence[QueueView], now: int) -> QWidget:
    """Who is waited for, since when, and when it is tried again."""
    lines = column(Text(tr("network.queue"), "heading"), gap=10)
    for one in rows:
        words = tr("network.queue_words", n=one.messages, ago=ago(one.first, now))
        if one.mailed:
            words = f"{words} {tr('network.queue_mailed', n=one.mailed)}"
        when = tr("network.queue_next", at=moment(one.next_try))
        lines.addLayout(_pair(one.name, f"{words} {when}"))
    if not rows:
        lines.addWidget(Text(tr("network.queue_empty"), "body", "muted", wrap=True))
    return Surface(lines)


def storage(rows: Sequence[StorageView], free: int) -> QWidget:
    """What lies on this computer, the largest first, and what is free."""
    lines = column(Text(tr("network.storage"), "heading"), gap=8)
    for one in sorted(rows, key=lambda one: -one.size):
        words = size(one.size) if one.size else tr("network.nothing_stored")
        if one.quota:
            words = tr("network.of_quota", size=words, quota=size(one.quota))
        if one.is_own:
            words = f"{words} · {tr('network.is_own')}"
        lines.addLayout(_pair(tr(f"network.kind_{one.kind}"), words))
    lines.addWidget(Text(tr("network.free", size=size(free)), "meta", "muted"))
    return Surface(lines)


def limits(sentences: Sequence[str]) -> QWidget:
    """What the node refused to protect itself."""
    lines = column(Text(tr("network.limits"), "heading"), gap=8)
    note = "network.limits_note" if sentences else "network.limits_none"
    lines.addWidget(Text(tr(note), "body", "muted", wrap=True))
    for one in sentences[:MOST_LIMITS]:
        lines.addWidget(Text(one, "body", wrap=True))
    return Surface(lines)


def _pair(name: str, words: str) -> QVBoxLayout:
    first = ShortText(name, "body")
    first.setFixedWidth(NAME_PX)
    line = row(first, gap=12)
    line.addWidget(Text(words, "body", "muted", wrap=True), 1)
    return column(line)
