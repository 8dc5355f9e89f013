"""Every service of one node, built from one Context; ``wiring`` tells them of each other."""

from bazaar.app.catalogue.fresh_join import FreshJoin
from bazaar.app.catalogue.interests import InterestChoice
from bazaar.app.catalogue.market import Market
from bazaar.app.catalogue.room import Room
from bazaar.app.catalogue.segments import Segments
from bazaar.app.clock_watch import ClockWatch
from bazaar.app.context import Context
from bazaar.app.credit.account_recovery import AccountRecovery
from bazaar.app.credit.accounts import Accounts
from bazaar.app.credit.clearing import Clearing
from bazaar.app.credit.credit import CreditRail
from bazaar.app.credit.expiry import Expiry
from bazaar.app.credit.hub import Hub
from bazaar.app.credit.hub_choice import HubChoice
from bazaar.app.delivery.deposits import Deposits
from bazaar.app.delivery.mail_host import MailHost
from bazaar.app.delivery.mailboxes import Mailboxes
from bazaar.app.delivery.outbox import Outbox
from bazaar.app.delivery.partners import Partners
from bazaar.app.delivery.prekeys import Prekeys
from bazaar.app.discovery.asking_around import AskAround
from bazaar.app.discovery.peer_exchange import PeerExchange
from bazaar.app.discovery.signposting import Signposting
from bazaar.app.discovery.whereabouts import Whereabouts
from bazaar.app.files import Files
from bazaar.app.greetings import Greetings
from bazaar.app.mirrors.mirror_holders import MirrorHolders
from bazaar.app.mirrors.mirrors import Mirrors
from bazaar.app.mirrors.sightings import Sightings
from bazaar.app.people.cart import Cart
from bazaar.app.people.follows import Follows
from bazaar.app.people.lists import Lists
from bazaar.app.people.saved_searches import SavedSearches
from bazaar.app.people.talk import Talk
from bazaar.app.people.wishes import Wishes
from bazaar.app.presence import Presence
from bazaar.app.receivers import receivers
from bazaar.app.recovery.backup import Backups
from bazaar.app.recovery.backup_schedule import BackupSchedule
from bazaar.app.recovery.homecoming import Homecoming
from bazaar.app.recovery.index_host import IndexHost
from bazaar.app.recovery.own_past import OwnPast
from bazaar.app.recovery.own_store import OwnStore
from bazaar.app.recovery.recovery import Recovery
from bazaar.app.recovery.trade_index import TradeIndex
from bazaar.app.reputation.rating_gathering import RatingGathering
from bazaar.app.reputation.rating_replies import RatingReplies
from bazaar.app.reputation.ratings import Ratings
from bazaar.app.reputation.slot_histories import SlotHistories
from bazaar.app.reputation.voices import Voices
from bazaar.app.serving import Serving
from bazaar.app.shop.counter import Counter
from bazaar.app.shop.doorkeeper import Doorkeeper
from bazaar.app.shop.licences import Licences, Vending
from bazaar.app.shop.profiles import Profiles
from bazaar.app.shop.shelf import Shelf
from bazaar.app.shop.shop import Shop
from bazaar.app.tending import Tending
from bazaar.app.trading.briefing import Briefing
from bazaar.app.trading.conduct import Conduct
from bazaar.app.trading.consent import Consent
from bazaar.app.trading.deeds import Deeds
from bazaar.app.trading.disclosure import Disclosure
from bazaar.app.trading.downloads import Downloads
from bazaar.app.trading.inbound import Inbound
from bazaar.app.trading.ordering import Ordering
from bazaar.app.trading.proofs import Proofs
from bazaar.app.trading.pulse import Pulse
from bazaar.app.trading.resealing import Resealing
from bazaar.app.trading.resync import Resync
from bazaar.app.trading.shipments import Shipments
from bazaar.app.trading.shredding import Shredding
from bazaar.app.trading.trades import Trades


