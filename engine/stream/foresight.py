"""What the next event would be: judged at once, on all that has arrived, and held until it is recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from plainterms.engine.conditions import Truth
from plainterms.engine.events import Event
from plainterms.engine.findings import Reading, Verdict
from plainterms.engine.plan import ClauseVersion, PlannedClause, leaves
from plainterms.engine.stream.anchoring import Anchoring
from plainterms.engine.stream.conduct import Conduct
from plainterms.engine.stream.entries import Entry
from plainterms.engine.stream.episodes import Episode
from plainterms.engine.stream.judge import Court
from plainterms.engine.stream.occasions import Occasion, verdict_of
from plainterms.engine.stream.owed import Owed
from plainterms.engine.stream.scales import Scales
from plainterms.engine.stream.sheet import Sheet
from plainterms.engine.stream.subjects import Key
from plainterms.policy.meaning import EventField, Prohibition, TriggeredDuty


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a clause says of an event that is not recorded yet.

    ``missing`` gives the fields that would decide where the verdict is undetermined: those of the event itself, or
    else of those before it. ``opening`` is what other clauses see of a breach that begins here. It is ``degraded``
    where not all events of the subject are held, and nothing is certain.
    """

    clause: PlannedClause
    version: ClauseVersion
    verdict: Verdict
    reading: Reading
    missing: Callable[[], tuple[str, ...]] = tuple
    opening: Event | None = None
    degraded: bool = False


class ForeseenProhibition:
    """A prohibition, on all events that have arrived."""

    def __init__(self, court: Court, statement: Prohibition, early: Sheet) -> None:
        measures = statement.measures
        sets = tuple(one.events for one in measures)
        self.court = court
        self.scales = Scales(court.clause, sets, measures, court.sequences, court.sheet)
        self.early = Scales(court.clause, sets, measures, court.sequences, early)
        self.gate = self.scales.gate if court.passes else None
        self.early_gate = self.early.gate if court.passes else None
        self.steady = court.pure and not any(
            isinstance(node, EventField) and node.known_after for node in leaves(court.clause)
        )
        self.anchoring = Anchoring(court, statement)

    def learn(self, event: Event, held: Entry | None = None) -> tuple[Event | None, Entry | None]:
        """Take in an event that has arrived, unless it is ``held`` already.

        Returns the opening of a breach, and how the event stands.
        """
        court = self.court
        if held is not None and not court.heard:
            return None, held
        key = court.enter(event)
        if key is None:
            return None, None
        entry = self.scales.weigh(event) if held is None else held
        court.sequences.note(event)
        if entry is None:
            return None, None
        conduct = court.subjects.of(key)
        if held is None:
            self.anchoring.place(entry, conduct)
            court.bound(key, conduct)
        return (self._opened(event, entry, key, conduct) if court.heard else None), entry

    def _opened(self, event: Event, entry: Entry, key: Key, conduct: Conduct) -> Event | None:
        truth = self.anchoring.truth(event, entry, conduct) if _counted(entry) else False
        if truth is False:
            return None
        verdict: Verdict = "breach" if truth else "undetermined"
        episode = self.anchoring.going_on(verdict, event.time, conduct)
        reading = self.anchoring.reading(event, conduct)
        if episode is not None:
            episode.note(reading)
            return None
        version, subject = self.scales.version(event), self.court.named(key)
        conduct.episodes.append(Episode(verdict, key, version, subject, reading, reading, event.time, entry.order))
        return self.court.opening(version, subject, key, verdict, event.time, event)

    def foresee(self, event: Event) -> tuple[Foreseen | None, Entry | None]:
        """What the clause says of the event with all others, and what is held of it."""
        court = self.court
        key = court.subjects.key(event) if court.passes else court.enter(event)
        entry = None if key is None else self.early.weigh(event)
        if key is None or entry is None:
            return None, None
        conduct = court.subjects.of(key)
        self.anchoring.place(entry, conduct)
        court.bound(key, conduct)
        return self._said(event, entry, key, conduct), entry

    def foreseen(self, event: Event, conduct: Conduct) -> Foreseen | None:
        """What the clause says of the event with others that a conduct holds, and that are of its subject."""
        key, entry = self.court.subjects.key(event), self.early.weigh(event)
        if key is None or entry is None:
            return None
        self.anchoring.place(entry, conduct)
        return self._said(event, entry, key, conduct)

    def _said(self, event: Event, entry: Entry, key: Key, conduct: Conduct) -> Foreseen | None:
        counted = _counted(entry)
        truth = self.anchoring.truth(event, entry, conduct) if counted else False
        if truth is False and not (conduct.degraded and counted):
            return None
        return self._foreseen(event, truth, entry, key, conduct)

    def _foreseen(self, event: Event, truth: Truth, own: Entry, key: Key, conduct: Conduct) -> Foreseen:
        verdict: Verdict = "breach" if truth else "undetermined"
        version, opening = self.early.version(event), None
        if self.court.heard and truth is not False and self.anchoring.going_on(verdict, event.time, conduct) is None:
            opening = self.court.opening(version, self.court.named(key), key, verdict, event.time, event)
        missing = partial(self._missing, event, own, conduct)
        reading = self.anchoring.reading(event, conduct)
        return Foreseen(self.court.clause, version, verdict, reading, missing, opening, conduct.degraded)

    def _missing(self, event: Event, own: Entry, conduct: Conduct) -> tuple[str, ...]:
        found = {name for lacking in self.anchoring.limited_by for name in lacking(event)}
        for place, counted in enumerate(own.standing.counted):
            found.update(self.early.lacking(place, counted, event))
        for window in conduct.windows if not found else ():
            for entry in window.entries:
                found.update(entry.standing.lacking[window.index])
        return tuple(sorted(found))

    def state(self) -> dict[str, object]:
        """What is remembered, to be restored into another foresight of the same clause."""
        return self.court.state()

    def restore(self, state: dict[str, Any]) -> None:
        """Remember what another foresight did."""
        self.court.restore(state)

    def sweep(self, time: int) -> None:
        """Forget subjects of which nothing matters from a time on."""
        self.anchoring.sweep(self.court, time)

    def take_back(self, event: Event, entry: Entry) -> None:
        """Hold the event no longer."""
        key: Key | None = self.court.subjects.key(event)
        if key is not None:
            for window in self.court.subjects.of(key).windows:
                window.remove(entry)


