"""Ids of events by their positions in a log, fetched many at a time and only when they are asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, overload

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Places = NDArray[np.integer[Any]]


class Identified(Protocol):
    """Events of which the ids can be fetched."""

    def ids(self, positions: Places) -> pa.Array:
        """The ids of some events, as large strings."""


@dataclass(frozen=True)
class AtHand:
    """Ids that were fetched already, by the events' positions, which ascend."""

    positions: Places
    texts: pa.Array

    def ids(self, positions: Places) -> pa.Array | None:
        """The ids of events; None if not all are at hand."""
        rows = np.searchsorted(self.positions, positions)
        if len(positions) and (len(self.positions) == 0 or not self._has(rows, positions)):
            return None
        return self.texts.take(pa.array(rows))

    def _has(self, rows: Places, positions: Places) -> bool:
        return bool((self.positions.take(rows, mode="clip") == positions).all())


@dataclass(frozen=True, eq=False, slots=True)
class EventIds(Sequence[str]):
    """The ids of some events."""

    events: Identified
    positions: Places
    at_hand: AtHand

    def __len__(self) -> int:
        return len(self.positions)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> "EventIds": ...

    def __getitem__(self, index: int | slice) -> "str | EventIds":
        if isinstance(index, slice):
            return EventIds(self.events, self.positions[index], self.at_hand)
        return str(self.texts(self.positions[[index]])[0])

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts(self.positions).to_pylist())

    def texts(self, positions: Places) -> pa.Array:
        """The ids of events of the same log."""
        found = self.at_hand.ids(positions)
        return self.events.ids(positions) if found is None else found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


def joined(lists: Sequence[Sequence[str]]) -> pa.Array:
    """The ids of several lists, one after another, as large strings; those of one log are fetched together."""
    first = lists[0] if lists else ()
    own = [one for one in lists if isinstance(one, EventIds) and isinstance(first, EventIds)]
    if isinstance(first, EventIds) and len(own) == len(lists) and all(one.events is first.events for one in own):
        return first.texts(np.concatenate([one.positions for one in own]))
    return pa.array([identifier for one in lists for identifier in one], pa.large_string())
