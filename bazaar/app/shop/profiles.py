"""Own records beside listings: profile, contact and arbiter's terms, each a signed series."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from bazaar.app.context import Context
from bazaar.app.delivery.mail_agreements import parsed_mailboxes, serving, set_wished
from bazaar.app.mirrors.mirror_list import named
from bazaar.app.ports import Edit, RecordRow, Unit
from bazaar.app.recovery import resync_mode
from bazaar.app.shop.shop import Shop
from bazaar.app.shop.shop_pictures import read_picture
from bazaar.app.trading.shredding import GREATEST_DAYS, SHRED_DAYS
from bazaar.domain.errors import BazaarError, InputError, MalformedMessageError
from bazaar.domain.keys.peer_ids import key_of
from bazaar.domain.stores.records import (
    OFFER_SECONDS,
    ArbiterOffer,
    Contact,
    Profile,
    SocialAccount,
    StoreHead,
    UnitTerms,
)
from bazaar.domain.wire.bodies import KIND_OF
from bazaar.domain.wire.complaints import of_record
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.kinds import Kind

CONTACT_MAX_ADDRESSES: Final = 6
CONTACT_MAX_RELAYS: Final = 2
WORD_FIELDS: Final = frozenset({"handle", "location", "vacation"})
TEXT_FIELDS: Final = frozenset({"name", "about", "short"}) | WORD_FIELDS
FLAGS: Final = frozenset({"nsfw", "sells", "arbitrates"})
LISTS: Final = frozenset({"arbiters", "languages", "colours", "contacts"})
SETTINGS: Final = frozenset(
    {"auto_fund", "serves_mail", "serves_search", "mail_contacts_only"}
    | {"deal_with_flagged", "read_marks", "show_mature", "hide_followers"}
    | {"mirror_friends", "serves_relay", "relay_only", "opens_port"}
)
NUMBERS: Final = {SHRED_DAYS: GREATEST_DAYS}
"""Settings that are a number, with their greatest value; the least is 0."""

MAILBOXES: Final = "mailboxes"
PICTURES: Final = ("avatar", "header")
R = TypeVar("R", Profile, Contact, ArbiterOffer)
TRUE_WORDS: Final = frozenset({"yes", "true", "1", "on"})
FALSE_WORDS: Final = frozenset({"no", "false", "0", "off"})


class Profiles:
    """Signs the next version of each own record."""

    def __init__(self, context: Context, shop: Shop) -> None:
        self._context = context
        self._shop = shop
        self.changed: Callable[[], None] = lambda: None
        """Told after each change that a person made."""

    def own(self, unit: Unit) -> Signed[Profile]:
        """The own profile. Raises InputError before the first one was made."""
        row = unit.record(Kind.PROFILE)
        if row is None:
            raise InputError("name", "this home has no profile yet")
        return verify_as(Profile, row.envelope, self._context.network.id)

    async def change(self, values: Mapping[str, str]) -> None:
        """Change fields by name. Raises InputError naming the field; then nothing changes."""
        with self._context.book.unit() as unit:
            before = self.own(unit).body
            changes = {
                name: _parsed(name, text)
                for name, text in values.items()
                if name not in SETTINGS | NUMBERS.keys() | {MAILBOXES}
            }
            for name in NUMBERS.keys() & values.keys():
                number = _number(name, values[name])
                unit.set_setting(f"user:{name}", str(number).encode())
            for name in SETTINGS & values.keys():
                unit.set_setting(
                    f"user:{name}", str(_flag(name, values[name])).encode()
                )
            if MAILBOXES in values:
                set_wished(unit, parsed_mailboxes(values[MAILBOXES], self._context.me))
            fields = {
                ("seats" if k == "arbiters" else k): v for k, v in changes.items()
            }
            after = msgspec.structs.replace(before, **fields)
            head = self.publish(unit, after) if fields else None
        self.changed()
        if head is not None:
            await self.announce(head)

    async def set_picture(self, which: str, path: str, edit: Edit) -> None:
        """Publish a picture as avatar or header; an empty path takes it away.

        It is read, turned, cropped and re-encoded by the child process. Raises InputError
        naming ``which``; then nothing changes. Cancelling may leave a file among the blobs.
        """
        if which not in PICTURES:
            raise InputError("which", f"one of {', '.join(PICTURES)}")
        digest = await self._cleaned(which, path, edit) if path else None
        with self._context.book.unit() as unit:
            before = self.own(unit).body
            head = self.publish(
                unit, msgspec.structs.replace(before, **{which: digest})
            )
        self.changed()
        await self.announce(head)

    async def _cleaned(self, which: str, path: str, edit: Edit) -> bytes:
        try:
            data = await read_picture(Path(path))
        except InputError as error:
            raise InputError(which, str(error).removeprefix("images: ")) from error
        try:
            cleaned = await self._context.pictures.clean(data, edit)
        except BazaarError as error:
            raise InputError(which, f"{Path(path).name}: {error}") from error
        return self._context.blobs.put(cleaned.data)

    def publish(self, unit: Unit, profile: Profile) -> Signed[StoreHead]:
        """Sign the next version of the profile and the head over it, to be announced."""
        now, seq = self._context.now(), resync_mode.next_seq(unit, profile.seq)
        self._put(unit, msgspec.structs.replace(profile, seq=seq, issued=now))
        return self._shop.renew(unit)

    async def announce(self, head: Signed[StoreHead]) -> None:
        """Tell the network of a head; failing to tell is no failure."""
        await self._shop.announce(head)

    async def offer_arbitration(self, offer: ArbiterOffer) -> Signed[ArbiterOffer]:
        """Publish terms as arbiter; the profile then says so."""
        with self._context.book.unit() as unit:
            signed = self._put(unit, offer)
            unit.keep_object(
                signed.id, Kind.ARBITER_OFFER, self._context.me, signed.envelope
            )
            self._arbitrates(unit, says=True)
            head = self._shop.renew(unit)
        await self._context.catalogue.keep_record(signed, self._context.now())
        await self._shop.announce(head)
        return signed

    async def withdraw_arbitration(self) -> None:
        """Say that no new cases are taken; open ones stay."""
        with self._context.book.unit() as unit:
            row = unit.record(Kind.ARBITER_OFFER)
            if row is None:
                raise InputError("", "you do not offer to arbitrate")
            offer = verify_as(ArbiterOffer, row.envelope, self._context.network.id).body
            now = self._context.now()
            ended = msgspec.structs.replace(
                offer,
                seq=resync_mode.next_seq(unit, offer.seq),
                issued=now,
                expires=now,
            )
            signed = self._put(unit, ended)
            self._arbitrates(unit, says=False)
            head = self._shop.renew(unit)
        await self._context.catalogue.keep_record(signed, self._context.now())
        await self._shop.announce(head)

    def new_offer(
        self, unit: Unit, units: tuple[UnitTerms, ...], terms: str, *, backup: bool
    ) -> ArbiterOffer:
        """The next version of the own terms, not yet signed."""
        before = unit.record(Kind.ARBITER_OFFER)
        profile = self.own(unit).body
        now = self._context.now()
        return ArbiterOffer(
            self._context.me,
            resync_mode.next_seq(unit, before.seq if before else 0),
            now,
            now + OFFER_SECONDS,
            units,
            profile.languages,
            ("ZZ",),
            terms,
            72,
            backup,
            ("ZZ",),
            profile.box_key,
        )

    def contact(self, unit: Unit) -> Contact | None:
        """The own Contact as last signed."""
        row = unit.record(Kind.CONTACT)
        if row is None:
            return None
        return verify_as(Contact, row.envelope, self._context.network.id).body

    def refresh_contact(self, unit: Unit) -> bool:
        """Sign a new Contact if what anybody may be told has changed; True if so.

        After a restore not before older ones were looked for: they name the mailboxes.
        """
        if resync_mode.is_seeking(unit):
            return False
        now = self._context.now()
        addresses = tuple(self._context.exchange.tellable())[:CONTACT_MAX_ADDRESSES]
        relays = tuple(self._context.exchange.relays())[:CONTACT_MAX_RELAYS]
        mailboxes = serving(unit, now)
        mirrors = tuple(sorted(named(unit, now)))
        before = self.contact(unit)
        told = before and (
            *(before.addresses, before.relays),
            *(before.mailboxes, before.mirrors),
        )
        if told == (addresses, relays, mailboxes, mirrors):
            return False
        seq = resync_mode.next_seq(unit, before.seq if before else 0)
        me = self._context.me
        self._put(unit, Contact(me, seq, now, addresses, relays, mailboxes, mirrors))
        return True

    def _arbitrates(self, unit: Unit, *, says: bool) -> None:
        profile = self.own(unit).body
        if profile.arbitrates != says:
            self._put(
                unit,
                msgspec.structs.replace(
                    profile,
                    seq=resync_mode.next_seq(unit, profile.seq),
                    issued=self._context.now(),
                    arbitrates=says,
                ),
            )

    def _put(self, unit: Unit, body: R) -> Signed[R]:
        try:
            signed = self._context.sign(body)
        except MalformedMessageError as error:
            raise of_record(str(error), type(body), "profile") from error
        unit.put_record(
            RecordRow(KIND_OF[type(body)], "", body.seq, signed.id, signed.envelope)
        )
        return signed


def _parsed(name: str, text: str) -> object:
    if name in FLAGS:
        return _flag(name, text)
    if name in LISTS:
        return _list(name, text)
    if name in TEXT_FIELDS:
        return (text or None) if name in WORD_FIELDS else text
    settings = SETTINGS | NUMBERS.keys() | {MAILBOXES}
    known = ", ".join(sorted(TEXT_FIELDS | FLAGS | LISTS | settings))
    raise InputError(name, f"not a profile field; known are {known}")


def _flag(name: str, text: str) -> bool:
    if text.lower() in TRUE_WORDS:
        return True
    if text.lower() in FALSE_WORDS:
        return False
    raise InputError(name, "must be yes or no")


def _number(name: str, text: str) -> int:
    most = NUMBERS[name]
    if not (text.isascii() and text.isdigit()) or int(text) > most:
        raise InputError(name, f"must be a whole number from 0 to {most}")
    return int(text)


def _contacts(text: str) -> tuple[SocialAccount, ...]:
    """One ``type: value`` a line."""
    found: list[SocialAccount] = []
    for line in filter(str.strip, text.splitlines()):
        kind, colon, value = (part.strip() for part in line.partition(":"))
        if not (kind and colon and value):
            raise InputError("contacts", "one a line, such as website: https://my.shop")
        found.append(SocialAccount(kind, value))
    return tuple(found)


def _list(name: str, text: str) -> tuple[object, ...]:
    if name == "contacts":
        return _contacts(text)
    words = [word.strip() for word in text.split(",") if word.strip()]
    if name == "arbiters":
        return tuple(key_of(word) for word in words)
    if name == "colours":
        return tuple(_colour(word) for word in words)
    return tuple(words)


def _colour(word: str) -> int:
    try:
        return int(word.removeprefix("#"), 16)
    except ValueError as error:
        raise InputError(
            "colours", f"{word} is not a colour such as #1f5fd6"
        ) from error
