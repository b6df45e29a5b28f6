"""The ids of the events of findings, and their digests: each id is fetched and digested once."""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa

from plainterms.engine.columnar.arrays import Bools, Ints
from plainterms.engine.columnar.columns import Columns
from plainterms.engine.columnar.drafts import Draft
from plainterms.engine.columnar.hashing import HALF, Hashing
from plainterms.engine.columnar.order import portions
from plainterms.engine.event_ids import AtHand, EventIds
from plainterms.engine.findings import SHOWN, Finding

PORTION = 2**18
ROOM = 2**27
"""Bytes of ids that are kept at hand; of more, only those that are shown."""


def findings_of(judged: Sequence[tuple[Columns, list[Draft]]], workers: int) -> tuple[Finding, ...]:
    """The findings of clauses, in the order given; their drafts are taken away."""
    found: list[Finding] = []
    tables: dict[int, Table] = {}
    for columns, drafts in judged:
        if id(columns) not in tables:
            own = [draft.events for other, others in judged if other is columns for draft in others]
            tables[id(columns)] = Table(columns, own, workers)
        table = tables[id(columns)]
        for draft, digest in zip(drafts, table.digests([draft.events for draft in drafts]), strict=True):
            found.append(draft.finding(table.ids(draft.events), digest))
        drafts.clear()
    return tuple(found)


class Table:
    """The 128-bit digests of the ids of all events in some lists of positions, and those ids."""

    def __init__(self, columns: Columns, lists: Sequence[Ints], workers: int = 1) -> None:
        self._events = columns.identified
        marked = _marked(columns.n, lists)
        self._ranks = np.cumsum(marked, dtype=np.int32)
        self._ranks -= 1
        self._shown = _marked(columns.n, [part for own in lists for part in (own[:SHOWN], own[-SHOWN:])])
        positions = np.flatnonzero(marked).astype(np.int32)
        self._digests = np.empty((len(positions), HALF), np.uint8)
        self._at_hand = self._filled(positions, workers)

    def _filled(self, positions: Ints, workers: int) -> AtHand:
        """Fetch all ids, digest them, and keep them or, if they are too many, those that are shown."""
        hashing = Hashing()

        def fetched(start: int) -> pa.Array:
            texts = self._events.ids(positions[start : start + PORTION])
            self._digests[start : start + len(texts)] = hashing.halves(texts)
            return texts

        whole: list[pa.Array] | None = []
        some: list[pa.Array] = []
        starts = range(0, len(positions), PORTION)
        with ThreadPoolExecutor(workers) as pool:
            for start, texts in zip(starts, pool.map(fetched, starts), strict=True):
                some.append(texts.filter(pa.array(self._shown[positions[start : start + PORTION]])))
                if whole is not None:
                    whole.append(texts)
                    whole = whole if sum(one.nbytes for one in whole) * len(starts) <= ROOM * len(whole) else None
        if whole is not None:
            return AtHand(positions, _one(whole))
        return AtHand(positions[self._shown[positions]], _one(some))

    def ids(self, positions: Ints) -> EventIds:
        """The ids of a list of events."""
        return EventIds(self._events, positions.astype(np.int32, copy=False), self._at_hand)

    def digests(self, lists: Sequence[Ints]) -> Iterator[str]:
        """The digest of each list of events: over their digests, in the order given."""
        for some in _portions(lists):
            joined = self._digests.take(self._ranks.take(np.concatenate(some)), axis=0).reshape(-1).data
            end = 0
            for own in some:
                begin, end = end, end + HALF * len(own)
                yield hashlib.sha256(joined[begin:end]).hexdigest()


def _one(pieces: Sequence[pa.Array]) -> pa.Array:
    return pa.concat_arrays(pieces) if pieces else pa.array([], pa.large_string())


def _marked(count: int, lists: Sequence[Ints]) -> Bools:
    marked = np.zeros(count, dtype=bool)
    for some in _portions(lists):
        marked[np.concatenate(some)] = True
    return marked


def _portions(lists: Sequence[Ints]) -> Iterator[Sequence[Ints]]:
    """The lists in turn, so many at a time as together have about `PORTION` entries."""
    for first, last in portions(np.cumsum([len(own) for own in lists]), PORTION):
        yield lists[first:last]
