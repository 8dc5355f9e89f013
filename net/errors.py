"""What can go wrong below the exchange; by who has to act.

* ``ListenError``: the user has to name another address or end another program.
* ``NetworkDownError``: the host is between two lives; try again in a moment.
* ``StreamBrokenError``: a connection had ended; dial again.
"""

from bazaar.domain.errors import BazaarError, PeerUnreachableError


class ListenError(BazaarError):
    """No socket could be opened on the address; the words name it and why."""


class NetworkDownError(BazaarError):
    """The host is not running, or is being restarted."""


class StreamBrokenError(PeerUnreachableError):
    """No stream could be opened on a connection, and not for silence: nothing was sent."""
