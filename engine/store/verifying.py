"""Whether a store is what its logs say: every entry and every row of it, without a network and without its keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from plainterms.engine.store.custody import bodies, said
from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.keys import origin
from plainterms.engine.store.merkle import grown, leaf_hash, root_of
from plainterms.engine.store.notes import Checkpoint, NoteError, PublicKey, checkpoint_of
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import KEPT, Erasable, Log, Organisation
from plainterms.engine.store.tables.rows import seal_of

PORTION = 1_000
"""Rows that are read at once."""


class Unreadable(StoreError):  # noqa: N818 - it says what is wrong with a store
    """A store of which the database itself is damaged."""


@dataclass(frozen=True)
class Verified:
    """What was verified of one log. ``problems`` are sentences; there are none where all fits.

    ``compared`` says that the log was compared with a checkpoint held elsewhere.
    """

    organisation: str
    name: str
    entries: int
    rows: int
    checkpoint: Checkpoint | None
    key: str
    problems: tuple[str, ...]
    compared: bool = False


def verify_store(store: Store, held: str | None = None, *, only: str | None = None) -> list[Verified]:
    """Each organisation's log and rows, or ``only`` those of one.

    ``held`` is a checkpoint that was held elsewhere, of one of the logs.

    Raises NoteError where it is of none, and Unreadable where the database itself is damaged.
    """
    held_origin = "" if held is None else held.split("\n", 1)[0]
    try:
        with store.reading() as session:
            found = [
                _Check(session, one).run(held if held_origin == origin(one) else None)
                for one in (sorted(_organisations(session)) if only is None else (only,))
            ]
    except DBAPIError as error:
        raise Unreadable(f"the store cannot be read: {error.orig}") from error
    if held is not None and not any(one.compared for one in found):
        raise NoteError(f"the checkpoint is of the log `{held_origin}`, which is not in this store")
    return found


def _organisations(session: Session) -> set[str]:
    """All organisations that any row is of."""
    tables = (*KEPT, Log)
    return {one for table in tables for one in session.execute(select(table.organisation).distinct()).scalars()}  # type: ignore[attr-defined]


class _Check:
    """One organisation, checked."""

    def __init__(self, session: Session, organisation: str) -> None:
        self.session = session
        self.organisation = organisation
        self.problems: list[str] = []
        self.digests: dict[tuple[str, str], str] = {}
        self.held: Checkpoint | None = None

    def run(self, held: str | None) -> Verified:
        """Everything, in turn."""
        log = self.session.get(Log, self.organisation)
        signed = None if log is None else self._signed(log, held)
        entries = self._entries(log, signed)
        rows = self._rows()
        name = self.session.get(Organisation, self.organisation)
        return Verified(
            self.organisation,
            "" if name is None else name.name,
            entries,
            rows,
            signed,
            "" if log is None else log.key,
            tuple(self.problems),
            compared=held is not None,
        )

    def _signed(self, log: Log, held: str | None) -> Checkpoint | None:
        """The store's own checkpoint, if its signature holds."""
        try:
            key = PublicKey.parsed(log.key)
            if key.name != origin(self.organisation):
                raise NoteError(f"the key of the log is of {key.name}")
            if held is not None:
                self.held = checkpoint_of(held, key)
            return checkpoint_of(log.checkpoint, key)
        except NoteError as error:
            self.problems.append(f"the checkpoint cannot be trusted: {error}")
            return None

    def _entries(self, log: Log | None, signed: Checkpoint | None) -> int:
        """Read the log: the tree over its entries is the one that was signed, and every entry is in its place."""
        if log is None:
            self.problems.append("there is no log of these rows")
        frontier: list[bytes] = []
        size = missing = 0
        for number, body in bodies(self.session, self.organisation):
            if number != size + missing:
                self.problems.append(f"entry {size + missing} of the log is missing")
                missing = number - size
            self._entry(number, body)
            frontier, size = grown(frontier, size, [leaf_hash(body.encode())])
            if self.held is not None and self.held.size == size and self.held.root != root_of(frontier):
                self.problems.append(f"the first {size:,} entries are not those of the checkpoint held elsewhere")
        if self.held is not None and self.held.size > size:
            self.problems.append(
                f"the log has {size:,} entries, and had {self.held.size:,} at the checkpoint held elsewhere"
            )
        if signed is not None and (signed.size, signed.root) != (size, root_of(frontier)):
            self.problems.append(f"the {size:,} entries are not the {signed.size:,} that the checkpoint signs")
        if log is not None and (log.size, log.frontier) != (size, b"".join(frontier).hex()):
            self.problems.append("the end of the log is not where it says")
        return size

    def _entry(self, number: int, body: str) -> None:
        try:
            entry = said(body)
        except ValueError as error:
            self.problems.append(f"entry {number} cannot be read: {error}")
            return
        if (entry.number, entry.organisation) != (number, self.organisation):
            self.problems.append(f"entry {number} is not in its place")
        key = entry.changed.table, entry.changed.id
        if entry.changed.change == "remove":
            self.digests.pop(key, None)
        else:
            self.digests[key] = entry.changed.digest

    def _rows(self) -> int:
        """Every row is as the last entry about it says, and every row that the log tells of is there."""
        count = 0
        for row in self._all():
            count += 1
            name = f"the row {row.id} of {row.__tablename__}"
            expected = self.digests.pop((str(row.__tablename__), row.id), None)
            if expected is None:
                self.problems.append(f"{name} is not in the log")
            elif row.digest() != expected:
                self.problems.append(f"{name} is not as the log says")
            elif isinstance(row, Erasable):
                self._content(row, name)
        self.problems += [f"the row {identity} of {table} is gone" for table, identity in self.digests]
        return count

    def _content(self, row: Erasable, name: str) -> None:
        erasable = row.erasable()
        if row.purged is None and seal_of(erasable) != row.sealed:
            self.problems.append(f"what {name} seals is not what was sealed")
        if row.purged is not None and any(value is not None for value in erasable.values()):
            self.problems.append(f"{name} was purged, and holds something again")

    def _all(self) -> Iterator[Any]:
        tables: tuple[Any, ...] = KEPT
        for table in tables:
            last: str | None = None
            while True:
                own = select(table).where(table.organisation == self.organisation).order_by(table.id).limit(PORTION)
                some = self.session.execute(own if last is None else own.where(table.id > last)).scalars().all()
                yield from some
                self.session.expunge_all()
                if len(some) < PORTION:
                    break
                last = some[-1].id
