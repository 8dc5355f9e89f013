"""Whom one follows, what one keeps an eye on, and lists of warnings."""

from typing import Final

from bazaar.rpc.schema.call import Answer, Answers, Call, Done, MoneyView
from bazaar.rpc.schema.listings import CardView


class WishAdd(Call, frozen=True, tag="wish.add"):
    """Keep an eye on a listing; nobody else learns of it."""

    listing: str


class WishRemove(Call, frozen=True, tag="wish.remove"):
    """Take it off again."""

    listing: str


class WishList(Call, frozen=True, tag="wish.list"):
    """Everything one keeps an eye on, last added first."""


class WishView(Answer, frozen=True):
    """One listing on the list.

    Attributes:
        card: As it is known now; None once it is not sold any more.
        was: Price when it was put there.
        gone: It is not sold any more.
        expires: When it ends, seconds; 0 while that is not known.
    """

    listing_id: str
    title: str
    seller: str
    seller_name: str
    price: MoneyView
    was: MoneyView
    state: str
    gone: bool
    expires: int
    added: int
    card: CardView | None = None


class FollowPeer(Call, frozen=True, tag="follow"):
    """Follow a person: hear of new listings, keep the shop. ``private``: nobody sees it."""

    peer: str
    private: bool = False


class Unfollow(Call, frozen=True, tag="unfollow"):
    """Take that back."""

    peer: str


class Follows(Call, frozen=True, tag="follow.list"):
    """Whom a person follows and by whom it is followed; own without a peer."""

    peer: str | None = None


class FollowView(Answer, frozen=True):
    """One person in such a list.

    Attributes:
        followed: The user follows this person; ``private`` that nobody else sees it.
        follows_you: This person follows the user openly.
    """

    peer_id: str
    name: str
    fingerprint: tuple[str, ...]
    colour: str
    online: bool
    followed: bool
    private: bool
    follows_you: bool


class FollowsView(Answer, frozen=True):
    """Both lists; of others only what they tell openly."""

    following: tuple[FollowView, ...]
    followers: tuple[FollowView, ...]


class Report(Call, frozen=True, tag="report"):
    """Put a person or a listing on the own list.

    Attributes:
        subject: Peer id or listing id.
        reason: offensive, fraud, illegal or other.
    """

    subject: str
    reason: str


class ReportWithdraw(Call, frozen=True, tag="report.withdraw"):
    """Take a report back."""

    subject: str


class WarningsShow(Call, frozen=True, tag="warnings.show"):
    """The own list, and the lists of others that are used."""


class WarningsPublish(Call, frozen=True, tag="warnings.publish"):
    """Let others read the own list, or no longer; an empty title keeps the one it has."""

    published: bool
    title: str = ""


class WarningsUse(Call, frozen=True, tag="warnings.use"):
    """Fetch the signed list of a person and use it from now on."""

    peer: str


class WarningsDrop(Call, frozen=True, tag="warnings.drop"):
    """Use it no longer."""

    peer: str


class WarningsAllow(Call, frozen=True, tag="warnings.allow"):
    """Show a person or a listing whatever lists say, or let them cover it again."""

    subject: str
    allowed: bool = True


class WarningView(Answer, frozen=True):
    """One entry.

    Attributes:
        subject: Peer id, or hex of a listing.
        title: Name of the person or title of the listing, as far as known.
    """

    subject: str
    title: str
    reason: str
    is_person: bool


class UsedListView(Answer, frozen=True):
    """A list of somebody else; ``entries`` are the first ones of ``count``."""

    peer_id: str
    name: str
    fingerprint: tuple[str, ...]
    colour: str
    title: str
    count: int
    issued: int
    fetched: int
    entries: tuple[WarningView, ...]


class WarningsView(Answer, frozen=True):
    """Everything about warnings here."""

    title: str
    published: bool
    own: tuple[WarningView, ...]
    used: tuple[UsedListView, ...]
    allowed: tuple[WarningView, ...]


CALLS: Final[Answers] = {
    WishAdd: Done,
    WishRemove: Done,
    WishList: tuple[WishView, ...],
    FollowPeer: Done,
    Unfollow: Done,
    Follows: FollowsView,
    Report: Done,
    ReportWithdraw: Done,
    WarningsShow: WarningsView,
    WarningsPublish: WarningsView,
    WarningsUse: WarningsView,
    WarningsDrop: WarningsView,
    WarningsAllow: Done,
}
