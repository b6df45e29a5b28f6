"""Digests of what events say, so that an equal repetition of an event can be told from a contradiction.

Only records of the same id are compared by them. Long texts are digested by DuckDB, five times faster than here.
"""

from functools import reduce
from threading import local as per_thread
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from plainterms.engine.columnar.batches import Batch
from plainterms.engine.columnar.codes import Local
from plainterms.engine.columnar.digests import digests
from plainterms.engine.columnar.lists import joined
from plainterms.engine.digests import SECOND, digest

Words = NDArray[np.uint64]

LONG = 48
"""Bytes of a text, on average, from which it is long."""


class Contents:
    """Digests the columns of events; the first texts of a column decide how all of them are digested."""

    def __init__(self) -> None:
        self._long: dict[str, bool] = {}
        self._threads = per_thread()

    def meet(self, batch: Batch) -> None:
        """Look at a batch before it is digested; batches must be met in turn."""
        for name in batch.names:
            column = batch.column(name)
            if name not in self._long and _textual(column) and column.null_count < len(column):
                mean = pc.mean(pc.binary_length(_values(column))).as_py()
                self._long[name] = mean is not None and mean >= LONG

    def of(self, batch: Batch) -> Words:
        """The digest of each row: of the names and values of the fields that it has, but its id."""
        parts = [self._column(name, batch) for name in batch.names if name != "id"]
        return reduce(np.add, [part for part in parts if part is not None], np.zeros(batch.rows, np.uint64))

    def _column(self, name: str, batch: Batch) -> Words | None:
        column = batch.column(name)
        if column.null_count == len(column):
            return None
        words = self._words(name, column, batch)
        salt = digest(name.encode())
        words *= np.uint64(salt | 1)
        words += np.uint64(salt)
        if column.null_count:
            words[column.is_null().to_numpy(zero_copy_only=False)] = 0
        return words

    def _words(self, name: str, column: pa.Array, batch: Batch) -> Words:
        if pa.types.is_list(column.type):
            return digests(joined(column))
        if _textual(column):
            if self._long[name]:
                return self._long_texts(column)
            return _spread(batch.numbered(name)) if batch.repeats(name) else digests(column)
        filled = pc.fill_null(column, False if pa.types.is_boolean(column.type) else 0)
        words: Words = filled.cast(pa.int64()).to_numpy(zero_copy_only=False).view(np.uint64) * np.uint64(SECOND)
        return words

    def _long_texts(self, column: pa.Array) -> Words:
        cursor = self._connection().cursor()
        try:
            cursor.register("texts", pa.table({"text": column}))
            found: Words = cursor.execute("select hash(text) as digest from texts").fetchnumpy()["digest"]
            return found
        finally:
            cursor.close()

    def _connection(self) -> Any:
        """A connection for each thread; DuckDB is imported only where there are long texts."""
        import duckdb

        if not hasattr(self._threads, "connection"):
            self._threads.connection = duckdb.connect(config={"threads": 1})
        return self._threads.connection


def _textual(column: pa.Array) -> bool:
    kind = column.type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind))


def _values(column: pa.Array) -> pa.Array:
    return column.dictionary if pa.types.is_dictionary(column.type) else column


def _spread(numbered: Local) -> Words:
    """The digest of each row's value."""
    if len(numbered.values) == 0:
        return np.zeros(len(numbered.of), np.uint64)
    return numbered.digests.take(numbered.of, mode="clip")
