"""Sessions of one organisation: they see its rows alone, and log every change of a row under custody."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import ORMExecuteState, UOWTransaction, with_loader_criteria
from sqlmodel import Session

from plainterms.engine.store.custody import Change, Changed, append
from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.keys import Keys
from plainterms.engine.store.tables import KEPT, OPERATIONAL, Entry, Erasable, Kept, Log
from plainterms.engine.store.tables.rows import now

GUARDED = (Kept, Log, Entry)
"""What changes with an entry of the log, or is the log."""


class OrganisationSession(Session):
    """A transaction on the rows of one organisation.

    Selects are narrowed to its rows. What it adds, changes, purges or deletes is appended to the log when it
    commits, ``by`` whom. Without ``keys`` it only reads.
    """

    def __init__(self, engine: Engine, organisation: str, by: str = "", keys: Keys | None = None) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.organisation = organisation
        self.by = by
        self.keys = keys
        self.changes: list[Changed] = []
        tables: tuple[Any, ...] = (*KEPT, *OPERATIONAL, Log, Entry)
        self.narrowing = [
            with_loader_criteria(table, table.organisation == organisation, include_aliases=True) for table in tables
        ]

    def begin_nested(self) -> Any:
        """Raises StoreError: what is rolled back halfway could not be taken out of the log again."""
        raise StoreError("a session of the store has no savepoints; use a transaction of its own")


class CommonSession(Session):
    """A transaction over all organisations: reads everything, changes only what is not under custody."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, expire_on_commit=False)


# ── Only its own rows


@event.listens_for(OrganisationSession, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    """Narrow selects to the organisation; refuse statements that change rows under custody past the log."""
    session = state.session
    assert isinstance(session, OrganisationSession)
    _refuse_bulk(state)
    if state.is_select and not state.is_column_load and not state.is_relationship_load:
        state.statement = state.statement.options(*session.narrowing)


@event.listens_for(CommonSession, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    if state.is_update or state.is_delete or state.is_insert:
        mapper = state.bind_mapper
        if mapper is not None and issubclass(mapper.class_, GUARDED):
            raise StoreError(
                f"rows of {mapper.class_.__tablename__} are under custody; change them one by one in a session"
            )


# ── Every change is logged


@event.listens_for(OrganisationSession, "before_flush")
def _note(session: OrganisationSession, _context: UOWTransaction, _instances: object) -> None:
    """Seal what is about to be written, and note it for the log."""
    for row in session.new:
        _note_one(session, row, "insert")
    for row in session.dirty:
        if session.is_modified(row):
            _note_one(session, row, "change")
    for row in session.deleted:
        _note_one(session, row, "remove")


def _note_one(session: OrganisationSession, row: object, change: Change) -> None:
    if getattr(row, "organisation", None) != session.organisation:
        raise StoreError(f"a session of {session.organisation} may not change a row of another organisation")
    if session.keys is None:
        raise StoreError("this session only reads; take `Store.writing`")
    if not isinstance(row, Kept):
        return
    if isinstance(row, Erasable):
        row.seal()
        if change == "change" and row.purged is not None:
            change = "purge"
    digest = "" if change == "remove" else row.digest()
    identity = row.id  # type: ignore[attr-defined]
    session.changes.append(Changed(str(row.__tablename__), identity, change, digest))


@event.listens_for(OrganisationSession, "before_commit")
def _log(session: OrganisationSession) -> None:
    session.flush()
    if session.changes and session.keys is not None:
        changes, session.changes = session.changes, []
        append(session, session.keys.signer(session.organisation), session.organisation, changes, now(), session.by)


@event.listens_for(OrganisationSession, "after_soft_rollback")
def _forget(session: OrganisationSession, _previous: object) -> None:
    session.changes = []


@event.listens_for(CommonSession, "before_flush")
def _refuse_kept(session: CommonSession, _context: UOWTransaction, _instances: object) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, GUARDED):
            raise StoreError(f"rows of {row.__tablename__} are under custody; take `Store.writing`")
