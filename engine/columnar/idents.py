"""The ids of the events of findings, and their digests: each id is fetched and digested once."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

import numpy as np

from plainterms.engine.columnar.arrays import Bools, Ints, Places
from plainterms.engine.columnar.columns import Columns
from plainterms.engine.columnar.drafts import Draft
from plainterms.engine.findings import SHOWN, Finding

HALF = 16
"""Bytes of an id's digest that count."""
PORTION = 500_000
ROOM = 2**27
"""Bytes of ids that are kept at hand; of more, only those that are shown."""


@dataclass(frozen=True)
class Store:
    """Ids at hand: one text after another in ``data``, each up to its end, by the events' positions."""

    positions: Ints
    data: bytes
    ends: Ints

    def ids(self, positions: Places) -> list[str] | None:
        """The ids of events; None if not all are at hand."""
        rows = np.searchsorted(self.positions, positions)
        if len(positions) and (len(self.positions) == 0 or not self._has(rows, positions)):
            return None
        spans = zip(self.ends.take(rows).tolist(), self.ends.take(rows + 1).tolist(), strict=True)
        return [self.data[start:end].decode() for start, end in spans]

    def _has(self, rows: Ints, positions: Places) -> bool:
        return bool((self.positions.take(rows, mode="clip") == positions).all())


@dataclass(frozen=True, eq=False)
class EventIds(Sequence[str]):
    """Ids of events by their positions, fetched when they are asked for."""

    columns: Columns
    positions: Places
    store: Store

    def __len__(self) -> int:
        return len(self.positions)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> "EventIds": ...

    def __getitem__(self, index: int | slice) -> "str | EventIds":
        if isinstance(index, slice):
            return EventIds(self.columns, self.positions[index], self.store)
        return self._ids(self.positions[[index]])[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids(self.positions))

    def _ids(self, positions: Places) -> list[str]:
        found = self.store.ids(positions)
        return self.columns.ids(positions) if found is None else found

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
    """The 128-bit digests of the ids of all events in some lists of positions, and those ids."""

    def __init__(self, columns: Columns, lists: Sequence[Ints]) -> None:
        self._columns = columns
        self._positions = np.flatnonzero(_marked(columns.n, lists))
        self._digests = np.empty((len(self._positions), HALF), dtype=np.uint8)
        self._shown = _marked(columns.n, [part for own in lists for part in (own[:SHOWN], own[-SHOWN:])])
        self._store = self._filled(self._positions)

    def _filled(self, positions: Ints) -> Store:
        """Fetch all ids, digest them, and keep them or, if they are too many, those that are shown."""
        whole, some = _Texts(), _Texts()
        for start in range(0, len(positions), PORTION):
            here = positions[start : start + PORTION]
            ids = [one.encode() for one in self._columns.ids(here)]
            data = b"".join([hashlib.sha256(one).digest()[:HALF] for one in ids])
            self._digests[start : start + len(ids)] = np.frombuffer(data, dtype=np.uint8).reshape(-1, HALF)
            shown = np.flatnonzero(self._shown[here])
            some.add(here[shown], [ids[place] for place in shown.tolist()])
            if whole.size <= ROOM:
                whole.add(here, ids)
        return (whole if whole.size <= ROOM else some).store()

    def ids(self, positions: Ints) -> EventIds:
        """The ids of a list of events."""
        return EventIds(self._columns, positions.astype(np.int32), self._store)

    def digests(self, lists: Sequence[Ints]) -> Iterator[str]:
        """The digest of each list of events: over their digests, in the order given."""
        if not lists:
            return
        rows = np.searchsorted(self._positions, np.concatenate(lists))
        end = 0
        for positions in lists:
            start, end = end, end + len(positions)
            yield hashlib.sha256(self._digests.take(rows[start:end], axis=0).tobytes()).hexdigest()


@dataclass
class _Texts:
    """Ids that come portion by portion."""

    positions: list[Ints] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)
    lengths: list[Ints] = field(default_factory=list)
    size: int = 0

    def add(self, positions: Ints, ids: list[bytes]) -> None:
        """Add a portion."""
        self.positions.append(positions)
        self.data.append(b"".join(ids))
        self.lengths.append(np.fromiter(map(len, ids), dtype=np.int64, count=len(ids)))
        self.size += len(self.data[-1])

    def store(self) -> Store:
        """All of them together."""
        ends = np.concatenate([np.zeros(1, dtype=np.int64), *self.lengths])
        positions = np.concatenate([np.empty(0, dtype=np.int64), *self.positions])
        return Store(positions, b"".join(self.data), np.cumsum(ends))


def _marked(count: int, lists: Sequence[Ints]) -> Bools:
    marked = np.zeros(count, dtype=bool)
    for positions in lists:
        marked[positions] = True
    return marked
