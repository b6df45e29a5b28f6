"""Duties: each occasion judged by its answers, its evidence, and a draft of each finding."""

from dataclasses import dataclass, replace

import numpy as np

from plainterms.engine.columnar import answers, bounds, kleene, synthetic
from plainterms.engine.columnar.amounts import Values
from plainterms.engine.columnar.answers import Answering
from plainterms.engine.columnar.arrays import Bools, Ints
from plainterms.engine.columnar.bounds import Limits
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.cures import cure_of_duty, grants, notices
from plainterms.engine.columnar.drafts import Draft, Openings, drafts, versions_at
from plainterms.engine.columnar.evidence import Evidence
from plainterms.engine.columnar.groups import Groups
from plainterms.engine.columnar.lacking import limit_missing, unmeasured
from plainterms.engine.columnar.occasions import Occasions, periodic, triggered
from plainterms.engine.columnar.subjects import Each, Subjects
from plainterms.engine.columnar.synthetic import Synthetic
from plainterms.engine.conditions import monotone
from plainterms.engine.findings import Reading, Verdict, field_name
from plainterms.policy.meaning import PartShare, PeriodicDuty, TriggeredDuty

Duty = TriggeredDuty | PeriodicDuty


@dataclass(frozen=True)
class Judged:
    """Occasions that are no longer clear, with their verdicts, what was measured, and the limits."""

    occasions: Occasions
    verdicts: list[Verdict]
    values: Values
    limits: Limits
    triggers: list[Synthetic] | None


def answering_of(case: Case, statement: Duty) -> Answering:
    """What answers a duty."""
    measure = statement.measure
    truth = case.truth(measure.events)
    part = None
    if isinstance(measure.quantity, PartShare):
        part = case.truth(measure.quantity.part, kleene.possible(truth))
    links = (statement.same, statement.different) if isinstance(statement, TriggeredDuty) else ((), ())
    return Answering(case, _whose(case, statement), measure, truth, part, *links)


def _whose(case: Case, statement: Duty) -> Subjects:
    """The subjects; a periodic duty is each entity's own."""
    if isinstance(statement, PeriodicDuty) and isinstance(case.subjects, Groups):
        return Each(case.facts, case.subjects.numbers, case.subjects.values, len(case.subjects.values))
    return case.subjects


def triggering(case: Case, statement: Duty) -> Bools:
    """The events that perhaps trigger a duty."""
    if isinstance(statement, TriggeredDuty):
        return kleene.possible(case.counted(statement.trigger))
    return np.zeros(case.facts.n, dtype=bool)


def judge(case: Case, statement: Duty, answering: Answering, logged: Bools | None) -> list[Draft]:
    """All findings of a duty."""
    if isinstance(statement, TriggeredDuty):
        occasions = triggered(case, statement)
    else:
        occasions = periodic(case, statement, answering.subjects, logged)
    judged = _judged(case, statement, answering, occasions)
    if len(judged.occasions) == 0:
        return []
    found = list(drafts(case, _openings(case, judged), _evidence(case, statement, answering, judged)))
    return with_cures(case, statement, answering, judged, found)


def with_cures(case: Case, statement: Duty, answering: Answering, judged: Judged, found: list[Draft]) -> list[Draft]:
    """The findings with the state of their cures: an answer counts up to and including the deadline."""
    given = notices(case, found)
    deadlines = np.array(
        [
            due if notice is None else notice.deadline
            for due, notice in zip(judged.occasions.due.tolist(), given, strict=True)
        ],
        dtype=np.int64,
    )
    prolonged = judged.occasions.until(deadlines + 1)
    values = answers.measured(answering, prolonged)
    measure = statement.measure
    done, _ = bounds.judged(measure.quantity, measure.bound, values, judged.limits, empty=True)
    return [
        replace(draft, cure=cure_of_duty(case, bool(done[index]), given[index])) if grants(draft) else draft
        for index, draft in enumerate(found)
    ]


# ── Judgement


