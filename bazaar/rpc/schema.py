"""Every call of the local door and its answer; the CLI's contract and the app's only view.

A call travels as one JSON line ``{"id": 7, "call": {"type": "order.place", ...}}``; its
answer as ``{"type": "reply", "id": 7, "result": {...}}`` or with ``"error": {"code",
"words"}``. Keys and ids are text here: peer ids in base58, everything else lower-case
hex. Unknown fields of a call are ignored, so that an older node serves a newer client.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

PROTOCOL: Final = 1
MAX_LINE_BYTES: Final = 8 * 1024 * 1024


class Answer(Struct, frozen=True, kw_only=True):
    """Base of every result."""


class Call(Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of every call; its tag is the command with a dot."""


class Done(Answer, frozen=True):
    """The act is done; ``words`` says what happened."""

    words: str = ""


class MoneyView(Answer, frozen=True):
    """An amount: ``minor`` units of ``unit``, ``scale`` decimals."""

    minor: int
    unit: str
    scale: int


# ------------------------------------------------------------------ node and network


class Status(Call, frozen=True, tag="status"):
    """Health of the node."""


class CatalogueCounts(Answer, frozen=True):
    """What is searchable here."""

    listings: int
    stores: int


class StatusView(Answer, frozen=True):
    """Health; ``network_state`` is starting, offline, local, relayed or reachable.

    Attributes:
        in_mailboxes: How many of ``outbox`` lie in a mailbox of their recipient at least.
    """

    peer_id: str
    name: str
    addresses: tuple[str, ...]
    peers: int
    reachability: str
    outbox: int
    catalogue: CatalogueCounts
    version: str
    network: str
    test_network: bool
    fingerprint: tuple[str, ...]
    colour: str
    synced: int | None
    sells: bool
    arbitrates: bool
    warnings: tuple[str, ...] = ()
    counters: dict[str, int] = {}
    in_mailboxes: int = 0


class Stop(Call, frozen=True, tag="stop"):
    """Stop the node cleanly."""


class Connect(Call, frozen=True, tag="connect"):
    """Dial a multiaddress with /p2p/ID, or join by an invitation link."""

    address: str


class PeerView(Answer, frozen=True):
    """One live connection."""

    peer_id: str
    address: str
    direction: str
    since: int


class Peers(Call, frozen=True, tag="peers"):
    """Live connections."""


class Invite(Call, frozen=True, tag="invite"):
    """An invitation link with own addresses."""


class InviteView(Answer, frozen=True):
    """``link`` starts with bazaar:; ``qr`` is an SVG document."""

    link: str
    qr: str


class Watch(Call, frozen=True, tag="watch"):
    """Subscribe this connection to topics; none means all."""

    topics: tuple[str, ...] = ()


class Event(Answer, frozen=True):
    """Something changed; re-read what is shown.

    Attributes:
        topic: order, catalogue, account, peers, profile, job, notice or resync.
    """

    seq: int
    topic: str
    at: int
    data: dict[str, Any] = {}


# ------------------------------------------------------------------ profile and listings


class ProfileShow(Call, frozen=True, tag="profile.show"):
    """A profile; own when no peer is given."""

    peer: str | None = None


class ProfileSet(Call, frozen=True, tag="profile.set"):
    """Change own profile fields by name; values as text."""

    values: dict[str, str]


class ProfileView(Answer, frozen=True):
    """What a key says about itself."""

    peer_id: str
    name: str
    handle: str | None
    location: str | None
    about: str
    short: str
    nsfw: bool
    sells: bool
    arbitrates: bool
    languages: tuple[str, ...]
    vacation: str | None
    arbiters: tuple[str, ...]
    fingerprint: tuple[str, ...]
    colour: str
    seq: int
    online: bool
    settings: dict[str, str] = {}


class ListingPublish(Call, frozen=True, tag="listing.publish"):
    """Publish one or many listings as one batch under one new store head.

    Attributes:
        listings: Listing files as parsed JSON (cli.md, "Listing file").
        file: A listing file to read instead (one object or a list of them).
        folder: Where picture paths are relative to; the file's own folder by default.
    """

    listings: tuple[dict[str, Any], ...] = ()
    file: str | None = None
    folder: str = ""


