"""Takes lots of raw columns from a reader, sets them in canonical form, and accounts for every record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from plainterms.engine.sources.columns import column
from plainterms.engine.sources.quarantine import Place, Quarantine
from plainterms.engine.sources.tally import SourceFile, Tally
from plainterms.policy.schema import Field, Schema, Type

KIND = Field("kind", Type.TEXT, "the kind of event")
ALWAYS = ("kind", "id", "time")
MISSING = {
    "kind": "missing kind: every event needs a `kind`",
    "id": "missing id: every event needs an `id`",
    "time": "missing time: every event needs a `time`",
}

ROWS = 16_384
"""Most rows of a batch."""

BYTES = 16 * 2**20
"""A batch is closed when the records read for it reach this size."""


@dataclass(frozen=True)
class Lot:
    """Records read together: raw values by field name, the line of each, and how to get at its raw text."""

    columns: Mapping[str, Sequence[object] | pa.Array]
    lines: Sequence[int] | pa.Array
    raw: Callable[[int], bytes | str]


class Intake:
    """One file being read; readers tell it of each record exactly once."""

    def __init__(
        self, schema: Schema, tally: Tally, quarantine: Quarantine, name: str, wanted: frozenset[str] | None
    ) -> None:
        self.schema = schema
        self.tally = tally
        self.quarantine = quarantine
        self.file = SourceFile(name)
        self.fields = {**schema.event_fields(), "kind": KIND}
        self.known = {kind: frozenset(schema.fields_of(kind)) | {"kind"} for kind in schema.kinds}
        self.wanted = wanted
        self.index = len(tally.files)
        tally.files.append(self.file)

    def wants(self, name: str) -> bool:
        """Whether a field is to be produced."""
        return self.wanted is None or name in self.wanted or name in ALWAYS

    def read(self, records: int = 1) -> None:
        """Count records as read."""
        self.file.counts.read += records

    def blank(self, records: int = 1) -> None:
        """Count records as blank."""
        self.file.counts.blank += records

    def pass_over(self, reason: str, records: int = 1) -> None:
        """Count records that are sound but no events of ours."""
        self.file.counts.passed_over += records
        self.tally.passed_over[reason] += records

    def reject(self, line: int | None, reason: str, raw: bytes | str, records: int = 1) -> None:
        """Quarantine records."""
        self.file.counts.quarantined += records
        self.quarantine.add(Place(self.file.name, line), reason, raw, records)

    def settle(self, lot: Lot, foreign: bool = False) -> pa.RecordBatch | None:
        """The canonical batch of the good records of a lot; the others are quarantined. None if there is none."""
        arrays: dict[str, pa.Array] = {}
        bad: dict[int, str] = {}
        for name in sorted(lot.columns, key=self._order):
            done = column(lot.columns[name], self.fields[name], foreign)
            arrays[name] = done.array
            for row, reason in done.bad.items():
                bad.setdefault(row, reason)
        for name in ALWAYS:
            for row in _absent(arrays.get(name), len(lot.lines)):
                bad.setdefault(row, MISSING[name])
        for row in sorted(bad):
            self.reject(_line(lot, row), bad[row], lot.raw(row))
        return self._batch(arrays, lot, bad)

    def _order(self, name: str) -> tuple[int, str]:
        return (ALWAYS.index(name), "") if name in ALWAYS else (len(ALWAYS), name)

    def _batch(self, arrays: dict[str, pa.Array], lot: Lot, bad: Mapping[int, str]) -> pa.RecordBatch | None:
        rows = len(lot.lines) - len(bad)
        if rows == 0:
            return None
        kept = {n: a for n, a in arrays.items() if n in ALWAYS or a.null_count < len(a)}
        lines = lot.lines if isinstance(lot.lines, pa.Array) else pa.array(lot.lines, pa.int64())
        source = pa.repeat(pa.scalar(self.index, pa.int32()), len(lot.lines))
        batch = pa.RecordBatch.from_pydict({**kept, "source": source, "line": lines})
        if bad:
            mask = np.ones(len(lot.lines), dtype=bool)
            mask[list(bad)] = False
            batch = batch.filter(pa.array(mask))
        self.file.counts.events += batch.num_rows
        return batch


def _line(lot: Lot, row: int) -> int:
    line = lot.lines[row]
    return line.as_py() if isinstance(line, pa.Scalar) else line


def _absent(array: pa.Array | None, rows: int) -> Sequence[int]:
    """Rows without a value; an empty text is none."""
    if array is None:
        return range(rows)
    if pa.types.is_dictionary(array.type):
        if not array.null_count and not _absent(array.dictionary, len(array.dictionary)):
            return ()
        array = array.dictionary_decode()
    gone = array.is_null()
    if pa.types.is_string(array.type):
        gone = pc.or_(gone, pc.fill_null(pc.equal(pc.binary_length(array), 0), False))
    if not pc.any(gone, min_count=0).as_py():
        return ()
    return list(np.flatnonzero(gone.to_numpy(zero_copy_only=False)).tolist())
