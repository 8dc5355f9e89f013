"""Run by Alembic: migrates the connection that ``run.config`` holds."""

from alembic import context

import store.book.unit as _rooms  # the metadata is complete once all rooms are imported
from store.book.room import Table

assert _rooms  # noqa: S101 - the import is the point
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
)
context.run_migrations()