class Published(Answer, frozen=True):
    """One published listing."""

    listing_id: str
    slug: str
    version: int


class PublishedBatch(Published, frozen=True):
    """Answer to ``listing.publish``: the first one, then all in the order given."""

    listings: tuple[Published, ...]
    seq: int


class ListingList(Call, frozen=True, tag="listing.list"):
    """Own listings, or those of a store."""

    peer: str | None = None


class CardView(Answer, frozen=True):
    """A listing as a result shows it; ``stock`` is the own count or a hint in words."""

    listing_id: str
    slug: str
    version: int
    title: str
    price: MoneyView
    type: str
    state: str
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    thumbnail: str | None
    free_shipping: bool
    nsfw: bool
    changed: int
    seller: str
    seller_name: str
    seller_fingerprint: tuple[str, ...]
    seller_colour: str
    seller_online: bool
    stock: str
    has_arbiters: bool
    ships_to: tuple[str, ...] = ()


class ListingShow(Call, frozen=True, tag="listing.show"):
    """One listing whole; fetched from its seller or a mirror when not here."""

    id: str


class Block(Answer, frozen=True):
    """A piece of a description: kind is paragraph, heading, item or code.

    Attributes:
        runs: (style, text) pairs; style is plain, bold, italic or code.
    """

    kind: str
    runs: tuple[tuple[str, str], ...]


class ImageView(Answer, frozen=True):
    """A picture by hash; get its file by ``picture``."""

    id: str
    width: int
    height: int
    caption: str


class VariantView(Answer, frozen=True):
    """One choice."""

    name: str
    image: int | None


class OptionView(Answer, frozen=True):
    """Something to choose."""

    name: str
    description: str
    variants: tuple[VariantView, ...]


class SkuView(Answer, frozen=True):
    """A sellable combination; ``options`` maps option name to variant name."""

    options: dict[str, str]
    sku: str | None
    surcharge: MoneyView
    stock: str


class ServiceView(Answer, frozen=True):
    """A shipping service."""

    name: str
    first: MoneyView
    additional: MoneyView
    estimate: str


class ShippingView(Answer, frozen=True):
    """A shipping option."""

    title: str
    kind: str
    countries: tuple[str, ...]
    services: tuple[ServiceView, ...]


class ListingView(Answer, frozen=True):
    """A listing whole, its description as typed blocks."""

    card: CardView
    short: str
    description: tuple[Block, ...]
    condition: str
    processing_time: str
    grams: int
    images: tuple[ImageView, ...]
    options: tuple[OptionView, ...]
    skus: tuple[SkuView, ...]
    shipping: tuple[ShippingView, ...]
    taxes: tuple[str, ...]
    ships_from: str
    arbiters: tuple[str, ...]
    rails: tuple[str, ...]
    terms: str
    refund_policy: str
    ship_days: int
    inspect_days: int
    source: dict[str, Any]
    own: bool
    unit_note: str
    coupons: int = 0


class ListingRemove(Call, frozen=True, tag="listing.remove"):
    """Take an own listing out of the store."""

    slug: str


class Search(Call, frozen=True, tag="search"):
    """Search the local catalogue. ``max_price`` is text such as ``30 EUR``."""

    words: str = ""
    category: str | None = None
    max_price: str | None = None
    region: str | None = None
    kind: str | None = None
    sort: str = "relevance"
    limit: int = 20
    offset: int = 0


class SearchView(Answer, frozen=True):
    """Hits with the count and how long the search took, microseconds."""

    total: int
    total_is_exact: bool
    results: tuple[CardView, ...]
    stores: int
    took_us: int


class Complete(Call, frozen=True, tag="search.complete"):
    """Completions of the last word."""

    prefix: str
    limit: int = 8


class Words(Answer, frozen=True):
    """Answer to ``search.complete``."""

    words: tuple[str, ...]


class Categories(Call, frozen=True, tag="categories"):
    """Categories in the catalogue with counts."""


class CategoryCount(Answer, frozen=True):
    """A category and how many listings it has here."""

    category: str
    listings: int


class Store(Call, frozen=True, tag="store"):
    """Fetch a store's head and cards now."""

    peer: str


class StoreView(Answer, frozen=True):
    """A store as just fetched; ``online`` whether its owner answered."""

    peer_id: str
    name: str
    seq: int
    listings: int
    online: bool
    as_of: int


