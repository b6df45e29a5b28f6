"""Digests of what events say, so that an equal repetition of an event can be told from a contradiction.

Only records of the same id are compared by them.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from plainterms.engine.columnar.batches import Batch
from plainterms.engine.columnar.digests import digests
from plainterms.engine.columnar.hashing import Hashing
from plainterms.engine.columnar.lists import joined
from plainterms.engine.digests import SECOND, digest

Words = NDArray[np.uint64]

LONG = 48
"""Bytes of a text, on average, from which it is long."""


class Contents:
    """Digests the columns of events; the first texts of a column decide how all of them are digested."""

    def __init__(self, hashing: Hashing) -> None:
        self._long: dict[str, bool] = {}
        self._hashing = hashing

    def meet(self, batch: Batch) -> None:
        """Look at a batch before it is digested; batches must be met in turn."""
        for name in batch.names:
            column = batch.column(name)
            if name not in self._long and _textual(column) and column.null_count < len(column):
                mean = pc.mean(pc.binary_length(_values(column))).as_py()
                self._long[name] = mean is not None and mean >= LONG

    def of(self, batch: Batch) -> Words:
        """The digest of each row: of the names and values of the fields that it has, but its id."""
        found = np.zeros(batch.rows, np.uint64)
        for name in batch.names:
            if name != "id" and batch.column(name).null_count < batch.rows:
                found += self._column(name, batch)
        return found

    def _column(self, name: str, batch: Batch) -> Words:
        column = batch.column(name)
        if _textual(column) and not self._long[name] and batch.repeats(name):
            numbered = batch.numbered(name)
            return np.append(_salted(name, numbered.digests), np.uint64(0)).take(numbered.of, mode="wrap")
        words = _salted(name, self._words(name, column))
        if column.null_count:
            words[column.is_null().to_numpy(zero_copy_only=False)] = 0
        return words

    def _words(self, name: str, column: pa.Array) -> Words:
        if pa.types.is_list(column.type):
            return digests(joined(column))
        if _textual(column):
            return self._hashing.quick(column) if self._long[name] else digests(column)
        filled = pc.fill_null(column, False if pa.types.is_boolean(column.type) else 0)
        words: Words = filled.cast(pa.int64()).to_numpy(zero_copy_only=False).view(np.uint64) * np.uint64(SECOND)
        return words


def _salted(name: str, words: Words) -> Words:
    """Digests of values that are those of a field."""
    salt = digest(name.encode())
    return words * np.uint64(salt | 1) + np.uint64(salt)


def _textual(column: pa.Array) -> bool:
    kind = column.type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind))


def _values(column: pa.Array) -> pa.Array:
    return column.dictionary if pa.types.is_dictionary(column.type) else column
