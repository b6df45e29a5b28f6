"""Sequences: events before which, within a time, the same subject had an event that begins the sequence."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from plainterms.engine.columnar.arrays import Bools, Ints, covering, packed, picked
from plainterms.engine.columnar.facts import Truth
from plainterms.engine.columnar.groups import Groups
from plainterms.engine.columnar.kleene import possible
from plainterms.engine.columnar.latest import Line, latest
from plainterms.engine.columnar.order import Rows
from plainterms.engine.columnar.subjects import Subjects
from plainterms.policy.meaning import Follows

if TYPE_CHECKING:
    from plainterms.engine.columnar.case import Case

RARE = 16
"""Where fewer than one event in so many may begin a sequence, the others are looked through for those soon after."""

PORTION = 2**20
"""Events that are looked at together."""


@dataclass(frozen=True)
class Starters:
    """The events that perhaps are the first of a sequence, and the subjects that have any."""

    truth: Truth
    possible: Bools
    runs: Bools


def starters(case: "Case", leaf: Follows) -> Starters:
    """The events that may begin a sequence."""
    truth = case.truth(leaf.first)
    some = possible(truth)
    return Starters(truth, some, _seen(at_last(case.subjects), some))


def at_last(subjects: Subjects) -> Subjects:
    """The subjects, groups as they are in the end: none can have begun what those did not."""
    return subjects.at_last if isinstance(subjects, Groups) else subjects


def _seen(subjects: Subjects, marked: Bools) -> Bools:
    """The entities or groups of marked events; the last mark is for events without a subject, and false."""
    found = np.zeros(subjects.runs + 1, dtype=bool)
    found[subjects.numbers.compress(marked)] = True
    found[-1] = False
    return found


def _of_those(subjects: Subjects, runs: Bools, marked: Bools) -> Bools:
    """The marked events of the runs marked."""
    found = np.zeros(len(marked), dtype=bool)
    if np.count_nonzero(marked) * RARE > len(marked):
        for start in range(0, len(marked), PORTION):
            here = slice(start, start + PORTION)
            found[here] = marked[here] & runs.take(subjects.numbers[here], mode="wrap")
    else:
        places = np.flatnonzero(marked)
        found[places.compress(runs.take(subjects.numbers.take(places), mode="wrap"))] = True
    return found


def _in_time(case: "Case", subjects: Subjects, asked: Bools, history: Bools, within: int) -> Bools:
    """The events asked about before which, soon enough, their subject had one of the ``history``; if that is rare."""
    if np.count_nonzero(history) * RARE > np.count_nonzero(asked):
        return asked
    found, time = np.zeros(case.facts.n, dtype=bool), case.facts.time
    reach = min(within, int(time[-1] - time[0])) if len(time) else 0
    for rows in subjects.blocks(asked | history):
        early = np.flatnonzero(history.take(rows.at))
        whose, at = rows.run.take(early), rows.at.take(early)
        over = np.searchsorted(time, time.take(at) + reach, "right")
        end = np.searchsorted(packed(rows.run, rows.at), packed(whose, over))
        found[rows.at.compress(covering(early + 1, end, len(rows)) > 0)] = True
    return found & asked


def begun(case: "Case", leaf: Follows, where: Bools) -> Truth:
    """Whether a sequence ends with each event marked; unknown where the subject is."""
    first = case.starters(leaf)
    yes, maybe = np.zeros(case.facts.n, dtype=bool), where & ~case.subjects.known
    for rows, line in _lines(case, leaf, first, where):
        sure = first.truth.yes.take(rows.at)
        all_sure = bool((sure == line.early).all())
        found = latest(line, leaf.within, certain=False)
        maybe[rows.at.compress(found >= 0)] = True
        if not all_sure or any(bool((codes < 0).any()) for codes in (*line.same, *line.different)):
            certainly = Line(line.run, line.time, sure, line.late, line.same, line.different)
            found = latest(certainly, leaf.within, certain=True)
        yes[rows.at.compress(found >= 0)] = True
    maybe &= ~yes
    return Truth(yes, maybe if maybe.any() else None)


def preceding(case: "Case", leaf: Follows, positions: Ints) -> Ints:
    """The position of the latest event that perhaps began a sequence which ends with each event; -1: none."""
    where = np.zeros(case.facts.n, dtype=bool)
    where[positions] = True
    found = np.full(case.facts.n, -1, dtype=np.int64)
    for rows, line in _lines(case, leaf, case.starters(leaf), where):
        own = latest(line, leaf.within, certain=False)
        some = np.flatnonzero(own >= 0)
        found[rows.at.take(some)] = rows.at.take(own.take(some))
    return picked(found, positions)


def _lines(case: "Case", leaf: Follows, first: Starters, where: Bools) -> Iterator[tuple[Rows, Line]]:
    """The events that matter, in order: those asked about of subjects that began something, and these beginnings."""
    subjects = at_last(case.subjects)
    asked = _of_those(subjects, first.runs, where)
    history = _of_those(subjects, _seen(subjects, asked), first.possible)

    def since(times: Ints) -> Ints:
        return case.clock.at_or_after(times - leaf.within)

    asked = _in_time(case, subjects, asked, history, leaf.within)
    wanted = None
    if isinstance(case.subjects, Groups):
        wanted = case.subjects.lasting(np.flatnonzero(asked))
    for rows in case.subjects.apart(history, asked, wanted, since):
        late = asked.take(rows.at)
        line = Line(
            rows.run,
            case.facts.time.take(rows.at),
            first.possible.take(rows.at),
            late if rows.fresh is None else late & rows.fresh,
            tuple(case.facts.codes(field).of.take(rows.at) for field in leaf.same),
            tuple(case.facts.codes(field).of.take(rows.at) for field in leaf.different),
        )
        yield rows, line
