"""Lints of clauses: those that can come to nothing, and those that say too little."""

from collections.abc import Iterator
from dataclasses import replace

from plainterms.policy import meaning, syntax
from plainterms.policy.format import words_of
from plainterms.policy.limits import impossible_measure, jointly_impossible
from plainterms.policy.linted import Found, Linted, shortened, within
from plainterms.policy.logic import all_of, any_of, negated
from plainterms.policy.meaning import (
    AppearsIn,
    Condition,
    Measure,
    PeriodicDuty,
    Permission,
    Prohibition,
    ResemblesAny,
    TriggeredDuty,
)
from plainterms.policy.reason import possible
from plainterms.policy.rewrite import nodes
from plainterms.policy.state import is_endless, state_of
from plainterms.policy.subjects import ForWhom


def without_example(linted: Linted) -> Iterator[Found]:
    """Clauses that nobody has tried. A permission has nothing to try."""
    for node, clause in linted.clauses:
        if not clause.examples and not isinstance(clause.statement, Permission):
            help_line = 'add `example breach "…" given …` and one that is clear'
            yield Found(node.name.span, f"clause `{clause.name}` has no example", help_line)


def without_citation(linted: Linted) -> Iterator[Found]:
    """Clauses that do not say where they come from."""
    for node, clause in linted.clauses:
        if not clause.citation.section:
            help_line = 'add `cites "SECTION" "WORDS"`'
            yield Found(node.name.span, f"clause `{clause.name}` does not cite the terms", help_line)


def dead_exceptions(linted: Linted) -> Iterator[Found]:
    """Exceptions that apply to no event on which they are tested."""
    for node, clause in linted.clauses:
        tested = linted.known(clause, _tested(clause))
        sections = [section for section in node.sections if isinstance(section, syntax.Exception_)]
        for section, exception in zip(sections, clause.exceptions, strict=True):
            told = within(linted.impossible, section.span)
            if told or possible(all_of(tested, exception.condition), linted.policy.schema):
                continue
            of_itself = not possible(exception.condition, linted.policy.schema)
            yield Found(
                section.name.span,
                f"exception `{exception.name}` can never apply to what clause `{clause.name}` judges",
                "its `unless` takes all of its `when` away"
                if of_itself
                else "it contradicts what the events must be",
            )


def _tested(clause: meaning.Clause) -> Condition:
    match clause.statement:
        case Prohibition(measures):
            return any_of(*(measure.events for measure in measures))
        case Permission(events):
            return events
        case TriggeredDuty(trigger=trigger):
            return trigger
        case PeriodicDuty(measure):
            return measure.events


# ── Clauses that can never be in breach ───────────────────────────────────────────────────────────────────────────


def never_in_breach(linted: Linted) -> Iterator[Found]:
    """Clauses that no log could ever breach, with the first reason."""
    for node, clause in linted.clauses:
        statement = next(
            section
            for section in node.sections
            if isinstance(section, syntax.Prohibits | syntax.Permits | syntax.Requires)
        )
        if within(linted.impossible, statement.span):
            continue
        reason = _why_never(linted, clause)
        if reason is not None:
            yield Found(node.name.span, f"clause `{clause.name}` can never be in breach: {reason}")


def _why_never(linted: Linted, clause: meaning.Clause) -> str | None:
    match clause.statement:
        case Prohibition(measures):
            known = [replace(measure, events=linted.known(clause, measure.events)) for measure in measures]
            return _why_never_prohibited(linted, clause, tuple(known))
        case TriggeredDuty(measure, trigger):
            trigger = linted.known(clause, trigger)
            if not possible(trigger, linted.policy.schema):
                return "nothing can ever trigger its duty"
            if not possible(all_of(trigger, _not_excepted(clause)), linted.policy.schema):
                return "its exceptions apply to every trigger"
            return _why_always_met(linted, clause, measure)
        case PeriodicDuty(measure):
            return _why_always_met(linted, clause, measure)
        case Permission():
            return None


def _why_never_prohibited(linted: Linted, clause: meaning.Clause, measures: tuple[Measure, ...]) -> str | None:
    schema = linted.policy.schema
    for measure in measures:
        reason = impossible_measure(measure, clause.subject, schema)
        if reason is not None:
            turned = isinstance(clause.statement, Prohibition) and clause.statement.turned
            return f"`{shortened(measure.words)}` always holds" if turned else reason
        if measure.bound.relation in (">=", ">") and not possible(
            all_of(measure.events, _not_excepted(clause)), schema
        ):
            return "its exceptions apply to every event that it counts"
    both = jointly_impossible(measures)
    if both is not None:
        return f"`{shortened(both[0].words)}` and `{shortened(both[1].words)}` cannot hold together"
    return _permitted(linted, clause, measures)


def _permitted(linted: Linted, clause: meaning.Clause, measures: tuple[Measure, ...]) -> str | None:
    """A permission of the same document that takes all counted events out."""
    statement = clause.statement
    if isinstance(statement, Prohibition) and statement.turned:
        return None
    for _, other in linted.clauses:
        if not isinstance(other.statement, Permission):
            continue
        granted = all_of(other.statement.events, _not_excepted(other))
        for measure in measures:
            least = measure.bound.relation in (">=", ">")
            if least and not possible(all_of(measure.events, negated(granted)), linted.policy.schema):
                return f"clause `{other.name}` permits every event that it counts"
    return None


def _not_excepted(clause: meaning.Clause) -> Condition:
    return negated(any_of(*(exception.condition for exception in clause.exceptions)))


def _why_always_met(linted: Linted, clause: meaning.Clause, measure: Measure) -> str | None:
    turned = {">=": "<", ">": "<=", "<=": ">", "<": ">="}[measure.bound.relation]
    bound = meaning.Bound(turned, measure.bound.amount, measure.bound.field)  # type: ignore[arg-type]
    fails = Measure(measure.quantity, measure.events, bound, measure.window, measure.words)
    never = impossible_measure(fails, clause.subject, linted.policy.schema)
    return f"`{shortened(measure.words)}` is always met" if never is not None else None


# ── Inline ────────────────────────────────────────────────────────────────────────────────────────────────────────


def endless(linted: Linted) -> Iterator[Found]:
    """Clauses that never forget, where the policy runs inside a platform."""
    if not linted.inline:
        return
    for node, clause in linted.clauses:
        if is_endless(clause.statement):
            yield Found(
                node.name.span,
                f"clause `{clause.name}` has no window, and an inline policy has no audit that would end",
                f"add `within …` or `per calendar …`; without one it keeps for each subject {state_of(clause)}",
            )


def states(linted: Linted) -> Iterator[Found]:
    """For each clause how much it must remember, and whether it asks what nothing inline can answer."""
    for node, clause in linted.clauses:
        whom = next(section for section in node.sections if isinstance(section, ForWhom))
        yield Found(node.name.span, f"clause `{clause.name}` keeps {words_of(whom)}: {state_of(clause)}")
        asked = [word for kind, word in _SIMILAR if any(isinstance(part, kind) for part in nodes(clause))]
        if asked:
            yield Found(
                node.name.span,
                f"clause `{clause.name}` asks what {' and '.join(asked)}, which is unknown inline: what turns on it"
                " is undetermined there, and the audit decides",
            )


_SIMILAR = ((ResemblesAny, "`resembles`"), (AppearsIn, "`appears in samples`"))
