"""The order of all sweeps: by run (a subject, or a group while it lasts), within it the total order of events."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from plainterms.engine.columnar.arrays import Bools, Ints, Places, firsts, packed, picked, seconds

BLOCK = 2**18
"""Rows that are swept at a time, so few that what is made of them stays near; a run is never cut."""


@dataclass(frozen=True)
class Rows:
    """Events by (run, position).

    ``fresh`` marks what may be an anchor of its run; None: all. ``seen`` is the position from which on an event is
    of its run, as its entity joined later; -1: from itself on; None: all are.
    """

    run: Places
    at: Places
    fresh: Bools | None = None
    seen: Places | None = None

    def __len__(self) -> int:
        return len(self.at)

    def only(self, keep: Bools) -> "Rows":
        """Some of the rows."""
        fresh = None if self.fresh is None else picked(self.fresh, keep)
        seen = None if self.seen is None else picked(self.seen, keep)
        return Rows(picked(self.run, keep), picked(self.at, keep), fresh, seen)

    def between(self, start: int, end: int) -> "Rows":
        """The rows [start, end)."""
        fresh = None if self.fresh is None else self.fresh[start:end]
        seen = None if self.seen is None else self.seen[start:end]
        return Rows(self.run[start:end], self.at[start:end], fresh, seen)


NO_ROWS = Rows(np.empty(0, np.int32), np.empty(0, np.int32))


def sorted_rows(run: Ints, at: Ints) -> Rows:
    """Events in the order of sweeps."""
    pairs = packed(run, at)
    pairs.sort()
    return Rows(firsts(pairs), seconds(pairs))


def cut(rows: Rows, size: int) -> Iterator[Rows]:
    """The rows in blocks of at most ``size``, but whole runs."""
    start = 0
    while start < len(rows):
        end = min(start + size, len(rows))
        if end < len(rows):
            begun = int(np.searchsorted(rows.run, rows.run[end]))
            end = begun if begun > start else int(np.searchsorted(rows.run, rows.run[start], "right"))
        yield rows.between(start, end)
        start = end


def portions(ends: Ints, size: int) -> Iterator[tuple[int, int]]:
    """Ranges of what has so many rows together with all before it, each of at most ``size`` rows, or of one thing."""
    first = 0
    while first < len(ends):
        before = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, before + size, "right")))
        yield first, last
        first = last
