"""Evaluate a plan clause by clause, looking at every event for every anchor."""

from collections import Counter
from collections.abc import Iterable, Mapping
from operator import attrgetter

from plainterms.engine.conditions import BREACH_CLAUSE, BREACH_VERDICT, truth_of, value_of
from plainterms.engine.events import Event, Period
from plainterms.engine.findings import ClauseSummary, Finding, Result, subject_name
from plainterms.engine.plan import Plan, PlannedClause, require_end
from plainterms.engine.reference import duties, prohibitions
from plainterms.engine.reference.evidence import counted
from plainterms.engine.reference.log import Case, Key, examined
from plainterms.engine.registers import RegisterTable
from plainterms.policy.meaning import (
    EachSubject,
    EventField,
    PartField,
    PeriodicDuty,
    Prohibition,
    TriggeredDuty,
)
from plainterms.policy.schema import ENTITY_FIELDS


def evaluate(plan: Plan, events: Iterable[Event], registers: Mapping[str, RegisterTable], period: Period) -> Result:
    """What the plan finds in a set of events (each id once, in any order).

    Raises PlanError when the plan has a duty and the period has no end.
    """
    require_end(plan, period)
    log = list(events)
    breaches: dict[str, list[Event]] = {}
    findings: list[Finding] = []
    summaries: list[ClauseSummary] = []
    for clause in plan.clauses:
        opened = [event for key in sorted(clause.sources) for event in breaches.get(key, ())]
        case = Case(clause.subject, sorted([*log, *opened], key=attrgetter("order")), registers, period)
        found = sorted(_judge(clause, case), key=_rank)
        breaches.setdefault(clause.key, []).extend(opening(finding, case) for finding in found if _opened(finding))
        findings.extend(found)
        summaries.append(_summary(clause, found, case))
    return Result(tuple(findings), tuple(summaries))


def _judge(clause: PlannedClause, case: Case) -> Iterable[Finding]:
    if isinstance(clause.statement, Prohibition):
        return prohibitions.judge(clause, clause.statement, case)
    return duties.judge(clause, clause.statement, case)


def _rank(finding: Finding) -> tuple[int, str, str, str]:
    return (finding.first_time, finding.subject.name, finding.verdict, finding.id)


# ── Breaches as events


def _opened(finding: Finding) -> bool:
    return finding.verdict != "pending"


def opening(finding: Finding, case: Case) -> Event:
    """The opening of a finding as an event, with the entities of its anchor and its own subject."""
    clause, subject = finding.clause, finding.clause.subject
    of_event = not isinstance(clause.statement, PeriodicDuty)
    anchors = [event for event in case.events if of_event and event.id == finding.opening.event]
    known = {name: value for event in anchors for name, value in event.fields.items() if name in ENTITY_FIELDS}
    if isinstance(subject, EachSubject) and isinstance(subject.field, EventField):
        keys = [case.key(event) for event in anchors] or examined(case)
        known[subject.field.name] = next(
            key for key in keys if key is not None and _name(clause, key) == finding.subject.name
        )
    known |= {"severity": finding.version.severity}
    known |= {BREACH_CLAUSE: clause.key, BREACH_VERDICT: finding.verdict}
    return Event(finding.id, finding.opening.time, "breach", known)


# ── Who was examined


def _summary(clause: PlannedClause, findings: list[Finding], case: Case) -> ClauseSummary:
    groups = {case.linked_as_of(case.events[-1], key) for key in examined(case)}
    verdicts = Counter(finding.verdict for finding in findings)
    named = {finding.subject.name for finding in findings}
    touched = sum(1 for group in groups if any(_name(clause, key) in named for key in group))
    lost = [event for event in case.events if case.period.holds(event.time) and _counts(clause, event, case)]
    untemplated = [event for event in lost if _untemplated(clause, event, case)]
    return ClauseSummary(
        clause.terms,
        clause.name,
        len(groups),
        verdicts["breach"],
        verdicts["undetermined"],
        verdicts["pending"],
        len(groups) - touched,
        len(lost) - len(untemplated),
        len(untemplated),
    )


def _name(clause: PlannedClause, key: Key) -> str:
    return subject_name(clause.subject, key)


def _counts(clause: PlannedClause, event: Event, case: Case) -> bool:
    """Whether the event (perhaps) counts for the clause, but its subject is unknown."""
    if case.key(event) is not None:
        return False
    statement = clause.statement
    if isinstance(statement, Prohibition):
        return any(counted(clause, measure.events, event, case) is not False for measure in statement.measures)
    if truth_of(statement.measure.events, event, case.world) is not False:
        return True
    return isinstance(statement, TriggeredDuty) and counted(clause, statement.trigger, event, case) is not False


def _untemplated(clause: PlannedClause, event: Event, case: Case) -> bool:
    """Whether the subject is unknown only because a text is too short for a template."""
    subject = clause.subject
    if not isinstance(subject, EachSubject) or not isinstance(subject.field, PartField):
        return False
    return subject.field.part == "template" and value_of(subject.field.of, event, case.registers) is not None
