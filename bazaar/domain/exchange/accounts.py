"""States of credit accounts, and what a hub is asked."""

from typing import Annotated, Final

from msgspec import Meta

from bazaar.domain.exchange.coding import Envelope
from bazaar.domain.wire.bounds import U8, U32, Body, Id, Key, PositiveAmount, UnitId

MAX_UNITS: Final = 64
MAX_STATES: Final = 32
MAX_UNANSWERED: Final = 4


class AccountGet(Body, frozen=True):
    """The newest co-signed state of an account."""

    account: Id


class AccountAnswer(Body, frozen=True):
    """Its two envelopes; empty at state 0."""

    n: U32
    propose: bytes
    accept: bytes


class HubAsk(Body, frozen=True):
    """Would the answerer carry ``amount`` from the asker to ``seller``? Binds nobody."""

    seller: Key
    unit: UnitId
    amount: PositiveAmount


class HubAnswer(Body, frozen=True):
    """0 for yes, else the reply code that says why not."""

    code: U8


class AccountSince(Body, frozen=True):
    """The states of the account with the asker in ``unit`` above ``n``."""

    unit: UnitId
    n: U32


class CoSigned(Body, frozen=True):
    """The two envelopes under one state."""

    propose: Envelope
    accept: Envelope


class AccountStates(Body, frozen=True):
    """What the answerer has.

    Attributes:
        n: Its newest co-signed state, 0 for none.
        states: Those above what was asked, ascending, as many as fit.
        unanswered: What it holds about the next number: the asker's last proposal that
            it rejected, that Reject, the asker's proposal that waits.
    """

    n: U32
    states: Annotated[tuple[CoSigned, ...], Meta(max_length=MAX_STATES)]
    unanswered: Annotated[tuple[Envelope, ...], Meta(max_length=MAX_UNANSWERED)]
