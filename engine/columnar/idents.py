"""Findings from drafts: the digests of their events, each event's digest made once."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plainterms.engine.columnar.drafts import Draft
from plainterms.engine.columnar.facts import Facts
from plainterms.engine.findings import Finding

HALF = 16
"""Bytes of an id's digest that count."""
PORTION = 1_000_000


def findings_of(judged: Sequence[tuple[Facts, Sequence[Draft]]]) -> tuple[Finding, ...]:
    """The findings of clauses, in the order given."""
    found: list[Finding] = []
    tables: dict[int, Digests] = {}
    for facts, drafts in judged:
        if id(facts) not in tables:
            own = [draft.events for other, others in judged if other is facts for draft in others]
            tables[id(facts)] = Digests(facts, own)
        found.extend(draft.finding(facts, tables[id(facts)].of(draft.events)) for draft in drafts)
    return tuple(found)


class Digests:
    """The 128-bit digests of the ids of all events in some lists of positions."""

    def __init__(self, facts: Facts, lists: Sequence[NDArray[np.int64]]) -> None:
        self._positions = _union(facts.n, lists)
        self._bytes = np.empty((len(self._positions), HALF), dtype=np.uint8)
        for start in range(0, len(self._positions), PORTION):
            some = self._positions[start : start + PORTION]
            data = b"".join([hashlib.sha256(one.encode()).digest()[:HALF] for one in facts.ids(some)])
            self._bytes[start : start + PORTION] = np.frombuffer(data, dtype=np.uint8).reshape(-1, HALF)

    def of(self, positions: NDArray[np.int64]) -> str:
        """The digest of a list of events: over their digests, in the order given."""
        return hashlib.sha256(self._bytes[np.searchsorted(self._positions, positions)].tobytes()).hexdigest()


def _union(count: int, lists: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    marked = np.zeros(count, dtype=bool)
    for positions in lists:
        marked[positions] = True
    return np.flatnonzero(marked)
