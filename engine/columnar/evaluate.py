"""Evaluate a plan clause by clause on columns of facts."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from plainterms.engine.columnar import duties, kleene, prohibitions
from plainterms.engine.columnar.arrays import Bools, Ints
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.columns import Columns
from plainterms.engine.columnar.drafts import Draft
from plainterms.engine.columnar.facts import Facts
from plainterms.engine.columnar.groups import groups_of
from plainterms.engine.columnar.idents import findings_of
from plainterms.engine.columnar.memory import give_back
from plainterms.engine.columnar.openings import WithOpenings, openings
from plainterms.engine.columnar.recent import Recent
from plainterms.engine.columnar.sheet import anyone
from plainterms.engine.columnar.subjects import Each, Service, Subjects
from plainterms.engine.columnar.summary import examined_of, summary
from plainterms.engine.columnar.windows import Clock
from plainterms.engine.events import Event, Period
from plainterms.engine.findings import ClauseSummary, Result
from plainterms.engine.plan import Plan, PlannedClause, require_end
from plainterms.engine.registers import RegisterTable
from plainterms.policy.meaning import EachSubject, GroupSubject, Prohibition, Subject


def evaluate(
    plan: Plan, facts: Facts, registers: Mapping[str, RegisterTable], period: Period, *, workers: int = 1
) -> Result:
    """What the plan finds in the facts of a log, the same with any number of workers (threads).

    Raises PlanError when the plan has a duty and the period has no end.
    """
    require_end(plan, period)
    looked_at = frozenset(key for clause in plan.clauses for key in clause.sources)
    audit = Audit(facts, registers, period, looked_at)
    with ThreadPoolExecutor(workers) as pool:
        futures: dict[int, Future[Judged]] = {}
        for index in _turns(plan.clauses):
            clause = plan.clauses[index]
            keys = clause.sources
            before = [future for other, future in sorted(futures.items()) if plan.clauses[other].key in keys]
            futures[index] = pool.submit(audit.judge, clause, before if keys else None)
        judged = [futures[index].result() for index in range(len(plan.clauses))]
    del audit
    facts.forget()
    give_back(facts.n)
    findings = findings_of([(one.facts, one.found) for one in judged], workers)
    return Result(findings, tuple(one.summary for one in judged))


def _turns(clauses: Sequence[PlannedClause]) -> list[int]:
    """The order in which to judge: clauses on one subject together, and last those that look at other breaches."""
    subjects = {subject: place for place, subject in enumerate(dict.fromkeys(one.subject for one in clauses))}
    first = [index for index, clause in enumerate(clauses) if not clause.sources]
    return sorted(first, key=lambda index: subjects[clauses[index].subject]) + [
        index for index, clause in enumerate(clauses) if clause.sources
    ]


@dataclass(frozen=True)
class Judged:
    """What was found of a clause, on which facts, and the findings as events."""

    facts: Columns
    found: list[Draft]
    summary: ClauseSummary
    openings: Sequence[Event]


def _fewest() -> Recent[tuple[Subjects, Ints]]:
    """Room for no more than the subjects that are judged now: their events in order take much memory."""
    return Recent(0, lambda _: 1)


@dataclass
class Audit:
    """The log of an audit, and what clauses share."""

    facts: Columns
    registers: Mapping[str, RegisterTable]
    period: Period
    looked_at: frozenset[str]
    _subjects: Recent[tuple[Subjects, Ints]] = field(default_factory=_fewest)

    def judge(self, clause: PlannedClause, before: Sequence[Future[Judged]] | None) -> Judged:
        """All findings of a clause, ``before`` those of the clauses at whose breaches it looks (None: at none)."""
        facts: Columns = self.facts
        logged: Bools | None = None
        if before is not None:
            merged = WithOpenings(
                self.facts, [event for one in before for event in one.result().openings], self.registers
            )
            facts, logged = merged, merged.logged
        subjects, examined = self._whose(clause.subject, facts, logged)
        case = Case(clause, facts, subjects, self.registers, self.period)
        found, counted = _found(case, logged)
        found.sort(key=_rank)
        opened = list(openings(case, found)) if clause.key in self.looked_at else []
        return Judged(facts, found, summary(case, found, counted, examined), opened)

    def _whose(self, subject: Subject, facts: Columns, logged: Bools | None) -> tuple[Subjects, Ints]:
        """The subjects, and which of them were examined."""

        def made() -> tuple[Subjects, Ints]:
            give_back(facts.n)
            subjects = subjects_of(subject, facts, self.registers, logged)
            return subjects, examined_of(subjects, Clock(facts, self.period), logged)

        return made() if logged is not None else self._subjects.get(subject, made)


def _found(case: Case, logged: Bools | None) -> tuple[list[Draft], Bools]:
    """The findings of a clause, and which events perhaps count for it."""
    statement = case.clause.statement
    if isinstance(statement, Prohibition):
        looks = prohibitions.looks_of(case, statement)
        return list(prohibitions.judge(case, statement, looks)), anyone(tuple(look.counted for look in looks))
    answering = duties.answering_of(case, statement)
    found = list(duties.judge(case, statement, answering, logged))
    return found, kleene.possible(answering.truth) | duties.triggering(case, statement)


def _rank(draft: Draft) -> tuple[int, str, str, str]:
    return (draft.first_time, draft.subject.name, draft.verdict, draft.identity)


def subjects_of(
    subject: Subject, facts: Columns, registers: Mapping[str, RegisterTable], logged: Bools | None
) -> Subjects:
    """The subjects of a clause among the events of a log."""
    match subject:
        case EachSubject():
            codes = facts.codes(subject.field)
            return Each(facts, codes.of.astype(np.int32, copy=False), codes.values, len(codes.values))
        case GroupSubject():
            return groups_of(subject, facts, registers, logged)
        case _:
            return Service(facts)
