"""Canonical batches in sizes that suit a scan, and what is read of one of them."""

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from plainterms.engine.columnar.codes import Local, local
from plainterms.engine.columnar.hashing import Hashing
from plainterms.engine.columnar.lists import joined
from plainterms.engine.columnar.parts import part_column
from plainterms.engine.sources.columns import ARROW
from plainterms.policy.meaning import EventField, Field, PartField
from plainterms.policy.schema import Type

FEWEST, MOST = 2**15, 2**17
"""Rows of a batch; fewer only where the log ends, or texts are long."""

BYTES = 2**26
SAMPLE = 1_000
PLACE = ("source", "line")


def evened(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in the same order: small batches joined, large ones cut."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(one.num_rows for one in waiting) >= FEWEST or sum(one.nbytes for one in waiting) >= BYTES:
            yield from _cut(waiting)
            waiting = []
    if waiting:
        yield from _cut(waiting)


def _cut(batches: list[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    whole = batches[0] if len(batches) == 1 else _joined(batches)
    for start in range(0, whole.num_rows, MOST):
        yield whole.slice(start, MOST)


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    tables = [pa.Table.from_batches([_plain(batch)]) for batch in batches]
    table = pa.concat_tables(tables, promote_options="default").combine_chunks()
    return table.to_batches()[0] if table.num_rows else batches[0]


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Without dictionaries, which differ from batch to batch."""
    columns = [one.dictionary_decode() if pa.types.is_dictionary(one.type) else one for one in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


class Batch:
    """The columns of a batch, each worked out once."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.rows = batch.num_rows
        self._columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        self._repeat: dict[str, bool] = {}
        self._numbered: dict[str, Local] = {}
        self._parts: dict[PartField, pa.Array] = {}

    @property
    def names(self) -> list[str]:
        """The columns that say something of the event."""
        return [name for name in self._columns if name not in PLACE]

    def column(self, name: str, kind: Type = Type.TEXT) -> pa.Array:
        """A column as it came; an absent one is missing throughout."""
        found = self._columns.get(name)
        if found is None or pa.types.is_null(found.type):
            return pa.nulls(self.rows, ARROW[kind])
        return found

    def integers(self, name: str) -> NDArray[np.int64]:
        """A column of numbers, none missing."""
        return self._columns[name].to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]

    def repeats(self, name: str) -> bool:
        """Whether the first values of a column of texts are often equal, or it was numbered anyway."""
        if name not in self._repeat:
            column = self.column(name)
            sample = column.slice(0, SAMPLE)
            given = pa.types.is_dictionary(column.type) or name in self._numbered
            self._repeat[name] = given or 2 * pc.count_distinct(sample).as_py() <= len(sample)
        return self._repeat[name]

    def numbered(self, name: str) -> Local:
        """A column of texts or lists with its values numbered."""
        if name not in self._numbered:
            column = self.column(name)
            self._numbered[name] = local(joined(column) if pa.types.is_list(column.type) else column)
        return self._numbered[name]

    def coded(self, field: Field, hashing: Hashing) -> Local:
        """A text or list field, or a part of one, with its values numbered; parts are told by strong digests."""
        return self.numbered(field.name) if isinstance(field, EventField) else local(self.read(field), hashing)

    def read(self, field: Field) -> pa.Array:
        """The values of a field that the event alone gives. Texts that repeat come with a dictionary."""
        match field:
            case EventField():
                column = self.column(field.name, field.type)
                if field.type is not Type.TEXT or not self.repeats(field.name):
                    return column
                return _with_dictionary(self.numbered(field.name))
            case PartField(of=EventField()):
                if field not in self._parts:
                    self._parts[field] = _part(field, self.read(field.of))
                return self._parts[field]
            case _:
                raise TypeError(f"not a field of the event: {field}")


def _with_dictionary(numbered: Local) -> pa.DictionaryArray:
    gone = numbered.of < 0
    return pa.DictionaryArray.from_arrays(pa.array(numbered.of, mask=gone if gone.any() else None), numbered.values)


def _part(field: PartField, column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return pa.DictionaryArray.from_arrays(column.indices, part_column(field, column.dictionary))
    return part_column(field, column)
