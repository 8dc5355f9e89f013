"""Builds and runs one node process: home, book, catalogue, network, services, door."""

import gc
import logging
import resource
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import trio

from bazaar.app.context import Context, Usage
from bazaar.app.node import Node
from bazaar.app.ports import Clock
from bazaar.compose.home import SystemClock, unlock
from bazaar.compose.logs import keep_short, write_to_stderr
from bazaar.compose.readiness import stay_ready
from bazaar.config import NodeOptions
from bazaar.domain.errors import BazaarError, InputError
from bazaar.domain.keys.identity import Identity
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import verify_as
from bazaar.domain.wire.networks import Network, network
from bazaar.rpc.handlers.dispatch import Changes, Dispatcher
from bazaar.rpc.paths import renew_token
from bazaar.rpc.server import Server, serve_home
from store.backups import FileBackups
from store.blobs import FileBlobs
from store.book.book import SqlBook, open_book
from store.catalogue.catalogue import SqlCatalogue, open_catalogue
from store.goods import FileGoods
from store.home import Home, open_home
from store.kept_pictures import FileKeptPictures
from store.mail import SqlMail, open_mail_store
from store.mark import FileMark
from store.peers import SqlPeers, open_peers
from store.pictures import ChildPictures, open_pictures
from store.segments import FileSegments

log = logging.getLogger(__name__)

DEFAULT_LISTEN = ("/ip4/0.0.0.0/tcp/0",)
LOCAL_LISTEN = ("/ip4/127.0.0.1/tcp/0",)
SWITCH_SECONDS = 0.0005
"""A thread that indexes gives way to the loop so soon; Python's 5 ms are felt at the door."""

NOWHERE = "nowhere; relays alone reach this node"
NETWORK_MODULE = "bazaar.compose.network"
BOOTSTRAP_RETRY_SECONDS = (1, 2, 5, 15, 60, 300)


class Stores(NamedTuple):
    """Everything on disk, open."""

    home: Home
    book: SqlBook
    catalogue: SqlCatalogue
    pictures: ChildPictures
    blobs: FileBlobs
    mail: SqlMail
    peers: SqlPeers


def run_node(options: NodeOptions) -> int:
    """Run a node until it is stopped; 0 after an orderly end. Raises BazaarError or OSError."""
    write_to_stderr(options.log_level)
    sys.setswitchinterval(SWITCH_SECONDS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    problems: list[Exception] = []
    try:
        trio.run(_main, options)
    except* (BazaarError, OSError) as errors:
        problems = _leaves(errors)
    for problem in problems[1:]:
        log.warning("the node ended", extra={"why": str(problem)})
    if problems:
        raise problems[0]
    return 0


async def _main(options: NodeOptions) -> None:
    on = network(options.network)
    clock = SystemClock()
    async with _stores(options.home, clock) as stores:
        identity = await _unlocked(options)
        await _run(options, on, stores, identity, clock)


async def _unlocked(options: NodeOptions) -> Identity:
    """Unlock the keys beside the import of the network: each costs half a second, on its own core.

    Raises InputError for a wrong passphrase, in a group, once the import is done.
    """
    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.to_thread.run_sync, import_module, NETWORK_MODULE)
        return await trio.to_thread.run_sync(unlock, options.home, options.passphrase)


@asynccontextmanager
async def _stores(folder: Path, clock: Clock) -> AsyncGenerator[Stores]:
    with (
        open_home(folder) as home,
        open_book(home.book, unclean=home.unclean) as book,
        open_mail_store(home.mail) as mail,
        open_peers(home.peers) as peers,
    ):
        async with (
            open_catalogue(home.catalogue, clock) as catalogue,
            open_pictures(home.cache) as pictures,
        ):
            blobs = FileBlobs(home.blobs)
            yield Stores(home, book, catalogue, pictures, blobs, mail, peers)


async def _run(
    options: NodeOptions,
    on: Network,
    stores: Stores,
    identity: Identity,
    clock: SystemClock,
) -> None:
    """Start the network, the services on it, and the door last."""
    from bazaar.compose.network import (  # noqa: PLC0415 - see _unlocked
        Outfit,
        build_network,
        wanted,
    )

    listen = options.listen or (LOCAL_LISTEN if on.is_local else DEFAULT_LISTEN)
    want = wanted(stores.book, options)
    outfit = Outfit(_head_check(on), stores.peers, want)
    net = build_network(identity, on, listen, outfit)
    changes = Changes()
    doors: list[Server] = []

    def emit(topic: str, data: dict[str, Any]) -> None:
        changes.tell()
        for door in doors:
            door.emit(topic, data)

    context = Context(
        identity,
        on,
        clock,
        stores.book,
        stores.catalogue,
        stores.blobs,
        stores.pictures,
        net.exchange,
        net.directory,
        net.gossip,
        emit,
        stores.home.has_space,
        stores.mail,
        FileBackups(stores.home.folder),
        FileMark(stores.home.folder),
        goods=FileGoods(stores.home.goods),
        usage=lambda: Usage(stores.home.sizes(), stores.home.free_bytes()),
        kept=FileKeptPictures(stores.home.kept),
        segments=FileSegments(stores.home.segments),
    )
    node = Node(context)
    async with trio.open_nursery() as nursery:
        dispatch = Dispatcher(node, changes, nursery.cancel_scope.cancel)
        server = Server(dispatch, renew_token(options.home))
        doors.append(server)
        await nursery.start(net.exchange.run)
        await nursery.start(node.run)
        await nursery.start(serve_home, server, options.home)
        nursery.start_soon(_bootstrap, context, options.bootstrap)
        nursery.start_soon(_until_signal, nursery.cancel_scope)
        if options.until_idle is not None:
            nursery.start_soon(
                _until_idle, server, options.until_idle, nursery.cancel_scope
            )
        for address in net.exchange.addresses() or [NOWHERE]:
            sys.stdout.write(f"listening {address}\n")
        sys.stdout.flush()
        nursery.start_soon(stay_ready)
        nursery.start_soon(keep_short, options.home)
        gc.collect()
        gc.freeze()


def _head_check(on: Network) -> Any:
    from net.gossip.heads import HeadFacts  # noqa: PLC0415 - the network is imported late

    def check(envelope: bytes) -> HeadFacts:
        head = verify_as(StoreHead, envelope, on.id)
        return HeadFacts(
            head.author, head.body.seq, head.body.issued, head.body.expires
        )

    return check


async def _bootstrap(context: Context, addresses: tuple[str, ...]) -> None:
    """Dial each bootstrap until it answered once; it may start after us."""
    async with trio.open_nursery() as nursery:
        for address in addresses:
            nursery.start_soon(_dial, context, address)


async def _dial(context: Context, address: str) -> None:
    for wait in (*BOOTSTRAP_RETRY_SECONDS, *[BOOTSTRAP_RETRY_SECONDS[-1]] * 1000):
        try:
            await context.exchange.connect(address)
        except InputError:
            log.warning("a bootstrap address is none", extra={"address": address})
            return
        except BazaarError as error:
            log.info("a bootstrap did not answer", extra={"why": repr(error)})
            await trio.sleep(wait)
        else:
            return


async def _until_signal(scope: trio.CancelScope) -> None:
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _ in signals:
            scope.cancel()
            return


async def _until_idle(server: Server, seconds: float, scope: trio.CancelScope) -> None:
    await server.idle(seconds)
    scope.cancel()


def _leaves(group: BaseExceptionGroup[Exception]) -> list[Exception]:
    found: list[Exception] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found
