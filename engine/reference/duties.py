"""Duties: judge each trigger, calendar period or audit, by what was done in the time for it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from plainterms.engine.calendars import period_end, period_start
from plainterms.engine.conditions import Truth, both, monotone, truth_of, unknown_fields, value_of
from plainterms.engine.events import Event
from plainterms.engine.findings import Finding, Reading, Verdict, field_name, rfc3339
from plainterms.engine.plan import PlannedClause
from plainterms.engine.reference.cures import state_of_duty, with_cure
from plainterms.engine.reference.evidence import Evidence, counted, limit_missing, named, unmeasured
from plainterms.engine.reference.log import Case, Key, examined
from plainterms.engine.reference.prohibitions import finding
from plainterms.engine.reference.quantities import Counted, holds, limit_of, measured
from plainterms.policy.meaning import (
    TRUE,
    EachSubject,
    EventField,
    PeriodicDuty,
    TriggeredDuty,
)


@dataclass(frozen=True)
class Occasion:
    """One occasion on which a duty falls due, with the times between which answers count.

    ``final`` when nothing that is still to come can change the answer.
    """

    trigger: Event
    key: Key | None
    truth: Truth
    start: int
    end: int
    due: int
    final: bool

    def holds(self, time: int, closed: bool) -> bool:
        """Whether an answer at this time counts: in (start, end] if ``closed``, else in [start, end)."""
        return self.start < time <= self.end if closed else self.start <= time < self.end


def judge(clause: PlannedClause, statement: TriggeredDuty | PeriodicDuty, case: Case) -> Iterator[Finding]:
    """All findings of a duty."""
    for occasion in occasions(clause, statement, case):
        one = _judged(clause, statement, occasion, case)
        if one is not None:
            yield with_cure(one, occasion.key, case, partial(_cure_state, statement, occasion, case))


# ── Occasions


def occasions(clause: PlannedClause, statement: TriggeredDuty | PeriodicDuty, case: Case) -> Iterator[Occasion]:
    """Each trigger, period or audit for which the duty falls due."""
    if isinstance(statement, TriggeredDuty):
        yield from _triggered(clause, statement, case)
    else:
        yield from _periodic(clause, statement, case)


def _triggered(clause: PlannedClause, statement: TriggeredDuty, case: Case) -> Iterator[Occasion]:
    until = case.period.until
    assert until is not None
    for event in case.events:
        if not case.period.holds(event.time) or case.key(event) is None:
            continue
        truth = counted(clause, statement.trigger, event, case)
        if truth is False:
            continue
        if statement.direction == "before":
            yield Occasion(event, case.key(event), truth, event.time - statement.length, event.time, event.time, True)
        else:
            due = event.time + statement.length
            yield Occasion(event, case.key(event), truth, event.time, due, due, due < until)


def _periodic(clause: PlannedClause, statement: PeriodicDuty, case: Case) -> Iterator[Occasion]:
    until = case.period.until
    assert until is not None
    for key in examined(case):
        first = min(event.time for event in case.events if case.key(event) == key and event.kind != "breach")
        begin = first if case.period.start is None else max(first, case.period.start)
        for start, end in _periods(statement, begin, until):
            trigger = _synthetic(clause, key, start)
            truth = counted(clause, TRUE, trigger, case)
            if truth is not False:
                yield Occasion(trigger, key, truth, start, end, end, end <= until)


def _periods(statement: PeriodicDuty, begin: int, until: int) -> Iterator[tuple[int, int]]:
    if statement.period is None:
        yield begin, until
        return
    unit, timezone = statement.period.unit, statement.period.timezone
    start = period_start(begin, unit, timezone)
    if start < begin:
        start = period_end(start, unit, timezone)
    while start < until:
        end = period_end(start, unit, timezone)
        yield start, end
        start = end


def _synthetic(clause: PlannedClause, key: Key, start: int) -> Event:
    """What a periodic duty is judged at: the start of its time, with nothing known but the subject."""
    subject = clause.subject
    known = isinstance(subject, EachSubject) and isinstance(subject.field, EventField)
    fields = {subject.field.name: key} if known else {}  # type: ignore[union-attr]
    return Event(rfc3339(start), start, "period", fields)


# ── Judgement


def _judged(
    clause: PlannedClause, statement: TriggeredDuty | PeriodicDuty, occasion: Occasion, case: Case
) -> Finding | None:
    met, reading = _met(statement, occasion, case)
    verdict = _verdict(occasion, met, monotone(statement.measure.quantity))
    if verdict is None:
        return None
    subject = named(clause, occasion.key, occasion.trigger, case)
    times = (occasion.trigger.time, occasion.due)
    evidence = _evidence(clause, statement, occasion, verdict, case)
    return finding(clause, verdict, subject, occasion.trigger, times, (reading, reading), evidence, case)


def _met(statement: TriggeredDuty | PeriodicDuty, occasion: Occasion, case: Case) -> tuple[Truth, Reading]:
    """Whether the duty is met, and what was measured."""
    measure = statement.measure
    value, may_be_empty = measured(measure.quantity, answers_to(statement, occasion, case), case)
    limit = limit_of(measure.bound, occasion.trigger, case)
    met = holds(measure.bound, value, limit, may_be_empty, empty_holds=True)
    return met, Reading(occasion.due, occasion.trigger.id, (value,), (limit,))


def _cure_state(
    statement: TriggeredDuty | PeriodicDuty, occasion: Occasion, case: Case, deadline: int, horizon: int
) -> str:
    """An answer counts up to and including the deadline for the cure."""
    prolonged = replace(occasion, end=deadline if _closed(statement) else deadline + 1)
    return state_of_duty(_met(statement, prolonged, case)[0] is True, deadline, horizon)


def _verdict(occasion: Occasion, met: Truth, only_grows: bool) -> Verdict | None:
    if met is True and (only_grows or occasion.final):
        return None
    if not occasion.final:
        return "pending"
    return "breach" if met is False and occasion.truth is True else "undetermined"


def answers_to(statement: TriggeredDuty | PeriodicDuty, occasion: Occasion, case: Case) -> Counted:
    """The events that (perhaps) fulfil the duty."""
    members = _members(statement, occasion, case)
    certain: list[Event] = []
    possible: list[Event] = []
    for event in case.events:
        if case.key(event) in members and occasion.holds(event.time, _closed(statement)):
            truth = _answers(statement, event, occasion.trigger, case)
            if truth is not False:
                (certain if truth else possible).append(event)
    return Counted(certain, possible)


def _closed(statement: TriggeredDuty | PeriodicDuty) -> bool:
    """Whether the time for answers includes its end and not its start, as after a trigger."""
    return isinstance(statement, TriggeredDuty) and statement.direction == "after"


def _members(statement: TriggeredDuty | PeriodicDuty, occasion: Occasion, case: Case) -> frozenset[Key]:
    if isinstance(statement, TriggeredDuty):
        return case.members(occasion.trigger)
    return frozenset({occasion.key}) if occasion.key is not None else frozenset()


def _answers(statement: TriggeredDuty | PeriodicDuty, event: Event, trigger: Event, case: Case) -> Truth:
    truths = [truth_of(statement.measure.events, event, case.world)]
    if isinstance(statement, TriggeredDuty):
        truths.append(case.related(statement.same, statement.different, trigger, event))
    return both(truths)


def _evidence(
    clause: PlannedClause,
    statement: TriggeredDuty | PeriodicDuty,
    occasion: Occasion,
    verdict: Verdict,
    case: Case,
) -> Evidence:
    answers = answers_to(statement, occasion, case)
    evidence = Evidence()
    trigger = occasion.trigger
    if isinstance(statement, TriggeredDuty):
        evidence.events[trigger.id] = trigger
    evidence.considered[trigger.id] = trigger
    triggering = statement.trigger if isinstance(statement, TriggeredDuty) else TRUE
    evidence.lacks(unknown_fields(clause.counted(triggering), trigger, case.world), trigger.id)
    evidence.lacks(limit_missing(statement.measure.bound.field, trigger, case), trigger.id)
    for event in answers.certain:
        evidence.events[event.id] = event
    for event in answers.possible:
        if verdict != "breach":
            evidence.events[event.id] = event
        evidence.lacks(_unanswered(statement, event, trigger, case), event.id)
    for event in (*answers.certain, *answers.possible):
        evidence.answers[event.id] = event
        evidence.lacks(unmeasured(statement.measure, event, case), event.id)
    return evidence


def _unanswered(statement: TriggeredDuty | PeriodicDuty, event: Event, trigger: Event, case: Case) -> Iterator[str]:
    """The fields for want of which it is unknown whether the event answers."""
    yield from unknown_fields(statement.measure.events, event, case.world)
    for of in (*statement.same, *statement.different) if isinstance(statement, TriggeredDuty) else ():
        if None in (value_of(of, event, case.registers), value_of(of, trigger, case.registers)):
            yield field_name(of)
