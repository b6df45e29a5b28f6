"""One plan of all documents: versions merged, permissions made exceptions, clauses in the order of evaluation."""

import hashlib
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any, TypeVar

from plainterms.engine.events import Period
from plainterms.policy.errors import PlainTermsError
from plainterms.policy.meaning import (
    ActionOnBreach,
    And,
    BreachIn,
    CalendarWindow,
    Citation,
    Clause,
    Compare,
    Condition,
    Constant,
    EventField,
    Measure,
    NamedException,
    Not,
    Or,
    PeriodicDuty,
    Permission,
    Policy,
    Prohibition,
    RegisterField,
    Subject,
    TimeIn,
    TriggeredDuty,
)
from plainterms.policy.schema import Schema, Type

TAKEN = "the time at which the log was taken"


class PlanError(PlainTermsError):
    """Documents that cannot be audited together."""


@dataclass(frozen=True)
class ClauseVersion:
    """What one version of a document says of a clause, and when (microseconds, half-open) it is in force.

    ``applies`` is the condition on an event for this version to govern it.
    """

    version: str
    start: int | None
    end: int | None
    applies: Condition
    title: str
    citation: Citation
    severity: str
    actions: tuple[ActionOnBreach, ...]
    cure: int | None
    note: str


@dataclass(frozen=True)
class PlannedClause:
    """A clause of one document, in all versions that share its digest (and so its counters).

    ``incorporated`` is the condition under which the clause was incorporated; ``exceptions`` include permissions.
    """

    terms: str
    name: str
    subject: Subject
    statement: Prohibition | TriggeredDuty | PeriodicDuty
    incorporated: Condition
    exceptions: tuple[NamedException, ...]
    versions: tuple[ClauseVersion, ...]
    timezone: str
    digest: str

    @property
    def conduct(self) -> Condition:
        """True of an event that one of the versions governs: counted events and triggers must meet it."""
        applies = tuple(version.applies for version in self.versions)
        return And((applies[0] if len(applies) == 1 else Or(applies), self.incorporated))

    @property
    def parts(self) -> tuple[object, ...]:
        """All that says what the clause asks of events."""
        return (self.subject, self.statement, self.conduct, self.exceptions)

    @property
    def key(self) -> str:
        """The clause's name among all documents, as `BreachIn` uses it after planning."""
        return clause_key(self.terms, self.name)

    @property
    def excepted(self) -> Condition:
        """True of an event to which some exception applies."""
        return Or(tuple(exception.condition for exception in self.exceptions))

    @cached_property
    def sources(self) -> frozenset[str]:
        """The keys of the clauses at whose breaches this one looks."""
        return frozenset(leaf.clause for leaf in leaves(self) if isinstance(leaf, BreachIn))

    def counted(self, events: Condition) -> Condition:
        """True of the events of a measure (or trigger) that the clause counts."""
        return And((events, self.conduct, Not(self.excepted)))


@dataclass(frozen=True)
class Plan:
    """What the evaluators evaluate. ``clauses`` stand in an order in which `breach of` finds its source before."""

    clauses: tuple[PlannedClause, ...]
    schema: Schema
    policies: tuple[Policy, ...]

    @property
    def has_duty(self) -> bool:
        """Whether an audit must be told its end."""
        return any(isinstance(clause.statement, TriggeredDuty | PeriodicDuty) for clause in self.clauses)

    @property
    def accepted_documents(self) -> tuple[str, ...]:
        """Titles of documents whose versions apply on acceptance."""
        return tuple(sorted({policy.title for policy in self.policies if policy.on_acceptance}))


def clause_key(terms: str, name: str) -> str:
    """One text for a clause among all documents."""
    return f"{terms} § {name}"


def acceptance_register(terms: str) -> str:
    """The name of the register made from the acceptance events of a document."""
    return f"acceptance of {terms}"


def plan(policies: Sequence[Policy]) -> Plan:
    """Merge checked documents into one plan.

    Raises PlanError where two documents have the same title and version, or versions differ in what the same
    event field is.
    """
    _refuse_repeated(policies)
    planned = [
        clause
        for title in dict.fromkeys(policy.title for policy in policies)
        for clause in _document(title, policies)
    ]
    return Plan(_sources_first(planned), _merged_schema(policies), tuple(policies))


