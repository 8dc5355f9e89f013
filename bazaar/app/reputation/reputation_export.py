"""Puts the own reputation together as a file that anybody can check without a network (11.6)."""

from bazaar.app.context import Context
from bazaar.app.reputation.rating_gathering import RatingGathering
from bazaar.app.reputation.slot_histories import SlotHistories
from bazaar.domain.reputation.reputation_file import (
    MAX_PAGES,
    MAX_RATINGS,
    ReputationFile,
    encode_file,
)


class ReputationExport:
    """Exports what others said of the user, and the chains that show what is missing."""

    def __init__(
        self, context: Context, gathering: RatingGathering, histories: SlotHistories
    ) -> None:
        self._context = context
        self._gathering = gathering
        self._histories = histories

    async def make(self) -> bytes:
        """The bytes of the file; all ratings that anybody shows are asked for first.

        Raises RefusedError (BUSY) while slots that a restore lost are looked for.
        """
        gathered = await self._gathering.gather(self._context.me)
        held = [one.rating for one in gathered.counted]
        held += [one.earlier for one in gathered.counted if one.earlier]
        replies = [one.reply.envelope for one in gathered.counted if one.reply]
        context = self._context
        return encode_file(
            ReputationFile(
                1,
                context.network.name,
                context.me,
                context.now(),
                tuple(self._histories.own_pages())[:MAX_PAGES],
                tuple(one.envelope for one in held[:MAX_RATINGS]),
                tuple(replies[:MAX_RATINGS]),
            )
        )
