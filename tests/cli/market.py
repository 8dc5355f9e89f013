"""A real door with recorded answers, in a thread of its own, and the command line before it."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
import trio

from bazaar.cli.main import main
from bazaar.cli.parser import Check, DemoOptions, Hooks
from bazaar.config import Config, Made, NewIdentity, NodeOptions, write
from bazaar.rpc.paths import renew_token
from bazaar.rpc.schema.call import Call
from bazaar.rpc.server import Server, serve_home
from tests.rpc_samples import answer

NETWORK = "local:test"
PHRASE = " ".join(f"word{number}" for number in range(1, 25))


class Market:
    """A home whose node answers with samples.

    Attributes:
        calls: What was asked, in order.
        problem: Raised instead of answering, when set.
        given: Answers that take the place of samples.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.calls: list[Call] = []
        self.problem: Exception | None = None
        self.given: dict[type[Call], object] = {}
        self.server = Server(self.dispatch, renew_token(home))
        self.token: trio.lowlevel.TrioToken | None = None

    async def dispatch(self, call: Call) -> object:
        self.calls.append(call)
        if self.problem is not None:
            raise self.problem
        return self.given.get(type(call)) or await answer(call)

    def tell_when_watched(self, topic: str, data: dict[str, str]) -> None:
        """Emit an event as soon as some client watches."""

        async def tell() -> None:
            with trio.fail_after(10):
                while not self.server.is_watched(topic):  # noqa: ASYNC110 - nothing tells a watch began
                    await trio.sleep(0.01)
            self.server.emit(topic, data)

        trio.from_thread.run(tell, trio_token=self.token)


@contextmanager
def opened(home: Path) -> Generator[Market]:
    """Serve the samples at ``home``."""
    market = Market(home)
    ready = threading.Event()
    scope = trio.CancelScope()

    async def serve() -> None:
        market.token = trio.lowlevel.current_trio_token()
        with scope:
            async with trio.open_nursery() as nursery:
                await nursery.start(serve_home, market.server, home)
                ready.set()

    thread = threading.Thread(target=trio.run, args=(serve,))
    thread.start()
    assert ready.wait(10)
    try:
        yield market
    finally:
        assert market.token is not None
        trio.from_thread.run_sync(scope.cancel, trio_token=market.token)
        thread.join()


def made(home: Path, network: str = NETWORK) -> Path:
    """A home with settings and no node."""
    home.mkdir(mode=0o700, exist_ok=True)
    write(Config(home, network))
    return home


class Result(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


class Terminal:
    """Runs commands in this process; what the hooks were given is kept."""

    def __init__(self, capture: pytest.CaptureFixture[str], home: Path) -> None:
        self.home = home
        self.created: list[NewIdentity] = []
        self.nodes: list[NodeOptions] = []
        self.apps: list[Config] = []
        self.links: list[str] = []
        self.demos: list[DemoOptions] = []
        self.checks = [Check("database", ok=True, words="whole")]
        self._capture = capture

    def run(self, *words: str) -> Result:
        hooks = Hooks(self.create, self.node, self.app, self.demo, self.check)
        self._capture.readouterr()
        code = main(["--home", str(self.home), *words], hooks)
        said = self._capture.readouterr()
        return Result(code, said.out, said.err)

    def create(self, wanted: NewIdentity) -> Made:
        self.created.append(wanted)
        wanted.home.mkdir(parents=True, exist_ok=True)
        return Made("12D3KooWMe", None if wanted.phrase else PHRASE)

    def node(self, options: NodeOptions) -> int:
        self.nodes.append(options)
        return 0

    def app(self, config: Config, link: str) -> int:
        self.apps.append(config)
        self.links.append(link)
        return 0

    def demo(self, options: DemoOptions) -> int:
        self.demos.append(options)
        return 0

    def check(self, _: Config) -> list[Check]:
        return self.checks
