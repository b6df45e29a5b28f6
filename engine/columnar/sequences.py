"""Sequences: for each event the latest one before it, of the same subject, that may have begun the sequence."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plainterms.engine.columnar.arrays import Bools, Ints, Places, ascending, firsts, packed, spread, starts_of
from plainterms.engine.columnar.facts import Truth
from plainterms.engine.columnar.kleene import possible
from plainterms.engine.columnar.order import Rows
from plainterms.policy.meaning import Follows

if TYPE_CHECKING:
    from plainterms.engine.columnar.case import Case

PAIRS = 4_000_000
"""Pairs of events that are compared at a time."""


@dataclass(frozen=True)
class Starters:
    """The events that perhaps are the first of a sequence."""

    truth: Truth
    possible: Bools


@dataclass(frozen=True)
class Side:
    """Events of one side of a sequence: their run and place, and the codes of the fields they are linked by."""

    run: Ints
    at: Ints
    same: tuple[Places, ...]
    different: tuple[Places, ...]

    def only(self, keep: Bools | Ints) -> "Side":
        """Some of the events."""
        return Side(
            self.run[keep],
            self.at[keep],
            tuple(codes[keep] for codes in self.same),
            tuple(codes[keep] for codes in self.different),
        )

    @property
    def lacking(self) -> Ints:
        """Which of the linking fields are missing, one bit for each."""
        found = np.zeros(len(self.at), dtype=np.int64)
        for bit, codes in enumerate((*self.same, *self.different)):
            found |= (codes < 0).astype(np.int64) << bit
        return found

    def without(self, lacking: int) -> "Side":
        """The same events, without the linking fields that are missing."""
        same = tuple(codes for bit, codes in enumerate(self.same) if not lacking >> bit & 1)
        offset = len(self.same)
        different = tuple(codes for bit, codes in enumerate(self.different) if not lacking >> (offset + bit) & 1)
        return Side(self.run, self.at, same, different)


def starters(case: "Case", leaf: Follows) -> Starters:
    """The events that may begin a sequence."""
    truth = case.truth(leaf.first)
    return Starters(truth, possible(truth))


def begun(case: "Case", leaf: Follows, positions: NDArray[np.integer]) -> Truth:
    """Whether a sequence ends with each of the events; unknown where the subject is."""
    run = case.subjects.of(positions)
    first = case.starters(leaf)
    yes, maybe = np.zeros(len(positions), dtype=bool), run < 0
    for starting, ending, which in _blocks(case, leaf, first, positions, run):
        sure = first.truth.yes[starting.at]
        yes[which] = latest(case, leaf, starting.only(sure), ending, certain=True) >= 0
        maybe[which] = latest(case, leaf, starting, ending, certain=False) >= 0
    return Truth(yes, maybe & ~yes)


def preceding(case: "Case", leaf: Follows, positions: NDArray[np.integer]) -> Ints:
    """The position of the latest event that perhaps began a sequence which ends with each event; -1: none."""
    run = case.subjects.of(positions)
    first = case.starters(leaf)
    found = np.full(len(positions), -1, dtype=np.int64)
    for starting, ending, which in _blocks(case, leaf, first, positions, run):
        found[which] = latest(case, leaf, starting, ending, certain=False)
    return found


def _blocks(
    case: "Case", leaf: Follows, first: Starters, positions: NDArray[np.integer], run: Places
) -> "list[tuple[Side, Side, Ints]]":
    """Events that may begin a sequence, those that it may end with, and the indices of these."""
    wanted = np.zeros(case.subjects.runs, dtype=bool)
    wanted[run[run >= 0]] = True
    found = []
    for rows in case.subjects.blocks(
        first.possible, wanted, lambda times: case.clock.at_or_after(times - leaf.within)
    ):
        begun_runs = np.zeros(case.subjects.runs + 1, dtype=bool)
        begun_runs[rows.run] = True
        which = np.flatnonzero(begun_runs[run])
        found.append((_side(case, leaf, rows), _side(case, leaf, Rows(run[which], positions[which])), which))
    return found


def _side(case: "Case", leaf: Follows, rows: Rows) -> Side:
    return Side(
        rows.run.astype(np.int64),
        rows.at.astype(np.int64),
        tuple(case.facts.codes(field).of[rows.at] for field in leaf.same),
        tuple(case.facts.codes(field).of[rows.at] for field in leaf.different),
    )


# ── The latest


def latest(case: "Case", leaf: Follows, starting: Side, ending: Side, *, certain: bool) -> Ints:
    """The position of the latest event of ``starting`` that (``certain``: certainly) goes with each of ``ending``.

    A linking field that is missing on either side may agree or differ; so events are taken by what they lack.
    """
    found = np.full(len(ending.at), -1, dtype=np.int64)
    here, there = starting.lacking, ending.lacking
    for lacking in ascending(here).tolist():
        for lacking_there in ascending(there).tolist():
            if certain and (lacking or lacking_there):
                continue
            which = np.flatnonzero(there == lacking_there)
            unknown = lacking | lacking_there
            early, late = starting.only(here == lacking).without(unknown), ending.only(which).without(unknown)
            found[which] = np.maximum(found[which], _latest_known(case, leaf, early, late))
    return found


def _latest_known(case: "Case", leaf: Follows, starting: Side, ending: Side) -> Ints:
    """As `latest`, where no linking field is missing."""
    time = case.facts.time[ending.at]
    opens, before = opened(case, leaf, time), case.clock.at_or_after(time)
    starting_key, ending_key = alike(starting, ending)
    keys = packed(starting_key, starting.at)
    order = np.argsort(keys, kind="stable")
    keys, starting = keys[order], starting.only(order)
    low = np.searchsorted(keys, packed(ending_key, opens))
    high = np.searchsorted(keys, packed(ending_key, before))
    low, high = np.where(ending_key < 0, 0, low), np.where(ending_key < 0, 0, high)
    match starting.different:
        case ():
            index = np.where(high > low, high - 1, -1)
        case (codes,):
            index = _last_other(codes, firsts(keys), ending.different[0], low, high)
        case _:
            index = _last_of_pairs(starting, ending, low, high)
    return np.where(index >= 0, starting.at[index], -1) if len(starting.at) else np.full(len(index), -1)


def opened(case: "Case", leaf: Follows, time: Ints) -> Ints:
    """The first positions from which a sequence may begin that ends at the given times."""
    return case.clock.at_or_after(time - leaf.within)


def alike(starting: Side, ending: Side) -> tuple[Ints, Ints]:
    """Numbers that are equal where run and all ``same`` fields are; -1 at an end that nothing starts."""
    known = ascending(starting.run)
    first, second = np.searchsorted(known, starting.run), _number(known, ending.run)
    for early, late in zip(starting.same, ending.same, strict=True):
        joined = packed(first, early)
        known = ascending(joined)
        other = np.where(second < 0, -1, packed(np.maximum(second, 0), late))
        first, second = np.searchsorted(known, joined), _number(known, other)
    return first, second


def _number(known: Ints, wanted: Ints) -> Ints:
    """The index of each wanted number among the known ones (ascending), -1 where it is not."""
    if len(known) == 0:
        return np.full(len(wanted), -1, dtype=np.int64)
    index = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[index] == wanted, index, -1)


def _last_other(codes: Places, key: Ints, unlike: Places, low: Ints, high: Ints) -> Ints:
    """The last of each range whose code is another: the last of all, or the last before its streak of equals."""
    if len(codes) == 0:
        return np.full(len(low), -1, dtype=np.int64)
    fresh = np.zeros(len(codes), dtype=np.int64)
    for streaks in (starts_of(key), starts_of(codes)):
        fresh[streaks] = streaks
    streak = np.maximum.accumulate(fresh)
    last = np.maximum(high - 1, 0)
    index = np.where(codes[last] != unlike, last, streak[last] - 1)
    return np.where((high > low) & (index >= low), index, -1)


def _last_of_pairs(starting: Side, ending: Side, low: Ints, high: Ints) -> Ints:
    """The last of each range that differs in all fields, by comparing every pair."""
    found = np.full(len(low), -1, dtype=np.int64)
    reached = np.cumsum(np.maximum(high - low, 0)) // PAIRS
    for part in range(int(reached[-1]) + 1 if len(reached) else 0):
        which = np.flatnonzero(reached == part)
        index, owner = spread(low[which], high[which])
        owner = which[owner]
        differs = np.ones(len(index), dtype=bool)
        for early, late in zip(starting.different, ending.different, strict=True):
            differs &= early[index] != late[owner]
        np.maximum.at(found, owner[differs], index[differs])
    return found
