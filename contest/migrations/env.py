"""Alembic's entry: the connection comes from `contest.migrations`."""

from alembic import context
from sqlmodel import SQLModel

import contest.app  # noqa: F401 (imports every feature's tables)

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