def _judged(case: Case, statement: Duty, answering: Answering, occasions: Occasions) -> Judged:
    measure = statement.measure
    values = answers.measured(answering, occasions)
    if isinstance(statement, TriggeredDuty):
        limits = bounds.limits_at(measure.bound, case.facts, occasions.at)
    else:
        limits = synthetic.limits(case, measure.bound, answering.subjects, occasions)
    holds, fails = bounds.judged(measure.quantity, measure.bound, values, limits, empty=True)
    still = ~is_clear(holds, occasions.final, only_grows=monotone(measure.quantity))
    occasions, values, limits, fails = occasions.take(still), values.take(still), limits.take(still), fails[still]
    triggers = None
    if isinstance(statement, PeriodicDuty):
        triggers = synthetic.triggers(case, answering.subjects, occasions)
        counts = np.array([trigger.truth is not False for trigger in triggers], dtype=bool)
        sure = np.array([trigger.truth is True for trigger in triggers], dtype=bool)
        triggers = [trigger for trigger in triggers if trigger.truth is not False]
        occasions, values, limits = occasions.take(counts), values.take(counts), limits.take(counts)
        fails, sure = fails[counts], sure[counts]
    else:
        sure = occasions.sure
    return Judged(occasions, verdicts_of(occasions.final, fails, sure), values, limits, triggers)


def is_clear(holds: Bools, final: Bools, *, only_grows: bool) -> Bools:
    """A duty that is met stays met when more answers cannot undo it, or none can come."""
    return holds if only_grows else holds & final


def verdicts_of(final: Bools, fails: Bools, sure: Bools) -> list[Verdict]:
    """Pending while the answer may change; else a breach if the trigger and the failure are certain."""
    found = np.where(final, np.where(fails & sure, "breach", "undetermined"), "pending")
    return found.tolist()  # type: ignore[no-any-return]


# ── Findings


def _openings(case: Case, judged: Judged) -> Openings:
    occasions = judged.occasions
    if judged.triggers is None:
        ids, runs = case.facts.ids(occasions.at).to_pylist(), occasions.run
        versions = versions_at(case, occasions.at)
    else:
        ids, runs = [trigger.event.id for trigger in judged.triggers], np.full(len(occasions), -1)
        versions = [trigger.version for trigger in judged.triggers]
    due = occasions.due.tolist()
    rows = zip(due, ids, judged.values.intervals(), judged.limits.limits(), strict=True)
    readings = [Reading(time, identity, (value,), (limit,)) for time, identity, value, limit in rows]
    return Openings(
        verdicts=judged.verdicts,
        ids=ids,
        at=occasions.at,
        entities=occasions.entity,
        last_runs=runs,
        times=list(zip(occasions.time.tolist(), due, strict=True)),
        readings=[(reading, reading) for reading in readings],
        versions=versions,
    )


def _evidence(case: Case, statement: Duty, answering: Answering, judged: Judged) -> Evidence:
    """The triggers, and what (perhaps) answers them."""
    occasions = judged.occasions
    evidence = Evidence(case, len(occasions))
    if isinstance(statement, TriggeredDuty):
        pairs = evidence.pairs(np.arange(len(occasions)), occasions.at)
        evidence.events.append(pairs)
        evidence.considers(pairs)
        evidence.lacks_for(case.clause.counted(statement.trigger), pairs)
        for name, marked in limit_missing(case, statement.measure.bound.field, occasions.at):
            evidence.lacks(name, pairs[marked])
    else:
        evidence.starts = [trigger.said for trigger in judged.triggers or ()]
    shows_possible = np.array([verdict != "breach" for verdict in judged.verdicts])
    for piece in answers.ranges(answering, occasions):
        _answers(evidence, answering, occasions, answers.paired(answering, occasions, piece), shows_possible)
    return evidence


def _answers(
    evidence: Evidence, answering: Answering, occasions: Occasions, piece: answers.Ranges, shows_possible: Bools
) -> None:
    """Add the answers to occasions from a sheet that has them one occasion after another."""
    at = piece.sheet.at.astype(np.int64)
    owner = piece.which[piece.sheet.run]
    counted = piece.sheet.counted[0]
    pairs = evidence.pairs(owner, at)
    possible, unknown = kleene.possible(counted), kleene.unknown(counted)
    evidence.events.append(pairs[counted.yes | (unknown & shows_possible[owner])])
    evidence.answered(pairs[possible])
    evidence.lacks_for(answering.measure.events, pairs[unknown])
    for name, marked in unmeasured(evidence.case, answering.measure, at[possible]):
        evidence.lacks(name, pairs[possible][marked])
    _links(evidence, answering, occasions.at[owner[unknown]], at[unknown], pairs[unknown])


def _links(evidence: Evidence, answering: Answering, first: Ints, second: Ints, pairs: Ints) -> None:
    """Note the linking fields that are missing on a trigger or a possible answer."""
    for field in answering.links:
        missing = answers.lacks_link(evidence.case, field, first, second)
        evidence.lacks(field_name(field), pairs[missing])
