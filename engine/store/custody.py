"""The log of custody: every change of a row under custody is one entry, appended in the same transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from sqlalchemy import insert, select
from sqlmodel import Session

from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.merkle import grown, leaf_hash, root_of
from plainterms.engine.store.notes import Checkpoint, Signer
from plainterms.engine.store.tables import Entry, Log
from plainterms.engine.store.tables.rows import canonical

PORTION = 10_000
"""Entries that are read at once."""

Change = Literal["insert", "change", "purge", "remove"]


@dataclass(frozen=True)
class Changed:
    """A change of a row: ``digest`` is that of the row as it is then, empty where it is gone."""

    table: str
    id: str
    change: Change
    digest: str


@dataclass(frozen=True)
class Said:
    """What an entry says. ``at`` is in microseconds; ``by`` is who did it."""

    number: int
    organisation: str
    at: int
    by: str
    changed: Changed

    def body(self) -> bytes:
        """The leaf of the tree."""
        one = self.changed
        return canonical(
            {
                "number": self.number,
                "organisation": self.organisation,
                "at": self.at,
                "by": self.by,
                "table": one.table,
                "id": one.id,
                "change": one.change,
                "digest": one.digest,
            }
        )


def said(body: str | bytes) -> Said:
    """What the body of an entry says. Raises ValueError where it is not such a body, to the byte."""
    try:
        read: dict[str, Any] = orjson.loads(body)
        changed = Changed(read["table"], read["id"], read["change"], read["digest"])
        found = Said(read["number"], read["organisation"], read["at"], read["by"], changed)
    except (TypeError, KeyError) as error:
        raise ValueError("it is no entry of a log") from error
    if found.body() != (body.encode() if isinstance(body, str) else body):
        raise ValueError("it is not written as entries are")
    return found


def append(session: Session, signer: Signer, organisation: str, changes: Sequence[Changed], at: int, by: str) -> None:
    """Append entries to the organisation's log and sign where it ends; the caller's transaction holds both.

    Raises StoreError where another key has signed the log so far.
    """
    log = session.get(Log, organisation, with_for_update=True)
    key = str(signer.public)
    if log is None:
        log = Log(organisation=organisation, key=key, checkpoint="")
        session.add(log)
    if log.key != key:
        raise StoreError(f"the log is signed by {log.key}, and the key at hand is {key}; give the folder of its keys")
    bodies = [Said(number, organisation, at, by, one).body() for number, one in enumerate(changes, log.size)]
    frontier, size = grown(hashes(log.frontier), log.size, map(leaf_hash, bodies))
    session.flush()
    session.connection().execute(
        insert(Entry),
        [
            {"organisation": organisation, "number": number, "body": body.decode()}
            for number, body in enumerate(bodies, log.size)
        ],
    )
    log.frontier, log.size = b"".join(frontier).hex(), size
    log.checkpoint = signer.signed(str(Checkpoint(signer.name, size, root_of(frontier))))


def hashes(text: str) -> list[bytes]:
    """The hashes that a text holds one behind another, in hexadecimal."""
    raw = bytes.fromhex(text)
    return [raw[start : start + 32] for start in range(0, len(raw), 32)]


def bodies(session: Session, organisation: str) -> Iterator[tuple[int, str]]:
    """The entries of a log with their numbers, in order."""
    last = -(2**62)
    while True:
        asked = (
            select(Entry.number, Entry.body)  # type: ignore[call-overload]
            .where(Entry.organisation == organisation, Entry.number > last)
            .order_by(Entry.number)
            .limit(PORTION)
        )
        some = session.execute(asked).all()
        yield from map(tuple, some)
        if len(some) < PORTION:
            return
        last = some[-1].number