class Picture(Call, frozen=True, tag="picture"):
    """Path of our own JPEG of a picture, fetched and re-encoded when needed.

    Attributes:
        peer: Whose listing shows it.
        size: 200, 400 or 1200 px.
    """

    id: str
    peer: str
    size: int = 400


class PictureView(Answer, frozen=True):
    """``path`` is None while it cannot be had; ``problem`` says why."""

    path: str | None
    problem: str = ""


# ------------------------------------------------------------------ arbiters


class ArbiterOfferSet(Call, frozen=True, tag="arbiter.offer"):
    """Offer to arbitrate: ``fee`` such as ``0.50 EUR + 1 %``."""

    fee: str
    units: tuple[str, ...] = ()
    max: str | None = None
    backup: bool = True
    text: str = ""


class ArbiterWithdraw(Call, frozen=True, tag="arbiter.withdraw"):
    """Stop offering; open cases stay."""


class ArbiterList(Call, frozen=True, tag="arbiter.list"):
    """Known arbiters."""


class ArbiterView(Answer, frozen=True):
    """One arbiter's terms in words and his record as this node knows it."""

    peer_id: str
    name: str
    fee: str
    units: tuple[str, ...]
    max: tuple[MoneyView, ...]
    backup: bool
    terms: str
    languages: tuple[str, ...]
    answer_hours: int
    expires: int
    cases: int
    online: bool
    fingerprint: tuple[str, ...]
    colour: str


# ------------------------------------------------------------------ orders


class OrderLine(Answer, frozen=True):
    """One listing to buy.

    Attributes:
        options: Option name to variant name.
        shipping: ``Post/Standard`` (title/service) or the title of a pickup.
    """

    listing: str
    quantity: int = 1
    options: dict[str, str] = {}
    shipping: str | None = None
    coupons: tuple[str, ...] = ()


class OrderPlace(Call, frozen=True, tag="order.place"):
    """Offer to buy one listing by the flat fields, or several of one seller by ``lines``.

    Attributes:
        address: name, company, street, street2, city, region, postal_code, country,
            phone, email; needed when something is posted.
        arbiter, backup: Peer ids; None lets the node choose among those that the
            seller accepts.
        accept_days: Days until T0, 2..30.
        preview: Only compute and check, sign nothing.
    """

    listing: str = ""
    quantity: int = 1
    option: dict[str, str] = {}
    shipping: str | None = None
    coupon: tuple[str, ...] = ()
    lines: tuple[OrderLine, ...] = ()
    address: dict[str, str] | None = None
    arbiter: str | None = None
    backup: str | None = None
    direct: bool = False
    memo: str = ""
    contact: str = ""
    rail: str = "credit"
    accept_days: int = 3
    preview: bool = False


class AmountLine(Answer, frozen=True):
    """A row of a receipt."""

    label: str
    amount: MoneyView


class SeatView(Answer, frozen=True):
    """A seat of a contract."""

    role: str
    peer_id: str
    name: str
    fee: str
    most: MoneyView
    acknowledged: bool
    fingerprint: tuple[str, ...]
    colour: str


class OrderPreview(Answer, frozen=True):
    """What an order would say, before anything is signed."""

    total: MoneyView
    receipt: tuple[AmountLine, ...]
    seats: tuple[SeatView, ...]
    deadlines: dict[str, int]
    unit_note: str
    credit_free: MoneyView | None
    warnings: tuple[str, ...]


class OrderPlaced(Answer, frozen=True):
    """An order after a move. ``preview`` is set when nothing was signed."""

    order_id: str
    state: str
    total: MoneyView
    preview: OrderPreview | None = None


class OrderList(Call, frozen=True, tag="order.list"):
    """Own orders; role is buyer, seller or arbiter."""

    role: str | None = None
    limit: int = 200


class OrderRow(Answer, frozen=True):
    """One order in a list."""

    order_id: str
    state: str
    role: str
    title: str
    counterparty: str
    counterparty_name: str
    total: MoneyView
    funded: bool
    thumbnail: str | None
    thumbnail_peer: str
    created: int
    updated: int
    your_turn: bool
    waiting_for: str
    until: int | None


class OrderShow(Call, frozen=True, tag="order.show"):
    """One order whole."""

    id: str


