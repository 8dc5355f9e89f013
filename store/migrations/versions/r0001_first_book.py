"""The first book: settings, trades, outbox, accounts, records, stock, people."""

from typing import Final

from alembic import op

revision = "0001"
down_revision = None

SCHEMA: Final = """
CREATE TABLE account (
    id BLOB NOT NULL,
    partner BLOB NOT NULL,
    unit VARCHAR NOT NULL,
    n INTEGER NOT NULL,
    state BLOB NOT NULL,
    propose BLOB NOT NULL,
    accept BLOB NOT NULL,
    open BLOB,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT uq_account_partner_unit UNIQUE (partner, unit),
    CONSTRAINT ck_account_n CHECK (n >= 0),
    CONSTRAINT ck_account_signed CHECK (n = 0 OR (length(propose) > 0 AND length(accept) > 0))
);
CREATE TABLE claim (
    name VARCHAR NOT NULL,
    CONSTRAINT pk_claim PRIMARY KEY (name)
);
CREATE TABLE fact (
    trade BLOB NOT NULL,
    name VARCHAR NOT NULL,
    value BLOB NOT NULL,
    CONSTRAINT pk_fact PRIMARY KEY (trade, name)
);
CREATE TABLE object (
    id BLOB NOT NULL,
    kind INTEGER NOT NULL,
    author BLOB NOT NULL,
    envelope BLOB NOT NULL,
    CONSTRAINT pk_object PRIMARY KEY (id)
);
CREATE INDEX ix_object_author ON object (author);
CREATE INDEX ix_object_kind ON object (kind);
CREATE TABLE outbox (
    no INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    recipient BLOB NOT NULL,
    subject BLOB NOT NULL,
    envelope BLOB NOT NULL,
    trade BLOB,
    first INTEGER NOT NULL,
    due INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    delivered INTEGER,
    CONSTRAINT uq_outbox_recipient_subject UNIQUE (recipient, subject),
    CONSTRAINT ck_outbox_tries CHECK (tries >= 0)
);
CREATE INDEX ix_outbox_owed ON outbox (due) WHERE delivered IS NULL;
CREATE INDEX ix_outbox_trade ON outbox (trade);
CREATE TABLE parked (
    subject BLOB NOT NULL,
    trade BLOB,
    envelope BLOB NOT NULL,
    reason VARCHAR NOT NULL,
    since INTEGER NOT NULL,
    CONSTRAINT pk_parked PRIMARY KEY (subject)
);
CREATE INDEX ix_parked_trade ON parked (trade);
CREATE TABLE peer (
    "key" BLOB NOT NULL,
    petname VARCHAR,
    followed BOOLEAN NOT NULL,
    blocked BOOLEAN NOT NULL,
    contact BLOB,
    addresses TEXT NOT NULL,
    seen INTEGER NOT NULL,
    CONSTRAINT pk_peer PRIMARY KEY ("key"),
    CONSTRAINT ck_peer_key CHECK (length(key) = 32)
);
CREATE TABLE proof (
    id BLOB NOT NULL,
    proof BLOB NOT NULL,
    subject BLOB NOT NULL,
    classes INTEGER NOT NULL,
    signer BLOB NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT pk_proof PRIMARY KEY (id)
);
CREATE INDEX ix_proof_signer ON proof (signer);
CREATE TABLE record (
    kind INTEGER NOT NULL,
    slug VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    id BLOB NOT NULL,
    envelope BLOB NOT NULL,
    CONSTRAINT pk_record PRIMARY KEY (kind, slug)
);
CREATE TABLE reservation (
    no INTEGER NOT NULL,
    trade BLOB NOT NULL,
    slug VARCHAR NOT NULL,
    sku INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    CONSTRAINT pk_reservation PRIMARY KEY (no),
    CONSTRAINT ck_reservation_quantity CHECK (quantity >= 1)
);
CREATE INDEX ix_reservation_trade ON reservation (trade);
CREATE TABLE secret (
    trade BLOB NOT NULL,
    name VARCHAR NOT NULL,
    value BLOB NOT NULL,
    CONSTRAINT pk_secret PRIMARY KEY (trade, name)
);
CREATE TABLE setting (
    name VARCHAR NOT NULL,
    value BLOB NOT NULL,
    CONSTRAINT pk_setting PRIMARY KEY (name)
);
CREATE TABLE slot (
    kind INTEGER NOT NULL,
    number INTEGER NOT NULL,
    id BLOB NOT NULL,
    head BLOB NOT NULL,
    trade BLOB NOT NULL,
    CONSTRAINT pk_slot PRIMARY KEY (kind, number),
    CONSTRAINT ck_slot_number CHECK (number >= 1),
    CONSTRAINT uq_slot_id UNIQUE (id)
);
CREATE INDEX ix_slot_trade ON slot (trade);
CREATE TABLE spell (
    start INTEGER NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT pk_spell PRIMARY KEY (start),
    CONSTRAINT ck_spell_forward CHECK (last >= start)
);
CREATE TABLE stock (
    slug VARCHAR NOT NULL,
    sku INTEGER NOT NULL,
    count INTEGER,
    held INTEGER NOT NULL,
    CONSTRAINT pk_stock PRIMARY KEY (slug, sku),
    CONSTRAINT ck_stock_count CHECK (count >= 0),
    CONSTRAINT ck_stock_held CHECK (held >= 0 AND (count IS NULL OR held <= count)),
    CONSTRAINT ck_stock_sku CHECK (sku >= -1)
);
CREATE TABLE trade (
    id BLOB NOT NULL,
    role INTEGER NOT NULL,
    buyer BLOB NOT NULL,
    seller BLOB NOT NULL,
    phase VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    ended INTEGER,
    digest BLOB NOT NULL,
    CONSTRAINT pk_trade PRIMARY KEY (id),
    CONSTRAINT ck_trade_id CHECK (length(id) = 32),
    CONSTRAINT ck_trade_role CHECK (role BETWEEN 0 AND 3),
    CONSTRAINT ck_trade_parties CHECK (buyer <> seller)
);
CREATE INDEX ix_trade_created ON trade (created);
CREATE INDEX ix_trade_ended ON trade (ended);
CREATE TABLE account_state (
    account BLOB NOT NULL,
    n INTEGER NOT NULL,
    propose BLOB NOT NULL,
    accept BLOB NOT NULL,
    CONSTRAINT pk_account_state PRIMARY KEY (account, n),
    CONSTRAINT fk_account_state_account FOREIGN KEY(account) REFERENCES account (id)
);
CREATE TABLE message (
    id BLOB NOT NULL,
    trade BLOB NOT NULL,
    role INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    received INTEGER NOT NULL,
    envelope BLOB NOT NULL,
    CONSTRAINT pk_message PRIMARY KEY (id),
    CONSTRAINT ck_message_id CHECK (length(id) = 32),
    CONSTRAINT ck_message_role CHECK (role BETWEEN 0 AND 3),
    CONSTRAINT ck_message_seq CHECK (seq BETWEEN 0 AND 127),
    CONSTRAINT fk_message_trade FOREIGN KEY(trade) REFERENCES trade (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_message_trade ON message (trade)
"""

TABLES: Final = (
    "message",
    "account_state",
    "trade",
    "stock",
    "spell",
    "slot",
    "setting",
    "secret",
    "reservation",
    "record",
    "proof",
    "peer",
    "parked",
    "outbox",
    "object",
    "fact",
    "claim",
    "account",
)
"""In the order in which they can be dropped."""


def upgrade() -> None:
    """Create every table of the first book."""
    for statement in SCHEMA.split(";"):
        op.execute(statement)


def downgrade() -> None:
    """Leave an empty file."""
    for table in TABLES:
        op.drop_table(table)
