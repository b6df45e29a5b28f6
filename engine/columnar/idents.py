"""The ids of the events of findings, and their digests: each id is fetched and digested once."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from plainterms.engine.columnar.arrays import Bools, Ints, Places
from plainterms.engine.columnar.columns import Columns
from plainterms.engine.columnar.drafts import Draft
from plainterms.engine.findings import SHOWN, Finding

HALF = 16
"""Bytes of an id's digest that count."""
PORTION = 500_000


@dataclass(frozen=True, eq=False)
class EventIds(Sequence[str]):
    """Ids of events by their positions, fetched when they are asked for; those that are ``shown`` are at hand."""

    columns: Columns
    positions: Places
    shown: Mapping[int, str]

    def __len__(self) -> int:
        return len(self.positions)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> "EventIds": ...

    def __getitem__(self, index: int | slice) -> "str | EventIds":
        if isinstance(index, slice):
            return EventIds(self.columns, self.positions[index], self.shown)
        return self._ids(self.positions[[index]])[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids(self.positions))

    def _ids(self, positions: Places) -> list[str]:
        if len(positions) <= SHOWN:
            known = [self.shown.get(position) for position in positions.tolist()]
            if None not in known:
                return known  # type: ignore[return-value]
        return self.columns.ids(positions)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


def findings_of(judged: Sequence[tuple[Columns, Sequence[Draft]]]) -> tuple[Finding, ...]:
    """The findings of clauses, in the order given."""
    found: list[Finding] = []
    tables: dict[int, Table] = {}
    for columns, drafts in judged:
        if id(columns) not in tables:
            own = [draft.events for other, others in judged if other is columns for draft in others]
            tables[id(columns)] = Table(columns, own)
        table = tables[id(columns)]
        for draft, digest in zip(drafts, table.digests([draft.events for draft in drafts]), strict=True):
            found.append(draft.finding(table.ids(draft.events), digest))
    return tuple(found)


class Table:
    """The 128-bit digests of the ids of all events in some lists of positions, and the ids that will be shown."""

    def __init__(self, columns: Columns, lists: Sequence[Ints]) -> None:
        self._columns = columns
        self._positions = np.flatnonzero(_marked(columns.n, lists))
        self._shown = _marked(columns.n, [part for own in lists for part in (own[:SHOWN], own[-SHOWN:])])
        self._ids: dict[int, str] = {}
        self._digests = np.empty((len(self._positions), HALF), dtype=np.uint8)
        for start in range(0, len(self._positions), PORTION):
            self._fill(start, self._positions[start : start + PORTION])

    def _fill(self, start: int, positions: Ints) -> None:
        ids = self._columns.ids(positions)
        data = b"".join([hashlib.sha256(one.encode()).digest()[:HALF] for one in ids])
        self._digests[start : start + len(ids)] = np.frombuffer(data, dtype=np.uint8).reshape(-1, HALF)
        for place in np.flatnonzero(self._shown[positions]).tolist():
            self._ids[int(positions[place])] = ids[place]

    def ids(self, positions: Ints) -> EventIds:
        """The ids of a list of events."""
        return EventIds(self._columns, positions.astype(np.int32), self._ids)

    def digests(self, lists: Sequence[Ints]) -> Iterator[str]:
        """The digest of each list of events: over their digests, in the order given."""
        if not lists:
            return
        rows = np.searchsorted(self._positions, np.concatenate(lists))
        end = 0
        for positions in lists:
            start, end = end, end + len(positions)
            yield hashlib.sha256(self._digests.take(rows[start:end], axis=0).tobytes()).hexdigest()


def _marked(count: int, lists: Sequence[Ints]) -> Bools:
    marked = np.zeros(count, dtype=bool)
    for positions in lists:
        marked[positions] = True
    return marked
