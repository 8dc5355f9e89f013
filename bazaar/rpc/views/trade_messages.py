"""The signed messages of a trade in words, with what became of their delivery."""

from collections.abc import Mapping, Sequence

from bazaar.app.ports import MessageRow, OutboxRow
from bazaar.domain.trading.messages import (
    Agree,
    Decline,
    Dispute,
    DisputeReason,
    Evidence,
    Proposal,
    Role,
    Ruling,
    Settled,
    Ship,
    Step,
)
from bazaar.domain.trading.rulings import is_valid_ruling
from bazaar.domain.trading.telling import REASON_NAMES, ROLE_NAMES, summary
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import Signed
from bazaar.rpc.schema.orders import EvidenceView, MessageView, RulingView
from bazaar.rpc.views.people import Person, money


def message_views(
    trade: Trade,
    people: Mapping[Role, Person],
    rows: Sequence[MessageRow],
    outbox: Sequence[OutboxRow],
    mailed: frozenset[int],
) -> tuple[MessageView, ...]:
    """All messages by the time that their signers gave, of one second by what they saw."""
    received = {row.id: row.received for row in rows}
    chains = trade.facts.chains
    messages = sorted(
        (*chains.complete.values(), *chains.waiting.values()),
        key=lambda m: (m.body.at, len(chains.sees(m.id)), m.body.role, m.body.seq),
    )
    return tuple(
        _message(
            trade,
            people,
            message,
            received.get(message.id, 0),
            _delivery(trade, message.id, outbox, mailed),
        )
        for message in messages
    )


def _message(
    trade: Trade,
    people: Mapping[Role, Person],
    message: Signed[Step],
    received: int,
    delivery: dict[str, str],
) -> MessageView:
    role = Role(message.body.role)
    return MessageView(
        id=message.id.hex(),
        type=type(message.body).__name__,
        author=people[role].peer_id,
        author_role=ROLE_NAMES[role],
        at=message.body.at,
        received=received,
        counts=message.id in trade.counted,
        summary=summary(trade, message.body),
        delivery=delivery,
        parts=_parts(trade, message.body),
    )


def _parts(trade: Trade, step: Step) -> tuple[int, ...]:
    """What a message is about, where an order has more than one part."""
    if len(trade.contract.offer.parts) == 1:
        return ()
    match step:
        case Ship() | Decline() | Dispute():
            return step.parts
        case Proposal() | Agree() | Ruling() | Settled():
            return (step.part,)
        case _:
            return ()


def _delivery(
    trade: Trade, subject: bytes, outbox: Sequence[OutboxRow], mailed: frozenset[int]
) -> dict[str, str]:
    names = {key: ROLE_NAMES[role] for role, key in trade.contract.keys.items()}
    return {
        names[row.recipient]: _where(row, mailed)
        for row in outbox
        if row.subject == subject and row.recipient in names
    }


def _where(row: OutboxRow, mailed: frozenset[int]) -> str:
    if row.delivered is not None:
        return "delivered"
    return "in_mailbox" if row.no in mailed else "queued"


def _of_part(trade: Trade, step: Step) -> str:
    named = ", ".join(map(str, _parts(trade, step)))
    return f" (part {named})" if named else ""


def proposal_words(trade: Trade) -> tuple[str, ...]:
    """Every open Proposal as ``role: amounts``."""
    return tuple(
        f"{ROLE_NAMES[Role(m.body.role)]}: {summary(trade, m.body)}{_of_part(trade, m.body)}"
        for m in trade.facts.of(Proposal)
    )


def evidence_views(trade: Trade) -> tuple[EvidenceView, ...]:
    """Statements and files; a statement without a file is shown once by itself."""
    found: list[EvidenceView] = []
    for evidence in trade.facts.of(Evidence):
        role = ROLE_NAMES[Role(evidence.body.role)]
        files = [(one.hash.hex(), one.size, one.caption) for one in evidence.body.files]
        for digest, size, caption in files or [("", 0, "")]:
            found.append(
                EvidenceView(
                    author_role=role,
                    at=evidence.body.at,
                    statement=evidence.body.statement,
                    hash=digest,
                    size=size,
                    caption=caption,
                )
            )
    return tuple(found)


def ruling_views(trade: Trade) -> tuple[RulingView, ...]:
    """Every Ruling, whether it is valid or not."""
    unit = trade.contract.offer.unit
    return tuple(
        RulingView(
            author_role=ROLE_NAMES[Role(ruling.body.role)],
            at=ruling.body.at,
            part=ruling.body.part,
            reason=REASON_NAMES[DisputeReason(ruling.body.reason)],
            to_seller=money(ruling.body.to_seller, unit),
            to_buyer=money(ruling.body.to_buyer, unit),
            fee=money(ruling.body.fee, unit),
            text=ruling.body.text,
            valid=is_valid_ruling(trade.facts, ruling),
        )
        for ruling in trade.facts.of(Ruling)
    )
