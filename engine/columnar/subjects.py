"""Whose conduct is judged: each value of a field, or the whole service, as numbered runs of events."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol

import numpy as np

from plainterms.engine.columnar.arrays import Bools, Ints, Places, spread, starts_of
from plainterms.engine.columnar.columns import Columns, Taking, taken
from plainterms.engine.columnar.lazy import lazy
from plainterms.engine.columnar.order import BLOCK, Rows, cut, portions, sorted_rows

Reach = Callable[[Ints], Ints]
"""From times, the first positions that a window which ends then looks at."""

PORTION = 2**20
"""Events that are put in order at a time."""

DENSE = 4
"""From one event in so many on, the order of all events is shared and not made anew."""


class Subjects(Protocol):
    """The subjects of a clause. A run is a subject; of groups, a set of entities from one joining to the next."""

    @property
    def runs(self) -> int:
        """How many runs there are."""

    @property
    def numbers(self) -> Places:
        """The number of each event's entity (its subject, unless that is a group); -1 where unknown."""

    @property
    def known(self) -> Bools:
        """Of which events the subject is known."""

    def of(self, positions: Ints) -> Places:
        """The runs to which events belong as of themselves; -1 where unknown."""

    def values_of(self, entities: Ints) -> list[object]:
        """The values that entities' numbers stand for; None for -1."""

    def blocks(self, marked: Bools, wanted: Bools | None = None, since: Reach | None = None) -> Iterator[Rows]:
        """The marked events of the wanted subjects (None: all), block after block, a run never cut.

        Of groups, a run is a path (see `joinings`), and events from before an entity joined are on it from as long
        before as ``since`` says.
        """

    def apart(
        self, history: Bools, own: Bools | None = None, wanted: Bools | None = None, since: Reach | None = None
    ) -> Iterator[Rows]:
        """The same of two kinds of events by the runs that `of` tells, each group with its history for itself.

        ``history`` goes back as ``since`` says, and without it to all that members ever did.
        """


class Ungrouped(ABC):
    """Subjects that never join."""

    @abstractmethod
    def blocks(self, marked: Bools, wanted: Bools | None = None, since: Reach | None = None) -> Iterator[Rows]:
        """As `Subjects.blocks`."""

    def apart(
        self,
        history: Bools,
        own: Bools | None = None,
        wanted: Bools | None = None,
        since: Reach | None = None,  # noqa: ARG002
    ) -> Iterator[Rows]:
        """As `blocks`: nobody has a history from before a joining."""
        yield from self.blocks(history if own is None else history | own, wanted)


@dataclass(frozen=True)
class Each(Ungrouped):
    """One subject for each value of a field: runs are its codes."""

    facts: Columns
    numbers: Places
    values: Sequence[Any] | Taking
    count: int
    _lock: Lock = field(default_factory=Lock)

    @property
    def runs(self) -> int:
        """One for each value."""
        return self.count

    @lazy
    def known(self) -> Bools:
        """Where the field is not missing."""
        return self.numbers >= 0

    def of(self, positions: Ints) -> Places:
        """The codes."""
        return self.numbers.take(positions)

    def values_of(self, entities: Ints) -> list[object]:
        """The field's values."""
        return taken(self.values, entities)

    def blocks(self, marked: Bools, wanted: Bools | None = None, since: Reach | None = None) -> Iterator[Rows]:  # noqa: ARG002
        """From the shared order where much is marked, else sorted anew."""
        if np.count_nonzero(marked) * DENSE >= self.facts.n:
            yield from self._of_all(marked, wanted)
            return
        positions = np.flatnonzero(marked)
        run = self.numbers.take(positions)
        keep = run >= 0
        if wanted is not None and self.runs:
            keep &= wanted.take(run, mode="clip")
        yield from cut(sorted_rows(run.compress(keep), positions.compress(keep)), BLOCK)

    def _of_all(self, marked: Bools, wanted: Bools | None) -> Iterator[Rows]:
        with self._lock:
            at, edges = self.ordered
        if wanted is None:
            for first, last in portions(edges[1:], BLOCK):
                run = np.repeat(np.arange(first, last, dtype=np.int32), np.diff(edges[first : last + 1]))
                block = at[edges[first] : edges[last]]
                yield from _some(Rows(run, block).only(marked.take(block)))
            return
        runs = np.flatnonzero(wanted).astype(np.int32)
        begin, end = edges.take(runs), edges.take(runs + 1)
        for first, last in portions(np.cumsum(end - begin), BLOCK):
            place, which = spread(begin[first:last], end[first:last])
            block = at.take(place)
            yield from _some(Rows(runs[first:last].take(which), block).only(marked.take(block)))

    @lazy
    def ordered(self) -> tuple[Places, Ints]:
        """All events whose subject is known, in the order of sweeps, and where each subject's begin."""
        edges = np.zeros(self.runs + 1, np.int64)
        for _, run in self._portions():
            np.add.at(edges[1:], run, 1)
        np.cumsum(edges, out=edges)
        at, free = np.empty(edges[-1], np.int32), edges[:-1].copy()
        for positions, run in self._portions():
            rows = sorted_rows(run, positions)
            starts = starts_of(rows.run)
            counts = np.diff(starts, append=len(rows))
            here = rows.run.take(starts)
            place = np.arange(len(rows)) + np.repeat(free.take(here) - starts, counts)
            at[place] = rows.at
            free[here] += counts
        return at, edges

    def _portions(self) -> Iterator[tuple[Ints, Places]]:
        """The events whose subject is known, and their runs, portion by portion."""
        for start in range(0, self.facts.n, PORTION):
            run = self.numbers[start : start + PORTION]
            known = np.flatnonzero(run >= 0)
            yield start + known, run.take(known)


def _some(rows: Rows) -> Iterator[Rows]:
    """The rows, unless there are none."""
    if len(rows):
        yield rows


@dataclass(frozen=True)
class Service(Ungrouped):
    """The whole service is one subject: run 0."""

    facts: Columns

    @property
    def runs(self) -> int:
        """One."""
        return 1

    @lazy
    def numbers(self) -> Places:
        """Zero everywhere."""
        zeros: Places = np.broadcast_to(np.zeros(1, np.int32), self.facts.n)
        return zeros

    @lazy
    def known(self) -> Bools:
        """Always."""
        return np.ones(self.facts.n, dtype=bool)

    def of(self, positions: Ints) -> Places:
        """Zero."""
        return np.zeros(len(positions), np.int32)

    def values_of(self, entities: Ints) -> list[object]:
        """Its name."""
        return ["service"] * len(entities)

    def blocks(self, marked: Bools, wanted: Bools | None = None, since: Reach | None = None) -> Iterator[Rows]:  # noqa: ARG002
        """All that is marked, as one block."""
        positions = np.flatnonzero(marked).astype(np.int32)
        if len(positions) and (wanted is None or wanted[0]):
            yield Rows(np.zeros(len(positions), np.int32), positions)
