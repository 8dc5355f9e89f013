"""Disputes, evidence, rulings."""

from typing import Final

from bazaar.rpc.schema.call import Answer, Answers, Call
from bazaar.rpc.schema.moves import Moved
from bazaar.rpc.schema.orders import OrderRow
from bazaar.rpc.schema.search import PictureView


class OrderDispute(Call, frozen=True, tag="order.dispute"):
    """Ask the seats; reason code is unshipped, silent, goods or other."""

    id: str
    reason_code: str
    version: str = ""
    part: tuple[int, ...] = ()
    reason: str = ""
    evidence: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()


class OrderEvidence(Call, frozen=True, tag="order.evidence"):
    """Add files and a statement to an open dispute."""

    id: str
    files: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    statement: str = ""


class Disputed(Answer, frozen=True):
    """``seats_acked``: how many seats have the dispute."""

    order_id: str
    state: str
    seats_acked: int


class OrderFile(Call, frozen=True, tag="order.file"):
    """Path of an evidence file of an order, fetched from its author when needed."""

    id: str
    hash: str


class EvidenceBundle(Call, frozen=True, tag="evidence"):
    """Write an order's evidence to a new file (whole path); ``files`` adds evidence files."""

    id: str
    file: str
    files: bool = False


class BundleView(Answer, frozen=True):
    """The file, and what anybody who verifies it will find."""

    order_id: str
    file: str
    size: int
    valid: bool
    state: str
    problems: tuple[str, ...]


class CaseList(Call, frozen=True, tag="case.list"):
    """Orders that this user judges, those with a dispute first."""


class OrderDisclose(Call, frozen=True, tag="order.disclose"):
    """Hand ``what`` (address or delivery) to a seat, ``to`` primary or backup, sealed."""

    id: str
    what: str
    to: str = "primary"


class CaseRule(Call, frozen=True, tag="case.rule"):
    """Rule a part: amounts as text; the fee is taken as PROTOCOL.md 7.5 c says.

    Attributes:
        part: None means the only part in dispute.
    """

    id: str
    buyer: str
    seller: str
    reason: str
    part: int | None = None
    version: str = ""


CALLS: Final[Answers] = {
    OrderDisclose: Moved,
    OrderDispute: Disputed,
    OrderEvidence: Moved,
    OrderFile: PictureView,
    EvidenceBundle: BundleView,
    CaseList: tuple[OrderRow, ...],
    CaseRule: Moved,
}
