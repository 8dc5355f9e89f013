"""Tells the services of a node of each other where one must not know the other's class."""

from typing import TYPE_CHECKING

from bazaar.app.credit.credit_judge import CreditJudge
from bazaar.app.trading.witness import Witness
from bazaar.domain.exchange.request_types import RequestType

if TYPE_CHECKING:
    from bazaar.app.services import Services
    from bazaar.domain.stores.records import StoreHead
    from bazaar.domain.wire.envelope import Signed


def join(node: "Services") -> None:
    """Connect everything; called once, before the node runs."""
    _settle(node)
    _come_back(node)
    _watch_time(node)
    _deliver(node)
    _know_people(node)
    _keep_for_others(node)
    _listen(node)


def _settle(node: "Services") -> None:
    judge = CreditJudge(node.context, node.trades, node.hub, node.clearing, node.expiry)
    node.accounts.judge, node.accounts.advanced = judge.judge, judge.advanced
    node.accounts.shares, node.accounts.witnessed = judge.shares, judge.witnessed
    node.accounts.behind = node.greetings.again
    node.expiry.is_paused = node.clearing.is_paused = lambda: node.clock.is_paused
    node.counter.taken = node.tending.recount


def _come_back(node: "Services") -> None:
    node.trades.touched = node.trade_index.touched
    node.homecoming.found = lambda: settings_changed(node)
    node.homecoming.indexed = node.recovery.nudge
    node.homecoming.ended = lambda: tell_records(node)
    node.mailboxes.agreed = node.trade_index.nudge
    node.trades.lost = node.recovery.nudge
    node.trades.promised = node.tending.promised_before
    node.pulse.beaten = node.recovery.beat
    node.serving.foreign.arrival = node.market.fetch.arrival
    node.recovery.tell(node.tending.answered)


async def tell_records(node: "Services") -> None:
    """Own records were looked for after a restore: what the book holds now is told."""
    with node.context.book.unit() as unit:
        node.profiles.refresh_contact(unit)
        head = node.profiles.publish(unit, node.profiles.own(unit).body)
    node.follows.forget()
    node.lists.forget()
    await node.profiles.announce(head)
    await node.prekeys.tend()


def _watch_time(node: "Services") -> None:
    """Spells begin late, and a clock that jumped stops what is automatic."""
    node.trades.is_away = lambda: node.pulse.is_away
    node.pulse.left = node.presence.left
    node.conduct.is_paused = lambda: node.clock.is_paused
    node.deeds.clock_doubt = node.clock.words
    node.clock.ended = node.tending.touch_open


def _deliver(node: "Services") -> None:
    node.profiles.changed = lambda: settings_changed(node)
    node.mailboxes.posted = node.outbox.nudge
    node.resync.posted = node.outbox.nudge
    node.whereabouts.posted = node.outbox.nudge
    node.partners.learned = node.mailboxes.nudge
    node.inbound.keys = node.prekeys.keys
    node.inbound.hear = Witness(node.context, node.proofs.nudge).hear
    node.outbox.heard = node.talk.acknowledged
    node.talk.chat.posted = node.outbox.nudge
    node.talk.chat.met = node.mailboxes.nudge
    node.talk.resync.posted = node.outbox.nudge


def _know_people(node: "Services") -> None:
    def followed() -> None:
        """Whom one follows no list covers."""
        node.lists.forget()
        node.outbox.nudge()

    node.follows.posted = followed
    node.talk.blocks.parted = node.follows.part
    node.follows.foreign = node.lists.served
    node.room.also.append(node.wishes.keep)
    node.market.chains.found = node.gathering.found = node.proofs.nudge
    node.ratings.found = node.proofs.nudge


def _keep_for_others(node: "Services") -> None:
    """What is kept is never dropped to make room, and never served when blocked."""

    def blocked() -> frozenset[bytes]:
        return node.talk.blocks.keys

    def wants(head: "Signed[StoreHead]") -> bool:
        return node.market.fetch.wants(head)

    node.mirrors.blocked = node.serving.blocked = blocked
    node.segments.blocked = blocked
    node.serving.foreign.blocked = node.market.reconciling.blocked = blocked
    node.files.mirrored = node.mirrors.picture
    node.market.fetch.taken = node.mirrors.nudge
    node.room.also.append(node.mirrors.kept)
    node.holders.posted = node.outbox.nudge
    node.fresh_join.took = node.segments.took
    node.fresh_join.wants = wants
    node.fresh_join.ended = node.greetings.again
    node.market.is_joining = node.fresh_join.is_under_way
    node.fresh_join.is_full = lambda: node.market.fetch.is_full
    node.sightings.mirrored = lambda: node.mirrors.stores
    if node.mail_host is not None:
        host = node.mail_host

        def keeps_mail_of(key: bytes) -> bool:
            return host.agreement(key) is not None

        node.ratings.keeps_mail_of = keeps_mail_of
        node.sightings.agreement = node.mail_host.agreement
        node.sightings.visited = node.mail_host.visited


def settings_changed(node: "Services") -> None:
    """Mailboxes, relays and what is shredded follow what the user set."""
    node.whereabouts.settings_changed()
    node.shredding.nudge()
    if node.mail_host is not None:
        node.mail_host.refresh()
    node.mailboxes.nudge()


def _listen(node: "Services") -> None:
    exchange = node.context.exchange
    for kind, handler in (node.serving.handlers() | node.proofs.handlers()).items():
        exchange.serve(kind, handler)
    node.market.reconciling.listen()
    exchange.serve(RequestType.SLOTS, node.histories.answer)
    exchange.serve(RequestType.PUT, node.inbound.put)
    exchange.serve(RequestType.PUT_SEALED, node.inbound.put_sealed)
    exchange.serve(RequestType.HUB, node.hub.answer)
    exchange.serve(RequestType.RECORD_GET, node.follows.answer)
    exchange.serve(RequestType.DIGEST, node.resync.digests)
    exchange.serve(RequestType.MISSING, node.resync.missing)
    node.talk.resync.listen()
    node.talk.typing.listen()
    node.holders.listen()
    node.sightings.listen()
    node.segments.listen()
    node.recovery.serve(node.mailboxes)
    node.resealing.listen()
    if node.mail_host is not None:
        node.mail_host.knows = node.partners.is_contact
        node.mail_host.listen()
    if node.index_host is not None:
        node.index_host.listen()
    exchange.on_connected(node.greetings.connected)
    exchange.on_reach(node.whereabouts.changed)
    exchange.on_reach(lambda: node.context.emit("peers", {}))
    node.context.gossip.on_head(node.market.news.heard)
    node.context.gossip.listen_for(node.interests.listening)
