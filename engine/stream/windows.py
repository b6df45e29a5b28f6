"""The events that a window holds of a subject, in their order, and which anchors are one episode."""

from bisect import insort
from collections import deque
from collections.abc import Callable, Iterator
from heapq import merge
from operator import attrgetter

from plainterms.engine.calendars import period_end, period_start
from plainterms.engine.plan import PlannedClause, leaves
from plainterms.engine.stream.entries import Entry
from plainterms.engine.stream.tallies import Tally, tally_of
from plainterms.policy.meaning import (
    CalendarWindow,
    Follows,
    Measure,
    Prohibition,
    SlidingWindow,
    TriggeredDuty,
    Window,
)
from plainterms.policy.syntax import MICROSECONDS

_DAY = MICROSECONDS["day"]
_NOMINAL = {"day": 1 * _DAY, "week": 7 * _DAY, "month": 31 * _DAY, "quarter": 92 * _DAY, "year": 366 * _DAY}
_ALWAYS = -(2**200)
ORDER = attrgetter("order")

Start = Callable[[int], int]
"""From the time of an anchor to the first time that a window ending there holds."""


class Held:
    """A measure's window of one subject: all events that the clause considers, and the tally of those it counts."""

    __slots__ = ("entries", "index", "tally")

    def __init__(self, measure: Measure, index: int) -> None:
        self.index = index
        self.entries: deque[Entry] = deque()
        self.tally: Tally = tally_of(measure.quantity)

    def add(self, entry: Entry) -> None:
        """Hold an event, most often one that is later than all those held."""
        entries = self.entries
        if entries and entries[-1].time >= entry.time and entries[-1].order > entry.order:
            insort(entries, entry, key=ORDER)
        else:
            entries.append(entry)
        self._count(entry)

    def drop_first(self) -> None:
        """Hold the first event no longer."""
        self._uncount(self.entries.popleft())

    def remove(self, entry: Entry) -> None:
        """Hold an event no longer, if it is still held."""
        entries = self.entries
        for place in range(len(entries) - 1, -1, -1):
            if entries[place] is entry:
                del entries[place]
                self._uncount(entry)
                return

    def begin(self, start: int) -> None:
        """Let go of what is older."""
        entries = self.entries
        while entries and entries[0].time < start:
            self._uncount(entries.popleft())

    def take_over(self, other: "Held") -> None:
        """Hold what another subject's window holds, too."""
        self.entries = deque(merge(self.entries, other.entries, key=ORDER))
        for entry in other.entries:
            self._count(entry)

    def _count(self, entry: Entry) -> None:
        truth = entry.standing.counted[self.index]
        if truth is not False:
            self.tally.add(truth is True, entry.values[self.index])

    def _uncount(self, entry: Entry) -> None:
        truth = entry.standing.counted[self.index]
        if truth is not False:
            self.tally.drop(truth is True, entry.values[self.index])

    def since(self, order: tuple[int, str] | None) -> Iterator[Entry]:
        """What is later in the order, all if None; the latest first."""
        for entry in reversed(self.entries):
            if order is not None and entry.order <= order:
                return
            yield entry


def start_of(window: Window | None, first: int | None) -> Start:
    """Where a window begins; without one, at ``first``, the start of what is judged."""
    match window:
        case SlidingWindow(length):
            return lambda time: time - length + 1
        case CalendarWindow(unit, timezone):
            return _Calendar(unit, timezone)
        case None:
            start = _ALWAYS if first is None else first
            return lambda _time: start


class _Calendar:
    """The start of the calendar period, remembered while times stay inside one."""

    def __init__(self, unit: str, timezone: str) -> None:
        self.unit = unit
        self.timezone = timezone
        self.start = 0
        self.end = 0

    def __call__(self, time: int) -> int:
        if not self.start <= time < self.end:
            self.start = period_start(time, self.unit, self.timezone)  # type: ignore[arg-type]  # a CalendarUnit
            self.end = period_end(time, self.unit, self.timezone)  # type: ignore[arg-type]
        return self.start


def reach(clause: PlannedClause) -> int:
    """How far back (microseconds, at most) what a clause says of an event depends on what was before."""
    found = [0]
    for node in leaves(clause):
        match node:
            case SlidingWindow(length) | TriggeredDuty(length=length):
                found.append(length)
            case CalendarWindow(unit):
                found.append(_NOMINAL[unit])
            case Follows(within=within):
                found.append(within)
            case _:
                pass
    return sum(found)


def longest(statement: Prohibition) -> Window | None:
    """The window that decides which anchors belong together; a sliding one before a calendar one of equal length."""
    windows = [measure.window for measure in statement.measures if measure.window is not None]
    return max(windows, key=_length, default=None)


def _length(window: Window) -> tuple[int, bool]:
    if isinstance(window, SlidingWindow):
        return window.length, True
    return _NOMINAL[window.unit], False


def parted(window: Window | None) -> Callable[[int, int], bool]:
    """Whether two anchors of one verdict, the earlier first, belong to different episodes."""
    match window:
        case SlidingWindow(length):
            return lambda first, second: second - first >= length
        case CalendarWindow(unit, timezone):
            return lambda first, second: (
                first != second and period_start(first, unit, timezone) != period_start(second, unit, timezone)
            )
        case None:
            return lambda _first, _second: False
