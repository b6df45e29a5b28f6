"""What a scan keeps of one batch; worked out in any thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from plainterms.engine.columnar.batches import Batch
from plainterms.engine.columnar.codes import Local
from plainterms.engine.columnar.contents import Contents
from plainterms.engine.columnar.digests import digests
from plainterms.engine.columnar.hashing import Hashing
from plainterms.engine.columnar.leaves import Verdicts, gone, plain, searched, verdicts, with_missing
from plainterms.engine.columnar.search import Search
from plainterms.engine.columnar.wanted import Wanted
from plainterms.policy.meaning import Condition, ContainsAny, Field, MatchesAny
from plainterms.policy.schema import Type

Words = NDArray[np.uint64]
Bools = NDArray[np.bool_]
TextLeaf = MatchesAny | ContainsAny

UNTOLD = -1
"""A flag that is missing."""


@dataclass(frozen=True)
class Figures:
    """Values (zero where missing) and which are there; None: all."""

    of: NDArray[np.int64]
    present: Bools | None


@dataclass(frozen=True)
class Piece:
    """What is kept of a batch, row by row. ``flags`` are 1, 0 or `UNTOLD`."""

    rows: int
    ids: pa.Array
    digests: Words
    contents: Words
    times: NDArray[np.int64]
    sources: NDArray[np.int32]
    lines: NDArray[np.int64]
    coded: Mapping[Field, Local]
    flags: Mapping[Field, NDArray[np.int8]]
    numbers: Mapping[Field, Figures]
    leaves: Mapping[Condition, Verdicts]


class Reader:
    """Makes pieces of batches."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._hashing = Hashing()
        self.contents = Contents(self._hashing)
        self._searches = _searches(wanted.leaves)

    def piece(self, batch: Batch) -> Piece:
        """The piece of a batch. Threads may work on several; `Contents.meet` comes first."""
        wanted = self._wanted
        ids = plain(batch.column("id"))
        return Piece(
            rows=batch.rows,
            ids=ids,
            digests=digests(ids),
            times=batch.integers("time"),
            sources=batch.integers("source").astype(np.int32),
            lines=batch.integers("line"),
            coded={field: batch.coded(field, self._hashing) for field in wanted.coded},
            flags={field: _flags(batch.read(field)) for field in wanted.flags},
            numbers={field: _numbers(plain(batch.read(field))) for field in wanted.numbers},
            leaves=self._leaves(batch),
            contents=self.contents.of(batch),
        )

    def _leaves(self, batch: Batch) -> dict[Condition, Verdicts]:
        found: dict[Condition, Verdicts] = {}
        for field, (leaves, search) in self._searches.items():
            found.update(zip(leaves, _found(batch.read(field), search), strict=True))
        others = [leaf for leaf in self._wanted.leaves if leaf not in found]
        return found | {leaf: verdicts(leaf, batch.read, batch.rows) for leaf in others}


def _searches(leaves: Sequence[Condition]) -> dict[Field, tuple[list[TextLeaf], Search]]:
    """The conditions that look for patterns, by the text in which they look."""
    texts: dict[Field, list[TextLeaf]] = {}
    for leaf in leaves:
        if isinstance(leaf, MatchesAny | ContainsAny) and leaf.field.type is Type.TEXT:
            texts.setdefault(leaf.field, []).append(leaf)
    return {field: (searching, Search(searching)) for field, searching in texts.items()}


def _found(texts: pa.Array, search: Search) -> list[Verdicts]:
    if not pa.types.is_dictionary(texts.type):
        return [searched(texts, hits) for hits in search.among(texts)]
    values, rows = with_missing(texts)
    return [searched(values, hits).take(rows) for hits in search.among(values)]


def _flags(column: pa.Array) -> NDArray[np.int8]:
    return pc.fill_null(column.cast(pa.int8()), UNTOLD).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def _numbers(column: pa.Array) -> Figures:
    values = pc.fill_null(column.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    return Figures(values, ~gone(column) if column.null_count else None)
