"""Mail kept for others while they are away."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from bazaar.domain.delivery.mail import Used
from bazaar.domain.errors import BazaarError
from bazaar.domain.exchange.mail import Letter


class Deposit(NamedTuple):
    """One sealed blob to be kept for a recipient.

    Attributes:
        with_token: Whether it counts against the quota of partners or of strangers.
    """

    recipient: bytes
    sender: bytes
    at: int
    with_token: bool
    blob: bytes


class Agreement(NamedTuple):
    """A recipient that is served, with the signature that asked for it."""

    recipient: bytes
    at: int
    until: int
    signature: bytes


class MailStore(Protocol):
    """Mail that this node keeps for others, and for whom; each call is one transaction.

    Every method may raise MailError when the disk fails.
    """

    def agree(self, agreement: Agreement, locks: Sequence[bytes]) -> None:
        """Serve a recipient with exactly these tokens' locks, in place of what stood before."""
        ...

    def agreement(self, recipient: bytes) -> Agreement | None: ...
    def end(self, recipient: bytes) -> None:
        """Serve a recipient no more; its mail is deleted."""
        ...

    def recipients(self) -> int: ...
    def has_lock(self, recipient: bytes, lock: bytes) -> bool: ...
    def used(self, recipient: bytes, sender: bytes) -> Used: ...
    def put(self, deposit: Deposit) -> int:
        """Keep durably; its number, greater than all before. The same blob again changes nothing."""
        ...

    def take(self, recipient: bytes, after: int, most: int) -> list[Letter]:
        """Letters above a number in their order, as long as their blobs are ``most`` bytes."""
        ...

    def drop(self, recipient: bytes, numbers: Sequence[int]) -> int: ...
    def put_index(self, recipient: bytes, at: int, blob: bytes) -> bool:
        """Keep a recipient's sealed trade index in place of an older one; False if it is older."""
        ...

    def index(self, recipient: bytes) -> tuple[int, bytes] | None:
        """When the recipient's trade index was made, and its blob."""
        ...

    def index_owners(self) -> list[bytes]:
        """Everybody whose trade index is kept."""
        ...

    def expire(self, now: int, before: int) -> int:
        """Delete mail older than ``before`` and agreements that ended by ``now``."""
        ...


class MailError(BazaarError):
    """The disk is full, broken or damaged; nothing was stored."""