class MessageView(Answer, frozen=True):
    """One signed message; ``delivery`` maps role to queued, in_mailbox or delivered."""

    id: str
    type: str
    author: str
    author_role: str
    at: int
    received: int
    counts: bool
    summary: str
    delivery: dict[str, str] = {}


class OutcomeView(Answer, frozen=True):
    """Who gets what of one part."""

    to_seller: MoneyView
    to_buyer: MoneyView
    fee: MoneyView
    by: str
    final: bool


class PartView(Answer, frozen=True):
    """What is shipped and paid as one."""

    index: int
    title: str
    quantity: int
    amount: MoneyView
    state: str
    outcome: OutcomeView | None


class EvidenceView(Answer, frozen=True):
    """A file or statement of a party; ``path`` once it is here."""

    author_role: str
    at: int
    statement: str
    hash: str
    size: int
    caption: str
    path: str | None


class RulingView(Answer, frozen=True):
    """A seat's ruling, valid or not."""

    author_role: str
    at: int
    part: int
    reason: str
    to_seller: MoneyView
    to_buyer: MoneyView
    fee: MoneyView
    text: str
    valid: bool


class OrderView(Answer, frozen=True):
    """An order whole.

    Attributes:
        version: Digest that moves carry; a move on an old one changes nothing.
        next: Commands that this user may give now.
        waiting_for: Role or roles that must act, or nobody.
        until: By when, seconds; None without a deadline.
        then: What happens otherwise, in words.
        unit_note: What an amount in this unit is worth: a promise between two people.
        problem: Why the node's next own step waits, in words.
        can_rule_from: Earliest time for this seat's own ruling, for the countdown.
    """

    order_id: str
    version: str
    state: str
    role: str
    title: str
    thumbnail: str | None
    buyer: str
    buyer_name: str
    seller: str
    seller_name: str
    counterparty: str
    total: MoneyView
    funded: bool
    mode: str
    unit_note: str
    created: int
    now: int
    deadlines: dict[str, int]
    parts: tuple[PartView, ...]
    seats: tuple[SeatView, ...]
    receipt: tuple[AmountLine, ...]
    messages: tuple[MessageView, ...]
    next: tuple[str, ...]
    waiting_for: str
    until: int | None
    then: str
    outcome: OutcomeView | None
    rail_state: str
    delivery: str
    address: dict[str, str]
    memo: str
    dispute: str
    disputed_by: str
    evidence: tuple[EvidenceView, ...]
    rulings: tuple[RulingView, ...]
    proposals: tuple[str, ...]
    seats_acked: int
    can_rule_from: int | None
    rated: bool
    flagged: tuple[str, ...] = ()
    parked: int = 0
    problem: str = ""


class OrderWait(Call, frozen=True, tag="order.wait"):
    """Answer when the state is reached; refused when not in ``timeout`` seconds."""

    id: str
    state: str
    timeout: float = 60.0


class Move(Call, frozen=True):
    """Base of a party's moves (cli.md, ``order``).

    Attributes:
        version: Digest the user saw; empty means the present one. A move on an old
            one is refused with WRONG_STATE and changes nothing.
        part: Part indices; empty means all that the move fits.
    """

    id: str
    version: str = ""
    part: tuple[int, ...] = ()


class OrderAccept(Move, frozen=True, tag="order.accept"):
    """Seller: take the order; stock is reserved in the same transaction."""


class OrderDecline(Move, frozen=True, tag="order.decline"):
    """Seller: Withdraw before funding, Decline after."""


class OrderWithdraw(Move, frozen=True, tag="order.withdraw"):
    """Either party: leave before the money is bound."""


class OrderFund(Move, frozen=True, tag="order.fund"):
    """Buyer: bind the money."""


class OrderShip(Move, frozen=True, tag="order.ship"):
    """Seller: sent; ``text`` is tracking, a link or a code, sealed to the buyer."""

    text: str = ""


class OrderDeliver(Move, frozen=True, kw_only=True, tag="order.deliver"):
    """Seller: ship a digital part as ``file``."""

    file: str
    text: str = ""


class OrderConfirm(Move, frozen=True, tag="order.confirm"):
    """Buyer: agree to the seller's Ship."""


