"""A register's rows as columns, and which of them holds of which key at which time."""

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from plainterms.engine.registers import RegisterTable, Row
from plainterms.engine.sources.columns import ARROW
from plainterms.policy.schema import Type

Ints = NDArray[np.int64]
Numbers = NDArray[np.int32]

NONE = -1
"""No row."""

ALWAYS = -1
"""From when on an unbounded row holds; no event is earlier."""


class Lookup:
    """Rows are numbered; the row after the last one has no value."""

    def __init__(self, table: RegisterTable) -> None:
        self._table = table
        self._rows = [row for rows in table.rows.values() for row in rows]
        self._values: list[Mapping[str, object]] = [*(row.values for row in self._rows), {}]
        self._keys = pa.array(table.rows.keys(), pa.large_string())
        self._numbers = {id(row): number for number, row in enumerate(self._rows)}
        self.column = cache(self._column)
        self._spans = cache(self._found_spans)
        self._at = cache(self._found_at)

    def __len__(self) -> int:
        return len(self._rows)

    @cached_property
    def lasting(self) -> bool:
        """Whether all rows hold at all times."""
        return all(row.start is None and row.end is None for row in self._rows)

    def _column(self, name: str, kind: Type) -> pa.Array:
        one = pa.struct([(name, pa.large_string() if kind is Type.TEXT else ARROW[kind])])
        return pa.array(self._values, one).field(0)

    def rows(self, places: Numbers, time: int | None) -> Numbers:
        """The row of each key at a time, -1 where there is none; of lasting rows at any time."""
        return self._at(ALWAYS if time is None else time)[places]

    def _found_at(self, time: int) -> Numbers:
        if self.lasting:
            sizes = np.array([len(rows) for rows in self._table.rows.values()], np.int32)
            return np.append(np.where(sizes == 0, NONE, np.cumsum(sizes) - 1), NONE).astype(np.int32)
        rows = [self._number(self._table.at(key, time)) for key in self._table.rows]
        return np.array([*rows, NONE], np.int32)

    def _number(self, row: Row | None) -> int:
        return NONE if row is None else self._numbers[id(row)]

    def places(self, keys: pa.Array) -> Numbers:
        """Where keys stand among those of the register, -1 where they do not."""
        found = pc.index_in(keys.cast(pa.large_string()), value_set=self._keys)
        return pc.fill_null(found, NONE).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]

    def rows_at(self, places: Numbers, times: Ints) -> Numbers:
        """The row that holds at each time, given where the keys stand."""
        starts, rows, first = self._spans()
        low, high = np.minimum(first[places], len(starts) - 1), first[places + 1]
        step = 1 << max(int(np.diff(first).max(initial=1)).bit_length() - 1, 0)
        while step:
            further = np.minimum(low + step, len(starts) - 1)
            low = np.where((low + step < high) & (starts[further] <= times), further, low)
            step >>= 1
        return np.where(places == NONE, np.int32(NONE), rows[low])

    def _found_spans(self) -> tuple[Ints, Numbers, Ints]:
        """Spans in which one row (or none) holds, by key: their starts, their rows, and each key's first span."""
        spans = [self._spans_of(key, rows) for key, rows in self._table.rows.items()]
        starts = np.array([start for own in spans for start, _ in own] or [ALWAYS], np.int64)
        rows = np.array([row for own in spans for _, row in own] or [NONE], np.int32)
        first = np.cumsum([0, *map(len, spans), 0])
        return starts, rows, first

    def _spans_of(self, key: str, rows: Sequence[Row]) -> list[tuple[int, int]]:
        bounds: set[Any] = {ALWAYS, *(row.start for row in rows), *(row.end for row in rows)} - {None}
        return [(bound, self._number(self._table.at(key, bound))) for bound in sorted(bounds)]
