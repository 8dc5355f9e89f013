"""Every call with the type of its answer."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from bazaar.rpc.schema.accounts import (
    AccountHub,
    AccountLimit,
    AccountList,
    AccountSettle,
    AccountView,
    HubView,
)
from bazaar.rpc.schema.arbiters import (
    ArbiterList,
    ArbiterOfferSet,
    ArbiterView,
    ArbiterWithdraw,
)
from bazaar.rpc.schema.call import Call, Done
from bazaar.rpc.schema.disputes import (
    BundleView,
    CaseList,
    CaseRule,
    Disputed,
    EvidenceBundle,
    OrderDisclose,
    OrderDispute,
    OrderEvidence,
    OrderFile,
)
from bazaar.rpc.schema.listings import (
    CardView,
    ListingList,
    ListingPublish,
    ListingRemove,
    ListingShow,
    ListingView,
    PublishedBatch,
)
from bazaar.rpc.schema.moves import (
    Moved,
    OrderAccept,
    OrderAgree,
    OrderConfirm,
    OrderDecline,
    OrderDeliver,
    OrderExtend,
    OrderFund,
    OrderPropose,
    OrderRefund,
    OrderShip,
    OrderWithdraw,
)
from bazaar.rpc.schema.node import (
    Connect,
    Invite,
    InviteView,
    Peers,
    PeerView,
    Status,
    StatusView,
    Stop,
    Watch,
)
from bazaar.rpc.schema.notices import (
    NoticeDelete,
    NoticeList,
    NoticeOff,
    NoticeRead,
    NoticesView,
)
from bazaar.rpc.schema.orders import (
    OrderList,
    OrderRow,
    OrderShow,
    OrderView,
    OrderWait,
)
from bazaar.rpc.schema.placing import OrderPlace, OrderPlaced
from bazaar.rpc.schema.profile import ProfileSet, ProfileShow, ProfileView
from bazaar.rpc.schema.ratings import OrderRate, Rated, Ratings, RatingsView
from bazaar.rpc.schema.search import (
    Categories,
    CategoryCount,
    Complete,
    Facets,
    FacetsView,
    Picture,
    PictureView,
    Search,
    SearchView,
    Store,
    StoreView,
    Words,
)

CALLS: Final[Mapping[type[Call], Any]] = MappingProxyType(
    {
        Status: StatusView,
        Stop: Done,
        Connect: PeerView,
        Peers: tuple[PeerView, ...],
        Invite: InviteView,
        Watch: Done,
        ProfileShow: ProfileView,
        ProfileSet: ProfileView,
        ListingPublish: PublishedBatch,
        ListingList: tuple[CardView, ...],
        ListingShow: ListingView,
        ListingRemove: Done,
        Search: SearchView,
        Facets: FacetsView,
        Complete: Words,
        Categories: tuple[CategoryCount, ...],
        Store: StoreView,
        Picture: PictureView,
        ArbiterOfferSet: ArbiterView,
        ArbiterWithdraw: Done,
        ArbiterList: tuple[ArbiterView, ...],
        OrderPlace: OrderPlaced,
        OrderList: tuple[OrderRow, ...],
        OrderShow: OrderView,
        OrderWait: OrderView,
        OrderAccept: Moved,
        OrderDecline: Moved,
        OrderWithdraw: Moved,
        OrderFund: Moved,
        OrderShip: Moved,
        OrderDeliver: Moved,
        OrderDisclose: Moved,
        OrderConfirm: Moved,
        OrderRefund: Moved,
        OrderPropose: Moved,
        OrderAgree: Moved,
        OrderExtend: Moved,
        OrderDispute: Disputed,
        OrderEvidence: Moved,
        OrderFile: PictureView,
        EvidenceBundle: BundleView,
        CaseList: tuple[OrderRow, ...],
        CaseRule: Moved,
        OrderRate: Rated,
        Ratings: RatingsView,
        AccountList: tuple[AccountView, ...],
        AccountLimit: AccountView,
        AccountHub: tuple[HubView, ...],
        AccountSettle: AccountView,
        NoticeList: NoticesView,
        NoticeRead: Done,
        NoticeDelete: Done,
        NoticeOff: Done,
    }
)
