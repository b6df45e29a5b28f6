"""The subjects and events that rough tests have not ruled out."""

from dataclasses import dataclass

import numpy as np

from plainterms.engine.columnar import windows
from plainterms.engine.columnar.arrays import Bools, Ints, covering
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.kleene import possible
from plainterms.engine.columnar.sheet import Sheet
from plainterms.policy.meaning import Window
from plainterms.policy.schema import MILLION


@dataclass
class Hopeful:
    """A sheet of runs that may be in breach, and which of its ``rows`` may be anchors."""

    case: Case
    sheet: Sheet
    rows: Bools

    def keep(self, runs: Bools) -> None:
        """Drop the other runs."""
        if not runs.all():
            self.rows = self.rows.compress(runs.take(self.sheet.index))
            self.sheet = self.sheet.only_runs(runs)

    def together(self, window: Window | None, index: int, least: Ints) -> Ints:
        """Keep where a window may hold the least number of events (millionths, per run) that a measure counts.

        What the measure counts must be the last of so many. Returns ``least`` of the runs that are left.
        """
        return self._dense(window, possible(self.sheet.counted[index]), least, own=True)

    def crowded(self, window: Window | None, marked: Bools, least: Ints) -> Ints:
        """As `together`, of other marked rows, after which anything may be an anchor."""
        return self._dense(window, marked, least, own=False)

    def _dense(self, window: Window | None, marked: Bools, least: Ints, *, own: bool) -> Ints:
        events = -(-int(least.min(initial=np.iinfo(np.int64).max)) // MILLION)
        if len(self.sheet) == 0 or events < 1:
            return least
        dense = densely(self.case, self.sheet, window, marked, events)
        keep = self.sheet.per_run(dense) > 0
        if own and marked.all():
            self.rows &= dense
        else:
            after = _covered(self.case, self.sheet, window, dense)
            self.rows &= np.where(marked, dense, after) if own else after
        self.keep(keep)
        return least.compress(keep)


def densely(case: Case, sheet: Sheet, window: Window | None, marked: Bools, events: int) -> Bools:
    """Marked rows that are the last of so many in one window."""
    if marked.all():
        return _last_of(events, sheet.time, sheet.run, window, case)
    rows = np.flatnonzero(marked)
    found = np.zeros(len(sheet), dtype=bool)
    found[rows] = _last_of(events, sheet.time.take(rows), sheet.run.take(rows), window, case)
    return found


def _last_of(events: int, time: Ints, run: Ints, window: Window | None, case: Case) -> Bools:
    found = np.zeros(len(time), dtype=bool)
    if events > len(time):
        return found
    count = len(time) - events + 1
    close = windows.near(window, time[:count], time[events - 1 :], case.clock)
    found[events - 1 :] = close & (run[:count] == run[events - 1 :])
    return found


def _covered(case: Case, sheet: Sheet, window: Window | None, marked: Bools) -> Bools:
    """Rows in whose windows a marked row still is."""
    rows = np.flatnonzero(marked)
    return covering(rows, windows.expires(window, sheet, rows, case.clock), len(sheet)) > 0
