"""What this machine keeps of the market."""

from typing import Final

from bazaar.rpc.schema.call import Answer, Answers, Call


class KeepShow(Call, frozen=True, tag="keep.show"):
    """What is kept, and what is left out."""


class KeepSet(Call, frozen=True, tag="keep.set"):
    """Keep this from now on; what is None stays as it is.

    Attributes:
        categories: Names of categories; none of them means all.
        regions: Country codes that the goods must reach; none means all.
        quota_bytes: What the catalogue of others may take on the disk.
    """

    categories: tuple[str, ...] | None = None
    regions: tuple[str, ...] | None = None
    quota_bytes: int | None = None


class KeepView(Answer, frozen=True):
    """The choice beside what is here.

    Attributes:
        listings, stores: Searchable here.
        listings_left_out, stores_left_out: Known by their heads, but not here: not chosen,
            dropped to make room, or still on their way.
    """

    categories: tuple[str, ...]
    regions: tuple[str, ...]
    quota_bytes: int
    used_bytes: int
    listings: int
    stores: int
    listings_left_out: int
    stores_left_out: int


CALLS: Final[Answers] = {
    KeepShow: KeepView,
    KeepSet: KeepView,
}
