"""Copies of other people's stores, what is held of whom, and who was last seen."""

from typing import Final

from bazaar.rpc.schema.call import Answer, Answers, Call, Done

DEFAULT_QUOTA_MIB = 200


class MirrorKeep(Call, frozen=True, tag="mirror"):
    """Keep a copy of a store and serve it while its owner is away; again to change the quota.

    Attributes:
        quota: MiB that its listings and pictures may have, 1 to 10,240.
    """

    peer: str
    quota: int = DEFAULT_QUOTA_MIB


class MirrorStop(Call, frozen=True, tag="mirror.stop"):
    """Keep the copy no more; its pictures are deleted."""

    peer: str


class MirrorView(Answer, frozen=True):
    """The copy of one store.

    Attributes:
        listings, all_listings: Held whole, and all that the store has.
        pictures, all_pictures: Held, and all that the listings held show.
        bytes, quota: Room used and given.
        as_of: When its newest head was heard; 0 before the store was seen.
        whole: When all of it was last here, or 0.
        problem: What it waits for, in words, or empty.
    """

    peer_id: str
    name: str
    listings: int
    all_listings: int
    pictures: int
    all_pictures: int
    bytes: int
    quota: int
    as_of: int
    whole: int
    problem: str = ""


class HolderView(Answer, frozen=True):
    """Somebody who says that he keeps a copy of the own store; ``named`` to everybody."""

    peer_id: str
    name: str
    listings: int
    pictures: int
    at: int
    named: bool


class MirrorList(Call, frozen=True, tag="mirror.list"):
    """Copies kept here, and of the own store elsewhere."""


class MirrorsView(Answer, frozen=True):
    """Both, and whether friends who keep a copy are mirrored in return."""

    mirrors: tuple[MirrorView, ...]
    holders: tuple[HolderView, ...]
    friends: bool


class HeldList(Call, frozen=True, tag="held.list"):
    """What of other people is held here, who has most first."""


class HeldView(Answer, frozen=True):
    """What is held of one author.

    Attributes:
        listings: Whole listings that were looked at, ordered or mirrored.
        pictures: Pictures kept for the author's store.
        served: Whether others are given it; never of somebody blocked.
    """

    peer_id: str
    name: str
    listings: int
    pictures: int
    bytes: int
    mirrored: bool
    blocked: bool
    served: bool


class HeldPurge(Call, frozen=True, tag="held.purge"):
    """Delete everything held of one author, copy and store included; orders keep their papers."""

    peer: str


class SellerSeen(Call, frozen=True, tag="seen"):
    """When up to 16 people on screen were last seen; what is not known is asked for."""

    peers: tuple[str, ...]


class SeenView(Answer, frozen=True):
    """One person's presence.

    Attributes:
        seen: When last seen; 0 if nobody could say.
        asked: When that was found out; 0 while it is being asked for.
        as_of: When the person's store was last heard of, or 0.
    """

    peer_id: str
    online: bool
    seen: int
    asked: int
    as_of: int


CALLS: Final[Answers] = {
    MirrorKeep: MirrorView,
    MirrorStop: Done,
    MirrorList: MirrorsView,
    HeldList: tuple[HeldView, ...],
    HeldPurge: Done,
    SellerSeen: tuple[SeenView, ...],
}
