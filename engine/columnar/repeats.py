"""Records that repeat an event's id: equal ones count once, contradicting ones are taken out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plainterms.engine.columnar.codes import numbered
from plainterms.engine.columnar.kept import Kept
from plainterms.engine.columnar.places import Location

Rows = NDArray[np.int64]
Words = NDArray[np.uint64]
OnConflict = Callable[[str, Sequence[Location]], None]

PORTION = 2**22
"""Rows looked at at a time."""

NOTHING = np.empty(0, np.int64)


@dataclass(frozen=True)
class Repeats:
    """Rows that do not count, in order; how many records repeat an event, and how many contradict one another."""

    rows: Rows
    repeated: int = 0
    conflicting: int = 0


@dataclass(frozen=True)
class _Ids:
    """Records whose ids occur more than once: ``rows`` by id, and where those of each id begin."""

    rows: Rows
    starts: Rows

    @property
    def sizes(self) -> Rows:
        """How many records each id has."""
        return np.diff(np.append(self.starts, len(self.rows)))


def repeats(kept: Kept, on_conflict: OnConflict) -> Repeats:
    """Find them. Contradictions are reported in the order of ids, with the places of all records of the id."""
    ids = _by_id(kept, _suspects(kept))
    if len(ids.rows) == 0:
        return Repeats(NOTHING)
    contents = kept.contents.read()[ids.rows]
    differ = contents != np.repeat(contents[ids.starts], ids.sizes)
    conflicting = np.logical_or.reduceat(differ, ids.starts)
    for name, rows in sorted(_named(kept, ids, np.flatnonzero(conflicting))):
        on_conflict(name, sorted(kept.places.at(row) for row in rows))
    away = np.repeat(conflicting, ids.sizes)
    count = int(away.sum())
    first = np.zeros(len(away), np.bool_)
    first[ids.starts] = True
    away |= ~first
    return Repeats(np.sort(ids.rows[away]), int(away.sum()) - count, count)


def _named(kept: Kept, ids: _Ids, which: Rows) -> Iterator[tuple[str, list[int]]]:
    """Some of the ids with the rows of each."""
    starts, sizes = ids.starts[which], ids.sizes[which]
    names = kept.ids.take(ids.rows[starts]).to_pylist()
    for name, start, size in zip(names, starts.tolist(), sizes.tolist(), strict=True):
        yield name, ids.rows[start : start + size].tolist()


def _suspects(kept: Kept) -> Rows:
    """Rows whose id's digest occurs more than once."""
    ordered = np.empty(kept.rows, np.uint64)
    for start, part in _portions(kept):
        ordered[start : start + len(part)] = part
    ordered.sort()
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    del ordered
    if len(twice) == 0:
        return NOTHING
    return np.concatenate([start + np.flatnonzero(_among(part, twice)) for start, part in _portions(kept)])


def _portions(kept: Kept) -> Iterator[tuple[int, Words]]:
    for start in range(0, kept.rows, PORTION):
        yield start, kept.digests.read(slice(start, min(start + PORTION, kept.rows)))  # type: ignore[misc]


def _among(words: Words, ordered: Words) -> NDArray[np.bool_]:
    places = np.searchsorted(ordered, words)
    found: NDArray[np.bool_] = ordered.take(places, mode="clip") == words
    return found


def _by_id(kept: Kept, suspects: Rows) -> _Ids:
    """Those whose ids, and not only their digests, occur more than once."""
    codes = numbered(kept.ids.take(suspects))[0]
    often = np.bincount(codes)[codes] > 1
    rows, codes = suspects[often], codes[often]
    order = np.argsort(codes, kind="stable")
    return _Ids(rows[order], np.flatnonzero(np.diff(codes[order], prepend=-1)))
