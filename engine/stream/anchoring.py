"""What a prohibition asks at an anchor: what the windows hold there, and whether all bounds hold of it."""

from collections.abc import Callable
from typing import Any

from plainterms.engine.conditions import Truth
from plainterms.engine.events import Event
from plainterms.engine.findings import Limit, Reading, Verdict
from plainterms.engine.stream.bounds import holds, limit_of
from plainterms.engine.stream.conduct import Conduct
from plainterms.engine.stream.entries import Entry
from plainterms.engine.stream.episodes import Episode
from plainterms.engine.stream.judge import Court
from plainterms.engine.stream.scales import Lacking
from plainterms.engine.stream.tallies import Tally
from plainterms.engine.stream.windows import longest, parted, start_of
from plainterms.policy.meaning import Count, Measure, Prohibition
from plainterms.policy.schema import MILLION

Check = Callable[[Tally, Event], Truth]


class Anchoring:
    """One prohibition's measures and bounds, compiled."""

    def __init__(self, court: Court, statement: Prohibition) -> None:
        measures = statement.measures
        self.measures = measures
        self.starts = [start_of(one.window, court.span.period.start) for one in measures]
        self.limits = [limit_of(one.bound, court.registers) for one in measures]
        self.checks = [_check(one, limit) for one, limit in zip(measures, self.limits, strict=True)]
        self.limited_by = [Lacking(one.bound.field, court.registers) for one in measures]
        self.parted = parted(longest(statement))

    def place(self, entry: Entry, conduct: Conduct) -> None:
        """Hold an event in the windows, which end at it."""
        candidate, time = entry.standing.candidate, entry.time
        for window, start in zip(conduct.windows, self.starts, strict=True):
            if candidate[window.index]:
                window.add(entry)
            window.begin(start(time))

    def sweep(self, court: Court, time: int) -> None:
        """Forget subjects of which nothing matters from a time on."""
        starts = [start(time) for start in self.starts]

        def idle(conduct: Conduct) -> bool:
            for window, start in zip(conduct.windows, starts, strict=True):
                if window.entries and window.entries[-1].time >= start:
                    return False
            for window, start in zip(conduct.windows, starts, strict=True):
                window.begin(start)
            conduct.episodes = [one for one in conduct.episodes if not self.parted(one.last_time, time)]
            return court.quiet(conduct, time) and not conduct.episodes

        court.subjects.sweep(idle)

    def truth(self, event: Event, entry: Entry, conduct: Conduct) -> Truth:
        """Whether the anchor is in breach."""
        found: Truth = True in entry.standing.counted or None
        for window, check in zip(conduct.windows, self.checks, strict=True):
            truth = check(window.tally, event)
            if truth is False:
                return False
            if truth is None:
                found = None
        return found

    def reading(self, event: Event, conduct: Conduct) -> Reading:
        """All measures at the anchor."""
        values = tuple(window.tally.interval() for window in conduct.windows)
        return Reading(event.time, event.id, values, tuple(limit(event) for limit in self.limits))

    def going_on(self, verdict: Verdict, time: int, conduct: Conduct) -> Episode | None:
        """The episode that the anchor belongs to; where groups have joined, the earliest, and the others end."""
        open_ones = [one for one in conduct.episodes if not self.parted(one.last_time, time)]
        alike = [one for one in open_ones if one.verdict == verdict]
        earliest = min(alike, key=lambda one: one.order, default=None)
        conduct.episodes = [one for one in open_ones if one.verdict != verdict or one is earliest]
        return earliest


def _check(measure: Measure, limit: Callable[[Event], Limit]) -> Check:
    """Whether a measure's bound holds; the usual count up to a fixed number is compared as it is."""
    bound = measure.bound
    if isinstance(measure.quantity, Count) and bound.field is None and bound.relation in (">=", ">"):
        return _reached(-(-bound.amount // MILLION) if bound.relation == ">=" else bound.amount // MILLION + 1)

    def check(tally: Tally, event: Event) -> Truth:
        return holds(bound, tally.interval(), limit(event), tally.may_be_empty(), empty_holds=False)

    return check


def _reached(number: int) -> Check:
    def check(tally: Any, _event: Event) -> Truth:
        if tally.certain >= number:
            return True
        return None if tally.certain + tally.possible >= number else False

    return check
