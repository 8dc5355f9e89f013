"""Plausible answers to every call of the local door, for tests of the terminal and the app.

One small market: Ana sells a lamp to Ben, Mia and Noor would judge. ``answer`` gives
the answer to a call, ``SAMPLES`` the same by type; amounts and times fit each other.
"""

from typing import Any, Final

from msgspec import structs

from bazaar.rpc.schema.accounts import (
    AccountClose,
    AccountHub,
    AccountLimit,
    AccountList,
    AccountReopen,
    AccountSettle,
    AccountStatement,
    AccountUnsettle,
    AccountView,
    EntryView,
    HoldView,
    HubView,
    StatementView,
)
from bazaar.rpc.schema.arbiters import (
    ArbiterList,
    ArbiterOfferSet,
    ArbiterView,
    ArbiterWithdraw,
)
from bazaar.rpc.schema.backup import (
    BackupMake,
    BackupPlan,
    BackupState,
    BackupStateView,
    BackupView,
)
from bazaar.rpc.schema.call import Call, Done, MoneyView
from bazaar.rpc.schema.cart import (
    CartAdd,
    CartChange,
    CartCheckedOut,
    CartCheckout,
    CartClear,
    CartGroupView,
    CartLineView,
    CartOrdered,
    CartRemove,
    CartShow,
    CartView,
)
from bazaar.rpc.schema.chat import (
    AttachmentView,
    Blocked,
    BlockedView,
    BlockPeer,
    ChatAccept,
    ChatDelete,
    ChatFile,
    ChatHandOver,
    ChatLineView,
    ChatList,
    ChatMark,
    ChatRefuse,
    ChatSend,
    ChatSent,
    ChatShow,
    ChatSuggest,
    ChatTyping,
    ChatView,
    ConversationView,
    SuggestionView,
    Unblock,
)
from bazaar.rpc.schema.clearing import (
    ClearFind,
    ClearingView,
    ClearList,
    ClearSay,
    ClearSwitch,
    ClearView,
)
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
from bazaar.rpc.schema.files import (
    GoodsView,
    OrderFetch,
    OrderFiles,
    OrderSave,
    OrderUnfetch,
    SavedView,
)
from bazaar.rpc.schema.keeping import KeepSet, KeepShow, KeepView
from bazaar.rpc.schema.licences import (
    LicenceDrop,
    LicenceList,
    LicencePut,
    LicenceView,
)
from bazaar.rpc.schema.links import LinkMake, LinkOpen, LinkTarget, LinkView
from bazaar.rpc.schema.listings import (
    Block,
    CardView,
    ImageView,
    ListingList,
    ListingPublish,
    ListingRemove,
    ListingShow,
    ListingView,
    OptionView,
    Published,
    PublishedBatch,
    ServiceView,
    ShippingView,
    SkuView,
    VariantView,
)
from bazaar.rpc.schema.mailboxes import (
    MailboxChoose,
    MailboxesView,
    MailboxFind,
    MailboxLeave,
    MailboxList,
    MailboxView,
    VolunteerView,
)
from bazaar.rpc.schema.merchant import (
    BulkLine,
    BulkOperation,
    BulkView,
    DefaultsSet,
    DefaultsShow,
    DefaultsView,
    Exported,
    ImportFault,
    ImportRow,
    ImportView,
    ListingBulk,
    ListingExport,
    ListingHistory,
    ListingImport,
    ListingImportStop,
    ListingUndo,
    TemplateList,
    TemplatePut,
    TemplateRemove,
    TemplateView,
)
from bazaar.rpc.schema.mirrors import (
    HeldList,
    HeldPurge,
    HeldView,
    HolderView,
    MirrorKeep,
    MirrorList,
    MirrorStop,
    MirrorsView,
    MirrorView,
    SeenView,
    SellerSeen,
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
    OrderResume,
    OrderShip,
    OrderWithdraw,
)
from bazaar.rpc.schema.network import (
    NeighbourView,
    NetworkState,
    NetworkView,
    OwnAddressView,
    PublicationView,
    QueueView,
    Reacher,
    StorageView,
    TrafficView,
)
from bazaar.rpc.schema.node import (
    CatalogueCounts,
    ClockCheck,
    ClockView,
    Connect,
    Event,
    Invite,
    InviteView,
    Metrics,
    MetricsView,
    NetworkReach,
    NetworkReachView,
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
    NoticeView,
)
from bazaar.rpc.schema.orders import (
    EvidenceView,
    MessageView,
    OrderList,
    OrderRow,
    OrderShow,
    OrderView,
    OrderWait,
    OutcomeView,
    PartView,
    RulingView,
)
from bazaar.rpc.schema.papers import OrderExport, OrderSlip, SlipItem, SlipView
from bazaar.rpc.schema.people import (
    FollowPeer,
    Follows,
    FollowsView,
    FollowView,
    Report,
    ReportWithdraw,
    Unfollow,
    UsedListView,
    WarningsAllow,
    WarningsDrop,
    WarningsPublish,
    WarningsShow,
    WarningsUse,
    WarningsView,
    WarningView,
    WishAdd,
    WishList,
    WishRemove,
    WishView,
)
from bazaar.rpc.schema.placing import (
    AmountLine,
    OrderPlace,
    OrderPlaced,
    OrderPreview,
    OrderWays,
    PayWayView,
    SeatView,
)
from bazaar.rpc.schema.profile import (
    ProfilePicture,
    ProfileSet,
    ProfileShow,
    ProfileView,
)
from bazaar.rpc.schema.ratings import (
    EarlierView,
    HistoryView,
    OrderRate,
    OrderRatings,
    OrderRatingsView,
    OrderReply,
    Rated,
    Ratings,
    RatingsView,
    RatingView,
    Replied,
    ReplyView,
    ReputationExport,
    ReputationView,
    ShortenedView,
    WayView,
)
from bazaar.rpc.schema.search import (
    AskedView,
    Categories,
    CategoryCount,
    Complete,
    Facets,
    FacetsView,
    FacetView,
    FoundStore,
    Picture,
    PictureView,
    Search,
    SearchAsk,
    SearchView,
    Store,
    StoreView,
    Words,
)
from bazaar.rpc.schema.searches import (
    SavedSearchView,
    SearchForget,
    SearchSave,
    SearchSaved,
    SearchSeen,
)
from bazaar.rpc.schema.shelf import (
    CheckView,
    DeliveryView,
    DraftView,
    FaultView,
    ListingCheck,
    ListingClone,
    ListingDeliver,
    ListingDraft,
    ListingDrafts,
    ListingDropDraft,
    ListingPublishDraft,
    ListingStateSet,
    ListingVersions,
    StoreDoor,
    StoreDoorView,
    StoreReach,
    StoreReachView,
    VersionView,
)

