"""Where windows begin, and when what is in them leaves them."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from plainterms.engine.calendars import period_end, period_start
from plainterms.engine.columnar.arrays import Bools, Ints
from plainterms.engine.columnar.columns import Columns
from plainterms.engine.columnar.sheet import Sheet
from plainterms.engine.columnar.spans import Late
from plainterms.engine.events import Period
from plainterms.policy.meaning import CalendarWindow, Prohibition, SlidingWindow, Window
from plainterms.policy.syntax import MICROSECONDS, CalendarUnit

_DAY = MICROSECONDS["day"]
_NOMINAL = {"day": 1 * _DAY, "week": 7 * _DAY, "month": 31 * _DAY, "quarter": 92 * _DAY, "year": 366 * _DAY}
EARLIEST, LATEST = -(2**63), 2**63 - 1
"""Instants before and after all."""


@dataclass(frozen=True)
class Clock:
    """The times of the log, and from when on it is judged."""

    facts: Columns
    period: Period

    def at_or_after(self, times: Ints) -> Ints:
        """The first positions whose time is at least the given one."""
        return np.searchsorted(self.facts.time, times, "left")

    @property
    def start(self) -> int:
        """The first position that is judged."""
        return 0 if self.period.start is None else int(np.searchsorted(self.facts.time, self.period.start))

    @property
    def end(self) -> int:
        """The position after the last that is judged."""
        return self.facts.n if self.period.until is None else int(np.searchsorted(self.facts.time, self.period.until))


def opened(window: Window | None, times: Ints, clock: Clock) -> Ints:
    """The first instants inside the windows that end at the given times."""
    match window:
        case SlidingWindow():
            return times - window.length + 1
        case CalendarWindow():
            starts = period_starts(window, clock.facts)
            return starts.take(period_of(starts, times))
        case None:
            return np.full(len(times), EARLIEST if clock.period.start is None else clock.period.start)


def closed(window: Window | None, times: Ints, clock: Clock) -> Ints:
    """The first instants at which an event of the given times is no longer inside the window."""
    match window:
        case SlidingWindow():
            return times + window.length
        case CalendarWindow():
            starts = period_starts(window, clock.facts)
            return starts.take(period_of(starts, times) + 1)
        case None:
            return np.full(len(times), LATEST)


def begins(window: Window | None, sheet: Sheet, anchors: Ints, clock: Clock) -> Ints:
    """The first row in the window of each anchor (a row)."""
    return sheet.since(anchors, opened(window, sheet.time.take(anchors), clock))


def expires(window: Window | None, sheet: Sheet, rows: Ints, clock: Clock) -> Ints:
    """The first row of the run (or of the next) at which each row is no longer in the window."""
    return sheet.since(rows, closed(window, sheet.time.take(rows), clock))


def late(window: Window | None, sheet: Sheet, clock: Clock) -> Late | None:
    """The rows that are in a window before they are seen there."""
    if sheet.late is None:
        return None
    rows, seen = sheet.late
    return Late(rows, np.minimum(seen, expires(window, sheet, rows, clock)))


def near(window: Window | None, first: Ints, second: Ints, clock: Clock) -> Bools:
    """Whether, at the second time, an event of the first time is still in the window."""
    match window:
        case SlidingWindow():
            close: Bools = second - first < window.length
            return close
        case CalendarWindow():
            starts = period_starts(window, clock.facts)
            same: Bools = period_of(starts, first) == period_of(starts, second)
            return same
        case None:
            return np.ones(len(first), dtype=bool)


def longest(statement: Prohibition) -> Window | None:
    """The window that decides which anchors belong together; a sliding one before a calendar one of equal length."""
    windows = [measure.window for measure in statement.measures if measure.window is not None]
    return max(windows, key=_length, default=None)


def _length(window: Window) -> tuple[int, bool]:
    match window:
        case SlidingWindow():
            return window.length, True
        case CalendarWindow():
            return _NOMINAL[window.unit], False


# ── Calendars


def period_starts(window: CalendarWindow, facts: Columns) -> Ints:
    """The starts of all periods from before the first event to after the last, ascending."""
    if facts.n == 0:
        return np.empty(0, np.int64)
    return _starts(window.unit, window.timezone, int(facts.time[0]), int(facts.time[-1]))


@lru_cache(maxsize=32)
def _starts(unit: CalendarUnit, timezone: str, first: int, last: int) -> Ints:
    found = [period_start(first, unit, timezone)]
    while found[-1] <= last:
        found.append(period_end(found[-1], unit, timezone))
    return np.array(found, dtype=np.int64)


def period_of(starts: Ints, times: Ints) -> Ints:
    """The index of the period in which each time lies."""
    return np.searchsorted(starts, times, "right") - 1


def period_starts_between(window: CalendarWindow, first: int, last: int) -> Ints:
    """The starts of all periods from the one that holds ``first`` to the one after that which holds ``last``."""
    return _starts(window.unit, window.timezone, first, last)
