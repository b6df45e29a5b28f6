"""Rough tests that drop, before anything is measured, the subjects that cannot reach a bound."""

import numpy as np

from plainterms.engine.columnar import bounds, counts, distinct
from plainterms.engine.columnar.arrays import Bools, Ints
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.hopeful import Hopeful
from plainterms.engine.columnar.kleene import possible, take
from plainterms.engine.columnar.measures import Looked, by_cost
from plainterms.engine.columnar.sheet import Sheet
from plainterms.engine.columnar.spans import SAFE
from plainterms.policy.meaning import Count, Distinct, Measure, ModeShare, PartShare, Sum, Window
from plainterms.policy.schema import MILLION


def pruned(case: Case, looks: list[Looked], sheet: Sheet) -> tuple[Sheet, Bools]:
    """The sheet of the runs that may be in breach, and which of its rows may be anchors."""
    hopeful = Hopeful(case, sheet, np.ones(len(sheet), dtype=bool))
    for index in by_cost(looks):
        if len(hopeful.sheet):
            _prune(hopeful, looks, index)
    return hopeful.sheet, hopeful.rows


def _prune(hopeful: Hopeful, looks: list[Looked], index: int) -> None:
    """Drop what one measure rules out."""
    measure, sheet = looks[index].measure, hopeful.sheet
    if isinstance(measure.quantity, PartShare):
        _by_part(hopeful, looks, index)
        return
    least = needed(measure, sheet)
    if least is None or isinstance(measure.quantity, ModeShare):
        return
    if isinstance(measure.quantity, Sum):
        hopeful.keep(_enough_total(measure.quantity, sheet, index, least))
        return
    keep = sheet.per_run(possible(sheet.counted[index])) * MILLION >= least
    hopeful.keep(keep)
    least = hopeful.together(measure.window, index, least.compress(keep))
    if isinstance(measure.quantity, Distinct) and len(hopeful.sheet):
        _by_values(hopeful, measure.quantity, measure.window, index, least)


def needed(measure: Measure, sheet: Sheet) -> Ints | None:
    """For each run the least amount with which the bound may hold; None where every amount may do."""
    bound = measure.bound
    if bound.relation not in (">=", ">"):
        return None
    limits = bounds.limits_at(bound, sheet.facts, sheet.at if bound.field is not None else sheet.at[sheet.starts])
    if limits.low_unbounded is not None or limits.low.dtype == object:
        return None
    low = bounds.rounded(bound.relation, limits.low, limits.denominator)
    low = np.minimum.reduceat(low, sheet.starts) if bound.field is not None else low
    return low + 1 if bound.relation == ">" else low


def _enough_total(quantity: Sum, sheet: Sheet, index: int, least: Ints) -> Bools:
    """Runs that could reach the bound with all that they ever add."""
    _, high, _, unbounded = counts.contributions(quantity.field, sheet.facts, sheet, sheet.counted[index])
    if int(high.max(initial=0)) * len(sheet) >= SAFE:
        return np.ones(len(sheet.starts), dtype=bool)
    keep = np.add.reduceat(np.maximum(high, 0), sheet.starts) >= least
    return keep if unbounded is None else keep | (sheet.per_run(unbounded) > 0)


def _by_values(hopeful: Hopeful, quantity: Distinct, window: Window | None, index: int, least: Ints) -> None:
    """Runs that could reach the bound with all the values that they ever have, changing often enough."""
    sheet = hopeful.sheet
    changes = _changes(quantity, sheet, index)
    least = hopeful.crowded(window, changes, least - MILLION)
    sheet = hopeful.sheet
    if len(sheet) == 0:
        return
    marked = possible(sheet.counted[index])
    values = sheet.facts.codes(quantity.field).of.take(sheet.at)
    kinds = distinct.kinds_per_run(sheet, values, marked & (values >= 0))
    hopeful.keep((kinds + sheet.per_run(marked & (values < 0))) * MILLION >= least + MILLION)


def _changes(quantity: Distinct, sheet: Sheet, index: int) -> Bools:
    """Rows whose value is not that of the row counted before, or missing: so often at most a new value can come."""
    rows = np.flatnonzero(possible(sheet.counted[index]))
    values = sheet.facts.codes(quantity.field).of.take(sheet.at.take(rows))
    found = np.zeros(len(sheet), dtype=bool)
    found[rows[1:].compress((values[1:] != values[:-1]) | (values[1:] < 0))] = True
    return found


def _by_part(hopeful: Hopeful, looks: list[Looked], index: int) -> None:
    """Where the whole must have so many events, the part must have its share of them."""
    share, sheet = looks[index], hopeful.sheet
    bound = share.measure.bound
    if bound.relation not in (">=", ">") or bound.field is not None or sheet.counted[index].maybe is not None:
        return
    whole = max((_whole(share.measure, look.measure) for look in looks), default=0)
    events = -(-whole * bound.amount // (100 * MILLION))
    if events > 0 and share.part is not None:
        part = possible(take(share.part, sheet.at)) & sheet.counted[index].yes
        hopeful.crowded(share.measure.window, part, np.full(len(sheet.starts), events * MILLION))


def _whole(share: Measure, count: Measure) -> int:
    """How many events of the whole the clause asks for elsewhere."""
    bound = count.bound
    if (count.events, count.window) != (share.events, share.window) or not isinstance(count.quantity, Count):
        return 1
    if bound.field is not None or bound.relation not in (">=", ">"):
        return 1
    return max(1, -(-bound.amount // MILLION))
