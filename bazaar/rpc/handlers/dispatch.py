"""Which use case answers which call; the one place where the schema meets the node."""

from collections.abc import Awaitable, Callable
from typing import Any

import trio

from bazaar.app.node import Node
from bazaar.domain.errors import NotFoundError
from bazaar.rpc import schema
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
from bazaar.rpc.handlers.keeping import KeepCalls
from bazaar.rpc.handlers.links import LinkCalls
from bazaar.rpc.handlers.listings import ListingCalls
from bazaar.rpc.handlers.merchant import MerchantCalls
from bazaar.rpc.handlers.mirrors import MirrorCalls
from bazaar.rpc.handlers.moves import MoveCalls
from bazaar.rpc.handlers.network import NetworkCalls
from bazaar.rpc.handlers.network_page import NetworkPageCalls
from bazaar.rpc.handlers.notices import NoticeCalls
from bazaar.rpc.handlers.orders import OrderCalls
from bazaar.rpc.handlers.papers import PaperCalls
from bazaar.rpc.handlers.profile import ProfileCalls
from bazaar.rpc.handlers.search import SearchCalls
from bazaar.rpc.handlers.shelf import ShelfCalls
from bazaar.rpc.handlers.warnings import WarningCalls


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
        self._handlers: dict[type[schema.Call], Callable[[Any], Awaitable[object]]] = {
            **_network(NetworkCalls(node, stop)),
            **_backup(BackupCalls(node)),
            **_shop(ProfileCalls(node), ListingCalls(node)),
            **_shelf(ShelfCalls(node)),
            **_merchant(MerchantCalls(node), PaperCalls(node)),
            **_market(SearchCalls(node)),
            **_discovery(AskCalls(node), LinkCalls(node), NetworkPageCalls(node)),
            **_orders(orders),
            **_moves(moves),
            **_files(FileCalls(node)),
            **_disputes(DisputeCalls(node, orders, moves)),
            schema.EvidenceBundle: EvidenceCalls(node).bundle,
            **_notices(NoticeCalls(node)),
            **_chat(chat, sending),
            **_blocks(BlockCalls(node)),
            **_cart(CartCalls(node, orders)),
            **_follows(FollowCalls(node)),
            **_warnings(WarningCalls(node)),
            **_mirrors(MirrorCalls(node)),
            **_keeping(KeepCalls(node)),
            **_clearing(ClearingCalls(node)),
            **_people(ArbiterCalls(node), AccountCalls(node)),
        }

    async def __call__(self, call: schema.Call) -> object:
        """Answer one call. Raises BazaarError in words for the person."""
        handler = self._handlers.get(type(call))
        if handler is None:
            raise NotFoundError("this node does not know that call")
        return await handler(call)


Handlers = dict[type[schema.Call], Callable[[Any], Awaitable[object]]]


def _network(calls: NetworkCalls) -> Handlers:
    return {
        schema.Status: calls.status,
        schema.Metrics: calls.metrics,
        schema.Stop: calls.stop,
        schema.ClockCheck: calls.clock,
        schema.Connect: calls.connect,
        schema.Peers: calls.peers,
        schema.Invite: calls.invite,
        schema.NetworkReach: calls.reach,
    }


def _backup(calls: BackupCalls) -> Handlers:
    return {
        schema.BackupMake: calls.make,
        schema.BackupState: calls.state,
        schema.BackupPlan: calls.plan,
    }


def _shop(profiles: ProfileCalls, listings: ListingCalls) -> Handlers:
    return {
        schema.ProfileShow: profiles.profile_show,
        schema.ProfileSet: profiles.profile_set,
        schema.ProfilePicture: profiles.picture,
        schema.ListingPublish: listings.publish,
        schema.ListingList: listings.listings,
        schema.ListingShow: listings.listing,
        schema.ListingRemove: listings.remove,
    }


def _shelf(calls: ShelfCalls) -> Handlers:
    return {
        schema.ListingCheck: calls.check,
        schema.ListingDeliver: calls.deliver,
        schema.ListingDraft: calls.draft,
        schema.ListingDrafts: calls.drafts,
        schema.ListingDropDraft: calls.drop_draft,
        schema.ListingPublishDraft: calls.publish_draft,
        schema.ListingClone: calls.clone,
        schema.ListingStateSet: calls.state,
        schema.ListingVersions: calls.versions,
        schema.StoreDoor: calls.store_state,
        schema.StoreReach: calls.reach,
    }


def _merchant(calls: MerchantCalls, papers: PaperCalls) -> Handlers:
    return {
        schema.ListingImport: calls.listing_import,
        schema.ListingImportStop: calls.import_stop,
        schema.ListingExport: calls.export,
        schema.ListingBulk: calls.bulk,
        schema.ListingUndo: calls.undo,
        schema.ListingHistory: calls.history,
        schema.TemplateList: calls.templates,
        schema.TemplatePut: calls.template_put,
        schema.TemplateRemove: calls.template_remove,
        schema.DefaultsShow: calls.defaults,
        schema.DefaultsSet: calls.defaults_set,
        schema.OrderExport: papers.export,
        schema.OrderSlip: papers.slip,
    }


def _discovery(asking: AskCalls, links: LinkCalls, page: NetworkPageCalls) -> Handlers:
    return {
        schema.SearchAsk: asking.ask,
        schema.LinkMake: links.make,
        schema.LinkOpen: links.open,
        schema.NetworkState: page.state,
    }


