"""Figures of code without a network: checking a message, folding a trade, starting a program."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
from nacl.bindings import crypto_sign_open

from bazaar.domain.trading.messages import Evidence, Role, Ship
from bazaar.domain.trading.trade import Trade, fold
from bazaar.domain.wire.envelope import Envelope, Signed, seal, signed_bytes, verify
from bazaar.rpc.schema.node import Status
from tests.bench.figures import MS, US, heading, ratio, spread
from tests.bench.processes import load, made, start
from tests.trades import KEYS, NETWORK, Story

BATCHES: Final = 9
CHECKS: Final = 200
FOLDS: Final = 50
STARTS: Final = 9
MESSAGES: Final = 40
PROGRAM: Final = (sys.executable, "-P", "-m", "bazaar")


def test_check_of_a_message() -> None:
    """G1: all checks of a message cost at most a quarter more than its signature."""
    story = Story().shipped()
    messages: dict[str, Signed[Any]] = {
        "Offer": story.offer,
        "Ship": story.say(Role.SELLER, Ship),
        "Evidence of 2 kB": _evidence("word " * 400),
        "Evidence, 4,000 letters": _evidence("word " * 800),
        "Evidence, 4,000 Cyrillic": _evidence("слово и " * 500),
        "Evidence, 4,000 Chinese": _evidence("商品按时到达" * 666),
    }
    heading("Check of one message: decode, canonical form, bounds, signature", load())
    for name, message in messages.items():
        bare, author = _bare(message)
        subject, anchor = _alternating(
            lambda m=message: verify(m.envelope, NETWORK.id),
            lambda b=bare, a=author: crypto_sign_open(b, a),
        )
        ratio(f"{name}, {len(message.envelope)} B", subject, anchor, "<= 1.25")


def _evidence(statement: str) -> Signed[Any]:
    said = Story().shipped().make(Role.BUYER, Evidence, statement=statement)
    return seal(said.body, KEYS[Role.BUYER], NETWORK.id)


def test_fold_of_a_trade() -> None:
    story = Story().funded()
    while len(story.all) < MESSAGES:
        story.say(Role.SELLER, Ship)
        story.say(Role.BUYER, Evidence)
    bare, author = _bare(story.offer)
    heading(f"Fold of a trade of {len(story.all)} messages, state and digest", load())
    subject, anchor = _alternating(
        lambda: _state(fold(story.offer, story.said, NETWORK)),
        lambda: crypto_sign_open(bare, author),
        FOLDS,
    )
    ratio("whole trade, beside one signature", subject, anchor)


def test_start_of_commands(tmp_path: Path) -> None:
    heading("Start of a command, process to end", load())
    node = start(made(tmp_path / "home", "Ann"))
    home = ("--home", str(tmp_path / "home"))
    for words in (("--version",), (*home, "status"), (*home, "search", "lamp")):
        taken = [_timed([*PROGRAM, *words]) for _ in range(STARTS)]
        spread(f"bazaar {words[-1]}", taken)
    node.client.call(Status())
    node.stop()


def _state(trade: Trade) -> object:
    return trade.state, trade.digest, trade.counted


def _bare(message: Signed[Any]) -> tuple[bytes, bytes]:
    """What libsodium alone would check: signature and text, and the key."""
    opened = msgspec.msgpack.decode(message.envelope, type=Envelope)
    text = signed_bytes(opened.kind, opened.body, NETWORK.id, opened.version)
    return opened.signature + text, opened.author


def _alternating(
    subject: Callable[[], object], anchor: Callable[[], object], count: int = CHECKS
) -> tuple[float, float]:
    """Median CPU microseconds of each, batches taking turns in one process."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(BATCHES):
        for work, into in zip((subject, anchor), taken, strict=True):
            began = time.process_time()
            for _ in range(count):
                work()
            into.append((time.process_time() - began) / count * US)
    return statistics.median(taken[0]), statistics.median(taken[1])


def _timed(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return (time.perf_counter() - began) * MS
