"""Measures read off a sheet: one function for each kind of quantity, and rough tests that come before them."""

from dataclasses import dataclass

import numpy as np

from plainterms.engine.columnar import counts, distinct, kleene, modes, shares
from plainterms.engine.columnar.amounts import Values
from plainterms.engine.columnar.arrays import Bools
from plainterms.engine.columnar.bounds import Limits
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.facts import Truth
from plainterms.engine.columnar.sheet import Sheet
from plainterms.engine.columnar.spans import Spans
from plainterms.policy.meaning import Count, Distinct, Measure, ModeShare, PartShare, Sum


@dataclass(frozen=True)
class Looked:
    """What a measure looks at among all events: those it counts, and of a share those of the part."""

    measure: Measure
    counted: Truth
    part: Truth | None


def looked(case: Case, measure: Measure, counted: Truth) -> Looked:
    """A measure with all that it needs to know of each event."""
    part = None
    if isinstance(measure.quantity, PartShare):
        part = case.truth(measure.quantity.part, kleene.possible(counted))
    return Looked(measure, counted, part)


def read(case: Case, look: Looked, sheet: Sheet, counted: Truth, within: Spans) -> Values:
    """The measure's quantity in windows."""
    match look.measure.quantity:
        case Count():
            return counts.count(counted, within)
        case Sum(of):
            return counts.total(of, sheet, counted, within)
        case Distinct(of):
            return distinct.distinct(of, sheet, counted, within, case.clock)
        case PartShare():
            assert look.part is not None
            return shares.part_share(counted, kleene.take(look.part, sheet.at), within)
        case ModeShare(of):
            return modes.mode_share(sheet.facts.codes(of).of.take(sheet.at), counted, within)


def plausible(look: Looked, sheet: Sheet, counted: Truth, within: Spans, limits: Limits) -> Bools:
    """Where the share of the most frequent value may be large enough, by a rough test."""
    least = modes.majority(look.measure.bound.relation, limits)
    if least is None or within.late is not None or not isinstance(look.measure.quantity, ModeShare):
        return np.ones(len(within.anchors), dtype=bool)
    values = sheet.facts.codes(look.measure.quantity.field).of.take(sheet.at)
    return modes.plausible(values, counted, within.begin(), within.end, least)


COST = {Count: 0, Sum: 1, PartShare: 2, Distinct: 3, ModeShare: 4}


def by_cost(looks: list[Looked]) -> list[int]:
    """The order in which to test measures: the cheap ones first, for they leave less to the others."""
    return sorted(range(len(looks)), key=lambda index: COST[type(looks[index].measure.quantity)])