NOW: Final = 1_767_225_600
DAY: Final = 86_400
ANA: Final = "12D3KooWAnaAnaAnaAnaAnaAnaAnaAnaAnaAnaAnaAnaAnaAnaAn"
BEN: Final = "12D3KooWBenBenBenBenBenBenBenBenBenBenBenBenBenBenBe"
MIA: Final = "12D3KooWMiaMiaMiaMiaMiaMiaMiaMiaMiaMiaMiaMiaMiaMiaMi"
NOOR: Final = "12D3KooWNoorNoorNoorNoorNoorNoorNoorNoorNoorNoorNoor"
LAMP: Final = "1a" * 32
ORDER: Final = "0f" * 32
PICTURE: Final = "5e" * 32
WORDS: Final = ("fox", "river", "stone", "violin", "maple", "north")
PROMISE: Final = "An amount here is a promise between two people, not money in a bank."


def euro(minor: int) -> MoneyView:
    """An amount in cents."""
    return MoneyView(minor=minor, unit="EUR", scale=2)


DELIVERY: Final = DeliveryView(
    way="Post/Standard",
    goods=euro(2615),
    shipping=euro(400),
    tax=euro(0),
    total=euro(3015),
    estimate="2-4 days",
)
DRAFT: Final = DraftView(
    name="lamp",
    title="Restored desk lamp",
    saved=NOW,
    listing={"title": "Restored desk lamp", "type": "physical"},
    faults=(FaultView(field="price", words="this field is required"),),
)


