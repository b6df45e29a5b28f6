"""The layouts of a store, one after another, as Alembic reads them."""
