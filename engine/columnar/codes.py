"""Numbers for the values of a text field: the same text gets the same number in every batch."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from plainterms.engine.columnar.digests import digests
from plainterms.engine.columnar.hashing import Hashing
from plainterms.engine.columnar.texts import TextColumn

Words = NDArray[np.uint64]
Codes = NDArray[np.int32]

FREE = -1
ROOM = 1 << 10
PORTION = 2**20
"""Numbers that find their new places at a time."""


@dataclass(frozen=True)
class Local:
    """A batch's own numbering of a text column: ``values`` differ, ``of`` is -1 where a value is missing.

    Texts with equal digests are compared, by their ``checks`` if there are any.
    """

    of: Codes
    values: pa.Array
    digests: Words
    checks: Words | None = None


def local(texts: pa.Array, hashing: Hashing | None = None) -> Local:
    """Number the values of a string column, plain or dictionary-encoded; with ``hashing``, by strong digests."""
    of, values = numbered(texts)
    return Local(of, values, digests(values)) if hashing is None else Local(of, values, *hashing.names(values))


def numbered(column: pa.Array) -> tuple[Codes, pa.Array]:
    """Which of its different values each row of a column has, -1 where it has none; and the values."""
    if pa.types.is_dictionary(column.type):
        given = column.dictionary.dictionary_encode()
        of, values = given.indices.take(column.indices), given.dictionary
    else:
        encoded = column.dictionary_encode()
        of, values = encoded.indices, encoded.dictionary
    filled = pc.fill_null(of, FREE) if of.null_count else of
    return filled.to_numpy(zero_copy_only=False).astype(np.int32, copy=False), values


class Numbering:
    """All values met so far and their numbers, in the order of first appearance.

    Values are found by their digests and compared, so equal digests of different texts do no harm.
    """

    def __init__(self, values: TextColumn) -> None:
        self.values = values
        self._index = _Index()
        self._checks = np.empty(0, np.uint64)
        self._twins: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.values)

    def settle(self) -> None:
        """Forget what only tells the numbers of further values."""
        self._index, self._checks = _Index(), np.empty(0, np.uint64)

    def number(self, batch: Local) -> Codes:
        """The number of each of a batch's values; new values get new numbers."""
        codes = self._index.find(batch.digests)
        known = np.flatnonzero(codes != FREE)
        if len(known):
            self._settle(batch, known[~self._same(codes[known], batch, known)], codes)
        fresh = np.flatnonzero(codes == FREE)
        if len(fresh):
            fresh, twins = self._unlike(batch.digests, fresh)
            codes[fresh] = np.arange(len(self), len(self) + len(fresh), dtype=np.int32)
            self._add(batch, fresh)
            self._index.add(batch.digests[fresh], codes[fresh])
            self._settle(batch, twins, codes)
        return codes

    def _same(self, codes: Codes, batch: Local, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether values that were met are those of a batch."""
        if batch.checks is not None:
            return np.equal(self._checks.take(codes), batch.checks.take(places), dtype=np.bool_)
        texts = batch.values.take(pa.array(places)).cast(pa.large_string())
        return pc.equal(self.values.take(codes), texts).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]

    def _add(self, batch: Local, places: NDArray[np.int64]) -> None:
        """Number some values of a batch after all others."""
        count = len(self)
        self.values.append(batch.values.take(pa.array(places)))
        if batch.checks is not None:
            if len(self) > len(self._checks):
                self._checks = np.concatenate((self._checks, np.empty(len(self), np.uint64)))
            self._checks[count : len(self)] = batch.checks.take(places)

    def _unlike(self, words: Words, fresh: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of new values those with a digest of their own, in order, and the further ones with the same digest."""
        firsts = np.unique(words[fresh], return_index=True)[1]
        if len(firsts) == len(fresh):
            return fresh, fresh[:0]
        return fresh[np.sort(firsts)], np.delete(fresh, firsts)

    def _settle(self, batch: Local, places: NDArray[np.int64], codes: Codes) -> None:
        """Number values whose digest belongs to another value, one by one: with 64 bits they hardly exist."""
        for place in places.tolist():
            text = batch.values[place].as_py()
            if text not in self._twins:
                self._twins[text] = len(self)
                self._add(batch, np.array([place]))
            codes[place] = self._twins[text]


class _Index:
    """Digest to number, by open addressing; all steps are made for many digests at once."""

    def __init__(self) -> None:
        self._slots = np.full(ROOM, FREE, np.int32)
        self._digests = np.empty(ROOM, np.uint64)
        self._taken = 0

    def find(self, words: Words) -> Codes:
        """The number of each digest, -1 if it is new."""
        found = np.full(len(words), FREE, np.int32)
        slots, left = self._first(words), np.arange(len(words))
        while len(left):
            codes = self._slots.take(slots)
            met = codes != FREE
            same = met & (self._digests.take(codes, mode="clip") == words[left])
            found[left[same]] = codes[same]
            further = met & ~same
            left, slots = left[further], self._next(slots[further])
        return found

    def add(self, words: Words, codes: Codes) -> None:
        """Add digests that are new and differ, with their numbers."""
        self._reserve(int(codes.max(initial=0)) + 1, len(words))
        self._digests[codes] = words
        self._taken += len(words)
        self._place(words, codes)

    def _place(self, words: Words, codes: Codes) -> None:
        slots = self._first(words)
        while len(codes):
            free = self._slots.take(slots) == FREE
            self._slots[slots[free]] = codes[free]
            lost = self._slots.take(slots) != codes
            slots, codes = self._next(slots[lost]), codes[lost]

    def _first(self, words: Words) -> NDArray[np.int64]:
        return (words & np.uint64(len(self._slots) - 1)).astype(np.int64)

    def _next(self, slots: NDArray[np.int64]) -> NDArray[np.int64]:
        return (slots + 1) & (len(self._slots) - 1)

    def _reserve(self, codes: int, more: int) -> None:
        """Room for digests of numbers below ``codes``, and for ``more`` slots, at most two in three taken."""
        if codes > len(self._digests):
            self._digests = np.concatenate((self._digests, np.empty(codes, np.uint64)))
        if 3 * (self._taken + more) <= 2 * len(self._slots):
            return
        kept = self._slots[self._slots != FREE]
        room = len(self._slots)
        while 3 * (self._taken + more) > 2 * room:
            room *= 2
        self._slots = np.full(room, FREE, np.int32)
        for start in range(0, len(kept), PORTION):
            some = kept[start : start + PORTION]
            self._place(self._digests[some], some)
