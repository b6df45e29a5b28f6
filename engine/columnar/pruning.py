"""Rough tests that drop, before anything is measured, the subjects that cannot reach a bound."""

import numpy as np

from plainterms.engine.columnar import counts, distinct, windows
from plainterms.engine.columnar.arrays import Bools
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.kleene import possible
from plainterms.engine.columnar.measures import Looked, by_cost, least_events
from plainterms.engine.columnar.sheet import Sheet
from plainterms.policy.meaning import Distinct, Measure, Sum


def pruned(case: Case, looks: list[Looked], sheet: Sheet) -> tuple[Sheet, Bools]:
    """The sheet of the runs that may be in breach, and which of its rows may be anchors."""
    hot = np.ones(len(sheet), dtype=bool)
    for index in by_cost(looks):
        look = looks[index]
        sheet, hot = _kept(sheet, hot, _enough_events(look, sheet, index))
        dense = densely(case, look, sheet, index)
        if dense is not None:
            hot = hot & (dense | ~possible(sheet.counted[index]))
            sheet, hot = _kept(sheet, hot, sheet.per_run(dense) > 0)
        sheet, hot = _kept(sheet, hot, _enough(look, sheet, index))
    return sheet, hot


def _kept(sheet: Sheet, hot: Bools, runs: Bools) -> tuple[Sheet, Bools]:
    if runs.all():
        return sheet, hot
    return sheet.only_runs(runs), hot.compress(runs.take(sheet.index))


def _enough_events(look: Looked, sheet: Sheet, index: int) -> Bools:
    """Runs with as many events as the bound needs."""
    least = least_events(look.measure)
    if least < 1:
        return np.ones(len(sheet.starts), dtype=bool)
    return sheet.per_run(possible(sheet.counted[index])) >= least


def densely(case: Case, look: Looked, sheet: Sheet, index: int) -> Bools | None:
    """Rows that are the last of as many in one window as the bound needs; None where that is not known."""
    least = least_events(look.measure)
    if least < 1 or len(sheet) == 0:
        return None
    rows = np.flatnonzero(possible(sheet.counted[index]))
    found = np.zeros(len(sheet), dtype=bool)
    first, last = rows[: len(rows) - least + 1], rows[least - 1 :]
    close = windows.near(look.measure.window, sheet.time.take(first), sheet.time.take(last), case.clock)
    found[last] = close & (sheet.run.take(first) == sheet.run.take(last))
    return found


def _enough(look: Looked, sheet: Sheet, index: int) -> Bools:
    """Runs whose total or different values, over all time, could reach the bound."""
    measure = look.measure
    everywhere = np.ones(len(sheet.starts), dtype=bool)
    if len(sheet) == 0 or measure.bound.field is not None or measure.bound.relation not in (">=", ">"):
        return everywhere
    match measure.quantity:
        case Sum():
            return _enough_total(measure, sheet, index)
        case Distinct():
            return _enough_values(measure.quantity, least_events(measure), sheet, index)
        case _:
            return everywhere


def _enough_total(measure: Measure, sheet: Sheet, index: int) -> Bools:
    assert isinstance(measure.quantity, Sum)
    _, high, _, unbounded = counts.contributions(measure.quantity.field, sheet.facts, sheet, sheet.counted[index])
    if int(high.max(initial=0)) * len(sheet) >= counts.SAFE:
        return np.ones(len(sheet.starts), dtype=bool)
    keep = np.add.reduceat(np.maximum(high, 0), sheet.starts) >= measure.bound.amount
    return keep if unbounded is None else keep | (sheet.per_run(unbounded) > 0)


def _enough_values(quantity: Distinct, least: int, sheet: Sheet, index: int) -> Bools:
    marked = possible(sheet.counted[index])
    values = sheet.facts.codes(quantity.field).of.take(sheet.at)
    kinds = distinct.kinds_per_run(sheet, values, marked & (values >= 0))
    return kinds + sheet.per_run(marked & (values < 0)) >= least
