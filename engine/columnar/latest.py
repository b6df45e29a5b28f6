"""For each event the latest one before it that it goes with: running positions in an order of equals."""

from dataclasses import dataclass

import numpy as np

from plainterms.engine.columnar.arrays import Bools, Ints, Places, ascending, packed, seconds, spread

PAIRS = 4_000_000
"""Pairs of events that are compared at a time."""


@dataclass(frozen=True)
class Line:
    """Rows by (run, position), with the codes of the fields in which two events must agree, or differ.

    ``early`` marks what may come first, ``late`` what is asked about.
    """

    run: Places
    time: Ints
    early: Bools
    late: Bools
    same: tuple[Places, ...]
    different: tuple[Places, ...]

    def only(self, keep: Bools) -> "Line":
        """Some of the rows."""
        return Line(
            self.run.compress(keep),
            self.time.compress(keep),
            self.early.compress(keep),
            self.late.compress(keep),
            tuple(codes.compress(keep) for codes in self.same),
            tuple(codes.compress(keep) for codes in self.different),
        )

    def ordered(self, order: Ints) -> "Line":
        """The rows in another order."""
        return Line(
            self.run.take(order),
            self.time.take(order),
            self.early.take(order),
            self.late.take(order),
            tuple(codes.take(order) for codes in self.same),
            tuple(codes.take(order) for codes in self.different),
        )

    @property
    def lacking(self) -> Ints:
        """Which of the linking fields are missing, one bit for each."""
        found = np.zeros(len(self.run), dtype=np.int64)
        for bit, codes in enumerate((*self.same, *self.different)):
            found |= (codes < 0).astype(np.int64) << bit
        return found

    def without(self, lacking: int) -> "Line":
        """The same rows, without the linking fields that are missing."""
        same = tuple(codes for bit, codes in enumerate(self.same) if not lacking >> bit & 1)
        offset = len(self.same)
        different = tuple(codes for bit, codes in enumerate(self.different) if not lacking >> (offset + bit) & 1)
        return Line(self.run, self.time, self.early, self.late, same, different)


def latest(line: Line, within: int, *, certain: bool) -> Ints:
    """For each row the latest early one with which it (``certain``: certainly) goes; -1 where there is none.

    A linking field that is missing on either side may agree or differ; so rows are taken by what they lack.
    """
    found = np.full(len(line.run), -1, dtype=np.int64)
    lacking = line.lacking
    kinds = ascending(lacking).tolist()
    if kinds == [0]:
        return _latest_known(line, within)
    for here in kinds:
        for there in kinds:
            if certain and (here or there):
                continue
            early, late = line.early & (lacking == here), line.late & (lacking == there)
            if not (early.any() and late.any()):
                continue
            rows = np.flatnonzero(early | late)
            part = Line(line.run, line.time, early, late, line.same, line.different).only(early | late)
            own = _latest_known(part.without(here | there), within)
            own = np.where(own >= 0, rows.take(np.maximum(own, 0)), -1)
            asked = rows.compress(part.late)
            found[asked] = np.maximum(found[asked], own.compress(part.late))
    return found


def _latest_known(line: Line, within: int) -> Ints:
    """As `latest`, where no linking field is missing."""
    order = _by_equals(line)
    if order is None:
        return _last_early(line, within)
    own = _last_early(line.ordered(order), within)
    found = np.full(len(order), -1, dtype=np.int64)
    found[order] = np.where(own >= 0, order.take(np.maximum(own, 0)), -1)
    return found


def _by_equals(line: Line) -> Ints | None:
    """The order in which rows that agree in all ``same`` fields are neighbours; None: they are."""
    order: Ints | None = None
    for codes in reversed(line.same):
        own = codes if order is None else codes.take(order)
        pairs = packed(own, np.arange(len(own), dtype=np.int32))
        pairs.sort()
        further = seconds(pairs).astype(np.int64)
        order = further if order is None else order.take(further)
    return order


def _last_early(line: Line, within: int) -> Ints:
    """The latest early row of its equals before each late row, at another value of ``different``."""
    equals = _changes(line.run, *line.same)
    instants = np.maximum.accumulate(np.where(equals | _changes(line.time), np.arange(len(equals)), 0))
    group: Ints = np.cumsum(equals)
    early = np.flatnonzero(line.early)
    late = np.flatnonzero(line.late)
    found = np.full(len(equals), -1, dtype=np.int64)
    if not (len(early) and len(late)):
        return found
    before: Ints = np.cumsum(line.early) - line.early
    last = before.take(instants.take(late)) - 1
    asked = Asked(line, late, early, group, within)
    found[late] = asked.near(asked.unlike(last))
    return found


def _changes(*columns: Ints | Places) -> Bools:
    """Where some column differs from the row before."""
    found = np.zeros(len(columns[0]), dtype=bool)
    found[:1] = True
    for column in columns:
        found[1:] |= column[1:] != column[:-1]
    return found


@dataclass(frozen=True)
class Asked:
    """Late rows and the early rows that they may go with, by their places among the early ones."""

    line: Line
    late: Ints
    early: Ints
    group: Ints
    within: int

    def near(self, last: Ints) -> Ints:
        """The early rows at those places, -1 where they are of other equals or too long ago."""
        row = self.early.take(np.maximum(last, 0))
        fits = (last >= 0) & (self.group.take(row) == self.group.take(self.late))
        fits &= begins_in_time(self.line.time.take(row), self.line.time.take(self.late), self.within)
        return np.where(fits, row, -1)

    def unlike(self, last: Ints) -> Ints:
        """The last place up to ``last`` whose row differs in all ``different`` fields."""
        match self.line.different:
            case ():
                return last
            case (codes,):
                return self._before_streak(codes, last)
            case _:
                return self._of_pairs(last)

    def _before_streak(self, codes: Places, last: Ints) -> Ints:
        """The last of all, or the last before those that are equal to it."""
        own, group = codes.take(self.early), self.group.take(self.early)
        fresh = _changes(own, group)
        streak = np.maximum.accumulate(np.where(fresh, np.arange(len(own)), 0))
        place = np.maximum(last, 0)
        return np.where(own.take(place) != codes.take(self.late), last, streak.take(place) - 1)

    def _of_pairs(self, last: Ints) -> Ints:
        """By comparing every pair."""
        group = self.group.take(self.early)
        first = np.searchsorted(group, self.group.take(self.late))
        found = np.full(len(last), -1, dtype=np.int64)
        reached = np.cumsum(np.maximum(last + 1 - first, 0)) // PAIRS
        for part in ascending(reached).tolist():
            which = np.flatnonzero(reached == part)
            place, owner = spread(first.take(which), last.take(which) + 1)
            owner = which.take(owner)
            differs = np.ones(len(place), dtype=bool)
            for codes in self.line.different:
                differs &= codes.take(self.early.take(place)) != codes.take(self.late.take(owner))
            np.maximum.at(found, owner.compress(differs), place.compress(differs))
        return found


def begins_in_time(first: Ints, second: Ints, within: int) -> Bools:
    """Whether what came first came no longer before than it may."""
    return second - first <= within
