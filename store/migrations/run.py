"""Runs the packaged revisions on an open connection, inside the caller's transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def config(connection: Connection) -> Config:
    """Alembic's settings for this package and ``connection``."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def upgrade_to_head(connection: Connection) -> None:
    """Bring the schema to the newest revision."""
    command.upgrade(config(connection), "head")


def downgrade_to(connection: Connection, revision: str) -> None:
    """Bring the schema back to ``revision``, or to nothing with ``base``."""
    command.downgrade(config(connection), revision)
