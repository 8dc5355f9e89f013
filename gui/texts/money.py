"""Texts about promises: accounts and limits."""

from typing import Final

TEXTS: Final[dict[str, str | tuple[str, str]]] = {
    "money.promise": "All amounts are promises between two people, not money in a bank.",
    "accounts.title": "Accounts",
    "accounts.note": "What you see here are promises between you and one other person at a time, signed by both. It is not money in a bank: a promise is worth as much as the person who made it.",
    "accounts.empty": "No accounts yet. One appears with your first order with someone.",
    "accounts.browse": "Browse",
    "accounts.owed_to_you": "Others owe you",
    "accounts.you_owe_all": "You owe others",
    "accounts.held_all": "Held for open orders",
    "accounts.they_owe": "{name} owes you {amount}",
    "accounts.you_owe": "You owe {name} {amount}",
    "accounts.even": "You are even",
    "accounts.free_to_spend": "You can spend",
    "accounts.held": "Held for orders",
    "accounts.limit_got": "You may owe up to",
    "accounts.limit_given": "They may owe up to",
    "accounts.used": "Share of your limit in use",
    "accounts.frozen": "Frozen",
    "accounts.pending": "Waiting for their signature",
    "accounts.says_paid": "{name} says that {amount} were paid outside Bazaar, in cash or by bank. If that is so, confirm it; the debt falls once you both have signed.",
    "accounts.confirm_paid": "Confirm that {amount} were paid",
    "accounts.confirmed_paid": "Confirmed",
    "accounts.set_limit": "Set limit",
    "accounts.limit": "How much may {name} owe you?",
    "accounts.limit_note": "Only as much as you could bear to lose. Lowering it later does not change what is owed already.",
    "accounts.save_limit": "Set this limit",
    "accounts.limit_set": "The limit is set.",
}
