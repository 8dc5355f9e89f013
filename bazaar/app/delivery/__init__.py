"""Messages on their way: outbox, mailboxes, and mail kept for others."""