def _refuse_repeated(policies: Sequence[Policy]) -> None:
    seen: set[tuple[str, str]] = set()
    for policy in policies:
        if (policy.title, policy.version) in seen:
            raise PlanError(f'"{policy.title}" version "{policy.version}" is given twice; give each version once')
        seen.add((policy.title, policy.version))
    starts: dict[tuple[str, int | None], str] = {}
    for policy in policies:
        other = starts.setdefault((policy.title, policy.start), policy.version)
        if other != policy.version and not policy.on_acceptance:
            raise PlanError(
                f'versions "{other}" and "{policy.version}" of "{policy.title}" are in force from the same day;'
                " only one can be, so correct one of the dates"
            )


def _merged_schema(policies: Sequence[Policy]) -> Schema:
    merged = policies[0].schema
    for policy in policies[1:]:
        for kind in policy.schema.kinds.values():
            known = merged.event_fields()
            for entry in kind.fields.values():
                if entry.name in known and known[entry.name].type != entry.type:
                    raise PlanError(
                        f"`{entry.name}` is a {known[entry.name].type} in one document and a {entry.type} in"
                        f' "{policy.title}"; rename the field in one of them'
                    )
            old = merged.kinds.get(kind.name)
            merged = merged.with_kind(replace(kind, fields={**(old.fields if old else {}), **kind.fields}))
        for register in policy.schema.registers.values():
            merged = merged.with_register(register)
    return merged


# ── Versions


def _document(title: str, policies: Sequence[Policy]) -> Iterator[PlannedClause]:
    versions = sorted(
        (policy for policy in policies if policy.title == title),
        key=lambda policy: (policy.start is not None, policy.start or 0, policy.version),
    )
    merged: dict[tuple[str, str], PlannedClause] = {}
    for index, policy in enumerate(versions):
        permissions = _permissions(policy, policies)
        applies = _applies(policy, versions[index + 1 :])
        for clause in policy.clauses:
            if isinstance(clause.statement, Permission):
                continue
            granted = tuple(one for one in permissions if _lifts(one, clause))
            one = _planned(policy, clause, clause.statement, applies, granted)
            known = merged.get((one.name, one.digest))
            merged[one.name, one.digest] = one if known is None else _joined(known, one)
    yield from merged.values()


def _applies(policy: Policy, later: Sequence[Policy]) -> Condition:
    if policy.on_acceptance:
        account = EventField("account", Type.TEXT)
        accepted = RegisterField(acceptance_register(policy.title), "version", Type.TEXT, account)
        return And((TimeIn(policy.start, policy.end), Compare(accepted, "is", Constant(policy.version, Type.TEXT))))
    ends = [end for end in (policy.end, *(other.start for other in later[:1])) if end is not None]
    return TimeIn(policy.start, min(ends, default=None))


def _planned(
    policy: Policy,
    clause: Clause,
    statement: Prohibition | TriggeredDuty | PeriodicDuty,
    applies: Condition,
    permissions: tuple[NamedException, ...],
) -> PlannedClause:
    waived = isinstance(statement, Prohibition) and not statement.turned
    exceptions = clause.exceptions + (permissions if waived else ())
    meaning = (clause.subject, _by_day(statement, clause.timezone), clause.conduct, exceptions, clause.timezone)
    meaning = map_conditions(meaning, lambda node: _qualified(node, policy.title))
    subject, statement, incorporated, exceptions, timezone = meaning
    span = applies if isinstance(applies, TimeIn) else TimeIn(policy.start, policy.end)
    version = ClauseVersion(
        policy.version,
        span.start,
        span.end,
        applies,
        clause.title,
        clause.citation,
        clause.severity,
        clause.actions,
        clause.cure,
        clause.note,
    )
    digest = hashlib.sha256(repr(map_conditions(meaning, wordless)).encode()).hexdigest()
    return PlannedClause(
        policy.title, clause.name, subject, statement, incorporated, exceptions, (version,), timezone, digest
    )


def _by_day(
    statement: Prohibition | TriggeredDuty | PeriodicDuty, timezone: str
) -> Prohibition | TriggeredDuty | PeriodicDuty:
    """`prohibits any EVENTS` without a window is judged by the calendar day: its findings hold that day's events."""
    if not isinstance(statement, Prohibition) or not statement.any_event:
        return statement
    return replace(
        statement,
        measures=tuple(replace(measure, window=CalendarWindow("day", timezone)) for measure in statement.measures),
    )


