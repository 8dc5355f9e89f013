"""Which use case answers which call; the one place where the schema meets the node."""

from collections.abc import Callable

import trio

from bazaar.app.node import Node
from bazaar.domain.errors import NotFoundError
from bazaar.rpc.handlers.accounts import AccountCalls
from bazaar.rpc.handlers.arbiters import ArbiterCalls
from bazaar.rpc.handlers.asking import AskCalls
from bazaar.rpc.handlers.backup import BackupCalls
from bazaar.rpc.handlers.blocks import BlockCalls
from bazaar.rpc.handlers.cart import CartCalls
from bazaar.rpc.handlers.chat import ChatCalls
from bazaar.rpc.handlers.chat_sending import ChatSending
from bazaar.rpc.handlers.clearing import ClearingCalls
from bazaar.rpc.handlers.disputes import DisputeCalls
from bazaar.rpc.handlers.evidence import EvidenceCalls
from bazaar.rpc.handlers.files import FileCalls
from bazaar.rpc.handlers.follows import FollowCalls
from bazaar.rpc.handlers.handlers import Group
from bazaar.rpc.handlers.keeping import KeepCalls
from bazaar.rpc.handlers.licences import LicenceCalls
from bazaar.rpc.handlers.links import LinkCalls
from bazaar.rpc.handlers.listings import ListingCalls
from bazaar.rpc.handlers.mailboxes import MailboxCalls
from bazaar.rpc.handlers.merchant import MerchantCalls
from bazaar.rpc.handlers.mirrors import MirrorCalls
from bazaar.rpc.handlers.moves import MoveCalls
from bazaar.rpc.handlers.network import NetworkCalls
from bazaar.rpc.handlers.network_page import NetworkPageCalls
from bazaar.rpc.handlers.notices import NoticeCalls
from bazaar.rpc.handlers.orders import OrderCalls
from bazaar.rpc.handlers.papers import PaperCalls
from bazaar.rpc.handlers.profile import ProfileCalls
from bazaar.rpc.handlers.ratings import RatingCalls
from bazaar.rpc.handlers.search import SearchCalls
from bazaar.rpc.handlers.searches import SavedSearchCalls
from bazaar.rpc.handlers.shelf import ShelfCalls
from bazaar.rpc.handlers.warnings import WarningCalls
from bazaar.rpc.schema.call import Call


class Changes:
    """An event that is set, and made anew, whenever something changed."""

    def __init__(self) -> None:
        self._event = trio.Event()

    def next(self) -> trio.Event:
        """Set at the next change."""
        return self._event

    def tell(self) -> None:
        """Wake all who wait."""
        self._event.set()
        self._event = trio.Event()


class Dispatcher:
    """Answers calls; raises what the use cases raise."""

    def __init__(self, node: Node, changes: Changes, stop: Callable[[], None]) -> None:
        orders = OrderCalls(node, changes.next)
        chat = ChatCalls(node)
        sending = ChatSending(node, chat)
        moves = MoveCalls(node, sending.suggested)
        groups: tuple[Group, ...] = (
            NetworkCalls(node, stop),
            BackupCalls(node),
            ProfileCalls(node),
            ListingCalls(node),
            ShelfCalls(node),
            MerchantCalls(node),
            PaperCalls(node),
            SearchCalls(node),
            SavedSearchCalls(node),
            AskCalls(node),
            LicenceCalls(node),
            LinkCalls(node),
            NetworkPageCalls(node),
            orders,
            moves,
            FileCalls(node),
            DisputeCalls(node, orders, moves),
            NoticeCalls(node),
            chat,
            sending,
            BlockCalls(node),
            CartCalls(node, orders),
            FollowCalls(node),
            WarningCalls(node),
            MirrorCalls(node),
            MailboxCalls(node),
            KeepCalls(node),
            ClearingCalls(node),
            ArbiterCalls(node),
            AccountCalls(node),
            RatingCalls(node),
            EvidenceCalls(node),
        )
        self._handlers = {
            call: way for group in groups for call, way in group.handlers().items()
        }

    async def __call__(self, call: Call) -> object:
        """Answer one call. Raises BazaarError in words for the person."""
        handler = self._handlers.get(type(call))
        if handler is None:
            raise NotFoundError("this node does not know that call")
        return await handler(call)
