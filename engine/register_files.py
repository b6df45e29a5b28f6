"""Reads the rows of register files, their values in canonical form, quarantining those that cannot be read."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from plainterms.engine.sources import Quarantine, SourceError, Tally, delimited, own, parquet
from plainterms.engine.sources.columns import PLAIN_DATE, column
from plainterms.engine.sources.detect import CSV, JSONL, PARQUET, container
from plainterms.engine.sources.errors import nearest, shown
from plainterms.engine.sources.files import DAMAGE, Peeked, expand, opened
from plainterms.engine.sources.intake import Intake, Lot
from plainterms.engine.sources.lines import blocks
from plainterms.engine.sources.records import Records, decoded
from plainterms.engine.sources.tables import is_text, split
from plainterms.policy.schema import Field, Schema, Type

FROM = Field("from", Type.TIME, "since when the row holds")
TO = Field("to", Type.TIME, "until when the row holds, itself excluded")
SUFFIXES = {"csv": CSV, "tsv": CSV, "jsonl": JSONL, "ndjson": JSONL, "parquet": PARQUET}


class Found(NamedTuple):
    """One row of a register file: its key, its span, its other values, and where it stands."""

    key: tuple[str, ...]
    start: int | None
    end: int | None
    values: dict[str, Any]
    source: int
    line: int
    raw: Callable[[int], bytes | str]
    row: int

    def shown(self) -> bytes | str:
        """The row as it stood in the file."""
        return self.raw(self.row)


def found(
    paths: Sequence[str],
    fields: Mapping[str, Field],
    aliases: Mapping[str, str],
    required: tuple[str, ...],
    schema: Schema,
    tally: Tally,
    quarantine: Quarantine,
    copies: Mapping[str, Path],
) -> list[Found]:
    """The good rows of files whose columns are ``fields``, `from`, `to`, or ``aliases`` of these.

    The texts among the ``required`` fields are the key and no values. Raises `SourceError` for a path or a column
    that is not known. ``copies`` say where the bytes of a path stand, if not there.
    """
    known = {**fields, "from": FROM, "to": TO}
    rows: list[Found] = []
    for name in expand(paths):
        intake = Intake(schema, tally, quarantine, name, None)
        with ExitStack() as stack:
            try:
                stream = stack.enter_context(opened(name, copies.get(name)))
            except DAMAGE as error:
                intake.read()
                intake.reject(None, f"cannot be read: {error}", b"")
                continue
            for lot in _lots(name, stream, intake, known, aliases):
                rows += _rows(lot, known, required, intake)
    return rows


def _lots(
    name: str, stream: Peeked, intake: Intake, known: Mapping[str, Field], aliases: Mapping[str, str]
) -> Iterator[Lot]:
    """The rows of a file by column. Raises `SourceError` for a column that is not known."""

    def choose(names: list[str]) -> tuple[list[str], str | None]:
        _check(name, names, known, aliases)
        return names, None

    intake.file.format = container(stream.start, _by_name(name))
    if intake.file.format == JSONL:
        yield from _objects(name, decoded(blocks(stream, intake), intake), intake, known, aliases)
        return
    read = parquet.rows if intake.file.format == PARQUET else delimited.rows
    for rows in read(stream, intake, choose):
        columns = {}
        for title, array in zip(rows.batch.schema.names, rows.batch.columns, strict=True):
            entry = known[aliases.get(title, title)]
            listed = rows.textual and entry.type is Type.LIST
            columns[entry.name] = split(array) if listed else array
        yield Lot(columns, rows.lines.to_pylist(), rows.raw)


def _by_name(name: str) -> str | None:
    endings = [SUFFIXES[part] for part in name.lower().split(".")[1:] if part in SUFFIXES]
    return endings[-1] if endings else None


def _check(name: str, names: Sequence[str], known: Mapping[str, Field], aliases: Mapping[str, str]) -> None:
    for title in names:
        if title not in known and title not in aliases:
            raise SourceError(f"{name}: unknown column {shown(title)}{nearest(title, [*known, *aliases])}")
    meant = [aliases.get(title, title) for title in names]
    for title in meant:
        if meant.count(title) > 1:
            raise SourceError(f"{name}: two columns give {shown(title)}")


def _objects(
    name: str,
    lots: Iterator[Records],
    intake: Intake,
    known: Mapping[str, Field],
    aliases: Mapping[str, str],
) -> Iterator[Lot]:
    for records in lots:
        bad = own.repeated(records)
        for row in sorted(bad):
            intake.reject(records.lines[row], bad[row], records.raws[row])
        good = records.without(bad)
        names = sorted(set().union(*good.objects))
        _check(name, names, known, aliases)
        columns = {aliases.get(title, title): [entry.get(title) for entry in good.objects] for title in names}
        yield Lot(columns, good.lines, good.raws.__getitem__)


def _rows(lot: Lot, known: Mapping[str, Field], required: tuple[str, ...], intake: Intake) -> Iterator[Found]:
    columns, bad = _columns(lot, known)
    keys = tuple(name for name in required if known[name].type is Type.TEXT)
    for row, (line, cells) in enumerate(zip(lot.lines, zip(*columns.values(), strict=True), strict=True)):
        values = {name: cell for name, cell in zip(columns, cells, strict=True) if cell is not None}
        fault = bad[row] if row in bad else _fault(values, required)
        if fault is not None:
            intake.reject(line, fault, lot.raw(row))
            continue
        intake.file.counts.events += 1
        key = tuple([values.pop(name) for name in keys])
        yield Found(key, values.pop("from", None), values.pop("to", None), values, intake.index, line, lot.raw, row)


def _columns(lot: Lot, known: Mapping[str, Field]) -> tuple[dict[str, list[Any]], dict[int, str]]:
    """The values of each column, lists as tuples, and why rows are bad."""
    bad: dict[int, str] = {}
    columns: dict[str, list[Any]] = {}
    for name in sorted(lot.columns):
        raw = _instants(lot.columns[name]) if name in ("from", "to") else lot.columns[name]
        done = column(raw, known[name])
        columns[name] = done.array.to_pylist()
        if known[name].type is Type.LIST:
            columns[name] = [None if value is None else tuple(value) for value in columns[name]]
        for row, reason in done.bad.items():
            bad.setdefault(row, reason)
    return columns, bad


def _fault(values: Mapping[str, Any], required: tuple[str, ...]) -> str | None:
    for name in required:
        if values.get(name) in (None, ""):
            return f"missing {name}: every row needs a value for `{name}`"
    start, end = values.get("from"), values.get("to")
    if start is not None and end is not None and end <= start:
        return "empty span: `to` is not later than `from`"
    return None


def _instants(values: Sequence[object] | pa.Array) -> Sequence[object] | pa.Array:
    """Times, where a date stands for its first instant in UTC."""
    if not isinstance(values, pa.Array):
        return [_instant(value) for value in values]
    if pa.types.is_date32(values.type):
        return values.cast(pa.timestamp("us", "UTC"))
    return pa.array([_instant(value) for value in values.to_pylist()]) if is_text(values.type) else values


def _instant(value: object) -> object:
    return f"{value}T00:00:00Z" if isinstance(value, str) and re.match(PLAIN_DATE, value) else value
