"""The total order of events: by time, and by id where times are equal."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from plainterms.engine.columnar.digests import lanes
from plainterms.engine.columnar.store import TextColumn
from plainterms.engine.digests import LANE

Ints = NDArray[np.int64]
Rows = NDArray[np.int32]

PORTION = 2**22
"""Events with equal times that are ordered at a time."""


def total_order(times: Ints, without: Ints, ids: TextColumn) -> Rows | None:
    """The rows in the total order, those ``without`` left out; None if they stand in it as they are."""
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
