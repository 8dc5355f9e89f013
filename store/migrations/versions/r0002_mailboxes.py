"""Mailboxes: deposits of own messages, prekeys, records of partners."""

from typing import Final

from alembic import op

revision = "0002"
down_revision = "0001"

SCHEMA: Final = """
CREATE TABLE partner (
    "key" BLOB NOT NULL,
    profile BLOB,
    contact BLOB,
    CONSTRAINT pk_partner PRIMARY KEY ("key"),
    CONSTRAINT ck_partner_key CHECK (length(key) = 32)
);
CREATE TABLE prekey (
    public BLOB NOT NULL,
    secret BLOB NOT NULL,
    made INTEGER NOT NULL,
    replaced INTEGER,
    CONSTRAINT pk_prekey PRIMARY KEY (public)
);
CREATE TABLE deposit (
    outbox INTEGER NOT NULL,
    host BLOB NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT pk_deposit PRIMARY KEY (outbox, host),
    CONSTRAINT fk_deposit_outbox FOREIGN KEY(outbox) REFERENCES outbox (no)
)"""
TABLES: Final = ("deposit", "prekey", "partner")


def upgrade() -> None:
    """Add the three tables."""
    for statement in SCHEMA.split(";"):
        op.execute(statement)


def downgrade() -> None:
    """Take them away; messages in mailboxes count as queued again."""
    for table in TABLES:
        op.drop_table(table)