def _joined(first: PlannedClause, second: PlannedClause) -> PlannedClause:
    return replace(first, versions=first.versions + second.versions)


def wordless(node: Any) -> Any:
    """A node without the words in which it was written: wording does not make another clause."""
    return replace(node, words="") if isinstance(node, Measure | NamedException) else node


def _qualified(node: Any, title: str) -> Any:
    return BreachIn(clause_key(title, node.clause)) if isinstance(node, BreachIn) else node


# ── Permissions


def _permissions(policy: Policy, policies: Sequence[Policy]) -> tuple[NamedException, ...]:
    """What this document, documents that it incorporates, and documents that prevail over it, permit outright."""
    return tuple(
        _permission(giver, clause, clause.statement, own=giver is policy)
        for giver in policies
        if giver is policy or policy.title in giver.prevails_over
        for clause in giver.clauses
        if isinstance(clause.statement, Permission) and (giver is policy or not _origin(clause.name))
    )


def _lifts(permission: NamedException, clause: Clause) -> bool:
    """Whether it may lift the clause: what an incorporated document permits lifts its own prohibitions alone."""
    return clause.name.startswith(_origin(permission.name))


def _origin(name: str) -> str:
    """The name of the incorporated document in front of a clause's name, with its stop; nothing for one's own."""
    return name[: name.rfind(".") + 1]


def _permission(giver: Policy, clause: Clause, statement: Permission, own: bool) -> NamedException:
    granted: tuple[Condition, ...] = (statement.events, clause.conduct)
    if not own:
        granted += (TimeIn(giver.start, giver.end),)
    withheld = Or(tuple(exception.condition for exception in clause.exceptions))
    return NamedException(clause.name, clause.title, And((*granted, Not(withheld))))


# ── Order and rewriting


def _sources_first(clauses: Sequence[PlannedClause]) -> tuple[PlannedClause, ...]:
    graph: dict[str, dict[str, None]] = {clause.key: {} for clause in clauses}
    for clause in clauses:
        graph[clause.key] |= {key: None for key in sorted(clause.sources) if key in graph}
    if not any(graph.values()):
        return tuple(clauses)
    try:
        order = {key: rank for rank, key in enumerate(TopologicalSorter(graph).static_order())}
    except CycleError as error:
        raise PlanError(
            "the versions of a document make clauses look at each other's breaches in a circle: "
            + ", ".join(f"`{key.rpartition(' § ')[2]}`" for key in error.args[1])
        ) from error
    return tuple(sorted(clauses, key=lambda clause: order[clause.key]))


T = TypeVar("T")


def map_conditions(tree: T, change: Callable[[Any], Any]) -> T:
    """The same tree of dataclasses and tuples with ``change`` applied to each node, leaves first."""
    if isinstance(tree, tuple):
        return tuple(map_conditions(item, change) for item in tree)  # type: ignore[return-value]
    if not is_dataclass(tree) or isinstance(tree, type):
        return tree
    changed = {entry.name: map_conditions(getattr(tree, entry.name), change) for entry in fields(tree)}
    return change(replace(tree, **changed))  # type: ignore[no-any-return]


def leaves(tree: object) -> Iterator[object]:
    """Each dataclass inside a tree of dataclasses and tuples, the tree itself included."""
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting.extend(reversed(node))
        elif (names := _field_names(node.__class__)) is not None:
            yield node
            waiting.extend(getattr(node, name) for name in reversed(names))


@cache
def _field_names(kind: Hashable) -> tuple[str, ...] | None:
    return tuple(entry.name for entry in fields(kind)) if isinstance(kind, type) and is_dataclass(kind) else None


def require_end(plan: Plan, period: Period, suggested: Callable[[], str] = lambda: TAKEN) -> None:
    """Raises PlanError when the plan has a duty and the period has no end; the message suggests one."""
    if plan.has_duty and period.until is None:
        duties = [clause.name for clause in plan.clauses if not isinstance(clause.statement, Prohibition)]
        raise PlanError(
            f"`{duties[0]}` is a duty, so the audit must know where the log ends; give `--until`, for example"
            f" {suggested()}"
        )
