"""Prohibitions, one event at a time: each anchor is judged by what its windows hold, and joined to an episode."""

from collections.abc import Iterator, Sequence
from functools import partial

from plainterms.engine.conditions import Truth
from plainterms.engine.events import Event
from plainterms.engine.findings import Finding, Reading, Verdict
from plainterms.engine.stream.bounds import holds, limit_of
from plainterms.engine.stream.conduct import Conduct
from plainterms.engine.stream.entries import Entry
from plainterms.engine.stream.episodes import Episode, finding_of
from plainterms.engine.stream.judge import Court
from plainterms.engine.stream.scales import Lacking, Scales
from plainterms.engine.stream.subjects import Key
from plainterms.engine.stream.windows import longest, parted, start_of
from plainterms.policy.meaning import Prohibition


class Prohibited:
    """The judge of one prohibition."""

    def __init__(self, court: Court, statement: Prohibition) -> None:
        measures = statement.measures
        self.court = court
        self.statement = statement
        self.scales = Scales(court.clause, tuple(one.events for one in measures), measures, court.sequences)
        self.starts = [start_of(one.window, court.span.period.start) for one in measures]
        self.limits = [limit_of(one.bound, court.registers) for one in measures]
        self.limited_by = [Lacking(one.bound.field, court.registers) for one in measures]
        self.parted = parted(longest(statement))
        self.episodes: list[Episode] = []

    def next_time(self) -> int | None:
        """A prohibition waits for nothing."""
        return None

    def close(self, until: int) -> None:
        """Nothing of a prohibition waits for the end."""

    def take(self, time: int, events: Sequence[Event]) -> list[Event]:
        """Judge the events of an instant, in their order; returns the openings of findings."""
        opened: list[Event] = []
        self.court.subjects.begun(time)
        for event in events:
            self._take(event, opened)
        return opened

    def _take(self, event: Event, opened: list[Event]) -> None:
        court = self.court
        key = court.enter(event)
        if key is None:
            return
        entry = self.scales.weigh(event)
        court.sequences.note(event)
        if entry is None:
            return
        conduct = court.subjects.of(key)
        for window in conduct.windows:
            if entry.standing.candidate[window.index]:
                window.add(entry)
            window.begin(self.starts[window.index](event.time))
        if court.span.period.holds(event.time) and any(truth is not False for truth in entry.standing.counted):
            self._judge(event, entry, key, conduct, opened)

    # ── Anchors

    def _judge(self, event: Event, entry: Entry, key: Key, conduct: Conduct, opened: list[Event]) -> None:
        truth = self._truth(event, entry, conduct)
        if truth is False:
            return
        verdict: Verdict = "breach" if truth else "undetermined"
        reading = self._reading(event, conduct)
        episode = self._going_on(verdict, event.time, conduct)
        members = self.court.members(key)
        if episode is None:
            version, subject = self.scales.version(event), self.court.named(key)
            episode = Episode(verdict, key, version, subject, reading, reading, event.time, entry.order)
            self.episodes.append(episode)
            conduct.episodes.append(episode)
            if self.court.heard:
                opened.append(self.court.opening(version, subject, key, verdict, event.time, event))
        else:
            episode.note(reading)
        episode.members = members
        episode.gather(conduct.windows, conduct.joins, entry.order)
        for lacking in self.limited_by:
            episode.evidence.lacks(lacking(event), event.id)

    def _truth(self, event: Event, entry: Entry, conduct: Conduct) -> Truth:
        """Whether the anchor is in breach."""
        found: Truth = True in entry.standing.counted or None
        for window, measure, limit in zip(conduct.windows, self.statement.measures, self.limits, strict=True):
            tally = window.tally
            truth = holds(measure.bound, tally.interval(), limit(event), tally.may_be_empty(), empty_holds=False)
            if truth is False:
                return False
            if truth is None:
                found = None
        return found

    def _reading(self, event: Event, conduct: Conduct) -> Reading:
        values = tuple(window.tally.interval() for window in conduct.windows)
        return Reading(event.time, event.id, values, tuple(limit(event) for limit in self.limits))

    def _going_on(self, verdict: Verdict, time: int, conduct: Conduct) -> Episode | None:
        """The episode that the anchor belongs to; where groups have joined, the earliest, and the others end."""
        open_ones = [one for one in conduct.episodes if not self.parted(one.last_time, time)]
        alike = [one for one in open_ones if one.verdict == verdict]
        earliest = min(alike, key=lambda one: one.order, default=None)
        conduct.episodes = [one for one in open_ones if one.verdict != verdict or one is earliest]
        return earliest

    # ── Findings

    def findings(self) -> Iterator[Finding]:
        """All findings so far."""
        for episode in self.episodes:
            times = (episode.opening.time, episode.last_time)
            finding = finding_of(
                self.court.clause,
                episode.version,
                episode.verdict,
                self.court.named(episode.key, episode.members),
                episode.opening.event,
                times,
                (episode.opening, episode.peak),
                episode.evidence,
            )
            yield self.court.cured(finding, episode.key, partial(_state, episode.last_time))


def _state(last_time: int, deadline: int, horizon: int) -> str:
    """Conduct is cured when it has stopped by the deadline."""
    if last_time > deadline:
        return "lapsed"
    return "running" if deadline >= horizon else "cured"