class OrderRefund(Move, frozen=True, tag="order.refund"):
    """Seller: a Decline, or with ``amount`` a proposal to give that much back."""

    amount: str | None = None


class OrderPropose(Move, frozen=True, tag="order.propose"):
    """Either party: a split of one part; amounts as text, the missing one is the rest."""

    buyer: str | None = None
    seller: str | None = None


class OrderAgree(Move, frozen=True, tag="order.agree"):
    """Complete a Ship, Decline, Proposal or Ruling; empty ``names`` is the newest one."""

    names: str = ""


class OrderExtend(Move, frozen=True, kw_only=True, tag="order.extend"):
    """Buyer: give the seller more days."""

    days: int


class Moved(Answer, frozen=True):
    """The state after a move."""

    order_id: str
    state: str
    deadlines: dict[str, int] = {}


class OrderDispute(Call, frozen=True, tag="order.dispute"):
    """Ask the seats; reason code is unshipped, silent, goods or other."""

    id: str
    reason_code: str
    version: str = ""
    part: tuple[int, ...] = ()
    reason: str = ""
    evidence: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()


class OrderEvidence(Call, frozen=True, tag="order.evidence"):
    """Add files and a statement to an open dispute."""

    id: str
    files: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    statement: str = ""


class Disputed(Answer, frozen=True):
    """``seats_acked``: how many seats have the dispute."""

    order_id: str
    state: str
    seats_acked: int


class OrderFile(Call, frozen=True, tag="order.file"):
    """Path of an evidence file of an order, fetched from its author when needed."""

    id: str
    hash: str


class EvidenceBundle(Call, frozen=True, tag="evidence"):
    """Write an order's evidence to a new file (whole path); ``files`` adds evidence files."""

    id: str
    file: str
    files: bool = False


class BundleView(Answer, frozen=True):
    """The file, and what anybody who verifies it will find."""

    order_id: str
    file: str
    size: int
    valid: bool
    state: str
    problems: tuple[str, ...]


class CaseList(Call, frozen=True, tag="case.list"):
    """Orders that this user judges, those with a dispute first."""


class CaseRule(Call, frozen=True, tag="case.rule"):
    """Rule a part: amounts as text; the fee is taken as PROTOCOL.md 7.5 c says."""

    id: str
    buyer: str
    seller: str
    reason: str
    part: int = 0
    version: str = ""


class OrderRate(Call, frozen=True, tag="order.rate"):
    """Rate the other side (``whom``: other, primary or backup)."""

    id: str
    stars: int
    text: str = ""
    whom: str = "other"
    line: int = 0


class Rated(Answer, frozen=True):
    """The rating's id."""

    rating_id: str
    order_id: str


class Ratings(Call, frozen=True, tag="ratings"):
    """Fetch and verify the ratings of a peer from all sources."""

    peer: str


class RatingView(Answer, frozen=True):
    """One verified rating."""

    rating_id: str
    rater: str
    rater_name: str
    role: str
    stars: int
    text: str
    at: int
    value_class: int


class RatingsView(Answer, frozen=True):
    """Ratings of a peer; ``score`` is None without any. Never shown without its count."""

    peer_id: str
    score: float | None
    lower_bound: float | None
    voices: int
    ratings: int
    unconnected: int
    withheld: int
    items: tuple[RatingView, ...]
    refused: int


# ------------------------------------------------------------------ accounts


class AccountList(Call, frozen=True, tag="account.list"):
    """Accounts with other people."""


class AccountView(Answer, frozen=True):
    """One account seen from here: ``balance`` is what the other owes this user.

    ``note`` says that this is a promise between two people, not money in a bank.
    """

    peer_id: str
    name: str
    unit: str
    balance: MoneyView
    limit_given: MoneyView
    limit_got: MoneyView
    held: MoneyView
    free_to_spend: MoneyView
    frozen: bool
    pending: bool
    n: int
    note: str


class AccountLimit(Call, frozen=True, tag="account.limit"):
    """Let ``peer`` owe this user up to ``amount`` (text with a unit)."""

    peer: str
    amount: str


class AccountSettle(Call, frozen=True, tag="account.settle"):
    """Note a payment made outside; the other must agree."""

    peer: str
    amount: str
    how: str


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
        AccountSettle: AccountView,
    }
)
