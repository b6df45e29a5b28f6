"""The moments at which a periodic duty begins: events that no log has, looked at one by one."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from plainterms.engine.columnar.bounds import HUNDRED_PERCENT, Limits
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.evidence import AtStart, defaulted
from plainterms.engine.columnar.occasions import Occasions
from plainterms.engine.columnar.subjects import Subjects
from plainterms.engine.conditions import (
    Truth,
    World,
    declared_range,
    is_presumed,
    truth_of,
    unknown_fields,
    value_of,
)
from plainterms.engine.events import Event
from plainterms.engine.findings import ExceptionTally, field_name, measures_of, rfc3339
from plainterms.engine.plan import ClauseVersion
from plainterms.policy.meaning import TRUE, Bound, EachSubject, EventField, Follows, NamedException


@dataclass(frozen=True)
class Synthetic:
    """The start of a period, and what the clause says of it."""

    event: Event
    truth: Truth
    version: ClauseVersion
    said: AtStart


def triggers(case: Case, subjects: Subjects, occasions: Occasions) -> list[Synthetic]:
    """What is known of the start of each period."""
    world = World(case.registers, _no_sequence)
    return [_looked_at(case, event, world) for event in _events(case, subjects, occasions)]


def limits(case: Case, bound: Bound, subjects: Subjects, occasions: Occasions) -> Limits:
    """The limits at the starts of periods."""
    if bound.field is None:
        amounts = np.array([bound.amount] * len(occasions), dtype=object)
        return Limits(amounts, amounts, 1)
    low: list[int | None] = []
    high: list[int | None] = []
    for event in _events(case, subjects, occasions):
        value = value_of(bound.field, event, case.registers)
        assert value is None or isinstance(value, int)
        least, most = declared_range(bound.field) if value is None else (value, value)
        low.append(least)
        high.append(most)
    return Limits(
        np.array([(one or 0) * bound.amount for one in low], dtype=object),
        np.array([(one or 0) * bound.amount for one in high], dtype=object),
        HUNDRED_PERCENT,
        np.array([one is None for one in low], dtype=bool),
        np.array([one is None for one in high], dtype=bool),
    )


def _events(case: Case, subjects: Subjects, occasions: Occasions) -> list[Event]:
    subject = case.clause.subject
    known = subject.field.name if isinstance(subject, EachSubject) and isinstance(subject.field, EventField) else None
    values: list[Any] = subjects.values_of(occasions.entity)
    return [
        Event(rfc3339(time), time, "period", {} if known is None else {known: value})
        for time, value in zip(occasions.time.tolist(), values, strict=True)
    ]


def _no_sequence(leaf: Follows, event: Event) -> Truth:
    raise TypeError(f"the start of a period ends no sequence: {leaf} at {event.id}")


def _looked_at(case: Case, event: Event, world: World) -> Synthetic:
    clause = case.clause
    truth = truth_of(clause.counted(TRUE), event, world)
    if truth is False:
        return Synthetic(event, truth, clause.versions[0], AtStart((), (), frozenset()))
    governs = [truth_of(version.applies, event, world) for version in clause.versions]
    missing = set(unknown_fields(clause.counted(TRUE), event, world))
    for measure in measures_of(clause):
        of = measure.bound.field
        if of is not None and value_of(of, event, case.registers) is None:
            missing.add(field_name(of))
    said = AtStart(
        tuple(_tally(exception, truth_of(exception.condition, event, world)) for exception in clause.exceptions),
        tuple(field_name(of) for of in defaulted(case) if is_presumed(of, event, case.registers)),
        frozenset(missing),
    )
    return Synthetic(event, truth, clause.versions[governs.index(True if True in governs else None)], said)


def _tally(exception: NamedException, truth: Truth) -> ExceptionTally:
    counts = (int(truth is True), int(truth is False), int(truth is None))
    return ExceptionTally(exception.name, exception.words, *counts)
