"""Decisions on their way into the store: written to files as they are made, and kept from there by a worker."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from sqlmodel import col, select

from plainterms.engine.server.settings import own_folder
from plainterms.engine.store.pseudonyms import naming
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import Decision as Row
from plainterms.engine.store.tables import Organisation
from plainterms.engine.store.tables.rows import column_text, now
from plainterms.engine.stream.decisions import Decision

FOLDER = "decisions"
OPEN = ".open"
WHOLE = ".jsonl"
LINES = 1_000
PORTION = 200
"""Decisions that are kept in one transaction."""


def answer(decision: Decision) -> dict[str, Any]:
    """A decision as the caller gets it."""
    return {
        "event": decision.event,
        "action": decision.action,
        "allowed": decision.allowed,
        "judgements": [one.as_dict() for one in decision.judgements],
        "deferred": list(decision.deferred),
        "warming": list(decision.warming),
    }


class DecisionFile:
    """Where decisions are written as they are made. `turn` hands over what there is to whoever keeps them."""

    def __init__(self, folder: Path) -> None:
        self.folder = own_folder(folder / FOLDER)
        for left in self.folder.glob(f"*{OPEN}"):
            left.rename(left.with_suffix(WHOLE))
        self._path: Path | None = None
        self._file = -1
        self._lines = 0

    def append(self, line: bytes) -> None:
        """Write one line."""
        if self._path is None:
            self._path = self.folder / f"{now():016}{OPEN}"
            self._file = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
        os.write(self._file, line)
        self._lines += 1
        if self._lines >= LINES:
            self.turn()

    def turn(self) -> None:
        """Begin another file."""
        if self._path is not None:
            os.close(self._file)
            self._path.rename(self._path.with_suffix(WHOLE))
            self._path, self._lines = None, 0


def line(told: dict[str, Any], account: object, policies: str) -> bytes:
    """A decision, as the caller gets it, with whom it is about; how it is written down."""
    subject = account if isinstance(account, str) else None
    written = {"at": now(), "subject": subject, "policies": policies, "answer": told}
    return orjson.dumps(written, option=orjson.OPT_APPEND_NEWLINE)


def keep_decisions(store: Store, data: Path) -> int:
    """Put into the store all decisions that were handed over, each once however often this is begun; how many."""
    count = 0
    for folder in sorted(data.glob(f"*/{FOLDER}")):
        with store.reading() as session:
            organisation = session.get(Organisation, folder.parent.name)
        if organisation is not None:
            for path in sorted(folder.glob(f"*{WHOLE}")):
                count += _keep(store, organisation, path)
    return count


def _keep(store: Store, organisation: Organisation, path: Path) -> int:
    name = naming(organisation, store.keys)
    try:
        lines = [one for one in path.read_bytes().splitlines(keepends=True) if one.endswith(b"\n")]
    except FileNotFoundError:  # another worker has kept it
        return 0
    rows = [_row(organisation, f"{path.stem}-{number:06}", orjson.loads(one)) for number, one in enumerate(lines)]
    for row in rows:
        row.subject = None if row.subject is None else column_text(name("account", row.subject))
    count = 0
    for some in _portions(rows):
        with store.writing(organisation.id, "service") as session:
            there = set(session.exec(select(Row.id).where(col(Row.id).in_([row.id for row in some]))))
            new = [row for row in some if row.id not in there]
            session.add_all(new)
            count += len(new)
    path.unlink(missing_ok=True)
    return count


def _portions(rows: list[Row]) -> Iterator[list[Row]]:
    for start in range(0, len(rows), PORTION):
        yield rows[start : start + PORTION]


def _row(organisation: Organisation, identity: str, read: dict[str, Any]) -> Row:
    told = read["answer"]
    return Row(
        organisation=organisation.id,
        id=identity,
        policies=read["policies"],
        action=told["action"],
        event=column_text(told["event"]),
        subject=read["subject"],
        body=column_text(orjson.dumps(told).decode()),
        created=read["at"],
    )
