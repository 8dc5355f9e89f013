"""Every command asks the call of its name and prints what the contract promises."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from bazaar.rpc.client import Client
from bazaar.rpc.connection import Dispatch
from bazaar.rpc.schema.accounts import (
    AccountClose,
    AccountHub,
    AccountLimit,
    AccountList,
    AccountReopen,
    AccountSettle,
    AccountStatement,
    AccountUnsettle,
)
from bazaar.rpc.schema.arbiters import ArbiterList, ArbiterOfferSet, ArbiterWithdraw
from bazaar.rpc.schema.backup import BackupMake, BackupPlan, BackupState
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.calls import CALLS
from bazaar.rpc.schema.cart import (
    CartAdd,
    CartChange,
    CartCheckout,
    CartClear,
    CartRemove,
    CartShow,
)
from bazaar.rpc.schema.chat import (
    Blocked,
    BlockPeer,
    ChatAccept,
    ChatDelete,
    ChatFile,
    ChatHandOver,
    ChatList,
    ChatMark,
    ChatRefuse,
    ChatSend,
    ChatShow,
    ChatSuggest,
    ChatTyping,
    Unblock,
)
from bazaar.rpc.schema.clearing import ClearFind, ClearList, ClearSay, ClearSwitch
from bazaar.rpc.schema.disputes import (
    CaseList,
    CaseRule,
    EvidenceBundle,
    OrderDisclose,
    OrderDispute,
    OrderEvidence,
    OrderFile,
)
from bazaar.rpc.schema.files import OrderFetch, OrderFiles, OrderSave, OrderUnfetch
from bazaar.rpc.schema.keeping import KeepSet, KeepShow
from bazaar.rpc.schema.licences import LicenceDrop, LicenceList, LicencePut
from bazaar.rpc.schema.links import LinkMake, LinkOpen
from bazaar.rpc.schema.listings import (
    ListingList,
    ListingPublish,
    ListingRemove,
    ListingShow,
)
from bazaar.rpc.schema.mailboxes import (
    MailboxChoose,
    MailboxFind,
    MailboxLeave,
    MailboxList,
)
from bazaar.rpc.schema.merchant import (
    DefaultsSet,
    DefaultsShow,
    ListingBulk,
    ListingExport,
    ListingHistory,
    ListingImport,
    ListingImportStop,
    ListingUndo,
    TemplateList,
    TemplatePut,
    TemplateRemove,
)
from bazaar.rpc.schema.mirrors import (
    HeldList,
    HeldPurge,
    MirrorKeep,
    MirrorList,
    MirrorStop,
    SellerSeen,
)
from bazaar.rpc.schema.moves import (
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
from bazaar.rpc.schema.network import NetworkState
from bazaar.rpc.schema.node import (
    ClockCheck,
    Connect,
    Event,
    Invite,
    Metrics,
    NetworkReach,
    Peers,
    Status,
    Stop,
    Watch,
)
from bazaar.rpc.schema.notices import NoticeDelete, NoticeList, NoticeOff, NoticeRead
from bazaar.rpc.schema.orders import OrderList, OrderShow, OrderWait
from bazaar.rpc.schema.papers import OrderExport, OrderSlip
from bazaar.rpc.schema.people import (
    FollowPeer,
    Follows,
    Report,
    ReportWithdraw,
    Unfollow,
    WarningsAllow,
    WarningsDrop,
    WarningsPublish,
    WarningsShow,
    WarningsUse,
    WishAdd,
    WishList,
    WishRemove,
)
from bazaar.rpc.schema.placing import OrderLine, OrderPlace, OrderWays
from bazaar.rpc.schema.profile import ProfilePicture, ProfileSet, ProfileShow
from bazaar.rpc.schema.ratings import (
    OrderRate,
    OrderRatings,
    OrderReply,
    Ratings,
    ReputationExport,
)
from bazaar.rpc.schema.search import (
    Categories,
    Complete,
    Facets,
    Picture,
    PictureView,
    Search,
    SearchAsk,
    Store,
)
from bazaar.rpc.schema.searches import (
    SearchForget,
    SearchSave,
    SearchSaved,
    SearchSeen,
)
from bazaar.rpc.schema.shelf import (
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
    StoreReach,
)
from tests.cli.market import Market, Terminal
from tests.rpc_samples import (
    ANA,
    EVENT,
    FOUND,
    LAMP,
    MIA,
    NOOR,
    ORDER,
    ORDER_VIEW,
    PICTURE,
    PROMISE,
    RATINGS,
    judged,
)

LISTING_KEYS = {"listing_id", "slug", "title", "price", "stock"}
ORDER_KEYS = {
    "order_id",
    "state",
    "role",
    "counterparty",
    "total",
    "funded",
    "deadlines",
} | {
    "messages",
    "next",
    "waiting_for",
    "until",
    "then",
    "outcome",
    "parts",
}
ACCOUNT_KEYS = {"peer_id", "unit", "balance", "limit_given", "limit_got", "held"}
RATING_KEYS = {"peer_id", "score", "lower_bound", "voices", "ratings"} | {
    "unconnected",
    "withheld",
    "items",
}
STATUS_KEYS = {"peer_id", "addresses", "peers", "reachability", "outbox"} | {
    "catalogue",
    "version",
}
MOVED_KEYS = {"order_id", "state"}

Row = tuple[str, Call, set[str], str]
ROWS: list[Row] = [
    ("status", Status(), STATUS_KEYS, "12 listings of 2 stores"),
    (
        "evidence abcdef /tmp/case.bazaar --files",
        EvidenceBundle(id="abcdef", file="/tmp/case.bazaar", files=True),
        {"valid", "state", "problems"},
        "! a listing is missing",
    ),
    ("clock --confirm", ClockCheck(confirm=True), {"now", "words"}, "! it jumped"),
    (
        "backup-plan /tmp/weekly",
        BackupPlan(folder="/tmp/weekly"),
        {"last", "folder", "next_at"},
        "one backup a week goes to /tmp/weekly",
    ),
    (
        "backup /tmp/a.backup",
        BackupMake(file="/tmp/a.backup"),
        {"at", "file", "size"},
        "245 KiB, restored once",
    ),
    (
        "connect /ip4/1.2.3.4/tcp/5",
        Connect(address="/ip4/1.2.3.4/tcp/5"),
        {"peer_id"},
        ANA,
    ),
    ("peers", Peers(), {"peer_id", "address", "direction", "since"}, "/tcp/4002"),
    (
        "listing export /tmp/shop.csv lamp",
        ListingExport(file="/tmp/shop.csv", slugs=("lamp",)),
        {"file", "count"},
        "2 listings",
    ),
    (
        "listing bulk lamp vase --price-percent=-10 --tags-add red --dry-run",
        ListingBulk(
            edit={"price_percent": "-10", "tags_add": ["red"]},
            slugs=("lamp", "vase"),
            dry_run=True,
        ),
        {"number", "changed", "refused", "lines"},
        "price -10 %: 1 changed, 1 refused",
    ),
    (
        "listing bulk --all --stock-add 2 --where-tag red",
        ListingBulk(edit={"stock_add": 2}, everything=True, tag="red"),
        {"number", "changed"},
        "23.54 EUR",
    ),
    (
        "listing undo 3",
        ListingUndo(number=3),
        {"number", "changed"},
        "bazaar listing undo 1",
    ),
    ("listing history", ListingHistory(), set(), "price -10 %"),
    ("template list", TemplateList(), {"name", "used"}, "1 as it was before"),
    ("template remove Post", TemplateRemove(name="Post"), {"words"}, "forgotten"),
    ("defaults show", DefaultsShow(), {"defaults", "fields"}, "Post"),
    (
        "order export /tmp/sales.csv --state closed",
        OrderExport(file="/tmp/sales.csv", state="closed"),
        {"file", "count"},
        "2 orders",
    ),
    (
        "order slip abcdef --bill",
        OrderSlip(id="abcdef"),
        {"address", "items", "bill"},
        "53111 Bonn",
    ),
    ("invite", Invite(), {"link"}, "bazaar:join/x"),
    (
        "reach --test",
        NetworkReach(test=True),
        {"state", "reason", "relays", "is_relay"},
        "for 2 nodes, 1 connection now",
    ),
    (
        "link listing abcdef --seller ana",
        LinkMake(kind="listing", item="abcdef", peer="ana"),
        {"link", "qr"},
        "bazaar:store/x",
    ),
    (
        "link search red lamp --category home",
        LinkMake(kind="search", words="red lamp", category="home"),
        {"link", "qr"},
        "bazaar:store/x",
    ),
    (
        "link store --qr",
        LinkMake(kind="store"),
        {"link", "qr"},
        "█",
    ),
    (
        "open bazaar:store/x",
        LinkOpen(link="bazaar:store/x"),
        {"kind", "known", "connected"},
        "fetched; 1 node answered",
    ),
    (
        "network",
        NetworkState(),
        {"reachability", "reason", "peers", "traffic", "queue", "storage", "limits"},
        "41",
    ),
    ("metrics", Metrics(), {"text"}, "bazaar_peers 3"),
    ("profile show", ProfileShow(), {"peer_id", "name"}, "I mend lamps."),
    ("profile show ana", ProfileShow(peer="ana"), {"peer_id", "name"}, "Berlin"),
    (
        "profile set name=A about=x=y",
        ProfileSet(values={"name": "A", "about": "x=y"}),
        {"peer_id", "name"},
        "auto_fund",
    ),
    ("listing list", ListingList(), LISTING_KEYS, "26.15 EUR"),
    (
        "listing list ana",
        ListingList(peer="ana"),
        LISTING_KEYS,
        "restored-desk-lamp",
    ),
    (
        "listing show 1a1a1a",
        ListingShow(id="1a1a1a"),
        LISTING_KEYS,
        "Post/Standard 4.00 EUR",
    ),
    ("listing remove lamp", ListingRemove(slug="lamp"), {"words"}, "removed"),
    (
        "listing drafts",
        ListingDrafts(),
        {"name", "title", "saved", "faults"},
        "Restored desk lamp",
    ),
    (
        "listing publish-draft lamp",
        ListingPublishDraft(name="lamp"),
        {"listing_id", "slug", "version"},
        "lamp",
    ),
    (
        "listing drop-draft lamp",
        ListingDropDraft(name="lamp"),
        {"words"},
        "is gone",
    ),
    (
        "listing clone lamp --title Two",
        ListingClone(slug="lamp", title="Two"),
        {"name", "faults"},
        "price",
    ),
    (
        "listing hide lamp",
        ListingStateSet(slug="lamp", state="hidden"),
        {"slug"},
        "lamp",
    ),
    (
        "listing pause lamp",
        ListingStateSet(slug="lamp", state="paused"),
        {"slug"},
        "lamp",
    ),
    (
        "listing resume lamp",
        ListingStateSet(slug="lamp", state="for_sale"),
        {"slug"},
        "lamp",
    ),
    (
        "listing sold-out lamp",
        ListingStateSet(slug="lamp", state="sold_out"),
        {"slug"},
        "lamp",
    ),
    (
        "listing versions lamp",
        ListingVersions(slug="lamp"),
        {"listing_id", "version", "current"},
        "26.15 EUR",
    ),
    (
        "listing deliver lamp de --quantity 2 --option A=b --coupon X",
        ListingDeliver(
            id="lamp", country="DE", options={"A": "b"}, quantity=2, coupons=("X",)
        ),
        {"way", "total"},
        "30.15 EUR",
    ),
    (
        "store-state",
        StoreDoor(),
        {"state", "notice", "until", "orders"},
        "By the sea",
    ),
    (
        "store-state vacation --notice Sea --until 2026-12-24",
        StoreDoor(state="vacation", notice="Sea", until=1_798_070_400),
        {"state"},
        "refused",
    ),
    (
        "search brass lamp --category home --max-price 30 --region DE --sort price --limit 5",
        Search(
            words="brass lamp",
            category="home",
            max_price="30",
            region="DE",
            sort="price",
            limit=5,
        ),
        {"total", "total_is_exact", "results"},
        "Ana (off)",
    ),
    (
        "search lamp --min-price 5 --max-price 9 --unit EUR --near DE-101 --type physical "
        "--condition as-new --language de --seller ana --min-rating 4.5 --free-shipping "
        "--in-stock --online --no-mature --sort rating --offset 20",
        Search(
            words="lamp",
            min_price="5",
            max_price="9",
            unit="EUR",
            near="DE-101",
            kind="physical",
            condition="as-new",
            language="de",
            seller="ana",
            min_rating=4.5,
            free_shipping=True,
            in_stock=True,
            online=True,
            mature=False,
            sort="rating",
            offset=20,
        ),
        {"total", "as_of", "results"},
        "local catalogue",
    ),
    (
        "search lamp --facets --category home",
        Facets(words="lamp", category="home"),
        {"counted", "exact", "facets"},
        "home",
    ),
    (
        "search la --complete",
        Complete(prefix="la", limit=20),
        {"words"},
        "lamp",
    ),
    (
        "store ana",
        Store(peer="ana"),
        {"peer_id", "seq", "listings", "online", "as_of"},
        "away",
    ),
    (
        "arbiter offer --fee 1% --unit EUR --unit GBP --max 9 --no-backup --text hi",
        ArbiterOfferSet(
            fee="1%", units=("EUR", "GBP"), max="9", backup=False, text="hi"
        ),
        {"peer_id", "name", "fee", "cases"},
        "0.50 EUR + 1 %",
    ),
    ("arbiter withdraw", ArbiterWithdraw(), {"words"}, "open cases stay"),
    (
        "arbiter list",
        ArbiterList(),
        {"peer_id", "name", "fee", "cases"},
        "500.00 EUR",
    ),
    (
        f"order place {LAMP} --quantity 2 --option Shade=green --shipping Post/Standard "
        "--arbiter mia --backup noor --coupon SPRING26 --memo hi --rail credit",
        OrderPlace(
            listing=LAMP,
            quantity=2,
            option={"Shade": "green"},
            shipping="Post/Standard",
            arbiter="mia",
            backup="noor",
            coupon=("SPRING26",),
            memo="hi",
        ),
        {"order_id", "state", "total"},
        "30.15 EUR: offered",
    ),
    (
        "order ways ana 30.15EUR --seat mia",
        OrderWays(seller="ana", amount="30.15EUR", seats=("mia",)),
        {"hub", "free", "held", "fee", "can"},
        "its owner carries no orders of others",
    ),
    (
        "order place aaaaaa bbbbbb --direct",
        OrderPlace(
            lines=(OrderLine(listing="aaaaaa"), OrderLine(listing="bbbbbb")),
            direct=True,
        ),
        {"order_id", "state", "total"},
        "offered",
    ),
    (
        "order place aaaaaa --quantity 3 --split 2+1 --accept-days 7 --contact tel",
        OrderPlace(
            listing="aaaaaa", quantity=3, parcels=(2, 1), accept_days=7, contact="tel"
        ),
        {"order_id", "state", "total"},
        "offered",
    ),
    (
        "order place aaaaaa bbbbbb --quantity 2 --quantity 1:5 --coupon 2:SPRING26 "
        "--option 1:Shade=green --shipping 2:Pickup --split 1:3+2",
        OrderPlace(
            lines=(
                OrderLine(
                    listing="aaaaaa",
                    quantity=5,
                    options={"Shade": "green"},
                    parcels=(3, 2),
                ),
                OrderLine(
                    listing="bbbbbb",
                    quantity=2,
                    shipping="Pickup",
                    coupons=("SPRING26",),
                ),
            ),
        ),
        {"order_id", "state", "total"},
        "offered",
    ),
    (
        "order place aaaaaa --preview --wait",
        OrderPlace(listing="aaaaaa", preview=True),
        {"order_id", "state", "total"},
        "nothing is signed yet",
    ),
    (
        "order list --role buyer",
        OrderList(role="buyer"),
        {"order_id", "state"},
        "-> you",
    ),
    (
        "order show 0f0f0f",
        OrderShow(id="0f0f0f"),
        ORDER_KEYS,
        "otherwise: the seller may",
    ),
    (
        "order wait 0f0f0f --state paid --timeout 2.5",
        OrderWait(id="0f0f0f", state="paid", timeout=2.5),
        ORDER_KEYS,
        PROMISE,
    ),
    ("order accept o", OrderAccept(id="o"), MOVED_KEYS, "paid"),
    ("order decline o", OrderDecline(id="o"), MOVED_KEYS, "paid"),
    (
        "order resume o --despite",
        OrderResume(id="o", despite=True),
        MOVED_KEYS,
        "paid",
    ),
    ("order withdraw o", OrderWithdraw(id="o"), MOVED_KEYS, "paid"),
    ("order fund o --seen c0", OrderFund(id="o", version="c0"), MOVED_KEYS, "paid"),
    ("order ship o --text LP1", OrderShip(id="o", text="LP1"), MOVED_KEYS, "paid"),
    ("order ship o --late", OrderShip(id="o", late=True), MOVED_KEYS, "paid"),
    (
        "order confirm o --part 1 --part 2",
        OrderConfirm(id="o", part=(1, 2)),
        MOVED_KEYS,
        "paid",
    ),
    ("order refund o", OrderRefund(id="o"), MOVED_KEYS, "paid"),
    ("order refund o 5EUR", OrderRefund(id="o", amount="5EUR"), MOVED_KEYS, "paid"),
    (
        "order propose o --buyer 5",
        OrderPropose(id="o", buyer="5"),
        MOVED_KEYS,
        "paid",
    ),
    ("order agree o", OrderAgree(id="o"), MOVED_KEYS, "paid"),
    ("order agree o bb", OrderAgree(id="o", names="bb"), MOVED_KEYS, "paid"),
    (
        "order extend o --days 3",
        OrderExtend(id="o", days=3),
        {"order_id", "state", "deadlines"},
        "T1",
    ),
    (
        "order dispute o --reason-code goods --part 1 --reason bad --seen c0",
        OrderDispute(
            id="o", reason_code="goods", part=(1,), reason="bad", version="c0"
        ),
        {"order_id", "state", "seats_acked"},
        "2 arbiters have it",
    ),
    (
        "order files o",
        OrderFiles(id="o"),
        {"hash", "name", "size", "held", "state"},
        "ab12cd34-plan.pdf",
    ),
    (
        "order disclose o --what address --to backup",
        OrderDisclose(id="o", what="address", to="backup"),
        MOVED_KEYS,
        "the address goes to the backup arbiter, sealed",
    ),
    (
        "order rate o --stars 5 --text fine --whom primary",
        OrderRate(id="o", stars=5, text="fine", whom="primary"),
        {"order_id"},
        "rated",
    ),
    (
        "order rate o --stars 4 --quality 3 --tag fast --anonymous --correct",
        OrderRate(
            id="o",
            stars=4,
            aspects={"quality": 3},
            tags=("fast",),
            anonymous=True,
            correct=True,
        ),
        {"order_id"},
        "rated",
    ),
    (
        "order reply dd --text Thanks.",
        OrderReply(rating="dd", text="Thanks."),
        {"reply_id", "rating_id", "is_last"},
        "you may change the answer once",
    ),
    (
        "order ratings o",
        OrderRatings(id="o"),
        {"order_id", "open", "items"},
        "you may rate: primary, backup",
    ),
    ("case list", CaseList(), {"order_id", "state"}, "Restored"),
    ("case show o", OrderShow(id="o"), ORDER_KEYS, "Arbiters"),
    (
        "case rule o --part 1 --buyer 1 --seller 2 --reason half",
        CaseRule(id="o", part=1, buyer="1", seller="2", reason="half"),
        MOVED_KEYS,
        "paid",
    ),
    (
        "ratings ana",
        Ratings(peer="ana"),
        RATING_KEYS,
        "4.5 of 5 from 3 independent voices",
    ),
    (
        "reputation /tmp/me.reputation",
        ReputationExport(file="/tmp/me.reputation"),
        {"file", "valid", "problems", "ratings", "sales"},
        "4 ratings, 41 sales",
    ),
    (
        "chat ana",
        ChatShow(peer="ana", limit=50, mark=True),
        {"message_id", "from", "at", "text", "delivered"},
        "2 messages of Ana not here",
    ),
    ("chat", ChatList(), {"title", "unread"}, "Very bright."),
    (
        "chat ana hello --reply-to eeeeee",
        ChatSend(peer="ana", text="hello", reply_to="eeeeee"),
        {"message_id"},
        "is on its way",
    ),
    (
        "chat --order abcdef hello",
        ChatSend(order="abcdef", text="hello"),
        {"message_id"},
        "is on its way",
    ),
    ("chat ana --accept", ChatAccept(peer="ana"), {"words"}, "done"),
    ("chat ana --refuse", ChatRefuse(peer="ana"), {"words"}, "done"),
    ("chat ana --delete", ChatDelete(peer="ana"), {"words"}, "done"),
    (
        "chat --order abcdef --give eeeeee",
        ChatHandOver(order="abcdef", messages=("eeeeee",)),
        {"words"},
        "done",
    ),
    (
        "case suggest abcdef --buyer 12.06EUR --text why",
        ChatSuggest(order="abcdef", buyer="12.06EUR", text="why"),
        {"message_id"},
        "is on its way",
    ),
    (
        "order propose abcdef --suggestion eeeeee",
        OrderPropose(id="abcdef", suggestion="eeeeee"),
        MOVED_KEYS,
        "order",
    ),
    (
        "search oak chair --max-price 90EUR --save",
        SearchSave(words="oak chair", max_price="90EUR"),
        {"number", "title", "asked"},
        "search 3 is kept: oak chair",
    ),
    ("searches", SearchSaved(), {"number", "title", "fresh"}, "oak chair"),
    ("searches --seen 3", SearchSeen(number=3), {"words"}, "done"),
    ("searches --forget 3", SearchForget(number=3), {"words"}, "done"),
    ("licence list", LicenceList(), {"slug", "left", "sold"}, "Drawing program"),
    (
        "licence drop draw --sku WIN",
        LicenceDrop(slug="draw", sku="WIN"),
        {"words"},
        "forgotten",
    ),
    ("keep", KeepShow(), {"categories", "listings_left_out"}, "9000 listings"),
    (
        "keep --category lamps --category books --region DE --quota 500",
        KeepSet(("lamps", "books"), ("DE",), 500 * 2**20),
        {"regions", "quota_bytes", "stores_left_out"},
        "128 of 1024 MiB used",
    ),
    ("keep --all", KeepSet((), ()), {"listings"}, "1200 listings of 80 shops"),
    (
        "mirror ana --quota 50",
        MirrorKeep(peer="ana", quota=50),
        {"peer_id", "listings", "pictures", "bytes", "quota", "whole"},
        "mirroring Mia, up to 200 MiB",
    ),
    ("mirror --off ana", MirrorStop(peer="ana"), {"words"}, "done"),
    ("mailbox", MailboxList(), {"mailboxes", "enough", "serves_search"}, "at least 2"),
    ("mailbox ana", MailboxChoose(peer="ana"), {"mailboxes"}, "has not agreed yet"),
    ("mailbox --off ana", MailboxLeave(peer="ana"), {"mailboxes"}, "Mia"),
    ("mailbox --find", MailboxFind(), {"peer_id", "connected", "chosen"}, "yours"),
    ("mirror", MirrorList(), {"mirrors", "holders", "friends"}, "3/4"),
    ("held", HeldList(), {"peer_id", "listings", "bytes", "served"}, "3.0 MiB"),
    ("held --purge ana", HeldPurge(peer="ana"), {"words"}, "done"),
    ("block ana", BlockPeer(peer="ana"), {"words"}, "done"),
    ("unblock ana", Unblock(peer="ana"), {"words"}, "done"),
    ("blocked", Blocked(), {"peer_id", "name"}, "Mia"),
    (
        "notice list --kind shipment --unread",
        NoticeList(kind="shipment", unread=True),
        {"unread", "items"},
        "Restored desk lamp",
    ),
    ("notice read 7 8", NoticeRead(ids=(7, 8)), {"words"}, "done"),
    ("notice delete", NoticeDelete(), {"words"}, "done"),
    ("notice off chat", NoticeOff(kinds=("chat",)), {"words"}, "done"),
    (
        "cart add lamp --quantity 2 --option Shade=green",
        CartAdd(listing="lamp", quantity=2, options={"Shade": "green"}),
        {"groups", "lines"},
        "Shade=green",
    ),
    ("cart list", CartShow(), {"groups"}, "price, version"),
    ("cart change k 3", CartChange(key="k", quantity=3), {"groups"}, "52.30 EUR"),
    ("cart remove k l", CartRemove(keys=("k", "l")), {"groups"}, "Ana"),
    ("cart clear", CartClear(), {"groups"}, "Ana"),
    ("wish add lamp", WishAdd(listing="lamp"), {"words"}, "done"),
    ("wish remove lamp", WishRemove(listing="lamp"), {"words"}, "done"),
    ("wish list", WishList(), {"listing_id", "was"}, "25.00 EUR"),
    ("follow ana", FollowPeer(peer="ana"), {"words"}, "done"),
    (
        "follow ana --private",
        FollowPeer(peer="ana", private=True),
        {"words"},
        "done",
    ),
    ("unfollow ana", Unfollow(peer="ana"), {"words"}, "done"),
    ("following", Follows(), {"following", "followers"}, "FOLLOWED BY"),
    ("following ana", Follows(peer="ana"), {"following"}, "fox river"),
    (
        "report ana fraud",
        Report(subject="ana", reason="fraud"),
        {"words"},
        "done",
    ),
    ("warnings list", WarningsShow(), {"own", "used"}, "Known frauds"),
    ("warnings withdraw ana", ReportWithdraw(subject="ana"), {"words"}, "done"),
    (
        "warnings publish --title Mine",
        WarningsPublish(published=True, title="Mine"),
        {"own"},
        "nobody else sees it",
    ),
    ("warnings hide", WarningsPublish(published=False), {"own"}, "fraud"),
    ("warnings use mia", WarningsUse(peer="mia"), {"used"}, "1 entry"),
    ("warnings drop mia", WarningsDrop(peer="mia"), {"used"}, "fraud"),
    (
        "warnings allow ana --undo",
        WarningsAllow(subject="ana", allowed=False),
        {"words"},
        "done",
    ),
    (
        "profile picture avatar /face.jpg",
        ProfilePicture(which="avatar", path="/face.jpg"),
        {"name"},
        "Ana",
    ),
    ("account list", AccountList(), ACCOUNT_KEYS, "-30.15 EUR"),
    (
        "account limit ana 5EUR",
        AccountLimit(peer="ana", amount="5EUR"),
        ACCOUNT_KEYS,
        PROMISE,
    ),
    (
        "account unsettle ana EUR",
        AccountUnsettle(peer="ana", unit="EUR"),
        ACCOUNT_KEYS,
        PROMISE,
    ),
    (
        "account close ana EUR",
        AccountClose(peer="ana", unit="EUR"),
        ACCOUNT_KEYS,
        PROMISE,
    ),
    (
        "account reopen ana EUR",
        AccountReopen(peer="ana", unit="EUR"),
        ACCOUNT_KEYS,
        PROMISE,
    ),
    (
        "account statement ana --unit EUR",
        AccountStatement(peer="ana", unit="EUR"),
        {"account", "entries", "csv"},
        "limit set to 100.00 EUR",
    ),
    ("account clear list", ClearList(), {"on", "plans"}, "Ana > Ben > Mia > Ana"),
    ("account clear on", ClearSwitch(on=True), {"on", "plans"}, "your answer"),
    ("account clear off", ClearSwitch(on=False), {"on", "plans"}, "12.00 EUR"),
    ("account clear propose", ClearFind(), {"on", "plans"}, "searching along 2"),
    (
        "account clear agree c",
        ClearSay(id="c", agree=True),
        {"on", "plans"},
        "1 of 3",
    ),
    (
        "account clear refuse c",
        ClearSay(id="c", agree=False),
        {"on", "plans"},
        "1 of 3",
    ),
    (
        "account hub 500EUR",
        AccountHub(amount="500EUR"),
        {"unit", "most", "carried"},
        "500.00 EUR",
    ),
    (
        "account settle ana 5EUR --how cash",
        AccountSettle(peer="ana", amount="5EUR", how="cash"),
        ACCOUNT_KEYS,
        "being agreed",
    ),
]


def objects(out: str) -> list[dict[str, Any]]:
    """The one value as a list of objects."""
    text = out if out.startswith("[") else f"[{out}]"
    return msgspec.json.decode(text, type=list[dict[str, Any]])


def ids(row: Row) -> str:
    return row[0][:40]


@pytest.mark.parametrize("row", ROWS, ids=ids)
def test_a_command_asks_its_call_and_prints_one_json_value(
    market: Market, terminal: Terminal, row: Row
) -> None:
    line, call, keys, _ = row
    done = terminal.run("--json", *line.split())
    assert (done.code, done.err) == (0, "")
    assert market.calls == [call]
    assert done.out.count("\n") == 1
    for one in objects(done.out):
        assert keys <= set(one)


@pytest.mark.parametrize("row", ROWS, ids=ids)
def test_a_command_prints_a_page_for_people(
    market: Market, terminal: Terminal, row: Row
) -> None:
    line, call, _, words = row
    done = terminal.run(*line.split())
    assert (done.code, done.err) == (0, "")
    assert market.calls == [call]
    assert words in done.out


def test_every_call_of_the_contract_is_within_reach() -> None:
    elsewhere = {
        *(
            Stop,
            Watch,
            ListingPublish,
            ListingCheck,
            ListingDraft,
            OrderDeliver,
            ListingImport,
            TemplatePut,
            DefaultsSet,
            LicencePut,
            OrderFetch,
            OrderUnfetch,
            OrderSave,
            OrderFile,
            OrderEvidence,
            CartCheckout,
            SearchAsk,
        ),  # tests of their own
        *(
            Categories,
            Picture,
            StoreReach,
            ChatMark,
            ChatTyping,
            ChatFile,
            BackupState,
            ListingImportStop,
            SellerSeen,
        ),  # the app
    }
    assert {type(call) for _, call, _, _ in ROWS} | elsewhere == set(CALLS)


def test_a_checkout_gives_each_line_its_way(market: Market, terminal: Terminal) -> None:
    line = "3fa81c07d2e4b965"
    done = terminal.run("cart", "checkout", "--shipping", f"{line}=Post/Standard")
    looked, call = market.calls
    assert looked == CartShow()
    assert isinstance(call, CartCheckout)
    (order,) = call.orders
    assert (order.shipping, call.preview) == ({line: "Post/Standard"}, False)
    assert "1 order placed, 0 not" in done.out


def test_codes_come_from_a_text_file(
    market: Market, terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "codes.txt"
    file.write_text("AAA-1\n\nBBB-2\n", encoding="utf-8")
    done = terminal.run("licence", "put", "draw", str(file), "--sku", "WIN")
    assert market.calls[-1] == LicencePut(
        slug="draw", codes=("AAA-1", "", "BBB-2"), sku="WIN"
    )
    assert "2 added, 1 known before; 12 wait to be sold" in done.out
    file.write_bytes(b"\xff\xfe\xfd")
    assert terminal.run("licence", "put", "draw", str(file)).code != 0


def test_a_checkout_names_arbiters_and_hub(market: Market, terminal: Terminal) -> None:
    flags = ("--arbiter", "mia", "--backup", "noor", "--hub", "ben")
    assert terminal.run("cart", "checkout", *flags).code == 0
    call = market.calls[-1]
    assert isinstance(call, CartCheckout)
    (order,) = call.orders
    assert (order.arbiter, order.backup, order.hub) == ("mia", "noor", "ben")


def test_publishing_sends_what_the_file_holds(
    market: Market, terminal: Terminal
) -> None:
    file = terminal.home / "lamp.json"
    file.write_text('{"title": "Lamp"}')
    done = terminal.run("listing", "publish", str(file), "--json")
    assert market.calls == [
        ListingPublish(listings=({"title": "Lamp"},), folder=str(terminal.home))
    ]
    assert {"listing_id", "slug", "version"} <= set(json.loads(done.out))


def test_a_file_is_checked_or_kept_as_a_draft(
    market: Market, terminal: Terminal
) -> None:
    file = terminal.home / "lamp.json"
    file.write_text('{"title": "Lamp"}')
    assert "30.15 EUR" in terminal.run("listing", "check", str(file), "--to", "de").out
    done = terminal.run("listing", "draft", str(file), "--name", "lamp")
    assert "this field is required" in done.out
    lamp = {"title": "Lamp"}
    assert market.calls == [
        ListingCheck(listing=lamp, country="DE"),
        ListingDraft(listing=lamp, name="lamp", folder=str(terminal.home)),
    ]
    file.write_text("[]")
    assert terminal.run("listing", "check", str(file)).code == 1


def test_a_date_that_is_none_is_refused(market: Market, terminal: Terminal) -> None:
    done = terminal.run("store-state", "vacation", "--until", "tomorrow")
    assert (done.code, market.calls) == (1, [])
    assert "2026-12-24" in done.err


def test_an_import_names_every_fault(market: Market, terminal: Terminal) -> None:
    done = terminal.run(
        *("listing", "import", "shop.csv", "--unit", "EUR", "--dry-run"),
        *("--column", "Titel=title", "--pictures", "/tmp/pictures"),
    )
    (call,) = market.calls
    assert isinstance(call, ListingImport)
    assert call.job
    assert structs.replace(call, job="") == ListingImport(
        file=str(Path("shop.csv").absolute()),
        pictures="/tmp/pictures",
        unit="EUR",
        columns={"Titel": "title"},
        dry_run=True,
    )
    assert "not read: Farbcode" in done.out
    assert "'NaN' is no amount" in done.out
    told = terminal.run("listing", "import", "shop.csv", "--json")
    assert {"created", "updated", "errors"} <= set(json.loads(told.out))


def test_templates_and_defaults_are_read_from_files(
    market: Market, terminal: Terminal
) -> None:
    file = terminal.home / "post.json"
    file.write_text('[{"title": "Post"}]')
    assert "2 use it" in terminal.run("template", "put", "Post", str(file)).out
    defaults = terminal.home / "defaults.json"
    defaults.write_text('{"language": "de"}')
    assert "Post" in terminal.run("defaults", "set", str(defaults)).out
    assert market.calls == [
        TemplatePut(name="Post", shipping=({"title": "Post"},)),
        DefaultsSet(defaults={"language": "de"}),
    ]
    assert terminal.run("template", "put", "Post", str(defaults)).code == 1
    assert terminal.run("defaults", "set", str(file)).code == 1


def test_publishing_takes_a_list(market: Market, terminal: Terminal) -> None:
    file = terminal.home / "lamps.json"
    file.write_text('[{"title": "One"}, {"title": "Two"}]')
    assert "restored-desk-lamp" in terminal.run("listing", "publish", str(file)).out
    (call,) = market.calls
    assert isinstance(call, ListingPublish)
    assert len(call.listings) == 2


@pytest.mark.parametrize("text", ["", "{", "[]", "4", "[4]", "[" * 100_000, '"\ud800'])
def test_a_bad_listing_file_is_refused(
    terminal: Terminal, market: Market, text: str
) -> None:
    file = terminal.home / "bad.json"
    file.write_bytes(text.encode(errors="surrogatepass"))
    done = terminal.run("listing", "publish", str(file), "--json")
    assert done.code == 1
    assert json.loads(done.err)["error"]["code"] == "input"
    assert market.calls == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("order place aaaaaa --split 2,1", 2),
        ("order place aaaaaa --quantity many", 2),
        ("order place aaaaaa --option 1:green", 2),
        ("order place aaaaaa --quantity 2:1", 1),
    ],
)
def test_flags_that_fit_no_listing_are_refused(
    market: Market, terminal: Terminal, line: str, code: int
) -> None:
    assert terminal.run(*line.split()).code == code
    assert market.calls == []


def test_a_file_that_is_not_there_is_refused(
    terminal: Terminal, market: Market
) -> None:
    for line in (
        "listing publish none.json",
        "order place aaaaaa --address-file none.json",
        "order deliver o --file none.pdf",
        "order dispute o --reason-code goods --evidence none.jpg",
    ):
        done = terminal.run(*line.split())
        assert done.code == 1
        assert "none" in done.err
    assert market.calls == []


def test_files_travel_as_whole_paths(
    market: Market, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(terminal.home)
    path = terminal.home / "book.pdf"
    path.touch()
    terminal.run("order", "deliver", "o", "--file", "book.pdf", "--text", "enjoy")
    terminal.run(
        "order", "dispute", "o", "--reason-code", "other", "--evidence", "book.pdf"
    )
    assert market.calls == [
        OrderDeliver(id="o", file=str(path), text="enjoy"),
        OrderDispute(id="o", reason_code="other", evidence=(str(path),)),
    ]


def test_a_statement_and_files_are_added_to_a_dispute(
    market: Market, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(terminal.home)
    path = terminal.home / "parcel.jpg"
    path.touch()
    words = "It left here whole."
    terminal.run("order", "evidence", "o", "--statement", words, "--file", "parcel.jpg")
    assert market.calls == [OrderEvidence(id="o", files=(str(path),), statement=words)]


def test_a_file_of_the_evidence_is_saved_once_and_by_its_name_alone(
    market: Market, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(terminal.home)
    (terminal.home / "blob").write_bytes(b"a picture")
    market.given[OrderShow] = judged()
    market.given[OrderFile] = PictureView(path=str(terminal.home / "blob"))
    save = ("order", "exhibit", "o", PICTURE[:8], "out.jpg")
    done = terminal.run(*save)
    assert (done.code, done.out) == (0, "saved out.jpg\n")
    assert market.calls == [OrderShow(id="o"), OrderFile(id="o", hash=PICTURE)]
    assert (terminal.home / "out.jpg").read_bytes() == b"a picture"
    assert (terminal.home / "out.jpg").stat().st_mode & 0o777 == 0o600
    again = terminal.run(*save)
    assert (again.code, "File exists" in again.err) == (1, True)
    assert terminal.run("order", "exhibit", "o", "ff", "other.jpg").code == 1


def test_a_file_of_the_evidence_that_cannot_be_had_is_said_so(
    market: Market, terminal: Terminal
) -> None:
    market.given[OrderShow] = judged()
    market.given[OrderFile] = PictureView(path=None, problem="nobody has it now")
    done = terminal.run("order", "exhibit", "o", PICTURE[:8], "out.jpg")
    assert (done.code, "nobody has it now" in done.err) == (1, True)


def test_goods_are_fetched_and_saved_into_a_folder(
    market: Market, terminal: Terminal
) -> None:
    done = terminal.run("order", "save", "o", "--to", str(terminal.home))
    assert (done.code, "saved /home/ben/ab12cd34-plan.pdf" in done.out) == (0, True)
    assert market.calls == [
        OrderFetch(id="o"),
        OrderFiles(id="o"),
        OrderSave(id="o", hash="ab12cd34" * 8, folder=str(terminal.home)),
    ]
    assert terminal.run("order", "save", "o", "--to", "/nowhere").code == 1


def test_goods_are_fetched_or_given_up_in_the_background(
    market: Market, terminal: Terminal
) -> None:
    terminal.run("order", "files", "o", "--get", "--file", "ab12")
    terminal.run("order", "files", "o", "--cancel")
    files = OrderFiles(id="o")
    fetch, cancel = OrderFetch(id="o", hash="ab12"), OrderUnfetch(id="o")
    assert market.calls == [fetch, files, cancel, files]


def test_an_address_comes_from_a_file(market: Market, terminal: Terminal) -> None:
    file = terminal.home / "a.json"
    file.write_text('{"name": "Ben", "country": "DE"}')
    terminal.run("order", "place", "aaaaaa", "--address-file", str(file))
    (call,) = market.calls
    assert isinstance(call, OrderPlace)
    assert call.address == {"name": "Ben", "country": "DE"}


@pytest.mark.parametrize("text", ["[]", '{"planet": "Mars"}', '{"name": 4}'])
def test_a_bad_address_is_refused_by_name(
    market: Market, terminal: Terminal, text: str
) -> None:
    file = terminal.home / "a.json"
    file.write_text(text)
    assert (
        terminal.run("order", "place", "aaaaaa", "--address-file", str(file)).code == 1
    )
    assert market.calls == []


def test_placing_may_wait_for_the_seller(market: Market, terminal: Terminal) -> None:
    done = terminal.run("order", "place", "aaaaaa", "--wait", "--json")
    assert set(json.loads(done.out)) >= ORDER_KEYS
    assert market.calls[1] == OrderWait(id=ORDER, state="accepted", timeout=60.0)


def test_the_whole_page_of_an_order(market: Market, terminal: Terminal) -> None:
    out = terminal.run("order", "show", "o").out
    for words in (
        "you are the buyer",
        "waiting for buyer until",
        "(in 13 days)",
        "you may now: confirm, dispute, propose",
        "seller 29.15 EUR, buyer 0.00 EUR, fee 1.00 EUR by ship (open)",
        MIA,
        NOOR,
        "awaited",
        "tracking LP123",
        "seller delivered, backup in_mailbox",
        "(changed nothing)",
    ):
        assert words in out


def test_a_search_may_ask_the_network_first(market: Market, terminal: Terminal) -> None:
    done = terminal.run("search", "lamp", "--region", "DE", "--ask")
    asked = SearchAsk(words="lamp", region="DE")
    assert market.calls == [asked, Search(words="lamp", region="DE")]
    assert "New here: Ana, 12 listings, found through Mia." in done.out


def test_options_stand_before_or_after_the_command(
    market: Market, terminal: Terminal, tmp_path: Path
) -> None:
    terminal.home = tmp_path / "wrong"
    done = terminal.run("order", "list", "--home", str(market.home), "--json")
    assert (done.code, len(market.calls)) == (0, 1)


def test_the_page_of_a_case_shows_dispute_evidence_and_rulings(
    market: Market, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dispute(_: Call) -> object:
        return judged()

    monkeypatch.setattr(market.server, "_dispatch", dispute)
    out = terminal.run("case", "show", "o").out
    for words in (
        "Dispute: goods, by the buyer",
        "1 of 2 arbiters have it",
        "The shade is broken.",
        "Half each. (counts for nothing)",
        "you may rule in 1 day",
        "beware",
        "not fitting yet",
    ):
        assert words in out


def test_the_page_of_a_finished_direct_order_is_short(
    market: Market, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = structs.replace(
        ORDER_VIEW,
        seats=(),
        next=(),
        waiting_for="nobody",
        until=None,
        unit_note="",
        parts=(structs.replace(ORDER_VIEW.parts[0], outcome=None),),
        messages=(),
        rail_state="",
        delivery="",
        memo="",
        address={},
        deadlines={},
    )

    async def finished(_: Call) -> object:
        return closed

    monkeypatch.setattr(market.server, "_dispatch", finished)
    out = terminal.run("order", "show", "o").out
    assert "waiting" not in out
    assert "Notes" not in out
    assert "Arbiters" not in out


@pytest.mark.parametrize(
    ("waiting_for", "words"), [("seller", "waiting for seller\n"), ("", "you may now")]
)
def test_who_must_act(
    market: Market,
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
    waiting_for: str,
    words: str,
) -> None:
    order = structs.replace(ORDER_VIEW, waiting_for=waiting_for, until=None, then="")

    async def waiting(_: Call) -> object:
        return order

    monkeypatch.setattr(market.server, "_dispatch", waiting)
    assert words in terminal.run("order", "show", "o").out


async def _nobody(_: Call) -> object:
    return structs.replace(RATINGS, score=None, ratings=0, items=())


async def _few(_: Call) -> object:
    return structs.replace(
        RATINGS, lower_bound=None, unconnected=0, withheld=0, refused=0
    )


async def _no_hits(_: Call) -> object:
    return structs.replace(FOUND, total=0, results=())


@pytest.mark.parametrize(
    ("line", "dispatch", "words"),
    [
        ("ratings ana", _nobody, "nobody has rated"),
        ("ratings ana", _few, "4.5 of 5 from 3 independent voices (of 4 ratings)\n"),
        ("search lamp", _no_hits, "nothing found\n"),
    ],
)
def test_what_is_little_is_said_in_words(
    market: Market, terminal: Terminal, line: str, dispatch: Dispatch, words: str
) -> None:
    market.server._dispatch = dispatch
    assert words in terminal.run(*line.split()).out


async def _fresh_dispute(_: Call) -> object:
    return structs.replace(judged(), rulings=(), evidence=())


def test_a_fresh_dispute_has_no_evidence(market: Market, terminal: Terminal) -> None:
    market.server._dispatch = _fresh_dispute
    assert "no evidence" in terminal.run("case", "show", "o").out


def test_watching_ends_well_when_it_is_interrupted(
    market: Market, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def events(_: Client, topics: list[str]) -> Iterator[Event]:
        assert topics == ["order", "peers"]
        yield EVENT
        raise KeyboardInterrupt

    monkeypatch.setattr(Client, "events", events)
    done = terminal.run("watch", "order", "peers")
    assert done.code == 0
    assert {"topic", "at"} <= set(json.loads(done.out))
