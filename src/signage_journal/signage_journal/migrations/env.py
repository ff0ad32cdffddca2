"""Alembic runs this: apply the versions on the connection that it was handed, within the transaction that is open."""

from __future__ import annotations

from alembic import context

from signage_journal.schema import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
context.run_migrations()
