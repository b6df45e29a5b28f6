"""Sets the rows of a table with our own column names (CSV or Parquet) in canonical form, a batch at a time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from plainterms.engine.sources.errors import nearest, shown
from plainterms.engine.sources.intake import Intake, Lot
from plainterms.engine.sources.messages import parsed
from plainterms.engine.sources.own import REQUEST, fault
from plainterms.engine.sources.records import Records
from plainterms.policy.schema import Type

UNREADABLE = (ValueError, OverflowError, orjson.JSONEncodeError, pa.ArrowException)
"""What turning a cell into a plain value can raise."""


@dataclass(frozen=True)
class Rows:
    """Some rows of a table as they were read, and the line or row number of each.

    ``textual`` is for CSV, where a cell is text whatever its field is: lists are then separated by semicolons.
    ``origin`` holds the rows of the file where a mapping made these from them.
    """

    batch: pa.RecordBatch
    lines: pa.Array
    textual: bool = False
    origin: pa.RecordBatch | None = None

    def raw(self, row: int) -> bytes:
        """One row as JSON, as it stood in the file."""
        try:
            return orjson.dumps(_plain(self._shown(), row), default=str)
        except UNREADABLE as error:
            return f"row cannot be shown: {error}".encode()

    def objects(self, intake: Intake) -> Records:
        """The rows as objects with plain values; times are text, with an offset if their column has one."""
        batch = self.batch
        for place, entry in enumerate(batch.schema):
            if pa.types.is_timestamp(entry.type):
                batch = batch.set_column(place, entry.name, _time_texts(batch.column(place)))
        records = Records()
        for row, line in enumerate(self.lines.to_pylist()):
            try:
                records.objects.append(_plain(batch, row))
            except UNREADABLE as error:
                intake.reject(line, f"cannot be read: a cell of the row: {error}", self.raw(row))
                continue
            records.lines.append(line)
            records.raws.append(b"")
        return records

    def _shown(self) -> pa.RecordBatch:
        return self.batch if self.origin is None else self.origin

    def without(self, rows: Iterable[int]) -> "Rows":
        """These rows but for some."""
        mask = np.ones(len(self.lines), dtype=bool)
        mask[list(rows)] = False
        keep = pa.array(mask)
        origin = None if self.origin is None else self.origin.filter(keep)
        return Rows(self.batch.filter(keep), self.lines.filter(keep), self.textual, origin)


def _plain(batch: pa.RecordBatch, row: int) -> dict[str, object]:
    """One row as an object; a batch without columns does not know that it has rows."""
    return batch.slice(row, 1).to_pylist()[0] if batch.num_columns else {}


def header_fault(names: list[str], known: Iterable[str]) -> str | None:
    """Why a table with these column names cannot be ours, or None if it can."""
    known = set(known)
    for name in names:
        if names.count(name) > 1:
            return f"repeated column: {shown(name)} stands twice in the header"
        if name not in known:
            return f"unknown column: {shown(name)}{nearest(name, known)}"
    return None


def settled(tables: Iterator[Rows], intake: Intake) -> Iterator[pa.RecordBatch]:
    """Canonical batches of rows with our column names."""
    for rows in tables:
        columns = _columns(rows, intake)
        bad = _misplaced(columns, intake)
        for row in sorted(bad):
            intake.reject(rows.lines[row].as_py(), bad[row], rows.raw(row))
        good = rows.without(bad) if bad else rows
        if bad:
            columns = _columns(good, intake)
        batch = intake.settle(Lot(columns, good.lines, good.raw)) if len(good.lines) else None
        if batch is not None:
            yield batch


def _columns(rows: Rows, intake: Intake) -> dict[str, pa.Array]:
    columns = dict(zip(rows.batch.schema.names, rows.batch.columns, strict=True))
    if rows.textual:
        columns = {name: split(a) if _is_list(name, intake) and is_text(a.type) else a for name, a in columns.items()}
    kind = columns.get("kind", pa.nulls(len(rows.lines), pa.string()))
    if pa.types.is_dictionary(kind.type) and kind.null_count:
        kind = kind.dictionary_decode()
    if pa.types.is_null(kind.type):
        kind = kind.cast(pa.string())
    return {**columns, "kind": pc.fill_null(kind, REQUEST) if is_text(kind.type) else kind}


def _time_texts(array: pa.Array) -> pa.Array:
    zone = "" if array.type.tz is None else "Z"
    return pc.binary_join_element_wise(array.cast(pa.timestamp(array.type.unit)).cast(pa.string()), zone, "")


def is_text(kind: pa.DataType) -> bool:
    """Whether a column of this Arrow type holds text."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_list(name: str, intake: Intake) -> bool:
    return intake.fields[name].type is Type.LIST


def split(array: pa.Array) -> pa.Array:
    """Cells of text as lists; a column of another type as it is."""
    if not is_text(array.type):
        return array
    cells = array.to_pylist()
    return pa.array([None if cell is None else listed(cell) for cell in cells], pa.list_(pa.string()))


def listed(cell: str) -> list[str]:
    """The texts of a cell that holds a list: `a; b` or `["a", "b"]`."""
    items = parsed(cell)
    if isinstance(items, list) and all(isinstance(item, str) for item in items):
        return items
    return [item.strip() for item in cell.split(";") if item.strip()]


def _misplaced(columns: Mapping[str, pa.Array], intake: Intake) -> dict[int, str]:
    """Why each row is bad that has an unknown kind, or a value in a field its kind does not have."""
    kinds = columns["kind"]
    if is_text(kinds.type):
        kinds = kinds.dictionary_encode()
    elif not pa.types.is_dictionary(kinds.type) or not is_text(kinds.type.value_type):
        return {}
    numbers = kinds.indices.to_numpy(zero_copy_only=False)
    there = cache(lambda name: columns[name].is_valid().to_numpy(zero_copy_only=False))
    bad: dict[int, str] = {}
    for number, kind in enumerate(kinds.dictionary.to_pylist()):
        reasons = {name: fault(kind, (name,), intake) for name in columns}
        here = np.flatnonzero(numbers == number) if any(reasons.values()) else numbers[:0]
        for name, reason in reasons.items():
            if reason is not None and columns[name].null_count < len(columns[name]):
                bad.update(dict.fromkeys(here.compress(there(name).take(here)).tolist(), reason))
    return bad
