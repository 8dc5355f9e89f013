"""Who follows us, each with the signed record that says so."""

from typing import Final

from alembic import op

revision = "0005"
down_revision = "0004"

SCHEMA: Final = """
CREATE TABLE follower (
    "key" BLOB NOT NULL,
    seq INTEGER NOT NULL,
    envelope BLOB NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT pk_follower PRIMARY KEY ("key"),
    CONSTRAINT ck_follower_key CHECK (length(key) = 32)
);
CREATE INDEX ix_follower_at ON follower (at)"""


def upgrade() -> None:
    """Add the table and its index."""
    for statement in SCHEMA.split(";"):
        op.execute(statement)


def downgrade() -> None:
    """Take it away with all it holds; followers say again whom they follow."""
    op.drop_table("follower")
