"""What a scan must collect for a plan: conditions about single events, and fields whose values are compared."""

from collections.abc import Iterator

from plainterms.engine.columnar.cures import ABOUT, NOTICE
from plainterms.engine.columnar.openings import ENTITIES
from plainterms.engine.conditions import fields_of
from plainterms.engine.findings import measures_of
from plainterms.engine.plan import Plan, PlannedClause, leaves
from plainterms.policy.meaning import (
    AppearsIn,
    Compare,
    Condition,
    ContainsAny,
    Distinct,
    EachSubject,
    ElapsedWithin,
    Field,
    Follows,
    GroupSubject,
    InList,
    IsTrue,
    KindIs,
    MatchesAny,
    Missing,
    ModeShare,
    PartField,
    RegisterField,
    ResemblesAny,
    Subject,
    Sum,
    TimeIn,
    TriggeredDuty,
)

SINGLE = (
    AppearsIn
    | Compare
    | ContainsAny
    | ElapsedWithin
    | InList
    | IsTrue
    | KindIs
    | MatchesAny
    | Missing
    | ResemblesAny
    | TimeIn
)


def needs(plan: Plan) -> tuple[tuple[Condition, ...], tuple[Field, ...]]:
    """The conditions and the fields that `evaluate` will ask of the facts, each once."""
    conditions = dict.fromkeys(one for clause in plan.clauses for one in _conditions(clause))
    fields = dict.fromkeys(one for clause in plan.clauses for one in _fields(clause))
    looked_at = dict.fromkeys(ENTITIES if any(clause.sources for clause in plan.clauses) else ())
    return tuple(conditions), tuple(fields | looked_at)


def _conditions(clause: PlannedClause) -> Iterator[Condition]:
    """Those that stand in the clause, and those that tell which of several fields is missing."""
    for node in leaves(clause):
        if isinstance(node, SINGLE):
            yield node
        if isinstance(node, Compare | ElapsedWithin) and len(fields_of(node)) > 1:
            yield from (Missing(field) for field in fields_of(node))
    if isinstance(clause.subject, EachSubject) and isinstance(clause.subject.field, PartField):
        yield Missing(clause.subject.field.of)
    if _cures(clause):
        yield NOTICE


def _cures(clause: PlannedClause) -> bool:
    return any(version.cure is not None for version in clause.versions)


def _fields(clause: PlannedClause) -> Iterator[Field]:
    yield from _of_subject(clause.subject)
    for node in leaves(clause):
        match node:
            case Distinct(of) | Sum(of) | ModeShare(of):
                yield of
            case Follows() | TriggeredDuty():
                yield from (*node.same, *node.different)
            case RegisterField() if node.default is not None:
                yield node
    for measure in measures_of(clause):
        if measure.bound.field is not None:
            yield measure.bound.field
    if _cures(clause):
        yield ABOUT


def _of_subject(subject: Subject) -> Iterator[Field]:
    match subject:
        case EachSubject():
            yield subject.field
        case GroupSubject():
            yield from (subject.entity, *subject.sharing)
