"""Anchors of a prohibition: the events at which all its measures hold, certainly or perhaps."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from plainterms.engine.columnar import bounds, measures, windows
from plainterms.engine.columnar.amounts import Values, put_together
from plainterms.engine.columnar.arrays import Bools, Ints, Places, picked
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.facts import Truth
from plainterms.engine.columnar.groups import Groups
from plainterms.engine.columnar.measures import Looked
from plainterms.engine.columnar.pruning import pruned
from plainterms.engine.columnar.sheet import Sheet, anyone, certain, sheet_of
from plainterms.engine.columnar.standing import Standing
from plainterms.engine.findings import Verdict
from plainterms.policy.meaning import ModeShare


@dataclass(frozen=True)
class Anchors:
    """Positions by (run, position), and the clause's measures there."""

    at: Places
    run: Places
    values: tuple[Values, ...]

    def __len__(self) -> int:
        return len(self.at)

    def take(self, keep: Bools | Ints) -> "Anchors":
        """Some of the anchors."""
        return Anchors(
            picked(self.at, keep),
            picked(self.run, keep),
            tuple(values.take(keep) for values in self.values),
        )


def anchors_of(case: Case, looks: list[Looked]) -> Iterator[tuple[Verdict, Anchors]]:
    """All anchors of a prohibition, block by block of subjects, and the verdict they stand for."""
    full = tuple(look.counted for look in looks)
    marked = anyone(full)
    if case.clock.end < case.facts.n:
        marked = marked.copy()
        marked[case.clock.end :] = False
    for rows in case.subjects.blocks(marked, hopeful(case, looks, marked, full), partial(reach, looks, case)):
        if len(rows):
            standing = _swept(case, looks, sheet_of(case.facts, rows, full, marked=True))
            if standing is not None and standing.sure.any():
                yield "breach", _still(standing, standing.sure)
            if standing is not None and not standing.sure.all():
                yield "undetermined", _still(standing, ~standing.sure)


def hopeful(case: Case, looks: list[Looked], marked: Bools, full: tuple[Truth, ...]) -> Bools | None:
    """Of groups, those that may be in breach even if their members had always been together; None: all subjects."""
    groups = case.subjects
    if not isinstance(groups, Groups):
        return None
    found = np.zeros(groups.runs, dtype=bool)
    for rows in groups.at_last.blocks(marked):
        sheet, _ = pruned(case, looks, sheet_of(case.facts, rows, full))
        found[sheet.run] = True
    return found[groups.joinings.top]


def reach(looks: list[Looked], case: Case, times: Ints) -> Ints:
    """The first position that some measure looks at from the given times."""
    opened = [windows.opened(look.measure.window, times, case.clock) for look in looks]
    return case.clock.at_or_after(np.minimum.reduce(opened))


def together(pieces: list[Anchors]) -> Anchors:
    """The anchors of at least one piece."""
    count = len(pieces[0].values)
    return Anchors(
        np.concatenate([piece.at for piece in pieces]),
        np.concatenate([piece.run for piece in pieces]),
        tuple(put_together([piece.values[index] for piece in pieces]) for index in range(count)),
    )


def _swept(case: Case, looks: list[Looked], sheet: Sheet) -> Standing | None:
    """What stands when all measures are read; None: nothing."""
    sheet, hot = pruned(case, looks, sheet)
    rows = np.flatnonzero(_judged(case, sheet) & hot)
    standing = Standing(case, sheet, rows, certain(sheet.counted).take(rows))
    for index in measures.by_cost(looks):
        if len(standing.rows) == 0:
            return None
        standing.narrow()
        _test(standing, looks[index], index)
    return standing


def _judged(case: Case, sheet: Sheet) -> Bools:
    """Which rows may be anchors: what some measure counts, in the audited period."""
    found = anyone(sheet.counted) & (sheet.at >= case.clock.start)
    return found if sheet.rows.fresh is None else found & sheet.rows.fresh


def _still(standing: Standing, which: Bools) -> Anchors:
    rows = standing.rows.compress(which)
    values = tuple(standing.values[index].take(which) for index in range(len(standing.values)))
    return Anchors(standing.sheet.at.take(rows), standing.sheet.run.take(rows), values)


def _test(standing: Standing, look: Looked, index: int) -> None:
    """Rule out the anchors at which the measure's bound certainly fails."""
    measure, counted = look.measure, standing.sheet.counted[index]
    limits = bounds.limits_at(measure.bound, standing.case.facts, standing.at)
    if isinstance(measure.quantity, ModeShare):
        still = measures.plausible(look, standing.sheet, counted, standing.windows(measure.window), limits)
        standing.keep(still)
        limits = limits.take(still)
    values = measures.read(standing.case, look, standing.sheet, counted, standing.windows(measure.window))
    holds, fails = bounds.judged(measure.quantity, measure.bound, values, limits, empty=False)
    standing.values[index] = values
    standing.sure = verdict_so_far(standing.sure, holds)
    standing.keep(~fails)


def verdict_so_far(sure: Bools, holds: Bools) -> Bools:
    """A breach is only what is certain in all measures."""
    return sure & holds