STATUS: Final = StatusView(
    peer_id=BEN,
    name="Ben",
    addresses=(f"/ip4/127.0.0.1/tcp/4001/p2p/{BEN}",),
    peers=3,
    reachability="local",
    outbox=0,
    catalogue=CatalogueCounts(listings=12, stores=2),
    version="0.1.0",
    network="local:test",
    test_network=True,
    fingerprint=WORDS,
    colour="amber",
    synced=NOW - 12,
    sells=False,
    arbitrates=False,
    warnings=("the clock was set back by 2 minutes",),
)
PEER: Final = PeerView(
    peer_id=ANA, address="/ip4/127.0.0.1/tcp/4002", direction="out", since=NOW - 60
)
PROFILE: Final = ProfileView(
    peer_id=ANA,
    name="Ana",
    handle="ana.example",
    location="Berlin",
    about="I mend lamps.",
    short="Restored lamps",
    nsfw=False,
    sells=True,
    arbitrates=False,
    languages=("de", "en"),
    vacation=None,
    arbiters=(MIA, NOOR),
    fingerprint=WORDS,
    colour="teal",
    seq=4,
    online=True,
    settings={"auto_fund": "yes"},
)
CARD: Final = CardView(
    listing_id=LAMP,
    slug="restored-desk-lamp",
    version=2,
    title="Restored desk lamp",
    price=euro(2615),
    type="physical",
    state="for_sale",
    categories=("home",),
    tags=("lamp", "brass"),
    thumbnail=PICTURE,
    free_shipping=False,
    nsfw=False,
    changed=NOW - DAY,
    seller=ANA,
    seller_name="Ana",
    seller_fingerprint=WORDS,
    seller_colour="teal",
    seller_online=False,
    stock="3",
    has_arbiters=True,
    ships_to=("ZZ",),
)
LISTING: Final = ListingView(
    card=CARD,
    short="Brass, rewired, 1950s",
    description=(
        Block(kind="heading", runs=(("plain", "The lamp"),)),
        Block(kind="paragraph", runs=(("plain", "Made of "), ("bold", "brass"))),
    ),
    condition="good",
    processing_time="2 days",
    grams=1400,
    images=(ImageView(id=PICTURE, width=1200, height=900, caption="front"),),
    options=(
        OptionView(
            name="Shade",
            description="",
            variants=(
                VariantView(name="green", image=0),
                VariantView(name="white", image=None),
            ),
        ),
    ),
    skus=(
        SkuView(options={"Shade": "green"}, sku="LAMP-G", surcharge=euro(0), stock="2"),
        SkuView(options={"Shade": "white"}, sku=None, surcharge=euro(200), stock="1"),
    ),
    shipping=(
        ShippingView(
            title="Post",
            kind="post",
            countries=("ZZ",),
            services=(
                ServiceView(
                    name="Standard",
                    first=euro(400),
                    additional=euro(100),
                    estimate="2-4 days",
                ),
            ),
        ),
        ShippingView(title="At my door", kind="pickup", countries=(), services=()),
    ),
    taxes=("VAT 19 % in DE",),
    ships_from="DE 10115",
    arbiters=(MIA, NOOR),
    rails=("credit",),
    terms="",
    refund_policy="14 days",
    ship_days=7,
    inspect_days=14,
    source={"title": "Restored desk lamp", "type": "physical", "price": "26.15 EUR"},
    own=False,
    unit_note=PROMISE,
)
PUBLISHED: Final = Published(listing_id=LAMP, slug=CARD.slug, version=2)
BATCH: Final = PublishedBatch(
    listing_id=LAMP, slug=CARD.slug, version=2, listings=(PUBLISHED,), seq=9
)
FACETS: Final = FacetsView(
    counted=1,
    exact=True,
    facets=(FacetView(facet="category", value="home", listings=1),),
)
FOUND: Final = SearchView(
    total=1, total_is_exact=True, results=(CARD,), stores=2, took_us=900
)
ARBITER: Final = ArbiterView(
    peer_id=MIA,
    name="Mia",
    fee="0.50 EUR + 1 %",
    units=("EUR",),
    max=(euro(50_000),),
    backup=True,
    terms="I read everything.",
    languages=("en",),
    answer_hours=24,
    expires=NOW + 90 * DAY,
    cases=7,
    online=True,
    fingerprint=WORDS,
    colour="violet",
)
SEATS: Final = tuple(
    SeatView(
        role=role,
        peer_id=peer,
        name=name,
        fee="0.50 EUR + 1 %",
        most=euro(81),
        acknowledged=acknowledged,
        fingerprint=WORDS,
        colour="violet",
    )
    for role, peer, name, acknowledged in (
        ("primary", MIA, "Mia", True),
        ("backup", NOOR, "Noor", False),
    )
)
RECEIPT: Final = (
    AmountLine(label="1 x Restored desk lamp", amount=euro(2615)),
    AmountLine(label="Post/Standard", amount=euro(400)),
    AmountLine(label="Total", amount=euro(3015)),
)
DEADLINES: Final = {"T0": NOW + DAY, "T1": NOW + 8 * DAY, "T2": NOW + 22 * DAY}
PREVIEW: Final = OrderPreview(
    total=euro(3015),
    receipt=RECEIPT,
    seats=SEATS,
    deadlines=DEADLINES,
    unit_note=PROMISE,
    credit_free=euro(6985),
    warnings=("Noor is not online",),
)
WAYS: Final = (
    PayWayView(
        hub="",
        name="",
        fingerprint=(),
        colour="",
        free=euro(1000),
        held=euro(3015),
        fee=euro(0),
        can=False,
        why="it lets you owe 10.00 EUR more",
    ),
    PayWayView(
        hub=MIA,
        name="Mia",
        fingerprint=WORDS,
        colour="violet",
        free=euro(9000),
        held=euro(3015),
        fee=euro(0),
        can=True,
    ),
    PayWayView(
        hub=NOOR,
        name="Noor",
        fingerprint=WORDS,
        colour="violet",
        free=euro(9000),
        held=euro(3015),
        fee=euro(0),
        can=False,
        why="its owner carries no orders of others",
    ),
)
ROW: Final = OrderRow(
    order_id=ORDER,
    state="shipped",
    role="buyer",
    title=CARD.title,
    counterparty=ANA,
    counterparty_name="Ana",
    total=euro(3015),
    funded=True,
    thumbnail=PICTURE,
    thumbnail_peer=ANA,
    created=NOW - 3 * DAY,
    updated=NOW - DAY,
    your_turn=True,
    waiting_for="buyer",
    until=NOW + 13 * DAY,
)
OUTCOME: Final = OutcomeView(
    to_seller=euro(2915), to_buyer=euro(0), fee=euro(100), by="ship", final=False
)
ORDER_VIEW: Final = OrderView(
    order_id=ORDER,
    version="c0" * 16,
    state="shipped",
    role="buyer",
    title=CARD.title,
    thumbnail=PICTURE,
    buyer=BEN,
    buyer_name="Ben",
    seller=ANA,
    seller_name="Ana",
    counterparty=ANA,
    total=euro(3015),
    funded=True,
    mode="escrow",
    unit_note=PROMISE,
    created=NOW - 3 * DAY,
    now=NOW,
    deadlines=DEADLINES,
    parts=(
        PartView(
            index=0,
            title=CARD.title,
            quantity=1,
            amount=euro(3015),
            state="shipped",
            outcome=OUTCOME,
        ),
    ),
    seats=SEATS,
    receipt=RECEIPT,
    messages=(
        MessageView(
            id="aa" * 32,
            type="offer",
            author=BEN,
            author_role="buyer",
            at=NOW - 3 * DAY,
            received=NOW - 3 * DAY,
            counts=True,
            summary="offers to buy",
            delivery={"seller": "delivered", "backup": "in_mailbox"},
        ),
        MessageView(
            id="bb" * 32,
            type="ship",
            author=ANA,
            author_role="seller",
            at=NOW - DAY,
            received=NOW - DAY,
            counts=False,
            summary="sent",
        ),
    ),
    next=("confirm", "dispute", "propose"),
    waiting_for="buyer",
    until=NOW + 13 * DAY,
    then="the seller may ask the arbiter, who then gives all to the seller",
    outcome=None,
    rail_state="held",
    delivery="tracking LP123",
    address={"name": "Ben", "street": "Way 1", "country": "DE", "company": ""},
    memo="please ring",
    dispute="",
    disputed_by="",
    evidence=(),
    rulings=(),
    proposals=(),
    seats_acked=0,
    can_rule_from=None,
    rated=False,
)
_JUDGED: Final[dict[str, Any]] = {
    "state": "disputed",
    "role": "primary",
    "dispute": "goods",
    "disputed_by": "buyer",
    "seats_acked": 1,
    "can_rule_from": NOW + DAY,
    "evidence": (
        EvidenceView(
            author_role="buyer",
            at=NOW,
            statement="The shade is broken.",
            hash=PICTURE,
            size=40_000,
            caption="shade",
        ),
    ),
    "rulings": (
        RulingView(
            author_role="primary",
            at=NOW,
            part=0,
            reason="goods",
            to_seller=euro(1500),
            to_buyer=euro(1434),
            fee=euro(81),
            text="Half each.",
            valid=False,
        ),
    ),
    "flagged": ("the seller signed two answers",),
    "parked": 1,
}
MOVED: Final = Moved(order_id=ORDER, state="paid", deadlines=DEADLINES)
RATINGS: Final = RatingsView(
    peer_id=ANA,
    score=4.5,
    lower_bound=3.9,
    voices=3,
    ratings=4,
    unconnected=1,
    withheld=1,
    items=(
        RatingView(
            rating_id="dd" * 32,
            rater=BEN,
            rater_name="Ben",
            role="buyer",
            stars=5,
            text="As promised.",
            at=NOW - DAY,
            value_class=2,
            aspects={"quality": 4},
            tags=("fast",),
            earlier=EarlierView(stars=3, text="Late.", at=NOW - 2 * DAY),
            reply=ReplyView(reply_id="de" * 32, text="Thanks.", at=NOW, changed=False),
        ),
    ),
    refused=1,
    histories=(
        HistoryView(
            chain="sales",
            published=1041,
            published_at=NOW,
            read=True,
            total=41,
            open=2,
            aborted=1,
            closed=38,
            rated=35,
            unaccounted=3,
            left_out=1000,
            breaks=1,
            unproven=0,
            false_marks=1,
            shortened=(ShortenedView(held="aa", head="bb"),),
            problem="",
            is_false=False,
            words="41 sales, 38 closed, 35 rated, 3 unaccounted",
        ),
    ),
    since=NOW - 90 * DAY,
    ways=(WayView(people=("Cem", "Ben"), peer_ids=(ANA, BEN)),),
)
ACCOUNT: Final = AccountView(
    peer_id=ANA,
    name="Ana",
    unit="EUR",
    balance=euro(-3015),
    limit_given=euro(0),
    limit_got=euro(10_000),
    held=euro(3015),
    free_to_spend=euro(6985),
    frozen=False,
    pending=True,
    n=5,
    note=PROMISE,
    holds=(
        HoldView(
            order_id=ORDER,
            amount=euro(3015),
            you_pay=True,
            purpose="purchase",
            other=MIA,
            other_name="Mia",
            until=NOW + 90 * DAY,
        ),
    ),
)
GOODS: Final = GoodsView(
    hash="ab12cd34" * 8,
    name="ab12cd34-plan.pdf",
    size=12_000_000,
    held=12_000_000,
    state="here",
)
STATEMENT: Final = StatementView(
    account=ACCOUNT,
    entries=(
        EntryView(
            n=1,
            at=NOW - DAY,
            by="them",
            words="limit set to 100.00 EUR",
            order_id="",
            change=euro(0),
            balance=euro(0),
        ),
        EntryView(
            n=2,
            at=NOW,
            by="you",
            words="paid for an order, of 30.15 EUR held",
            order_id=ORDER,
            change=euro(-3015),
            balance=euro(-3015),
        ),
    ),
    csv="state,time\r\n1,\r\n",
)
CLEARING: Final = ClearingView(
    on=True,
    searches=2,
    plans=(
        ClearView(
            plan_id="c" * 64,
            unit="EUR",
            amount=euro(1200),
            names=("Ana", "Ben", "Mia"),
            you_owe="Mia",
            owes_you="Ana",
            state="asked",
            agreed=1,
            until=NOW + DAY,
        ),
    ),
)
BUNDLE: Final = BundleView(
    order_id=ORDER,
    file="/home/ben/order.bazaar",
    size=4_096,
    valid=True,
    state="closed",
    problems=("a listing is missing",),
)
PLACED: Final = OrderPlaced(order_id=ORDER, state="offered", total=euro(3015))
NOTICES: Final = NoticesView(
    unread=1,
    items=(
        NoticeView(
            notice_id=7,
            kind="shipment",
            title="Restored desk lamp",
            words="It was sent. Confirm when it is here and as promised, or complain.",
            at=NOW - DAY,
            seen=False,
            order_id=ORDER,
            peer_id="",
            opens="order",
            argument=ORDER,
        ),
    ),
)
CONVERSATION: Final = ConversationView(
    peer_id=ANA,
    order_id="",
    title="Ana",
    fingerprint=("amber", "fox", "lamp", "oak", "river", "tin"),
    colour="#b0803c",
    online=True,
    state="open",
    blocked=False,
    last="Very bright.",
    at=NOW,
    unread=1,
)
CHAT: Final = ChatView(
    conversation=CONVERSATION,
    messages=(
        ChatLineView(
            message_id="ee" * 32,
            sender=BEN,
            name="Ben",
            role="",
            own=True,
            at=NOW - 60,
            text="Is it bright?",
            delivered=False,
            state="in_mailbox",
            states={ANA: "in_mailbox"},
            gap=0,
            reply_to="",
            quoted="",
            attachments=(),
        ),
        ChatLineView(
            message_id="ef" * 32,
            sender=ANA,
            name="Ana",
            role="",
            own=False,
            at=NOW,
            text="Very bright.",
            delivered=True,
            state="delivered",
            states={},
            gap=2,
            reply_to="ee" * 32,
            quoted="Is it bright?",
            attachments=(AttachmentView(hash="ab" * 32, size=2_048, picture=True),),
        ),
    ),
)
SUGGESTED: Final = SuggestionView(part=0, to_buyer=euro(1206), to_seller=euro(1809))
EVENT: Final = Event(seq=1, topic="order", at=NOW, data={"order_id": ORDER})


