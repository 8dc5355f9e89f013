"""Who would keep mail: volunteers that the directory lists under ``mb``."""

from typing import Final

from bazaar.app.context import Context
from bazaar.domain.stores.signposts import MAILBOX

MAX_VOLUNTEERS: Final = 20


async def volunteers(context: Context) -> list[bytes]:
    """At most 20 keys of others that offer it, those connected first; nobody checks the offer.

    Cancelling leaves nothing.
    """
    found = await context.directory.find_providers(MAILBOX)
    connected = {one.key for one in context.exchange.peers()}
    others = [key for key in dict.fromkeys(found) if key != context.me]
    others.sort(key=lambda key: key not in connected)
    return others[:MAX_VOLUNTEERS]
