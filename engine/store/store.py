"""A store: opened by its URL, brought up to date, and used in transactions of one organisation."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from plainterms.engine.store import engines, schema
from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.keys import Keys, keys_in
from plainterms.engine.store.sessions import CommonSession, OrganisationSession
from plainterms.engine.store.tables import Log, Organisation
from plainterms.engine.store.tables.rows import new_id

KEYS = "PLAINTERMS_KEYS"
"""The variable that names the folder of the keys."""


class Store:
    """Where audits, findings, decisions and reviews are kept. Open it with `Store.open`; threads may share it."""

    def __init__(self, url: URL, engine: Engine, keys: Path | None) -> None:
        self.url = url
        self.engine = engine
        self._keys = keys

    @classmethod
    def open(cls, url: str, *, keys: Path | None = None, create: bool = True) -> Self:
        """A store by its URL (`cases.db`, `sqlite:///cases.db`, `postgresql://user@host/name`).

        ``keys`` is the folder with the store's own keys: by default what `PLAINTERMS_KEYS` says, and for a file
        `FILE.keys` beside it. A new store is laid out unless ``create`` is false. Raises StoreError where the
        store is not there, cannot be reached, or is of another version.
        """
        found = engines.url_of(url)
        file = engines.file_of(found)
        if file is not None and not create and not file.exists():
            raise StoreError(f"there is no store at {file}")
        engine = engines.engine_of(found)
        try:
            schema.prepare(engine, create=create)
        except DBAPIError as error:
            engine.dispose()
            raise StoreError(f"the store at {found} cannot be opened: {str(error.orig).strip()}") from error
        except BaseException:
            engine.dispose()
            raise
        return cls(found, engine, keys or _keys_beside(file))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @cached_property
    def keys(self) -> Keys:
        """The store's own keys, made when they are first needed. Raises StoreError."""
        if self._keys is None:
            raise StoreError(
                f"a store in PostgreSQL keeps its keys elsewhere; name a folder with --keys or in {KEYS}"
            )
        return keys_in(self._keys)

    # ── Transactions

    @contextmanager
    def reading(self, organisation: str | None = None) -> Iterator[Session]:
        """A session that reads one state of an organisation's rows; without one, those of all organisations.

        The latter is for the door, where a key tells whose it is.
        """
        engine = engines.reading(self.engine)
        with CommonSession(engine) if organisation is None else OrganisationSession(engine, organisation) as session:
            yield session

    @contextmanager
    def writing(self, organisation: str, by: str) -> Iterator[OrganisationSession]:
        """A session that commits at the end what it changed, with the log, or nothing if an error is raised.

        ``by`` is who changes, for example `person:…`, `key:…` or `audit`. Writers of one organisation take turns.
        """
        with OrganisationSession(engines.writing(self.engine), organisation, by, self.keys) as session:
            session.get(Log, organisation, with_for_update=True)
            yield session
            session.commit()

    @contextmanager
    def working(self) -> Iterator[Session]:
        """A session over all organisations that commits at the end, for jobs, idempotency keys and deliveries.

        Rows under custody cannot be changed in it.
        """
        with CommonSession(engines.writing(self.engine)) as session:
            yield session
            session.commit()

    # ── Organisations

    def found(self, name: str, by: str, **settings: Any) -> Organisation:
        """A new organisation; ``settings`` are columns of its row. Raises StoreError where the name is taken."""
        if self.organisation(name) is not None:
            raise StoreError(f"there is an organisation `{name}` already")
        identity = new_id()
        made = Organisation(organisation=identity, id=identity, name=name, **settings)
        with self.writing(identity, by) as session:
            session.add(made)
        return made

    def organisation(self, name: str) -> Organisation | None:
        """The organisation of that name."""
        with self.reading() as session:
            return session.scalars(select(Organisation).where(Organisation.name == name)).one_or_none()  # type: ignore[arg-type]

    def organisations(self) -> list[Organisation]:
        """All organisations, by name."""
        with self.reading() as session:
            return list(session.scalars(select(Organisation).order_by(Organisation.name)))


def _keys_beside(file: Path | None) -> Path | None:
    named = os.environ.get(KEYS)
    if named:
        return Path(named)
    return None if file is None else file.with_name(f"{file.name}.keys")
