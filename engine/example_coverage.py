"""What the examples of a document test of it, found by changing it: what no example notices, no example tests.

A clause is covered by an example in breach and a clear one; an exception, where without it an example ends otherwise;
a bound, where one more, or one less, makes an example end otherwise. Of shares, totals, bounds from registers and
comparisons, which know no next number, it is `more than` in the place of `at least`. Of measures joined by `together
with` each must decide an example.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from plainterms.engine.examples import run_examples
from plainterms.engine.plan import leaves, map_conditions
from plainterms.engine.report.phrases import phrase
from plainterms.policy.meaning import (
    Bound,
    BreachIn,
    Clause,
    Compare,
    Constant,
    Count,
    Distinct,
    Measure,
    PeriodicDuty,
    Permission,
    Policy,
    Prohibition,
    TriggeredDuty,
)
from plainterms.policy.schema import MILLION, Type

Kind = Literal["clause", "exception", "bound"]
KINDS: tuple[Kind, ...] = ("clause", "exception", "bound")

_STRICT: dict[str, Any] = {">=": ">", ">": ">=", "<=": "<", "<": "<="}


@dataclass(frozen=True)
class Part:
    """Something that examples should test; ``missing`` says in words which do not, and is empty where they do."""

    clause: str
    kind: Kind
    words: str
    missing: str

    @property
    def covered(self) -> bool:
        """Whether an example tests it."""
        return not self.missing


def example_coverage(policy: Policy) -> Iterator[Part]:
    """Every clause that stands in the document itself, with its exceptions and bounds. Its examples must hold."""
    for clause in policy.clauses:
        if "." not in clause.name and not isinstance(clause.statement, Permission):
            yield Part(clause.name, "clause", clause.title, _without_example(clause))
            for kind, words, changed, mutant in _changes(clause):
                same = _all_hold(policy, mutant)
                yield Part(clause.name, kind, words, f"no example ends otherwise {changed}" if same else "")


def _without_example(clause: Clause) -> str:
    verdicts = {example.verdict for example in clause.examples}
    lacking = [verdict for verdict in ("breach", "clear") if verdict not in verdicts]
    return f"no example {' and none '.join(lacking)}" if lacking else ""


def _all_hold(policy: Policy, mutant: Clause) -> bool:
    """Whether all examples of a changed clause still end as their author says."""
    looks_at_others = any(isinstance(leaf, BreachIn) for leaf in leaves(mutant.statement))
    clauses = tuple(
        mutant if one.name == mutant.name else replace(one, examples=())
        for one in policy.clauses
        if looks_at_others or one.name == mutant.name or isinstance(one.statement, Permission)
    )
    changed = replace(policy, clauses=clauses)
    return all(outcome.passed for outcome in run_examples(changed))


# ── Changes

Change = tuple[Kind, str, str, Clause]
"""What is changed, its words, how, and the changed clause."""


def _changes(clause: Clause) -> Iterator[Change]:
    for exception in clause.exceptions:
        others = tuple(one for one in clause.exceptions if one is not exception)
        yield "exception", exception.name, "without it", replace(clause, exceptions=others)
    measures = _measures(clause)
    for measure in measures:
        for how, bound in _other_bounds(measure):
            yield "bound", measure.words, how, _with(clause, measure, replace(measure, bound=bound))
        if len(measures) > 1:
            yield "bound", measure.words, "without it", _without(clause, measure)
    for comparison in _comparisons(clause):
        strict = replace(comparison, relation=_STRICT[comparison.relation])
        changed = map_conditions((clause.statement, clause.exceptions), partial(_put, comparison, strict))
        mutant = replace(clause, statement=changed[0], exceptions=changed[1])
        yield "bound", phrase(comparison), f"where it is `{phrase(strict)}`", mutant


def _measures(clause: Clause) -> tuple[Measure, ...]:
    match clause.statement:
        case Prohibition(measures, any_event):
            return () if any_event else measures
        case TriggeredDuty(measure) | PeriodicDuty(measure):
            return (measure,)
        case Permission():
            return ()


def _other_bounds(measure: Measure) -> Iterator[tuple[str, Bound]]:
    bound = measure.bound
    if bound.field is not None or not isinstance(measure.quantity, Count | Distinct):
        yield "where the limit itself counts the other way", replace(bound, relation=_STRICT[bound.relation])
        return
    least = {">=": 2, "<": 2}.get(bound.relation, 1) * MILLION
    yield "with one more", replace(bound, amount=bound.amount + MILLION)
    if bound.amount >= least:
        yield "with one less", replace(bound, amount=bound.amount - MILLION)


def _with(clause: Clause, measure: Measure, other: Measure) -> Clause:
    match clause.statement:
        case Prohibition(measures):
            changed = tuple(other if one is measure else one for one in measures)
            return replace(clause, statement=replace(clause.statement, measures=changed))
        case TriggeredDuty() | PeriodicDuty():
            return replace(clause, statement=replace(clause.statement, measure=other))
        case Permission():
            return clause


def _without(clause: Clause, measure: Measure) -> Clause:
    assert isinstance(clause.statement, Prohibition)
    others = tuple(one for one in clause.statement.measures if one is not measure)
    return replace(clause, statement=replace(clause.statement, measures=others))


def _comparisons(clause: Clause) -> list[Compare]:
    """Comparisons with a number, each once; whether a moment itself counts can hardly be seen in a log."""
    found = leaves((clause.statement, clause.exceptions))
    return list(dict.fromkeys(one for one in found if isinstance(one, Compare) and _with_number(one)))


def _with_number(comparison: Compare) -> bool:
    right = comparison.right
    return (
        comparison.relation in _STRICT and isinstance(right, Constant) and right.type in (Type.NUMBER, Type.PERCENT)
    )


def _put(old: Compare, new: Compare, node: Any) -> Any:
    return new if node == old else node
