"""The events that a clause looks at, in the order of sweeps: the table on which all quantities are measured."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plainterms.engine.columnar.arrays import Bools, Ints, Places, packed, starts_of
from plainterms.engine.columnar.columns import Columns
from plainterms.engine.columnar.facts import Truth
from plainterms.engine.columnar.kleene import possible, take
from plainterms.engine.columnar.lazy import lazy
from plainterms.engine.columnar.order import Rows

ROOM = 62
"""Bits for a run and a time in one number."""


@dataclass(frozen=True)
class Sheet:
    """Rows of events by (run, position), and per measure which of them it counts."""

    facts: Columns
    rows: Rows
    counted: tuple[Truth, ...]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def at(self) -> Places:
        """Positions of the events in the total order."""
        return self.rows.at

    @property
    def run(self) -> Places:
        """The run of each row."""
        return self.rows.run

    @lazy
    def time(self) -> Ints:
        """Times of the events, microseconds."""
        return self.facts.time.take(self.rows.at)

    @lazy
    def late(self) -> tuple[Ints, Ints] | None:
        """Rows of entities that joined later, and the first rows from which they are seen; None: there are none."""
        if self.rows.seen is None:
            return None
        rows = np.flatnonzero(self.rows.seen >= 0)
        return (rows, self.find(self.run.take(rows), self.rows.seen.take(rows))) if len(rows) else None

    @lazy
    def starts(self) -> Ints:
        """The first row of each run."""
        return starts_of(self.run)

    @lazy
    def index(self) -> Places:
        """Which of ``starts`` each row belongs to."""
        lengths = np.diff(np.append(self.starts, len(self)))
        return np.repeat(np.arange(len(self.starts), dtype=np.int32), lengths)

    @lazy
    def _keys(self) -> Ints:
        return packed(self.run, self.at)

    def find(self, run: Places, position: Ints) -> Ints:
        """For each pair the first row of that run at that position of the total order or later."""
        return np.searchsorted(self._keys, packed(run, position)).astype(np.int64, copy=False)

    def since(self, rows: Ints, instants: Ints) -> Ints:
        """For each row the first row of its run (or of the next) whose time is at least the instant."""
        if self._clocked is None:
            return self.find(self.run.take(rows), np.searchsorted(self.facts.time, instants))
        keys, bits, first, last = self._clocked
        wanted = self.index.take(rows).astype(np.int64) << bits
        wanted += np.clip(instants, first, last + 1) - first
        return np.searchsorted(keys, wanted).astype(np.int64, copy=False)

    @lazy
    def _clocked(self) -> tuple[Ints, int, int, int] | None:
        """(run, time) of each row as one number, the bits of a time, and the first and the last; None: no room."""
        if len(self) == 0:
            return self._keys, 0, 0, 0
        first, last = int(self.time.min()), int(self.time.max())
        bits = (last - first + 1).bit_length()
        if bits + len(self.starts).bit_length() > ROOM:
            return None
        return (self.index.astype(np.int64) << bits) + (self.time - first), bits, first, last

    def only(self, keep: Bools) -> "Sheet":
        """The sheet of some rows."""
        return Sheet(self.facts, self.rows.only(keep), tuple(take(truth, keep) for truth in self.counted))

    def only_runs(self, keep: Bools) -> "Sheet":
        """The sheet of the runs marked (one mark for each of ``starts``)."""
        return self if keep.all() else self.only(keep.take(self.index))

    def per_run(self, marked: Bools) -> Ints:
        """How many rows are marked in each run."""
        if len(self) == 0:
            return np.empty(0, np.int64)
        return np.add.reduceat(marked, self.starts, dtype=np.int64)


def sheet_of(facts: Columns, rows: Rows, full: tuple[Truth, ...], *, marked: bool = False) -> Sheet:
    """The sheet of some rows, from what each measure counts among all events.

    ``marked``: the rows are just those that some measure counts.
    """
    if marked and len(full) == 1 and full[0].maybe is None:
        return Sheet(facts, rows, (Truth(np.ones(len(rows), dtype=bool), None),))
    return Sheet(facts, rows, tuple(take(truth, rows.at) for truth in full))


def anyone(truths: tuple[Truth, ...]) -> Bools:
    """What some measure counts, certainly or possibly."""
    found = possible(truths[0])
    for truth in truths[1:]:
        found = found | possible(truth)
    return found


def certain(truths: tuple[Truth, ...]) -> Bools:
    """What some measure certainly counts."""
    found = truths[0].yes
    for truth in truths[1:]:
        found = found | truth.yes
    return found


def running(marked: NDArray[np.generic]) -> Ints:
    """Sums of everything before each row, and of everything."""
    sums = np.empty(len(marked) + 1, dtype=object if marked.dtype == object else np.int64)
    sums[0] = 0
    np.cumsum(marked, out=sums[1:])
    return sums
