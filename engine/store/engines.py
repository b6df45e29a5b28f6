"""Engines of the two databases, so set up that reading and writing mean the same on both.

Reading sees one state throughout. Writers of an organisation take turns: of the whole file in SQLite.
"""

import re
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from plainterms.engine.store.errors import StoreError

BUSY = 30_000
"""Milliseconds that a writer waits for its turn."""

PRAGMAS = (
    f"busy_timeout = {BUSY}",
    "journal_mode = WAL",
    "foreign_keys = ON",
    "synchronous = FULL",
    "secure_delete = ON",  # what is erased is overwritten
)

SCHEME = re.compile(r"[a-z][a-z0-9+]*://")


def url_of(text: str) -> URL:
    """The URL of a store: `sqlite:///FILE`, `postgresql://…`, or the path of a file. Raises StoreError."""
    if not SCHEME.match(text):
        text = f"sqlite:///{text}"
    try:
        found = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise StoreError(f"the URL of the store cannot be read; write it as {SHAPES}") from error
    if found.get_backend_name() == "sqlite" and found.database not in (None, "", ":memory:"):
        return found.set(drivername="sqlite")
    if found.get_backend_name() == "postgresql":
        return found.set(drivername="postgresql+psycopg")
    raise StoreError(f"a store is kept in SQLite or PostgreSQL; write its URL as {SHAPES}")


SHAPES = "cases.db, sqlite:///cases.db or postgresql://user@host/name"


def engine_of(url: URL) -> Engine:
    """An engine whose connections read and write as stores do. Raises StoreError where psycopg is not installed."""
    if url.get_backend_name() == "postgresql":
        try:
            return create_engine(url, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise StoreError("PostgreSQL needs psycopg; run `pip install 'plainterms[store]'`") from error
    made = create_engine(url, connect_args={"timeout": BUSY / 1000})
    event.listen(made, "connect", _set_up)
    event.listen(made, "begin", _begin)
    return made


def reading(engine: Engine) -> Engine:
    """The same engine for transactions that only read, each of them one state of the store."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def writing(engine: Engine) -> Engine:
    """The same engine for transactions that write."""
    return engine.execution_options(writing=True)


def file_of(url: URL) -> Path | None:
    """The file of a store in SQLite."""
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def _set_up(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's `begin` below begins transactions, not the driver
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Whoever is going to write takes the turn at once, not halfway, where it could no longer be waited for."""
    writes = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
