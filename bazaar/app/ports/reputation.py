"""What the catalogue keeps of people's standing: ratings, replies, and how far chains go."""

from typing import Protocol

from bazaar.domain.reputation.rating import Rating, RatingReply
from bazaar.domain.reputation.rating_rules import Rated
from bazaar.domain.reputation.reputation import Voice
from bazaar.domain.reputation.slots import SalesHead
from bazaar.domain.wire.envelope import Signed


class Standings(Protocol):
    """The part of the catalogue that is about people, all of it verified before."""

    async def keep_rating(self, rating: Signed[Rating], rated: Rated) -> bool:
        """Keep a rating; False if its series has one as new."""
        ...

    async def weigh(self, ratee: bytes) -> None:
        """Let the ratings kept of a seller count in searches from now on."""
        ...

    async def ratings(self, ratee: bytes) -> list[bytes]:
        """The newest first, then what corrections took the place of."""
        ...

    async def voices(self) -> list[Voice]:
        """All that weighs: ratings under their authors' names, each series once."""
        ...

    async def keep_reply(self, reply: Signed[RatingReply]) -> None: ...
    async def replies(self, ratee: bytes) -> list[bytes]: ...
    async def keep_chain(self, head: Signed[SalesHead]) -> None:
        """Keep a SalesHead if it goes further than the one held."""
        ...

    async def chains(self, key: bytes) -> list[bytes]:
        """The furthest SalesHead of each chain of one key, by chain."""
        ...
