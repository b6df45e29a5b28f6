"""The layout of a store: laid out when it is new, checked when it is opened, brought up to date when asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from plainterms.engine.store import engines
from plainterms.engine.store.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "version_1"
"""The layout that this program works with."""

LOCK = 0x706C7465726D73
"""Under which number only one process changes the layout of a store in PostgreSQL."""


def prepare(engine: Engine, *, create: bool) -> None:
    """Lay out a new store. Raises StoreError where there is none and none is wanted, or it is of another version."""
    found = version_of(engine)
    if found is None and create:
        upgrade(engine)
    elif found is None:
        raise StoreError(f"there is no store at {engine.url}; audit with --store to begin one")
    elif found != HEAD:
        raise StoreError(
            f"the store at {engine.url} has layout {found}, and this program works with {HEAD}; keep a copy, and run"
            f" `plainterms store upgrade --store {engine.url}` with the newer of the two programs"
        )


def version_of(engine: Engine) -> str | None:
    """The layout of a store, None if it is new. Raises StoreError where the database is in other use."""
    with engines.reading(engine).connect() as connection:
        return _version(connection)


def _version(connection: Connection) -> str | None:
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)
    if tables:
        raise StoreError(f"the database at {connection.engine.url} is in use by something else")
    return None


def upgrade(engine: Engine, to: str = HEAD) -> None:
    """Bring the layout of a store up to date, or to another version."""
    from alembic import command

    with _alone(engine) as connection:
        command.upgrade(_config(connection), to)


def downgrade(engine: Engine, to: str) -> None:
    """Take the layout of a store back; `base` takes everything away."""
    from alembic import command

    with _alone(engine) as connection:
        command.downgrade(_config(connection), to)


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction that is the only one to change the layout."""
    with engines.writing(engine).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        yield connection


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    made.attributes["connection"] = connection
    return made
