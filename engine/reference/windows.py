"""Which events a window holds at an anchor, and which anchors are one episode."""

from collections.abc import Sequence

from plainterms.engine.calendars import period_start
from plainterms.engine.events import Event
from plainterms.engine.reference.log import Case
from plainterms.policy.meaning import CalendarWindow, Prohibition, SlidingWindow, Window
from plainterms.policy.syntax import MICROSECONDS

_DAY = MICROSECONDS["day"]
_NOMINAL = {"day": 1 * _DAY, "week": 7 * _DAY, "month": 31 * _DAY, "quarter": 92 * _DAY, "year": 366 * _DAY}


def inside(window: Window | None, anchor: Event, case: Case) -> Sequence[Event]:
    """The anchor's subject's events in the window that ends at the anchor, the anchor included."""
    members = case.members(anchor)
    return [
        event
        for event in case.upto(anchor)
        if case.key(event) in members and _begun(window, event.time, anchor.time, case)
    ]


def _begun(window: Window | None, time: int, anchor: int, case: Case) -> bool:
    match window:
        case SlidingWindow():
            return time > anchor - window.length
        case CalendarWindow():
            return time >= period_start(anchor, window.unit, window.timezone)
        case None:
            return case.period.start is None or time >= case.period.start


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


def together(window: Window | None, first: int, second: int) -> bool:
    """Whether two anchors of the same verdict are of one episode."""
    match window:
        case SlidingWindow():
            return second - first < window.length
        case CalendarWindow():
            starts = [period_start(time, window.unit, window.timezone) for time in (first, second)]
            return starts[0] == starts[1]
        case None:
            return True
