"""Prohibitions, one event at a time: each anchor is judged by what its windows hold, and joined to an episode."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from plainterms.engine.events import Event
from plainterms.engine.findings import Finding, Verdict
from plainterms.engine.stream.anchoring import Anchoring
from plainterms.engine.stream.conduct import Conduct
from plainterms.engine.stream.entries import Entry
from plainterms.engine.stream.episodes import Episode, finding_of
from plainterms.engine.stream.judge import Court
from plainterms.engine.stream.scales import Scales
from plainterms.engine.stream.subjects import Key
from plainterms.policy.meaning import Prohibition

Weighed = Mapping[str, Entry | None]
NOT_WEIGHED: Weighed = {}


class Prohibited:
    """The judge of one prohibition."""

    def __init__(self, court: Court, statement: Prohibition) -> None:
        measures = statement.measures
        self.court = court
        self.scales = Scales(
            court.clause, tuple(one.events for one in measures), measures, court.sequences, court.sheet
        )
        self.anchoring = Anchoring(court, statement)
        self.gate = self.scales.gate if court.passes else None
        self.episodes: list[Episode] = []

    def close(self, until: int) -> None:
        """Nothing of a prohibition waits for the end."""

    def take(self, time: int, events: Sequence[Event], weighed: Weighed = NOT_WEIGHED) -> list[Event]:
        """Judge the events of an instant, in their order; returns the openings of findings.

        ``weighed`` holds, by the ids of events, how those stand toward this clause that were weighed when they came.
        """
        opened: list[Event] = []
        self.court.subjects.begun(time)
        for event in events:
            self._take(event, opened, weighed)
        return opened

    def _take(self, event: Event, opened: list[Event], weighed: Weighed) -> None:
        court = self.court
        key: Key | None = court.subjects.key(event) if court.passes else court.enter(event)
        if key is None:
            return
        entry = weighed[event.id] if event.id in weighed else self.scales.weigh(event)
        court.sequences.note(event)
        if entry is not None:
            self._consider(event, key, entry, opened)

    def consider(self, event: Event, key: Key, entry: Entry) -> None:
        """Judge one event of a subject, after all that are before it, of a clause that no other looks at."""
        self._consider(event, key, entry, [])

    def _consider(self, event: Event, key: Key, entry: Entry, opened: list[Event]) -> None:
        court = self.court
        conduct = court.subjects.of(key)
        self.anchoring.place(entry, conduct)
        court.bound(key, conduct)
        counted = entry.standing.counted
        if (True in counted or None in counted) and court.span.period.holds(event.time):
            self._judge(event, entry, key, conduct, opened)

    def _judge(self, event: Event, entry: Entry, key: Key, conduct: Conduct, opened: list[Event]) -> None:
        anchoring = self.anchoring
        truth = anchoring.truth(event, entry, conduct)
        if truth is False:
            return
        verdict: Verdict = "breach" if truth else "undetermined"
        reading = anchoring.reading(event, conduct)
        episode = anchoring.going_on(verdict, event.time, conduct)
        if episode is None:
            version, subject = self.scales.version(event), self.court.named(key)
            episode = Episode(verdict, key, version, subject, reading, reading, event.time, entry.order)
            self.episodes.append(episode)
            conduct.episodes.append(episode)
            if self.court.heard:
                opened.append(self.court.opening(version, subject, key, verdict, event.time, event))
        else:
            episode.note(reading)
        episode.members = self.court.members(key)
        episode.gather(conduct.windows, conduct.joins, entry.order)
        for lacking in anchoring.limited_by:
            episode.evidence.lacks(lacking(event), event.id)

    def state(self) -> dict[str, object]:
        """What is remembered, to be restored into another judge of the same clause."""
        return {"court": self.court.state(), "episodes": self.episodes}

    def restore(self, state: dict[str, Any]) -> None:
        """Remember what another judge did."""
        self.court.restore(state["court"])
        self.episodes = state["episodes"]

    def sweep(self, time: int) -> None:
        """Forget subjects of which nothing matters from a time on."""
        self.anchoring.sweep(self.court, time)

    # ── Findings

    def final(self, time: int) -> Iterator[Finding]:
        """Findings that nothing from a time on can change; they are forgotten."""
        ended = [one for one in self.episodes if one.version.cure is None and self._ended(one, time)]
        if ended:
            gone = frozenset(map(id, ended))
            self.episodes = [one for one in self.episodes if id(one) not in gone]
        return self._findings(ended)

    def _ended(self, episode: Episode, time: int) -> bool:
        return self.anchoring.parted(episode.last_time, time)

    def findings(self) -> Iterator[Finding]:
        """All findings so far, less those that were final."""
        return self._findings(self.episodes)

    def _findings(self, episodes: Iterable[Episode]) -> Iterator[Finding]:
        for episode in episodes:
            finding = finding_of(
                self.court.clause,
                episode.version,
                episode.verdict,
                self.court.named(episode.key, episode.members),
                episode.opening.event,
                (episode.opening.time, episode.last_time),
                (episode.opening, episode.peak),
                episode.evidence,
            )
            yield self.court.cured(finding, episode.key, partial(_state, episode.last_time))


def _state(last_time: int, deadline: int, horizon: int) -> str:
    """Conduct is cured when it has stopped by the deadline."""
    if last_time > deadline:
        return "lapsed"
    return "running" if deadline >= horizon else "cured"
