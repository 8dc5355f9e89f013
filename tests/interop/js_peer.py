"""The independent peer: a js-libp2p process that does what it is told, line by line."""

import contextlib
import json
import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import Any, NamedTuple

from tests.node_process import first_line

FOLDER = Path(__file__).parent
NODE = FOLDER / "node_modules" / "node" / "bin" / "node"
LIBP2P = FOLDER / "node_modules" / "libp2p"
ANSWER_SECONDS = 20


class JsPeer(NamedTuple):
    """A running peer and what it said of itself."""

    process: subprocess.Popen[str]
    peer: str
    addresses: list[str]
    key: bytes

    def tell(self, do: str, **given: Any) -> dict[str, Any]:
        """Have one command done; fails with the peer's own words if it could not."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **given}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(first_line(self.process, ANSWER_SECONDS))
        assert "error" not in answer, answer["error"]
        return answer


@contextlib.contextmanager
def js_peer(network: str, seed: bytes) -> Generator[JsPeer]:
    """A peer in ``network`` with a store of one listing, for as long as the block runs."""
    with subprocess.Popen(
        [str(NODE), str(FOLDER / "peer.mjs"), network, seed.hex()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            said = json.loads(first_line(process, ANSWER_SECONDS))
            key = bytes.fromhex(said["key"])
            yield JsPeer(process, said["peer"], said["addresses"], key)
        finally:
            process.kill()
