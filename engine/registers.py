"""Registers, the tables of attributes that clauses look up, and the rulings of persons."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import orjson

from plainterms.engine.register_files import Found, found
from plainterms.engine.sources import Place, Quarantine, SourceError, Tally
from plainterms.engine.sources.errors import nearest, shown
from plainterms.policy.schema import Field, Schema, Type

RULINGS = "rulings"
"""The name under which the answers of persons to `judged "…"` are given."""

RULING = (
    Field("question", Type.TEXT, "the words of `judged`"),
    Field("entity", Type.TEXT, "what the subject is: `account`, `organisation`, …"),
    Field("subject", Type.TEXT, "the subject's name in the log"),
    Field("answer", Type.YES_NO, "what a person decided"),
)


NONE: Mapping[str, Path] = {}


@dataclass(frozen=True, slots=True)
class Row:
    """Values in canonical form (see `Type`), missing ones left out, valid from ``start`` until before ``end``.

    Both are microseconds since 1970 UTC, None where unbounded.
    """

    start: int | None
    end: int | None
    values: Mapping[str, object]


@dataclass(frozen=True)
class RegisterTable:
    """The rows of a register by key, each key's by start, unbounded first."""

    name: str
    rows: Mapping[str, tuple[Row, ...]]

    def at(self, key: str, time: int) -> Row | None:
        """The row with the latest start up to ``time`` whose end is not passed."""
        rows = self.rows.get(key, ())
        begun = bisect_right(rows, time, key=lambda row: -1 if row.start is None else row.start)
        return next((row for row in reversed(rows[:begun]) if row.end is None or time < row.end), None)


def ruling_key(question: str, entity: str, subject: str) -> str:
    """The key of a ruling; the white space of the question does not matter."""
    return orjson.dumps([" ".join(question.split()), entity, subject]).decode()


def load_registers(
    paths: Mapping[str, Path],
    schema: Schema,
    tally: Tally,
    quarantine: Quarantine,
    copies: Mapping[str, Path] = NONE,
) -> dict[str, RegisterTable]:
    """The registers, and the rulings if `rulings` is among the names. Raises `SourceError`.

    ``copies`` say where the bytes of a path stand, if not there.
    """
    return {
        name: load_rulings([str(path)], schema, tally, quarantine, copies)
        if name == RULINGS
        else load_register(name, [str(path)], schema, tally, quarantine, copies)
        for name, path in paths.items()
    }


def load_register(
    name: str,
    paths: Sequence[str],
    schema: Schema,
    tally: Tally,
    quarantine: Quarantine,
    copies: Mapping[str, Path] = NONE,
) -> RegisterTable:
    """The register ``name`` from CSV, JSON Lines or Parquet files.

    The column of the key is called as the register's entity, or `id`. Rows that cannot be read, or that contradict
    each other, are quarantined. Raises `SourceError` for an unknown register, path or column.
    """
    register = schema.registers.get(name)
    if register is None:
        raise SourceError(f"unknown register {shown(name)}{nearest(name, [*schema.registers, RULINGS])}")
    key = Field(register.key, Type.TEXT, "the key")
    fields = {**register.fields, register.key: key}
    aliases = {} if "id" in fields else {"id": register.key}
    rows = found(paths, fields, aliases, (register.key,), schema, tally, quarantine, copies)
    return RegisterTable(name, _agreed(((entry.key[0], entry) for entry in rows), tally, quarantine))


def load_rulings(
    paths: Sequence[str],
    schema: Schema,
    tally: Tally,
    quarantine: Quarantine,
    copies: Mapping[str, Path] = NONE,
) -> RegisterTable:
    """The rulings, with the columns `question, entity, subject, answer, from, to`, keyed by `ruling_key`.

    Raises `SourceError` for an unknown path or column.
    """
    fields = {entry.name: entry for entry in RULING}
    required = ("question", "entity", "subject", "answer")
    rows = found(paths, fields, {}, required, schema, tally, quarantine, copies)
    keyed = ((ruling_key(*entry.key[:3]), entry) for entry in rows)
    return RegisterTable(RULINGS, _agreed(keyed, tally, quarantine))


def _agreed(keyed: Iterable[tuple[str, Found]], tally: Tally, quarantine: Quarantine) -> dict[str, tuple[Row, ...]]:
    """Rows by key and start; rows of one key and start that differ are all quarantined, equal ones are one."""
    own: dict[str, list[Found]] = {}
    for key, entry in keyed:
        own.setdefault(key, []).append(entry)
    rows: dict[str, tuple[Row, ...]] = {}
    for key in sorted(own):
        for alike in _at_one_time(own[key]):
            first = alike[0]
            if all((entry.end, entry.values) == (first.end, first.values) for entry in alike[1:]):
                rows[key] = (*rows.get(key, ()), Row(first.start, first.end, first.values))
            else:
                _quarantine(alike, tally, quarantine)
    return rows


def _at_one_time(entries: list[Found]) -> list[list[Found]]:
    """The entries that start together, in the order of their starts."""
    if len(entries) == 1:
        return [entries]
    return [list(same) for _, same in groupby(sorted(entries, key=_order), key=_order)]


def _order(entry: Found) -> tuple[bool, int]:
    return entry.start is not None, entry.start or 0


def _quarantine(alike: Sequence[Found], tally: Tally, quarantine: Quarantine) -> None:
    places = [Place(tally.files[entry.source].name, entry.line) for entry in alike]
    told = ", ".join(str(place) for place in places[:4]) + (", …" if len(places) > 4 else "")
    for entry, place in zip(alike, places, strict=True):
        tally.withdraw(entry.source)
        quarantine.add(place, f"conflicting rows: different rows hold since the same time: {told}", entry.shown())
