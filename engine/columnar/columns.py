"""What the sweeps ask about the events of an audit; `facts.Facts` answers, and what is built on it."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from plainterms.engine.columnar.arrays import Ints
from plainterms.engine.columnar.facts import Codes, Numbers, Truth
from plainterms.engine.columnar.values import ValueList
from plainterms.engine.event_ids import Identified
from plainterms.policy.meaning import Condition, Field


class Columns(Protocol):
    """Events in the total order (time, id); the position of an event is its rank in it. Threads may share them."""

    @property
    def n(self) -> int:
        """How many events there are."""

    @property
    def time(self) -> Ints:
        """Their times, ascending."""

    def ids(self, positions: NDArray[np.integer]) -> pa.Array:
        """The ids of some, as large strings; ask for many at once."""

    @property
    def identified(self) -> Identified:
        """What tells the ids, and holds nothing else."""

    def truth(self, condition: Condition) -> Truth:
        """Of which a condition is true, and of which unknown."""

    def codes(self, field: Field) -> Codes:
        """Which value of a field each has."""

    def numbers(self, field: Field) -> Numbers:
        """Which number each has in a field."""


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
