"""Run by Alembic: changes the layout within the connection and the transaction of `schema`."""

from alembic import context

from plainterms.engine.store.tables import Row

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Row.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