BACKUP = BackupView(at=1_700_000_000, file="/media/stick/bazaar.backup", size=250_000)

IMPORTED: Final = ImportView(
    done=True,
    created=("desk-lamp",),
    updated=("vase",),
    unchanged=(),
    errors=(ImportFault(row=4, column="Preis", words="'NaN' is no amount"),),
    refused=1,
    rows=(
        ImportRow(
            row=2,
            slug="desk-lamp",
            title="Desk lamp",
            price="26.15 EUR",
            stock="3",
            pictures=1,
            new=True,
        ),
    ),
    columns=(("Titel", "title"), ("Preis", "price"), ("Farbcode", "")),
    dialect="bazaar",
    encoding="cp1252",
)
BULK: Final = BulkView(
    number=1,
    words="price -10 %",
    changed=1,
    refused=1,
    lines=(
        BulkLine(
            slug="vase",
            title="Vase",
            before="",
            after="",
            refused="coupons: a fixed amount is at most the price",
        ),
        BulkLine(
            slug="desk-lamp",
            title="Desk lamp",
            before="26.15 EUR",
            after="23.54 EUR",
            refused="",
        ),
    ),
)
TEMPLATE: Final = TemplateView(
    name="Post",
    shipping=(
        {
            "title": "Post",
            "kind": "post",
            "countries": ["ZZ"],
            "services": [{"name": "Standard", "first": "4.00 EUR"}],
        },
    ),
    used=2,
    outdated=1,
)
DEFAULTS: Final = DefaultsView(
    defaults={"language": "de", "template": "Post"}, fields={"language": "de"}
)
SLIP: Final = SlipView(
    order_id=ORDER_VIEW.order_id,
    created=NOW,
    seller_name="Ana",
    buyer_name="Ben",
    address=("Bea Beispiel", "Ring 1", "53111 Bonn", "DE"),
    note="Please ring twice.",
    shipping="Post/Standard",
    items=(
        SlipItem(
            title="Desk lamp",
            choice="Shade: green",
            sku="LAMP-G",
            quantity=2,
            amount=ORDER_VIEW.total,
        ),
    ),
    bill=ORDER_VIEW.receipt,
)
CART_LINE: Final = CartLineView(
    key="3fa81c07d2e4b965",
    listing_id=CARD.listing_id,
    slug=CARD.slug,
    title=CARD.title,
    options={"Shade": "green"},
    quantity=2,
    price=euro(2_615),
    was=euro(2_500),
    total=euro(5_230),
    changes=("price", "version"),
    can_buy=True,
    type="physical",
    thumbnail=PICTURE,
    nsfw=False,
    ways=("Post/Standard",),
    posts=("Post/Standard",),
    coupons=True,
)
LICENCES = LicenceView(
    slug="drawing-program",
    sku="",
    title="Drawing program",
    left=12,
    sold=3,
    added=2,
    known=1,
)
SAVED_SEARCH = SavedSearchView(
    number=3,
    title="oak chair",
    asked={"words": "oak chair", "category": "home", "max_price": "90 EUR"},
    fresh=2,
)