class ForeseenDuty:
    """A duty that must have been done before, on all events that have arrived."""

    def __init__(self, court: Court, statement: TriggeredDuty, early: Sheet) -> None:
        self.court = court
        self.owed = Owed(court, statement)
        self.early = Scales(court.clause, (statement.trigger,), (), court.sequences, early)
        self.gate: int | None = None
        self.early_gate: int | None = None
        self.steady = False

    def learn(self, event: Event, held: Entry | None = None) -> tuple[Event | None, Entry | None]:  # noqa: ARG002
        """Take in an event that has arrived; returns the opening of a breach."""
        court = self.court
        key = court.enter(event)
        if key is None:
            return None, None
        answer = self.owed.answers.of(event)
        if answer is not None:
            self.owed.remember(key, answer)
        court.sequences.note(event)
        if not court.heard:
            return None, None
        occasion = self.owed.falls_due(event, key, self.owed.scales)
        met = True if occasion is None else self.owed.met(occasion)[0]
        if occasion is None or met is True:
            return None, None
        return self.owed.opening(occasion, verdict_of(occasion, met)), None

    def foresee(self, event: Event) -> tuple[Foreseen | None, Entry | None]:
        """What the clause says of the event; nothing is held of it."""
        key = self.court.enter(event)
        occasion = None if key is None else self.owed.falls_due(event, key, self.early)
        return (None if occasion is None else self._foreseen(occasion)), None

    def _foreseen(self, occasion: Occasion) -> Foreseen | None:
        met, measured = self.owed.met(occasion)
        if met is True:
            return None
        verdict = verdict_of(occasion, met)
        reading = Reading(occasion.due, occasion.trigger.id, (measured,), (occasion.limit,))
        missing = partial(self._missing, occasion, verdict)
        opening = self.owed.opening(occasion, verdict) if self.court.heard else None
        return Foreseen(self.court.clause, occasion.version, verdict, reading, missing, opening)

    def _missing(self, occasion: Occasion, verdict: Verdict) -> tuple[str, ...]:
        return tuple(sorted(self.owed.evidence(occasion, verdict).missing))

    def state(self) -> dict[str, object]:
        """What is remembered, to be restored into another foresight of the same clause."""
        return self.court.state()

    def restore(self, state: dict[str, Any]) -> None:
        """Remember what another foresight did."""
        self.court.restore(state)

    def sweep(self, time: int) -> None:
        """Forget subjects of which nothing matters from a time on."""
        self.owed.sweep(time)

    def take_back(self, event: Event, entry: Entry) -> None:
        """Nothing was held."""


def _counted(entry: Entry) -> bool:
    counted = entry.standing.counted
    return True in counted or None in counted
