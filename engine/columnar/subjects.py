"""Whose conduct is judged: each value of a field, or the whole service, as numbered runs of events."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from plainterms.engine.columnar.arrays import Bools, Ints, Places
from plainterms.engine.columnar.facts import Facts
from plainterms.engine.columnar.order import BLOCK, Rows, cut, sorted_rows

Reach = Callable[[Ints], Ints]
"""From times, the first positions that a window which ends then looks at."""

DENSE = 4
"""From one event in so many on, the order of all events is shared and not made anew."""


class Subjects(Protocol):
    """The subjects of a clause. A run is a subject; of groups, a set of entities from one joining to the next."""

    @property
    def runs(self) -> int:
        """How many runs there are."""

    @property
    def known(self) -> Bools:
        """Of which events the subject is known."""

    def of(self, positions: NDArray[np.integer]) -> Places:
        """The runs to which events belong as of themselves; -1 where unknown."""

    def entities(self, positions: NDArray[np.integer]) -> Places:
        """The numbers of the events' entities (subjects, unless they are groups); -1 where unknown."""

    def value(self, entity: int) -> object:
        """The value that an entity's number stands for."""

    def blocks(self, marked: Bools, wanted: Bools | None = None, since: Reach | None = None) -> Iterator[Rows]:
        """The marked events of the wanted runs (None: all), block after block, a run never cut.

        Of a group, what its members did until others joined, from as long before they themselves joined as
        ``since`` says; without it, what they did at any time.
        """


@dataclass(frozen=True)
class Each:
    """One subject for each value of a field: runs are its codes."""

    facts: Facts
    numbers: Places
    values: Sequence[Any]

    @property
    def runs(self) -> int:
        """One for each value."""
        return len(self.values)

    @cached_property
    def known(self) -> Bools:
        """Where the field is not missing."""
        return self.numbers >= 0

    def of(self, positions: NDArray[np.integer]) -> Places:
        """The codes."""
        return self.numbers[positions]

    def entities(self, positions: NDArray[np.integer]) -> Places:
        """The codes."""
        return self.numbers[positions]

    def value(self, entity: int) -> object:
        """The field's value."""
        return self.values[entity]

    def blocks(self, marked: Bools, wanted: Bools | None = None, since: Reach | None = None) -> Iterator[Rows]:  # noqa: ARG002
        """From the shared order where much is marked, else sorted anew."""
        if wanted is None and np.count_nonzero(marked) * DENSE >= self.facts.n:
            yield from self._of_all(marked)
            return
        positions = np.flatnonzero(marked)
        run = self.numbers.take(positions)
        keep = run >= 0
        if wanted is not None and self.runs:
            keep &= wanted.take(run, mode="clip")
        yield from cut(sorted_rows(run.compress(keep), positions.compress(keep)), BLOCK)

    def _of_all(self, marked: Bools) -> Iterator[Rows]:
        at, edges = self.ordered
        first = 0
        while first < self.runs:
            last = max(first + 1, int(np.searchsorted(edges, edges[first] + BLOCK, "right")) - 1)
            block = at[edges[first] : edges[last]]
            run = np.repeat(np.arange(first, last, dtype=np.int32), np.diff(edges[first : last + 1]))
            yield Rows(run, block).only(marked.take(block))
            first = last

    @cached_property
    def ordered(self) -> tuple[Places, Ints]:
        """All events whose subject is known, in the order of sweeps, and where each subject's begin."""
        positions = np.flatnonzero(self.known)
        rows = sorted_rows(self.numbers.take(positions), positions)
        return rows.at, np.searchsorted(rows.run, np.arange(self.runs + 1))


@dataclass(frozen=True)
class Service:
    """The whole service is one subject: run 0."""

    facts: Facts

    @property
    def runs(self) -> int:
        """One."""
        return 1

    @cached_property
    def known(self) -> Bools:
        """Always."""
        return np.ones(self.facts.n, dtype=bool)

    def of(self, positions: NDArray[np.integer]) -> Places:
        """Zero."""
        return np.zeros(len(positions), np.int32)

    def entities(self, positions: NDArray[np.integer]) -> Places:
        """Zero."""
        return np.zeros(len(positions), np.int32)

    def value(self, entity: int) -> object:  # noqa: ARG002
        """Its name."""
        return "service"

    def blocks(self, marked: Bools, wanted: Bools | None = None, since: Reach | None = None) -> Iterator[Rows]:  # noqa: ARG002
        """All that is marked, as one block."""
        positions = np.flatnonzero(marked).astype(np.int32)
        if len(positions) and (wanted is None or wanted[0]):
            yield Rows(np.zeros(len(positions), np.int32), positions)
