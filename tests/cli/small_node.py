"""A node program of its own process that answers with samples; started by the tests.

The file ``behaviour`` of its home, if any, says how it misbehaves: ``refuse`` ends at
once with words, ``once`` does so the first time only, ``outbox`` never delivers.
"""

import argparse
import os
import sys
from pathlib import Path

import trio
from msgspec import structs

from bazaar.rpc.paths import renew_token
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.node import Status, Stop
from bazaar.rpc.server import Server, serve_home
from tests.rpc_samples import STATUS, answer


class SmallNode:
    """Serves until it is idle or told to stop."""

    def __init__(self, home: Path, behaviour: str) -> None:
        self._home = home
        self._outbox = 2 if behaviour == "outbox" else 0
        self._stopping = trio.Event()

    async def run(self, idle: float | None) -> None:
        server = Server(self._dispatch, renew_token(self._home))
        async with trio.open_nursery() as nursery:
            await nursery.start(serve_home, server, self._home)
            if idle is None:
                await self._stopping.wait()
            else:
                await server.idle(idle)
            nursery.cancel_scope.cancel()

    async def _dispatch(self, call: Call) -> object:
        if isinstance(call, Stop):
            self._stopping.set()
        if isinstance(call, Status):
            return structs.replace(STATUS, outbox=self._outbox)
        return await answer(call)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path)
    parser.add_argument("command", choices=["node"])
    parser.add_argument("--passphrase-stdin", action="store_true")
    parser.add_argument("--no-mdns", action="store_true")
    parser.add_argument("--until-idle", type=float)
    args = parser.parse_args()
    (args.home / "passphrase").write_text(sys.stdin.readline())
    (args.home / "pid").write_text(str(os.getpid()))
    note = args.home / "behaviour"
    behaviour = note.read_text() if note.exists() else ""
    if behaviour in {"refuse", "once"}:
        note.write_text("refuse" if behaviour == "refuse" else "")
        sys.stderr.write("bazaar: wrong passphrase\n\n")
        return 1
    trio.run(SmallNode(args.home, behaviour).run, args.until_idle)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
