"""Duties, one event at a time: each trigger and period is an occasion that waits for answers until it is due."""

from bisect import insort
from collections.abc import Iterator, Sequence
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Any

from plainterms.engine.calendars import period_end, period_start
from plainterms.engine.conditions import Truth, monotone
from plainterms.engine.events import Event
from plainterms.engine.findings import Finding, Interval, Reading, Verdict, rfc3339
from plainterms.engine.stream.answering import Answering
from plainterms.engine.stream.answers import Answer
from plainterms.engine.stream.bounds import holds, limit_of
from plainterms.engine.stream.conduct import Conduct
from plainterms.engine.stream.entries import Entry, Standing
from plainterms.engine.stream.episodes import Evidence, finding_of
from plainterms.engine.stream.judge import Court
from plainterms.engine.stream.occasions import Occasion, verdict_of
from plainterms.engine.stream.scales import Lacking, Scales
from plainterms.engine.stream.subjects import Key
from plainterms.engine.stream.tallies import tally_of
from plainterms.policy.meaning import (
    TRUE,
    EachSubject,
    EventField,
    PeriodicDuty,
    TriggeredDuty,
)

Statement = TriggeredDuty | PeriodicDuty


class Owed:
    """The judge of one duty."""

    def __init__(self, court: Court, statement: Statement) -> None:
        self.court = court
        self.statement = statement
        self.measure = statement.measure
        self.triggered = statement if isinstance(statement, TriggeredDuty) else None
        self.period = statement.period if isinstance(statement, PeriodicDuty) else None
        self.closed_end = self.triggered is not None and self.triggered.direction == "after"
        falls_due = TRUE if self.triggered is None else self.triggered.trigger
        self.scales = Scales(court.clause, (falls_due,), (), court.sequences, court.sheet)
        self.gate: int | None = None
        self.answers = Answering(self.scales, statement)
        self.limit = limit_of(self.measure.bound, court.registers)
        self.limited_by = Lacking(self.measure.bound.field, court.registers)
        self.grows = monotone(self.measure.quantity)
        self.early = self.grows and self.measure.bound.relation in (">=", ">")
        self.open: dict[Key, list[Occasion]] = {}
        self.occasions: dict[Occasion, None] = {}
        self.numbers = count()
        self.waiting: list[tuple[int, int, Occasion | Key]] = []
        self.examined: set[Key] = set()
        self.begun: dict[Key, int] = {}
        self.current: dict[Key, Occasion | None] = {}

    @property
    def waits(self) -> bool:
        """Whether it is judged when time has passed, and not at once."""
        return self.triggered is None or self.closed_end

    # ── Time

    def next_time(self) -> int | None:
        """When something falls due, unless it is after the end of what is judged."""
        return self.waiting[0][0] if self.waiting and self._judged_by(self.waiting[0][0]) else None

    def _judged_by(self, time: int) -> bool:
        until = self.court.span.period.until
        if until is None:
            return True
        return time <= until if self.triggered is None else time < until

    def _wait(self, time: int, what: Occasion | Key) -> None:
        heappush(self.waiting, (time, next(self.numbers), what))

    def take(self, time: int, events: Sequence[Event]) -> list[Event]:
        """Judge an instant: its events in their order, and what falls due then; returns openings of findings."""
        opened: list[Event] = []
        if events:
            self.court.subjects.begun(time)
        if self.triggered is None:
            for event in events:
                self._appear(event)
            self._turn(time, opened)
        for event in events:
            self._take(event, opened)
        if self.triggered is not None:
            self._settle_due(time, opened)
        return opened

    def _settle_due(self, time: int, opened: list[Event]) -> None:
        while self.waiting and self.waiting[0][0] <= time and self._judged_by(self.waiting[0][0]):
            occasion = heappop(self.waiting)[2]
            assert isinstance(occasion, Occasion)
            self._settle(occasion, opened)

    # ── Events

    def _take(self, event: Event, opened: list[Event]) -> None:
        court = self.court
        key = court.enter(event)
        if key is None:
            return
        answer = self.answers.of(event)
        if answer is not None:
            for occasion in self.open.get(key, ()):
                self._answer(occasion, answer)
            if self.triggered is not None and self.triggered.direction == "before":
                self.remember(key, answer)
        if self.triggered is not None and court.span.period.holds(event.time):
            self._trigger(event, key, opened)
        court.sequences.note(event)

    def remember(self, key: Key, answer: Answer) -> None:
        """Hold an event that may answer a trigger which is still to come."""
        assert self.triggered is not None
        answers = self.court.subjects.of(key).answers
        if answers and answers[-1].order > answer.order:
            insort(answers, answer, key=lambda one: one.order)
        else:
            answers.append(answer)
        while answers[0].time < answer.time - self.triggered.length:
            answers.popleft()

    def _answer(self, occasion: Occasion, answer: Answer) -> None:
        starts_before = occasion.start < answer.time if self.closed_end else occasion.start <= answer.time
        if starts_before and self.answers.related(occasion.compared, answer) is not False:
            occasion.answers.append(answer)
            if self.early and not occasion.settled and self.met(occasion)[0] is True:
                occasion.settled = True
                self._close(occasion)

    # ── Triggers

    def _trigger(self, event: Event, key: Key, opened: list[Event]) -> None:
        occasion = self.falls_due(event, key, self.scales)
        if occasion is None:
            return
        self._open(occasion)
        if self.closed_end:
            self._wait(occasion.due, occasion)
        else:
            self._settle(occasion, opened)

    def falls_due(self, event: Event, key: Key, scales: Scales) -> Occasion | None:
        """The occasion that an event is, with what was done before it; None if it is none."""
        assert self.triggered is not None
        entry = scales.weigh(event)
        if entry is None or entry.standing.counted[0] is False:
            return None
        time, length, members = event.time, self.triggered.length, self.court.subjects.members(key)
        if self.closed_end:
            return self._occasion(event, entry, key, members, time, time + length)
        occasion = self._occasion(event, entry, key, members, time - length, time)
        for answer in self.court.subjects.of(key).answers:
            if answer.time >= occasion.start and self.answers.related(occasion.compared, answer) is not False:
                occasion.answers.append(answer)
        return occasion

    def _occasion(
        self, event: Event, entry: Entry, key: Key, members: frozenset[Key], start: int, end: int
    ) -> Occasion:
        compared = self.answers.compared.values(event)
        limit, version = self.limit(event), self.scales.version(event)
        return Occasion(event, entry, key, members, start, end, end, limit, version, compared, self.limited_by(event))

    def _open(self, occasion: Occasion) -> None:
        self.occasions[occasion] = None
        for member in occasion.members:
            self.open.setdefault(member, []).append(occasion)

    def _close(self, occasion: Occasion) -> None:
        """Wait for no more answers; one that is not met goes on where it can still be cured."""
        if occasion.verdict is not None and occasion.version.cure is not None:
            return
        for member in occasion.members:
            left = [one for one in self.open[member] if one is not occasion]
            if left:
                self.open[member] = left
            else:
                del self.open[member]
        if occasion.verdict is None:
            del self.occasions[occasion]

    # ── Periods

    def _appear(self, event: Event) -> None:
        """Begin to expect what each subject owes, from its first event on."""
        key: Key | None = self.court.subjects.key(event)
        if key is None or event.kind == "breach":
            return
        if self.court.span.period.holds(event.time):
            self.examined.add(key)
        if key in self.begun:
            return
        start = self.court.span.period.start
        begin = event.time if start is None else max(event.time, start)
        self.begun[key] = begin
        self._wait(self._first_turn(begin), key)

    def _first_turn(self, begin: int) -> int:
        if self.period is None:
            return begin
        start = period_start(begin, self.period.unit, self.period.timezone)
        return start if start >= begin else period_end(start, self.period.unit, self.period.timezone)

    def _turn(self, time: int, opened: list[Event]) -> None:
        """One period of a subject ends and the next begins."""
        while self.waiting and self.waiting[0][0] <= time and self._judged_by(self.waiting[0][0]):
            turn, _, key = heappop(self.waiting)
            assert not isinstance(key, Occasion)
            occasion = self.current.pop(key, None)
            if occasion is not None:
                self._settle(occasion, opened)
            until = self.court.span.period.until
            if until is not None and turn >= until:
                continue
            end = self._end(turn)
            self.current[key] = self._period(key, turn, end)
            if end < _NEVER:
                self._wait(end, key)

    def _end(self, turn: int) -> int:
        if self.period is not None:
            return period_end(turn, self.period.unit, self.period.timezone)
        until = self.court.span.period.until
        return _NEVER if until is None else until

    def close(self, until: int) -> None:
        """What the whole time asks for falls due when it ends."""
        for key, occasion in self.current.items():
            if occasion is not None and occasion.end == _NEVER:
                occasion.end = occasion.due = until
                self._wait(until, key)

    def _period(self, key: Key, start: int, end: int) -> Occasion | None:
        court, subject = self.court, self.court.clause.subject
        known = isinstance(subject, EachSubject) and isinstance(subject.field, EventField)
        fields = {subject.field.name: key} if known else {}  # type: ignore[union-attr]
        trigger = Event(rfc3339(start), start, "period", fields)
        own: Key | None = court.subjects.key(trigger)
        court.sequences.trails = None if own is None else court.subjects.of(own).trails
        entry = self.scales.weigh(trigger)
        if entry is None or entry.standing.counted[0] is False:
            return None
        occasion = self._occasion(trigger, entry, key, frozenset({key}), start, end)
        self._open(occasion)
        return occasion

    def state(self) -> dict[str, object]:
        """What is remembered, to be restored into another judge of the same clause."""
        return {"court": self.court.state(), **{name: getattr(self, name) for name in _REMEMBERED}}

    def restore(self, state: dict[str, Any]) -> None:
        """Remember what another judge did."""
        self.court.restore(state["court"])
        for name in _REMEMBERED:
            setattr(self, name, state[name])
        self.numbers = count(max((number for _, number, _ in self.waiting), default=-1) + 1)

    def sweep(self, time: int) -> None:
        """Forget subjects of which nothing matters from a time on."""
        court, first = self.court, time - (self.triggered.length if self.triggered is not None else 0)

        def idle(conduct: Conduct) -> bool:
            while conduct.answers and conduct.answers[0].time < first:
                conduct.answers.popleft()
            return court.quiet(conduct, time) and not conduct.answers

        court.subjects.sweep(idle)

    # ── Judgement

    def _settle(self, occasion: Occasion, opened: list[Event]) -> None:
        if occasion.settled:
            return
        occasion.settled = True
        met, _ = self.met(occasion)
        if met is not True:
            occasion.verdict = verdict_of(occasion, met)
            if self.court.heard and (self.triggered is not None or occasion.key in self.examined):
                opened.append(self.opening(occasion, occasion.verdict))
        self._close(occasion)

    def opening(self, occasion: Occasion, verdict: Verdict) -> Event:
        """What other clauses see of an occasion that is not met."""
        subject = self.court.named(occasion.key)
        return self.court.opening(occasion.version, subject, occasion.key, verdict, occasion.due, occasion.trigger)

    def met(self, occasion: Occasion, end: int | None = None) -> tuple[Truth, Interval]:
        """Whether the duty is met, and what was measured, up to its end or (for its cure) another."""
        tally = tally_of(self.measure.quantity)
        for answer in self._timely(occasion, occasion.end if end is None else end):
            certain = answer.certain and self.answers.related(occasion.compared, answer) is True
            tally.add(certain, answer.value)
        measured = tally.interval()
        truth = holds(self.measure.bound, measured, occasion.limit, tally.may_be_empty(), empty_holds=True)
        return truth, measured

    def _timely(self, occasion: Occasion, end: int) -> Iterator[Answer]:
        for answer in occasion.answers:
            if answer.time < end or (self.closed_end and answer.time == end):
                yield answer

    # ── Findings

    def final(self, time: int) -> Iterator[Finding]:  # noqa: ARG002 - what is settled stays so
        """Findings that nothing from a time on can change; they are forgotten."""
        for occasion in list(self.occasions):
            judged = self.triggered is not None or occasion.key in self.examined
            if judged and occasion.verdict is not None and occasion.version.cure is None:
                del self.occasions[occasion]
                yield self._finding(occasion, occasion.verdict, self.met(occasion)[1])

    def findings(self) -> Iterator[Finding]:
        """All findings so far, less those that were final; what is not yet due is pending."""
        for occasion in self.occasions:
            if self.triggered is None and occasion.key not in self.examined:
                continue
            met, measured = self.met(occasion)
            verdict: Verdict = occasion.verdict or "pending"
            if not occasion.settled and met is True and self.grows:
                continue
            yield self._finding(occasion, verdict, measured)

    def _finding(self, occasion: Occasion, verdict: Verdict, measured: Interval) -> Finding:
        due = occasion.due
        reading = Reading(due, occasion.trigger.id, (measured,), (occasion.limit,))
        listed = occasion.members if self.court.grouped and self.triggered is not None else ()
        finding = finding_of(
            self.court.clause,
            occasion.version,
            verdict,
            self.court.named(occasion.key, listed),
            occasion.trigger.id,
            (occasion.trigger.time, due),
            (reading, reading),
            self.evidence(occasion, verdict),
        )
        return self.court.cured(finding, occasion.key, partial(self._cure_state, occasion))

    def _cure_state(self, occasion: Occasion, deadline: int, horizon: int) -> str:
        """A duty is cured when it is done, late, up to and including the deadline."""
        if self.met(occasion, deadline if self.closed_end else deadline + 1)[0] is True:
            return "cured"
        return "running" if deadline >= horizon else "lapsed"

    def evidence(self, occasion: Occasion, verdict: Verdict) -> Evidence:
        """What stands behind a finding about the occasion."""
        evidence = Evidence()
        trigger = occasion.entry
        if self.triggered is not None:
            evidence.shown[trigger.id] = trigger
        evidence.considered[trigger.id] = trigger
        evidence.presumed.update(trigger.standing.presumed)
        evidence.lacks(trigger.standing.lacking[0], trigger.id)
        evidence.lacks(occasion.lacking, trigger.id)
        for answer in self._timely(occasion, occasion.end):
            certain = answer.certain and self.answers.related(occasion.compared, answer) is True
            if certain or verdict != "breach":
                evidence.shown[answer.id] = Entry(answer.time, answer.id, _ANY, (), answer.preceded)
            if not certain:
                evidence.lacks(answer.lacking, answer.id)
                evidence.lacks(self.answers.untied(occasion.compared, answer), answer.id)
            evidence.lacks(answer.unmeasured, answer.id)
            evidence.presumed.update(answer.presumed)
        return evidence


_REMEMBERED = ("open", "occasions", "waiting", "examined", "begun", "current")
_NEVER = 2**200
_ANY = Standing((), (), (), (), ())
