"""The total order of events: by time, and by id where times are equal."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from plainterms.engine.columnar.digests import lanes
from plainterms.engine.columnar.lazy import lazy
from plainterms.engine.columnar.texts import TextColumn
from plainterms.engine.digests import LANE

Ints = NDArray[np.int64]
Rows = NDArray[np.int32]

PORTION = 2**22
"""Events with equal times that are ordered at a time."""


SPARSE = 8
"""Where no more than one row in so many moves, the others are left in place."""


@dataclass(frozen=True)
class Order:
    """Rows of the log, as they were read, in the total order."""

    rows: Rows

    @lazy
    def _moved(self) -> Rows:
        moved: Rows = np.flatnonzero(self.rows != np.arange(len(self.rows), dtype=np.int32)).astype(np.int32)
        return moved

    def of(self, column: NDArray[Any]) -> NDArray[Any]:
        """A column in this order. It may be longer by rows that do not count."""
        if len(self._moved) * SPARSE > len(self.rows):
            return column.take(self.rows)
        found = column[: len(self.rows)].copy()
        found[self._moved] = column.take(self.rows.take(self._moved))
        return found


def total_order(times: Ints, without: Ints, ids: TextColumn) -> Order | None:
    """The total order of the rows, those ``without`` left out; None if they stand in it as they are."""
    rows = _rows(times, without, ids)
    return None if rows is None else Order(rows)


def _rows(times: Ints, without: Ints, ids: TextColumn) -> Rows | None:
    rows = None if len(without) == 0 else np.delete(np.arange(len(times), dtype=np.int32), without)
    moments = times if rows is None else times[rows]
    steps = moments[1:] > moments[:-1]
    if steps.all():
        return rows
    if not (moments[1:] >= moments[:-1]).all():
        order = np.argsort(moments, kind="stable").astype(np.int32)
        rows, moments = order if rows is None else rows[order], moments[order]
        steps = moments[1:] > moments[:-1]
    elif rows is None:
        rows = np.arange(len(times), dtype=np.int32)
    return _settled(rows, steps, ids)


def _settled(rows: Rows, steps: NDArray[np.bool_], ids: TextColumn) -> Rows:
    """Rows in order of time, those of equal times put in the order of their ids; ``steps`` are where time goes on."""
    alike = np.append(~steps, False)
    alike[1:] |= ~steps
    places = np.flatnonzero(alike)
    groups = np.cumsum(np.append(True, steps)[places])
    for part in _cuts(groups):
        here = places[part]
        own = rows[here]
        rows[here] = own[_by_id(groups[part], own, ids)]
    return rows


def _cuts(groups: Ints) -> Iterator[slice]:
    """Portions that cut no group."""
    start = 0
    while start < len(groups):
        end = min(start + PORTION, len(groups))
        if end < len(groups):
            end = int(np.searchsorted(groups, groups[end]))
            end = end if end > start else int(np.searchsorted(groups, groups[start], "right"))
        yield slice(start, end)
        start = end


def _by_id(groups: Ints, rows: Rows, ids: TextColumn) -> Ints:
    """The order by group and id. Eight bytes of each id are compared at a time, further ones where these agree."""
    texts = ids.take(rows)
    sizes = pc.binary_length(texts).to_numpy()
    order, groups = np.arange(len(rows)), groups.copy()
    left, depth = order.copy(), 0
    while len(left):
        here = order[left]
        over = sizes[here].max() <= LANE * depth
        keys = sizes[here].astype(np.uint64) if over else lanes(texts.take(pa.array(here)), depth)
        sorting = np.lexsort((keys, groups[left]))
        order[left] = here[sorting]
        keys, own = keys[sorting], groups[left]
        differs = np.append(True, (keys[1:] != keys[:-1]) | (own[1:] != own[:-1]))
        groups[left] = np.cumsum(differs)
        left = left[~differs | ~np.append(differs[1:], True)]
        depth += 1
    return order