def _market(calls: SearchCalls) -> Handlers:
    return {
        schema.Search: calls.search,
        schema.Facets: calls.facets,
        schema.Complete: calls.complete,
        schema.Categories: calls.categories,
        schema.Store: calls.store,
        schema.Picture: calls.picture,
    }


def _files(calls: FileCalls) -> Handlers:
    return {
        schema.OrderFiles: calls.files,
        schema.OrderFetch: calls.fetch,
        schema.OrderUnfetch: calls.unfetch,
        schema.OrderSave: calls.save,
    }


def _orders(calls: OrderCalls) -> Handlers:
    return {
        schema.OrderPlace: calls.place,
        schema.OrderList: calls.orders,
        schema.OrderShow: calls.show,
        schema.OrderWait: calls.wait,
        schema.CaseList: calls.cases,
    }


def _moves(calls: MoveCalls) -> Handlers:
    return {
        schema.OrderAccept: calls.accept,
        schema.OrderDecline: calls.decline,
        schema.OrderWithdraw: calls.withdraw,
        schema.OrderFund: calls.fund,
        schema.OrderShip: calls.ship,
        schema.OrderDeliver: calls.deliver,
        schema.OrderDisclose: calls.disclose,
        schema.OrderConfirm: calls.confirm,
        schema.OrderResume: calls.resume,
        schema.OrderRefund: calls.refund,
        schema.OrderPropose: calls.propose,
        schema.OrderAgree: calls.agree,
        schema.OrderExtend: calls.extend,
        schema.CaseRule: calls.rule,
        schema.OrderRate: calls.rate,
    }


def _disputes(calls: DisputeCalls) -> Handlers:
    return {
        schema.OrderDispute: calls.dispute,
        schema.OrderEvidence: calls.evidence,
        schema.OrderFile: calls.file,
    }


def _notices(calls: NoticeCalls) -> Handlers:
    return {
        schema.NoticeList: calls.notices,
        schema.NoticeRead: calls.read,
        schema.NoticeDelete: calls.delete,
        schema.NoticeOff: calls.choose_off,
    }


def _chat(calls: ChatCalls, sending: ChatSending) -> Handlers:
    return {
        schema.ChatSend: sending.send,
        schema.ChatSuggest: sending.suggest,
        schema.ChatFile: sending.file,
        schema.ChatList: calls.conversations,
        schema.ChatShow: calls.show,
        schema.ChatMark: calls.read,
        schema.ChatDelete: calls.delete,
        schema.ChatAccept: calls.accept,
        schema.ChatRefuse: calls.refuse,
        schema.ChatHandOver: calls.hand_over,
    }


def _blocks(calls: BlockCalls) -> Handlers:
    return {
        schema.BlockPeer: calls.block,
        schema.Unblock: calls.unblock,
        schema.Blocked: calls.blocked,
    }


def _cart(calls: CartCalls) -> Handlers:
    return {
        schema.CartShow: calls.show,
        schema.CartAdd: calls.add,
        schema.CartChange: calls.change,
        schema.CartRemove: calls.remove,
        schema.CartClear: calls.clear,
        schema.CartCheckout: calls.checkout,
    }


def _follows(calls: FollowCalls) -> Handlers:
    return {
        schema.FollowPeer: calls.follow,
        schema.Unfollow: calls.unfollow,
        schema.Follows: calls.follows,
        schema.WishAdd: calls.wish,
        schema.WishRemove: calls.unwish,
        schema.WishList: calls.wishes,
    }


def _warnings(calls: WarningCalls) -> Handlers:
    return {
        schema.Report: calls.report,
        schema.ReportWithdraw: calls.withdraw,
        schema.WarningsShow: calls.show,
        schema.WarningsPublish: calls.publish,
        schema.WarningsUse: calls.use,
        schema.WarningsDrop: calls.drop,
        schema.WarningsAllow: calls.allow,
    }


def _keeping(calls: KeepCalls) -> Handlers:
    return {schema.KeepShow: calls.show, schema.KeepSet: calls.set}


def _mirrors(calls: MirrorCalls) -> Handlers:
    return {
        schema.MirrorKeep: calls.keep,
        schema.MirrorStop: calls.stop,
        schema.MirrorList: calls.mirrors,
        schema.HeldList: calls.held,
        schema.HeldPurge: calls.purge,
        schema.SellerSeen: calls.seen,
    }


def _clearing(calls: ClearingCalls) -> Handlers:
    return {
        schema.ClearList: calls.plans,
        schema.ClearSwitch: calls.switch,
        schema.ClearFind: calls.find,
        schema.ClearSay: calls.say,
    }


def _people(arbiters: ArbiterCalls, accounts: AccountCalls) -> Handlers:
    return {
        schema.ArbiterOfferSet: arbiters.offer,
        schema.ArbiterWithdraw: arbiters.withdraw,
        schema.ArbiterList: arbiters.arbiters,
        schema.AccountList: accounts.accounts,
        schema.AccountLimit: accounts.limit,
        schema.AccountHub: accounts.hub,
        schema.AccountUnsettle: accounts.unsettle,
        schema.AccountClose: accounts.close,
        schema.AccountReopen: accounts.reopen,
        schema.AccountStatement: accounts.statement,
        schema.AccountSettle: accounts.settle,
        schema.Ratings: accounts.ratings,
    }
