"""Story (g): one order's evidence in a file, checked by a home that never saw the market."""

import subprocess
from typing import Final

import msgspec

from bazaar.demo.market import Market
from bazaar.demo.narrator import Story
from bazaar.demo.processes import PROGRAM, DemoError, environment
from bazaar.rpc.schema.disputes import BundleView, EvidenceBundle

FILE: Final = "teapot.evidence"
VERIFY_SECONDS: Final = 60.0
MEGABYTE: Final = 1_000_000


def verify_elsewhere(market: Market, order: str) -> None:
    """Tell the story, once the order is closed. Raises DemoError or OSError."""
    path = market.folder / "drawings" / FILE
    made: BundleView = market.buyer.ask(
        EvidenceBundle(id=order, file=str(path), files=True)
    )
    fresh = market.folder / "homes" / "fresh"
    done = subprocess.run(  # noqa: S603 - our own program with our own words
        [*PROGRAM, "--home", str(fresh), "verify", str(path), "--json"],
        capture_output=True,
        timeout=VERIFY_SECONDS,
        check=False,
        env=environment(),
    )
    if done.returncode != 0:
        raise DemoError(f"the evidence does not verify: {done.stderr.decode().strip()}")
    told = msgspec.json.decode(done.stdout)
    if not told["valid"] or told["state"] != "closed" or fresh.exists():
        raise DemoError("the fresh home found something else than what happened")
    market.tell(
        Story.EVIDENCE,
        f"{market.buyer.name} writes the evidence of the teapot into one file of "
        f"{made.size / MEGABYTE:.1f} MB; a fresh home without identity or network verifies "
        "every signature, price and ruling in it",
    )
