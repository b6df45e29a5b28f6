"""The answers to a duty: for each occasion the events of its subject in its time, and what they measure."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from plainterms.engine.columnar import counts, kleene, modes, shares
from plainterms.engine.columnar.amounts import Amounts, Values, put_together
from plainterms.engine.columnar.arrays import Bools, Ints, ascending, spread
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.distinct import distinct
from plainterms.engine.columnar.facts import Truth
from plainterms.engine.columnar.occasions import Occasions
from plainterms.engine.columnar.order import NO_ROWS, Rows
from plainterms.engine.columnar.sheet import Sheet, sheet_of
from plainterms.engine.columnar.spans import Spans
from plainterms.engine.columnar.subjects import Subjects
from plainterms.policy.meaning import Count, Distinct, Field, Measure, ModeShare, PartShare, Sum

PAIRS = 4_000_000
"""Answers that are looked at one by one at a time."""


@dataclass(frozen=True)
class Answering:
    """A duty's measure, the events that answer, and how they must be linked to their trigger."""

    case: Case
    subjects: Subjects
    measure: Measure
    truth: Truth
    part: Truth | None
    same: tuple[Field, ...]
    different: tuple[Field, ...]

    @property
    def links(self) -> tuple[Field, ...]:
        """The fields in which trigger and answer are compared."""
        return (*self.same, *self.different)


@dataclass(frozen=True)
class Ranges:
    """Occasions, by their index, with the rows of a sheet in which their answers stand."""

    sheet: Sheet
    which: Ints
    low: Ints
    high: Ints


def ranges(answering: Answering, occasions: Occasions) -> Iterator[Ranges]:
    """Every occasion once, with its rows."""
    case = answering.case
    wanted = np.zeros(answering.subjects.runs, dtype=bool)
    wanted[occasions.run] = True
    left = np.ones(len(occasions), dtype=bool)
    start, end = case.clock.at_or_after(occasions.start), case.clock.at_or_after(occasions.end)
    for rows in answering.subjects.apart(kleene.possible(answering.truth), None, wanted):
        sheet = sheet_of(case.facts, rows, (answering.truth,))
        here = np.zeros(answering.subjects.runs, dtype=bool)
        here[rows.run] = True
        which = np.flatnonzero(here[occasions.run])
        left[which] = False
        low = sheet.find(occasions.run[which], start[which])
        yield Ranges(sheet, which, low, np.maximum(low, sheet.find(occasions.run[which], end[which])))
    which, nothing = np.flatnonzero(left), np.zeros(int(left.sum()), dtype=np.int64)
    yield Ranges(sheet_of(case.facts, NO_ROWS, (answering.truth,)), which, nothing, nothing)


def measured(answering: Answering, occasions: Occasions) -> Values:
    """The quantity of the answers to each occasion."""
    pieces: list[Values] = []
    order: list[Ints] = []
    for piece in ranges(answering, occasions):
        for some in _portions(answering, piece):
            pieces.append(_measured(answering, occasions, some))
            order.append(some.which)
    return put_together(pieces).take(np.argsort(np.concatenate(order), kind="stable"))


def _direct(answering: Answering) -> bool:
    """Whether running sums will do, without a look at each pair."""
    return not answering.links and isinstance(answering.measure.quantity, Count | Sum | PartShare)


def _portions(answering: Answering, piece: Ranges) -> Iterator[Ranges]:
    """Ranges with a bounded number of pairs."""
    if _direct(answering) or len(piece.which) == 0:
        yield piece
        return
    portion = np.cumsum(piece.high - piece.low) // PAIRS
    for number in ascending(portion).tolist():
        some = portion == number
        yield Ranges(piece.sheet, piece.which[some], piece.low[some], piece.high[some])


def _measured(answering: Answering, occasions: Occasions, piece: Ranges) -> Values:
    if _direct(answering):
        return _read(answering, piece.sheet, piece.low, piece.high)
    pairs = paired(answering, occasions, piece)
    return _read(answering, pairs.sheet, pairs.low, pairs.high)


def paired(answering: Answering, occasions: Occasions, piece: Ranges) -> Ranges:
    """The same with a sheet on which each occasion has its answers for itself, and only what is linked counts."""
    index, which = spread(piece.low, piece.high)
    at = piece.sheet.at[index]
    counted = kleene.take(piece.sheet.counted[0], index)
    if answering.links:
        counted = kleene.both(counted, related(answering, occasions.at[piece.which][which], at.astype(np.int64)))
    sheet = Sheet(answering.case.facts, Rows(which.astype(np.int32), at), (counted,))
    lengths = piece.high - piece.low
    end = np.cumsum(lengths)
    return Ranges(sheet, piece.which, end - lengths, end)


def related(answering: Answering, first: Ints, second: Ints) -> Truth:
    """Whether two events agree in ``same`` and differ in ``different``; unknown where a value is missing."""
    found = [_equal(answering.case, field, first, second) for field in answering.same]
    found += [kleene.opposite(_equal(answering.case, field, first, second)) for field in answering.different]
    return kleene.all_of(found, len(first))


def _equal(case: Case, field: Field, first: Ints, second: Ints) -> Truth:
    codes = case.facts.codes(field).of
    one, other = codes[first], codes[second]
    unknown = (one < 0) | (other < 0)
    return Truth((one == other) & ~unknown, unknown)


def lacks_link(case: Case, field: Field, first: Ints, second: Ints) -> Bools:
    """Where a linking field is missing on either event."""
    codes = case.facts.codes(field).of
    return (codes[first] < 0) | (codes[second] < 0)


def _read(answering: Answering, sheet: Sheet, low: Ints, high: Ints) -> Values:
    counted, within = sheet.counted[0], Spans(None, lambda: low, high)
    match answering.measure.quantity:
        case Count():
            return counts.count(counted, within)
        case Sum(of):
            return counts.total(of, sheet, counted, within)
        case PartShare():
            assert answering.part is not None
            return shares.part_share(counted, kleene.take(answering.part, sheet.at), within)
        case ModeShare(of):
            return modes.mode_share(sheet.facts.codes(of).of.take(sheet.at), counted, within)
        case Distinct(of):
            return _distinct(answering, of, sheet, low, high)


def _distinct(answering: Answering, of: Field, sheet: Sheet, low: Ints, high: Ints) -> Values:
    """As in windows that never close, read off the last answer to each occasion."""
    nothing = np.zeros(len(low), dtype=np.int64)
    some = high > low
    within = Spans(None, lambda: low[some], high[some])
    found = distinct(of, sheet, sheet.counted[0], within, answering.case.clock)
    least, most = nothing.copy(), nothing.copy()
    least[some], most[some] = found.low, found.high
    return Amounts(least, most)
