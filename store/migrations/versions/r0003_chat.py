"""Notices, conversations and their messages."""

from typing import Final

from alembic import op

revision = "0003"
down_revision = "0002"

SCHEMA: Final = """
CREATE TABLE notice (
    no INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    words VARCHAR NOT NULL,
    trade BLOB,
    peer BLOB,
    at INTEGER NOT NULL,
    seen INTEGER,
    dropped BOOLEAN NOT NULL,
    CONSTRAINT pk_notice PRIMARY KEY (no),
    CONSTRAINT uq_notice_name UNIQUE (name)
);
CREATE TABLE room (
    id BLOB NOT NULL,
    trade BLOB,
    peer BLOB,
    state VARCHAR NOT NULL,
    updated INTEGER NOT NULL,
    read INTEGER NOT NULL,
    CONSTRAINT pk_room PRIMARY KEY (id),
    CONSTRAINT ck_room_one CHECK ((trade IS NULL) <> (peer IS NULL))
);
CREATE TABLE chat (
    no INTEGER NOT NULL,
    id BLOB NOT NULL,
    room BLOB NOT NULL,
    author BLOB NOT NULL,
    seq INTEGER NOT NULL,
    prev BLOB NOT NULL,
    received INTEGER NOT NULL,
    envelope BLOB,
    seen INTEGER,
    CONSTRAINT pk_chat PRIMARY KEY (no),
    CONSTRAINT uq_chat_id UNIQUE (id),
    CONSTRAINT uq_chat_room_author_seq UNIQUE (room, author, seq),
    CONSTRAINT fk_chat_room FOREIGN KEY(room) REFERENCES room (id)
)"""
TABLES: Final = ("chat", "room", "notice")


def upgrade() -> None:
    """Add the three tables."""
    for statement in SCHEMA.split(";"):
        op.execute(statement)


def downgrade() -> None:
    """Take them away with all they hold."""
    for table in TABLES:
        op.drop_table(table)