CART: Final = CartView(
    groups=(
        CartGroupView(
            seller=ANA,
            name="Ana",
            fingerprint=WORDS,
            colour="teal",
            online=False,
            lines=(CART_LINE,),
            subtotals=(euro(5_230),),
        ),
    ),
    lines=1,
    pieces=2,
)
FOLLOWED: Final = FollowView(
    peer_id=ANA,
    name="Ana",
    fingerprint=WORDS,
    colour="teal",
    online=False,
    followed=True,
    private=False,
    follows_you=True,
)
WARNED: Final = WarningView(subject=ANA, title="Ana", reason="fraud", is_person=True)
WARNINGS: Final = WarningsView(
    title="What I warn of",
    published=False,
    own=(WARNED,),
    used=(
        UsedListView(
            peer_id=MIA,
            name="Mia",
            fingerprint=WORDS,
            colour="teal",
            title="Known frauds",
            count=1,
            issued=NOW,
            fetched=NOW,
            entries=(WARNED,),
        ),
    ),
    allowed=(),
)
WISH: Final = WishView(
    listing_id=CARD.listing_id,
    title=CARD.title,
    seller=ANA,
    seller_name="Ana",
    price=euro(2_615),
    was=euro(2_500),
    state=CARD.state,
    gone=False,
    expires=NOW + 86_400,
    added=NOW,
    card=structs.replace(CARD, wished=True),
)
CHECKED_OUT: Final = CartCheckedOut(
    orders=(
        CartOrdered(
            seller=ANA,
            name="Ana",
            keys=(CART_LINE.key,),
            order_id=ORDER,
            total=PLACED.total,
        ),
    )
)
KEPT = KeepView(
    categories=("lamps",),
    regions=("DE",),
    quota_bytes=2**30,
    used_bytes=2**27,
    listings=1_200,
    stores=80,
    listings_left_out=9_000,
    stores_left_out=300,
)
MIRROR = MirrorView(
    peer_id=MIA,
    name="Mia",
    listings=2,
    all_listings=2,
    pictures=3,
    all_pictures=4,
    bytes=3 * 2**20,
    quota=200 * 2**20,
    as_of=1_790_000_000,
    whole=0,
    problem="some pictures could not be had yet",
)
MAILBOXES: Final = MailboxesView(
    mailboxes=(
        MailboxView(peer_id=ANA, name="Ana", until=NOW + 400 * DAY, connected=True),
        MailboxView(peer_id=MIA, name="Mia", until=0, connected=False),
    ),
    most=3,
    enough=2,
    serves_mail=False,
    contacts_only=False,
    serves_search=True,
)
NETWORK_STATE: Final = NetworkView(
    reachability="outbound only",
    reason="nobody has called this node yet",
    peers=(
        NeighbourView(
            peer_id=ANA,
            name="Ana",
            address="/ip4/8.8.8.8/tcp/4001",
            direction="outbound",
            relayed=True,
            since=NOW - DAY,
            came=1_234_567,
            went=89_000,
        ),
    ),
    traffic=TrafficView(
        since=NOW - DAY, came=5_600_000, went=1_200_000, came_rate=120.0, went_rate=45.5
    ),
    synced=NOW,
    published=PublicationView(seq=7, at=NOW, have=3),
    queue=(
        QueueView(
            peer_id=ANA,
            name="Ana",
            messages=2,
            mailed=1,
            first=NOW - DAY,
            next_try=NOW,
            tries=4,
        ),
    ),
    storage=(
        StorageView(kind="book", size=900_000, quota=None, is_own=True),
        StorageView(
            kind="catalogue", size=45_000_000, quota=2_147_483_648, is_own=False
        ),
    ),
    free=120_000_000_000,
    known_peers=41,
    routes=17,
    addresses=(
        OwnAddressView(address="/ip4/8.8.4.4/tcp/4001", who=Reacher.ANYBODY),
        OwnAddressView(address="/ip4/192.168.0.7/tcp/4001", who=Reacher.LOCAL),
    ),
    limits=("12 requests were refused: a peer asked too often",),
    problems=("your mail has no mailbox",),
)
SAMPLES: Final[dict[type[Call], object]] = {
    Status: STATUS,
    Stop: Done(words="stopping"),
    BackupMake: BACKUP,
    ClockCheck: ClockView(now=NOW, words="it jumped"),
    BackupState: BackupStateView(last=BACKUP, per_cent=None, is_due=False),
    BackupPlan: BackupStateView(
        last=BACKUP, per_cent=None, is_due=False, folder="/tmp/weekly", next_at=NOW
    ),
    Connect: PEER,
    Peers: (PEER,),
    Invite: InviteView(link="bazaar:join/x", qr="<svg/>"),
    NetworkReach: NetworkReachView(
        state="relayed",
        reason="2 relays pass connections on to it.",
        checked=1,
        direct=(),
        relays=("/ip4/8.8.8.8/tcp/4001/p2p/X/p2p-circuit",),
        serves_relay=True,
        is_relay=True,
        relayed_for=2,
        circuits=1,
        relay_only=False,
        relay_only_next=True,
        opens_port=True,
        port="Your router opened port 4001.",
    ),
    Metrics: MetricsView(text="bazaar_peers 3\n"),
    Watch: Done(),
    ProfileShow: PROFILE,
    ProfileSet: PROFILE,
    ListingPublish: BATCH,
    ListingList: (CARD,),
    ListingShow: LISTING,
    ListingRemove: Done(words="removed"),
    ListingCheck: CheckView(faults=(), view=LISTING, deliveries=(DELIVERY,)),
    ListingDeliver: (DELIVERY,),
    ListingDraft: DRAFT,
    ListingDrafts: (DRAFT,),
    ListingDropDraft: Done(words="the draft lamp is gone"),
    ListingPublishDraft: Published(listing_id=LAMP, slug="lamp", version=1),
    ListingClone: DRAFT,
    ListingStateSet: Published(listing_id=LAMP, slug="lamp", version=2),
    ListingVersions: (
        VersionView(
            listing_id=LAMP,
            version=2,
            issued=NOW,
            title="Restored desk lamp",
            price=euro(2615),
            state="for sale",
            current=True,
        ),
    ),
    StoreDoor: StoreDoorView(
        state="vacation", notice="By the sea", until=NOW + DAY, orders=False
    ),
    StoreReach: StoreReachView(seq=3, have=2, connected=5),
    ListingImport: IMPORTED,
    ListingImportStop: Done(words="cancelled"),
    ListingExport: Exported(file="shop.csv", count=2),
    ListingBulk: BULK,
    ListingUndo: BULK,
    ListingHistory: (BulkOperation(number=1, at=NOW, words="price -10 %", listings=2),),
    TemplateList: (TEMPLATE,),
    TemplatePut: TEMPLATE,
    TemplateRemove: Done(words="forgotten"),
    DefaultsShow: DEFAULTS,
    DefaultsSet: DEFAULTS,
    OrderExport: Exported(file="sales.csv", count=2),
    OrderSlip: SLIP,
    Search: FOUND,
    SearchAsk: AskedView(
        asked=3,
        providers=5,
        stores=(FoundStore(peer_id=ANA, name="Ana", listings=12, through="Mia"),),
    ),
    LinkMake: LinkView(link="bazaar:store/x", qr="<svg/>"),
    LinkOpen: LinkTarget(
        kind="store",
        peer_id=ANA,
        item="",
        words="",
        category="",
        connected=1,
        known=True,
    ),
    NetworkState: NETWORK_STATE,
    Facets: FACETS,
    Complete: Words(words=("lamp", "lampshade")),
    Categories: (CategoryCount(category="home", listings=12),),
    Store: StoreView(
        peer_id=ANA, name="Ana", seq=9, listings=12, online=False, as_of=NOW
    ),
    Picture: PictureView(path=None, problem="its owner is not online"),
    ArbiterOfferSet: ARBITER,
    ArbiterWithdraw: Done(),
    ArbiterList: (ARBITER,),
    OrderPlace: PLACED,
    OrderWays: WAYS,
    OrderList: (ROW,),
    OrderShow: ORDER_VIEW,
    OrderWait: ORDER_VIEW,
    **dict.fromkeys(
        (OrderAccept, OrderDecline, OrderWithdraw, OrderFund, OrderShip, OrderDeliver),
        MOVED,
    ),
    **dict.fromkeys(
        (
            OrderConfirm,
            OrderRefund,
            OrderResume,
            OrderPropose,
            OrderAgree,
            OrderExtend,
            CaseRule,
        ),
        MOVED,
    ),
    OrderDispute: Disputed(order_id=ORDER, state="disputed", seats_acked=2),
    OrderDisclose: MOVED,
    OrderFiles: (GOODS,),
    OrderFetch: (GOODS,),
    OrderUnfetch: (structs.replace(GOODS, state="offered", held=0),),
    OrderSave: SavedView(path="/home/ben/ab12cd34-plan.pdf"),
    OrderEvidence: MOVED,
    EvidenceBundle: BUNDLE,
    OrderFile: PictureView(path="/home/ben/evidence.jpg"),
    CaseList: (ROW,),
    OrderRate: Rated(rating_id="dd" * 32, order_id=ORDER),
    ReputationExport: ReputationView(
        file="/tmp/me.reputation",
        size=900,
        valid=True,
        ratings=4,
        sales=41,
        problems=("rating 3: no",),
    ),
    OrderReply: Replied(reply_id="de" * 32, rating_id="dd" * 32, is_last=False),
    OrderRatings: OrderRatingsView(
        order_id=ORDER, open=("primary", "backup"), items=RATINGS.items
    ),
    Ratings: RATINGS,
    AccountList: (ACCOUNT,),
    AccountLimit: ACCOUNT,
    AccountUnsettle: ACCOUNT,
    AccountClose: ACCOUNT,
    AccountReopen: ACCOUNT,
    AccountStatement: STATEMENT,
    ClearList: CLEARING,
    ClearSwitch: CLEARING,
    ClearFind: CLEARING,
    ClearSay: CLEARING,
    AccountHub: (HubView(unit="EUR", most=euro(50_000), carried=euro(0)),),
    AccountSettle: ACCOUNT,
    ChatSend: ChatSent(message_id="ee" * 32, state="queued"),
    ChatSuggest: ChatSent(message_id="ee" * 32, state="queued"),
    ChatList: (CONVERSATION,),
    ChatShow: CHAT,
    ChatFile: PictureView(path="/home/ben/chat.jpg"),
    **dict.fromkeys(
        (ChatMark, ChatTyping, ChatDelete, ChatHandOver), Done(words="done")
    ),
    **dict.fromkeys((ChatAccept, ChatRefuse), Done(words="done")),
    **dict.fromkeys((BlockPeer, Unblock), Done(words="done")),
    Blocked: (
        BlockedView(peer_id=MIA, name="Mia", fingerprint=("tin",), colour="#808080"),
    ),
    **dict.fromkeys((CartShow, CartAdd, CartChange, CartRemove, CartClear), CART),
    CartCheckout: CHECKED_OUT,
    WishList: (WISH,),
    LicenceList: (LICENCES,),
    LicencePut: LICENCES,
    LicenceDrop: Done(words="forgotten"),
    SearchSave: SAVED_SEARCH,
    SearchSaved: (SAVED_SEARCH,),
    **dict.fromkeys((SearchSeen, SearchForget), Done(words="done")),
    **dict.fromkeys((WishAdd, WishRemove, FollowPeer, Unfollow), Done(words="done")),
    **dict.fromkeys((Report, ReportWithdraw, WarningsAllow), Done(words="done")),
    Follows: FollowsView(following=(FOLLOWED,), followers=(FOLLOWED,)),
    **dict.fromkeys(
        (WarningsShow, WarningsPublish, WarningsUse, WarningsDrop), WARNINGS
    ),
    ProfilePicture: PROFILE,
    **dict.fromkeys((KeepShow, KeepSet), KEPT),
    **dict.fromkeys((MailboxList, MailboxChoose, MailboxLeave), MAILBOXES),
    MailboxFind: (
        VolunteerView(peer_id=ANA, name="Ana", connected=True, chosen=True),
        VolunteerView(peer_id=MIA, name="Mia", connected=False, chosen=False),
    ),
    MirrorKeep: MIRROR,
    **dict.fromkeys((MirrorStop, HeldPurge), Done(words="done")),
    MirrorList: MirrorsView(
        mirrors=(MIRROR,),
        holders=(
            HolderView(
                peer_id=MIA,
                name="Mia",
                listings=2,
                pictures=3,
                at=1_790_000_000,
                named=True,
            ),
        ),
        friends=False,
    ),
    HeldList: (
        HeldView(
            peer_id=MIA,
            name="Mia",
            listings=2,
            pictures=3,
            bytes=3 * 2**20,
            mirrored=True,
            blocked=False,
            served=True,
        ),
    ),
    SellerSeen: (
        SeenView(
            peer_id=MIA, online=False, seen=1_790_000_000, asked=1_790_000_100, as_of=0
        ),
    ),
    NoticeList: NOTICES,
    **dict.fromkeys((NoticeRead, NoticeDelete, NoticeOff), Done(words="done")),
}


def judged() -> OrderView:
    """The same order as its primary arbiter sees it in a dispute."""
    return structs.replace(ORDER_VIEW, **_JUDGED)


async def answer(call: Call) -> object:
    """The sample answer to ``call``; a ``Dispatch`` for a real ``Server``."""
    if isinstance(call, OrderPlace) and call.preview:
        return OrderPlaced(order_id="", state="", total=PREVIEW.total, preview=PREVIEW)
    return SAMPLES[type(call)]
