"""link.make and link.open."""

import contextlib
import io
from collections.abc import Sequence
from typing import Final

import segno
import trio

from bazaar.app.node import Node
from bazaar.domain.errors import BazaarError, InputError
from bazaar.domain.keys.peer_ids import key_of, peer_id
from bazaar.domain.stores.links import Link, LinkKind, read, written
from bazaar.domain.stores.records import Contact
from bazaar.domain.wire.envelope import verify_as
from bazaar.domain.wire.kinds import Kind
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.links import LinkMake, LinkOpen, LinkTarget, LinkView

CONNECT_SECONDS: Final = 10.0
FETCH_SECONDS: Final = 20.0
ADDRESSES: Final = 3
"""A link that is photographed from a screen should be short."""

OF_A_PEER: Final = frozenset({LinkKind.STORE, LinkKind.LISTING, LinkKind.ARBITER})


class LinkCalls:
    """Writes links for others, and goes where theirs lead."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            LinkMake: self.make,
            LinkOpen: self.open,
        }

    async def make(self, call: LinkMake) -> LinkView:
        """A link with addresses where its owner can be asked. Raises InputError."""
        try:
            kind = LinkKind(call.kind)
        except ValueError as error:
            known = ", ".join(one for one in LinkKind if one is not LinkKind.JOIN)
            raise InputError("kind", f"must be one of {known}") from error
        link = written(await self._link(kind, call))
        return LinkView(link=link, qr=qr(link))

    async def _link(self, kind: LinkKind, call: LinkMake) -> Link:
        network = self._node.context.network.name
        if kind is LinkKind.JOIN:
            at = tuple(self._node.context.exchange.invitable())
            return Link(kind, network=network, addresses=at)
        if kind is LinkKind.SEARCH:
            words, category = call.words.strip(), call.category
            return Link(kind, words=words, category=category, network=network)
        if kind is LinkKind.ORDER:
            return Link(kind, item=resolve.order(self._node, call.item).hex())
        me = self._node.context.me
        key = await resolve.peer(self._node, call.peer) if call.peer else me
        item = ""
        if kind is LinkKind.LISTING:
            item = (await resolve.listing(self._node, call.item)).hex()
        at = (await self._addresses(key))[:ADDRESSES]
        return Link(kind, peer_id(key), item, network=network, addresses=tuple(at))

    async def _addresses(self, key: bytes) -> Sequence[str]:
        context = self._node.context
        if key == context.me:
            return context.exchange.invitable()
        held = await context.catalogue.record(Kind.CONTACT, key)
        if held is None:
            return ()
        end = f"/p2p/{peer_id(key)}"
        told = verify_as(Contact, held, context.network.id).body.addresses
        return [one if "/p2p/" in one else one + end for one in told]

    async def open(self, call: LinkOpen) -> LinkTarget:
        """Connect to what the link names, then fetch what it shows.

        Raises InputError for what is no link, or one of another market; JOIN also
        raises when nobody answered.
        """
        link = read(call.link)
        name = self._node.context.network.name
        if link.network not in {"", name}:
            raise InputError(
                "link", f"it belongs to the market {link.network}; this one is {name}"
            )
        connected = await self._connect(link)
        if link.kind is LinkKind.JOIN and not connected:
            raise InputError("link", "nobody answered at the addresses of this link")
        known = link.kind in OF_A_PEER and await self._fetch(link)
        return LinkTarget(
            kind=link.kind,
            peer_id=link.peer,
            item=link.item,
            words=link.words,
            category=link.category,
            connected=connected,
            known=known,
        )

    async def _connect(self, link: Link) -> int:
        """How many of the nodes named are connected, after all were tried at once."""
        reached: set[bytes] = set()

        async def dial(address: str) -> None:
            try:
                reached.add(await self._node.context.exchange.connect(address))
            except BazaarError:
                return  # another of them may answer

        me = peer_id(self._node.context.me)
        with trio.move_on_after(CONNECT_SECONDS):
            async with trio.open_nursery() as nursery:
                for address in link.addresses:
                    if not address.endswith(me):
                        nursery.start_soon(dial, address)
        return len(reached)

    async def _fetch(self, link: Link) -> bool:
        key = key_of(link.peer)
        context = self._node.context
        if key != context.me:
            with (
                trio.move_on_after(FETCH_SECONDS),
                contextlib.suppress(BazaarError),  # what is known of it is shown
            ):
                await self._node.market.refresh(key)
        if link.kind is LinkKind.LISTING:
            try:
                with trio.fail_after(FETCH_SECONDS):
                    await self._node.market.listing(bytes.fromhex(link.item), key)
            except (BazaarError, trio.TooSlowError):
                return False
            return True
        return key == context.me or await context.catalogue.store(key) is not None


def qr(text: str) -> str:
    """An SVG document; empty where ``text`` does not fit into a QR code."""
    picture = io.BytesIO()
    try:
        segno.make(text, error="l").save(picture, kind="svg", scale=4, border=2)
    except segno.DataOverflowError:
        return ""
    return picture.getvalue().decode()
