"""What the sweeps ask about the events of an audit; `facts.Facts` answers, and what is built on it."""

from collections.abc import Sequence
from threading import RLock
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from plainterms.engine.columnar.arrays import Ints
from plainterms.engine.columnar.facts import Codes, Numbers, Truth
from plainterms.engine.columnar.values import ValueList
from plainterms.policy.meaning import Condition, Field


class Columns(Protocol):
    """Events in the total order (time, id); the position of an event is its rank in it."""

    @property
    def n(self) -> int:
        """How many events there are."""

    @property
    def time(self) -> Ints:
        """Their times, ascending."""

    def ids(self, positions: NDArray[np.integer]) -> pa.Array:
        """The ids of some, as large strings; ask for many at once."""

    def truth(self, condition: Condition) -> Truth:
        """Of which a condition is true, and of which unknown."""

    def codes(self, field: Field) -> Codes:
        """Which value of a field each has."""

    def numbers(self, field: Field) -> Numbers:
        """Which number each has in a field."""


class OneAtATime:
    """Columns that several threads may ask, one after another."""

    def __init__(self, columns: Columns) -> None:
        self.n, self.time = columns.n, columns.time
        self._columns = columns
        self._lock = RLock()

    def ids(self, positions: NDArray[np.integer]) -> pa.Array:
        """The ids of some, as large strings; ask for many at once."""
        with self._lock:
            return self._columns.ids(positions)

    def truth(self, condition: Condition) -> Truth:
        """Of which a condition is true, and of which unknown."""
        with self._lock:
            return self._columns.truth(condition)

    def codes(self, field: Field) -> Codes:
        """Which value of a field each has."""
        with self._lock:
            return self._columns.codes(field)

    def numbers(self, field: Field) -> Numbers:
        """Which number each has in a field."""
        with self._lock:
            return self._columns.numbers(field)


class Taking(Protocol):
    """Values of which many can be fetched at once."""

    def take(self, places: NDArray[np.integer]) -> list[Any]:
        """Some of the values."""


def taken(values: Sequence[Any] | Taking, places: NDArray[np.integer]) -> list[Any]:
    """Some of a field's values, by their numbers; None where that is negative."""
    known = np.flatnonzero(places >= 0)
    if isinstance(values, Sequence) and not isinstance(values, ValueList):
        found = [values[place] for place in places[known].tolist()]
    else:
        found = values.take(places[known])
    if len(known) == len(places):
        return found
    whole: list[Any] = [None] * len(places)
    for place, value in zip(known.tolist(), found, strict=True):
        whole[place] = value
    return whole
