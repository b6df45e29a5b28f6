"""The evidence of a prohibition's episodes: what the windows of their anchors hold, each event once."""

from functools import partial

import numpy as np

from plainterms.engine.columnar import kleene, windows
from plainterms.engine.columnar.anchors import reach
from plainterms.engine.columnar.arrays import Bools, Ints, Places, in_order, seconds, spread
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.episodes import Episodes
from plainterms.engine.columnar.evidence import Evidence
from plainterms.engine.columnar.lacking import limit_missing, unmeasured
from plainterms.engine.columnar.measures import Looked
from plainterms.engine.columnar.sheet import Sheet, sheet_of


def gathered(case: Case, looks: list[Looked], episodes: Episodes) -> Evidence:
    """The evidence of all episodes of one verdict."""
    evidence = Evidence(case, len(episodes))
    considered = [_considered(case, look) for look in looks]
    marked = np.logical_or.reduce(considered)
    marked[case.clock.end :] = False
    wanted = np.zeros(case.subjects.runs, dtype=bool)
    wanted[episodes.anchors.run] = True
    full = tuple(look.counted for look in looks)
    order = in_order(episodes.anchors.run, episodes.anchors.at)
    runs = episodes.anchors.run if order is None else episodes.anchors.run.take(order)
    for rows in case.subjects.blocks(marked, wanted, partial(reach, looks, case)):
        sheet = sheet_of(case.facts, rows, full)
        own = _own(sheet, runs, order)
        for index, look in enumerate(looks):
            _gather(evidence, look, index, sheet, considered[index].take(rows.at), episodes, own)
    _limits(evidence, looks, episodes)
    return evidence


def _considered(case: Case, look: Looked) -> Bools:
    if not case.clause.exceptions:
        return kleene.possible(look.counted)
    return case.considered_by(look.measure)


def _own(sheet: Sheet, runs: Places, order: Ints | None) -> Ints:
    """The anchors that stand on the sheet, by (run, position); ``runs`` are those of all, in ``order``."""
    here = sheet.run.take(sheet.starts)
    first, last = np.searchsorted(runs, here[0], "left"), np.searchsorted(runs, here[-1], "right")
    place = np.searchsorted(here, runs[first:last])
    own: Ints = first + np.flatnonzero(here.take(place, mode="clip") == runs[first:last])
    return own if order is None else order.take(own)


def _gather(
    evidence: Evidence, look: Looked, index: int, sheet: Sheet, considered: Bools, episodes: Episodes, own: Ints
) -> None:
    """Add what a measure's windows hold; of each window only what the one before it did not hold."""
    case, measure = evidence.case, look.measure
    owner = episodes.index[own]
    rows = sheet.find(episodes.anchors.run[own], episodes.anchors.at[own])
    finding, inside = _inside(sheet, windows.begins(measure.window, sheet, rows, case.clock), rows, owner)
    kept = considered.take(inside)
    inside, finding = inside.compress(kept), finding.compress(kept)
    counted = kleene.take(sheet.counted[index], inside)
    pairs = evidence.pairs(finding, sheet.at.take(inside))
    evidence.considers(pairs)
    some = pairs.compress(kleene.possible(counted))
    evidence.events.append(pairs.compress(counted.yes) if episodes.verdict == "breach" else some)
    evidence.lacks_for(case.clause.counted(measure.events), pairs.compress(kleene.unknown(counted)))
    for name, marked in unmeasured(case, measure, seconds(some)):
        evidence.lacks(name, some[marked])


def _inside(sheet: Sheet, begin: Ints, rows: Ints, owner: Ints) -> tuple[Ints, Ints]:
    """(finding, row) of all that the windows from ``begin`` to the anchors' ``rows`` hold."""
    follows = (owner[1:] == owner[:-1]) & (sheet.run[rows[1:]] == sheet.run[rows[:-1]])
    fresh = begin.copy()
    fresh[1:] = np.where(follows, np.maximum(begin[1:], rows[:-1] + 1), begin[1:])
    inside, which = spread(fresh, rows + 1)
    if sheet.late is None:
        return owner.take(which), inside
    late, seen = sheet.late
    from_row = np.arange(len(sheet))
    from_row[late] = seen
    there = np.flatnonzero(from_row.take(inside) <= rows.take(which))
    anchor = np.minimum(np.searchsorted(rows, seen), len(rows) - 1)
    joins = (rows.take(anchor) >= seen) & (begin.take(anchor) <= late)
    joins &= sheet.run.take(rows.take(anchor)) == sheet.run.take(late)
    anchor, late = anchor.compress(joins), late.compress(joins)
    return (
        np.concatenate((owner.take(which.take(there)), owner.take(anchor))),
        np.concatenate((inside.take(there), late)),
    )


def _limits(evidence: Evidence, looks: list[Looked], episodes: Episodes) -> None:
    """Anchors at which a limit is not known."""
    at = episodes.anchors.at
    for look in looks:
        for name, marked in limit_missing(evidence.case, look.measure.bound.field, at):
            evidence.lacks(name, evidence.pairs(episodes.index.compress(marked), at.compress(marked)))
