"""Trades that this node carries as a hub: their place stands behind the four roles."""

from typing import Final

from alembic import op

revision = "0004"
down_revision = "0003"

BEFORE: Final = "CONSTRAINT ck_trade_role CHECK (role BETWEEN 0 AND 3)"
AFTER: Final = "CONSTRAINT ck_trade_role CHECK (role BETWEEN 0 AND 4)"


def upgrade() -> None:
    """Let the table take the place 4; no row changes."""
    _replace(BEFORE, AFTER)


def downgrade() -> None:
    """Forget what was carried, and refuse it again."""
    carried = "SELECT id FROM trade WHERE role = 4"
    op.execute(f"DELETE FROM message WHERE trade IN ({carried})")  # noqa: S608 - own text
    op.execute("DELETE FROM trade WHERE role = 4")
    _replace(AFTER, BEFORE)


def _replace(before: str, after: str) -> None:
    """Change the one CHECK in place, the way that SQLite's manual gives for constraints."""
    op.execute("PRAGMA writable_schema = ON")
    op.execute(
        f"UPDATE sqlite_master SET sql = replace(sql, '{before}', '{after}') "  # noqa: S608 - own text
        "WHERE type = 'table' AND name = 'trade'"
    )
    op.execute("PRAGMA writable_schema = RESET")
