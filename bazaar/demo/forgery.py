"""Story (c): a stranger forges the arbiter's ruling, is refused, and nothing changes."""

import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from bazaar.demo import cast
from bazaar.demo.market import Market
from bazaar.demo.narrator import Story
from bazaar.demo.processes import NETWORK, DemoError, Person
from bazaar.domain.errors import ReplyCode
from bazaar.rpc.schema.node import Status, StatusView
from bazaar.rpc.schema.orders import MessageView, OrderShow, OrderView

PROGRAM: Final = (sys.executable, "-P", "-m", "bazaar.demo.forger")
FORGER_SECONDS: Final = 40.0
SEAT: Final = "arbiter"
ROLES: Final = ("buyer", "seller", SEAT, "backup")
EXPECTED: Final = (ReplyCode.WRONG_ROLE, ReplyCode.BAD_SIGNATURE)


def forge(market: Market, order: str) -> None:
    """Tell the story at the victim's node. Raises DemoError if anything came of it."""
    victim = market.sellers[cast.TEAPOT_ORDER.shop]
    before: OrderView = market.arbiter.ask(OrderShow(id=order))
    held: OrderView = victim.until(
        OrderShow(id=order), lambda view: view.version == before.version, "the case"
    )
    counted = _counted(victim)
    market.narrator.awaits(Story.FORGER, "a forger tries")
    answers = _run(_order(market, victim, before))
    market.tell(
        Story.FORGER,
        f"a stranger's program, without any of our node's code, puts a ruling of the right form "
        f"into the node of {victim.name}: all back to the buyer",
    )
    codes = (answers["as_stranger"], answers["as_arbiter"])
    if codes != EXPECTED:
        raise DemoError(f"the forged ruling was answered with {codes}")
    _unchanged(victim, held)
    if not all(now > counted[name] for name, now in _counted(victim).items()):
        raise DemoError(f"{victim.name} did not count the refusals")
    market.tell(
        Story.FORGER,
        f"{victim.name} refuses it twice and counts both: signed by the stranger "
        f"({EXPECTED[0].name}), and in the name of {market.arbiter.name} "
        f"({EXPECTED[1].name}); the order is what it was",
    )


def _run(order: Mapping[str, Any]) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - our own program with our own words
        PROGRAM,
        input=msgspec.json.encode(order),
        capture_output=True,
        timeout=FORGER_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        words = done.stderr.decode().strip().splitlines() or ["it said nothing"]
        raise DemoError(f"the forger failed by itself: {words[-1]}")
    return msgspec.json.decode(done.stdout)


def _order(market: Market, victim: Person, view: OrderView) -> dict[str, Any]:
    """What anyone in the trade knows, as ``forger.Order``."""
    dispute = next(m for m in view.messages if m.type == "Dispute")
    return {
        "address": victim.address,
        "network": NETWORK,
        "order": view.order_id,
        "arbiter": market.arbiter.peer_id,
        "last": _last(view.messages, SEAT),
        "seen": [_last(view.messages, role) for role in ROLES if role != SEAT],
        "dispute": dispute.id,
        "amount": view.total.minor,
    }


def _last(messages: tuple[MessageView, ...], role: str) -> dict[str, Any]:
    said = [message for message in messages if message.author_role == role]
    return {"role": ROLES.index(role), "seq": len(said) - 1, "id": said[-1].id}


def _unchanged(victim: Person, before: OrderView) -> None:
    after: OrderView = victim.ask(OrderShow(id=before.order_id))
    if (after.version, after.parked) != (before.version, before.parked):
        raise DemoError(f"the order changed at {victim.name}")


def _counted(victim: Person) -> dict[str, int]:
    status: StatusView = victim.ask(Status())
    names = [f"put.refused_{code.name.lower()}" for code in EXPECTED]
    return {name: status.counters.get(name, 0) for name in names}