class Services:
    """The parts of a node, by what they are for; nothing runs yet.

    A part gets what it cannot do without; what only tells another one of something is
    left to ``wiring.join``.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.tending = Tending(self)
        self.greetings = Greetings(self)
        self._settle(context)
        self._keep_shop(context)
        self._trade(context)
        self._know_people(context)
        self._deliver(context)
        self._come_back(context)

    def _settle(self, context: Context) -> None:
        self.trades, self.accounts = Trades(context), Accounts(context)
        self.expiry = Expiry(self.trades)
        self.rail = CreditRail(context, self.accounts, self.expiry)
        self.clearing = Clearing(context, self.accounts)
        self.hub = Hub(context, self.trades, self.accounts, self.expiry)

    def _keep_shop(self, context: Context) -> None:
        self.shop = Shop(context)
        self.profiles = Profiles(context, self.shop)
        self.market = Market(context)
        self.files = Files(context, self.market.sources)
        self.mirrors = Mirrors(context, self.market, self.files)
        self.segments, self.fresh_join = Segments(context), FreshJoin(context)
        self.room = Room(context, self.market)
        self.interests = InterestChoice(context, self.market, self.room)
        self.counter = Counter(context, self.shop)
        self.doorkeeper = Doorkeeper(context, self.profiles)
        self.shelf = Shelf(context, self.shop)

    def _trade(self, context: Context) -> None:
        self.consent = Consent(context, self.trades, self.market, self.rail)
        hubs = HubChoice(context, self.accounts)
        self.ordering = Ordering(context, self.trades, self.market, self.rail, hubs)
        self.deeds = Deeds(context, self.trades, self.consent, self.rail, self.counter)
        self.licences = Licences(context)
        shipments = Shipments(self.trades, self.rail)
        vending = Vending(context, self.licences, self.counter, shipments)
        self.conduct = Conduct(context, self.trades, self.rail, self.counter, vending)
        self.disclosure = Disclosure(context, self.trades)
        self.briefing = Briefing(context, self.trades)
        self.shredding = Shredding(context, self.trades, self.tending.bound)
        self.downloads = Downloads(context, self.trades)
        self.ratings = Ratings(context, self.trades)
        self.replies = RatingReplies(context, self.trades)
        self.histories = SlotHistories(context, self.trades, self.market.chains)
        self.gathering = RatingGathering(context, self.histories)
        self.voices = Voices(context, self.profiles)
        self.cart = Cart(context, self.market, self.shelf)
        self.wishes = Wishes(context, self.market)

    def _know_people(self, context: Context) -> None:
        self.proofs = Proofs(context)
        self.partners = Partners(context, self.trades, self.market)
        self.talk = Talk(context, self.trades, self.partners)
        self.prekeys = Prekeys(context, self.profiles)
        self.follows = Follows(context, self.market)
        self.searches = SavedSearches(context, self.follows)
        self.lists = Lists(context, self.market)
        self.holders = MirrorHolders(
            context, self.profiles, self.partners, self.mirrors.keep
        )
        self.sightings = Sightings(context, self.partners)
        self.acquaintances = PeerExchange(context)
        self.asking = AskAround(context, self.market)
        self.signposting = Signposting(context, self.shop)

    def _deliver(self, context: Context) -> None:
        deposits = Deposits(context, self.partners)
        self.outbox = Outbox(context, deposits.leave, deposits.close)
        tending = self.tending
        self.inbound = Inbound(context, receivers(self), tending.tend_soon)
        self.mailboxes = Mailboxes(
            context, self.profiles, self.prekeys, self.partners, self.inbound
        )
        self.whereabouts = Whereabouts(context, self.profiles, self.partners)
        self.mail_host = MailHost(context, context.mail) if context.mail else None
        self.index_host = IndexHost(context, context.mail) if context.mail else None
        self.resync = Resync(context, self.trades, self.inbound)
        self.serving = Serving(
            context, self.shop, self.files, self.ratings, self.replies
        )
        self.pulse = Pulse(
            context, self.trades, tending.look_at, tending.trades_with_holds
        )

    def _come_back(self, context: Context) -> None:
        self.backups = Backups(context, self.trades)
        self.backup_schedule = BackupSchedule(context, self.backups)
        self.clock = ClockWatch(context)
        accounts = AccountRecovery(context, self.accounts)
        self.recovery = Recovery(
            context, self.trades, self.resync, accounts, self.partners
        )
        self.trade_index = TradeIndex(context, self.trades, self.partners)
        store = OwnStore(context, self.market, self.shop, self.files)
        past = OwnPast(context, self.market, store)
        self.resealing = Resealing(context, self.trades, self.partners, self.prekeys)
        self.homecoming = Homecoming(context, self.partners, past)
        self.presence = Presence(
            context, self.trades, self.mailboxes, self.resync, self.pulse.arrive
        )
