"""Which share of events have the most frequent value: a sweep that keeps tallies, over the runs that still matter."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from plainterms.engine.columnar import kleene
from plainterms.engine.columnar.amounts import Shares
from plainterms.engine.columnar.arrays import Bools, Ints, Places
from plainterms.engine.columnar.bounds import HUNDRED_PERCENT, Limits
from plainterms.engine.columnar.facts import Truth
from plainterms.engine.columnar.kleene import unknown
from plainterms.engine.columnar.sheet import running
from plainterms.engine.columnar.spans import Late, Spans

Pair = tuple[int, int]


@dataclass
class Tallies:
    """Certain and possible events of a window by value (-1: without one)."""

    certain: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    possible: dict[int, int] = field(default_factory=dict)
    frequencies: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    greatest: int = 0
    fixed: int = 0

    def add(self, value: int, sure: bool) -> None:
        """An event comes into the window."""
        if not sure:
            self.possible[value] = self.possible.get(value, 0) + 1
            return
        self.fixed += 1
        count = self.certain[value] = self.certain[value] + 1
        if value >= 0:
            self.frequencies[count] += 1
            self.greatest = max(self.greatest, count)

    def drop(self, value: int, sure: bool) -> None:
        """An event leaves the window."""
        if not sure:
            self.possible[value] -= 1
            if not self.possible[value]:
                del self.possible[value]
            return
        self.fixed -= 1
        count = self.certain[value]
        self.certain[value] = count - 1
        if value >= 0:
            self.frequencies[count] -= 1
            if count == self.greatest and not self.frequencies[count]:
                self.greatest -= 1

    def shares(self) -> tuple[Pair, Pair]:
        """The least and the greatest share of the most frequent value."""
        unnamed, perhaps_unnamed = self.certain[-1], self.possible.get(-1, 0)
        named = {value: count for value, count in self.possible.items() if value >= 0}
        if not (self.greatest or named or unnamed or perhaps_unnamed):
            return (0, 0), (0, 0)
        return self._least(named, perhaps_unnamed), self._most(named, unnamed, perhaps_unnamed)

    def _most(self, named: dict[int, int], unnamed: int, perhaps_unnamed: int) -> Pair:
        """One value gets all that may be its."""
        best = (self.greatest + unnamed + perhaps_unnamed, self.fixed + perhaps_unnamed)
        for value, count in named.items():
            whole = self.fixed + count + perhaps_unnamed
            best = max(best, (self.certain[value] + count + unnamed + perhaps_unnamed, whole), key=_by_size)
        return best

    def _least(self, named: dict[int, int], perhaps_unnamed: int) -> Pair:
        """No value gets more than so many, and other possible events fill up the whole."""
        start = max(1, self.greatest)
        end = max([start, *(self.certain[value] + count for value, count in named.items())])
        best: Pair | None = None
        for mode in range(start, end + 1):
            filling = sum(min(count, mode - self.certain[value]) for value, count in named.items())
            share = (mode, self.fixed + filling + perhaps_unnamed)
            best = share if best is None or _by_size(share) < _by_size(best) else best
        assert best is not None
        return best


def _by_size(share: Pair) -> tuple[Fraction, int]:
    part, whole = share
    return (Fraction(part, whole) if whole else Fraction(-1), part)


def majority(relation: str, limits: Limits) -> int | None:
    """The least limit of all, if it is more than half and must be reached; else None."""
    if relation not in (">=", ">") or limits.denominator != 1 or len(limits.low) == 0:
        return None
    least = int(limits.low.min())
    return least if least > HUNDRED_PERCENT // 2 else None


def plausible(values: Places, counted: Truth, begin: Ints, end: Ints, least: int) -> Bools:
    """Where some value may have the ``least`` share: for each bit of its number, enough events have that bit."""
    maybe, known = kleene.unknown(counted), values >= 0
    fixed, extra = _within(counted.yes, begin, end), _within(maybe & ~known, begin, end)
    unnamed = extra + _within(counted.yes & ~known, begin, end)
    standing = np.arange(len(begin))
    for bit in range(int(values.max(initial=0)).bit_length()):
        ones = (values >> bit & 1).astype(bool) & known
        enough = np.zeros(len(standing), dtype=bool)
        for side in (ones, known & ~ones):
            low, high = begin.take(standing), end.take(standing)
            possible = _within(side & maybe, low, high)
            part = _within(side & counted.yes, low, high) + possible + unnamed.take(standing)
            whole = fixed.take(standing) + possible + extra.take(standing)
            enough |= part * HUNDRED_PERCENT >= least * whole
        standing = standing.compress(enough)
    found = np.zeros(len(begin), dtype=bool)
    found[standing] = True
    return found


def _within(marked: Bools, begin: Ints, end: Ints) -> Ints:
    sums = running(marked)
    return sums.take(end) - sums.take(begin)


def mode_share(values: Places, counted: Truth, within: Spans) -> Shares:
    """The share of the most frequent value among the rows that count; its codes are negative where missing."""
    code, sure, maybe = values.tolist(), counted.yes.tolist(), unknown(counted).tolist()
    found = np.zeros((4, len(within.end)), dtype=np.int64)
    empty = np.zeros(len(within.end), dtype=bool)
    changes = _slid(within) if within.late is None else _anew(within, within.late)
    tallies = Tallies()
    for index, (fresh, gone, come) in enumerate(changes):
        tallies = Tallies() if fresh else tallies
        for row in come:
            if sure[row] or maybe[row]:
                tallies.add(max(code[row], -1), sure[row])
        for row in gone:
            if sure[row] or maybe[row]:
                tallies.drop(max(code[row], -1), sure[row])
        low, high = tallies.shares()
        found[:, index] = (*low, *high)
        empty[index] = tallies.fixed == 0
    return Shares(found[0], found[1], found[2], found[3], empty)


Change = tuple[bool, Iterable[int], Iterable[int]]
"""For a range: whether all of before is gone, which rows went, and which came."""


def _slid(within: Spans) -> Iterator[Change]:
    """From one range to the next; both ends ascend."""
    first = last = 0
    for left, right in zip(within.begin().tolist(), within.end.tolist(), strict=True):
        fresh = left >= last
        if fresh:
            first = last = left
        yield fresh, range(first, left), range(last, right)
        first, last = left, max(last, right)


def _anew(within: Spans, late: Late) -> Iterator[Change]:
    """Each range by itself, without the rows that are not seen from its anchor."""
    until = dict(zip(late.rows.tolist(), late.until.tolist(), strict=True))
    for left, right in zip(within.begin().tolist(), within.end.tolist(), strict=True):
        yield True, (), [row for row in range(left, right) if until.get(row, row) < right]
