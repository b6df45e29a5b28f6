"""A condition asked of one event: its truth, and the values that decide it, down to the leaves."""

from dataclasses import dataclass

from plainterms.engine.conditions import Truth, fields_of, is_presumed, truth_of, value_of
from plainterms.engine.events import Event
from plainterms.engine.findings import value_text
from plainterms.engine.reference.log import Case
from plainterms.engine.report import times
from plainterms.engine.report.exhibits import EMPTY, excerpt_of
from plainterms.engine.report.phrases import named, phrase
from plainterms.engine.report.visible import clipped, visible
from plainterms.policy.meaning import And, Condition, Field, Follows, KindIs, MatchesAny, Not, Or, TimeIn

ALL, ANY = "all of", "any of"
"""What a condition with parts is called."""

ROOM = 80
"""Characters of a value that are shown; of a text that was searched, those around what was found."""


@dataclass(frozen=True)
class Asked:
    """A condition and its truth of one event. ``values`` are the fields it looks at and what they held, as words."""

    words: str
    truth: Truth
    values: tuple[tuple[str, str], ...] = ()
    parts: tuple["Asked", ...] = ()


def asked(condition: Condition, event: Event, case: Case) -> Asked:
    """The condition with its truth of the event, and so each condition in it."""
    truth = truth_of(condition, event, case.world)
    match condition:
        case And() | Or():
            parts = tuple(asked(one, event, case) for one in _flat(condition))
            if len(parts) == 1:
                return parts[0]
            words = ALL if isinstance(condition, And) else ANY
            return Asked(words if parts else phrase(condition), truth, (), parts)
        case Not():
            inner = asked(condition.operand, event, case)
            if inner.parts:
                return Asked("not", truth, (), (inner,))
            return Asked(f"not {inner.words}", truth, inner.values)
        case Follows():
            return _sequence(condition, event, case, truth)
        case _:
            return Asked(phrase(condition), truth, _values(condition, event, case))


def asked_value(field: Field, event: Event, case: Case) -> Asked:
    """The value of a field, true where there is one."""
    known = value_of(field, event, case.registers) is not None
    return Asked(named(field), True if known else None, ((named(field), shown(field, event, case)),))


def asked_related(field: Field, first: Event, second: Event, case: Case, *, same: bool) -> Asked:
    """Whether two events agree, or differ, in a field."""
    truth = case.related((field,), (), first, second) if same else case.related((), (field,), first, second)
    word = "same" if same else "different"
    values = ((f"of {visible(one.id)}", shown(field, one, case)) for one in (first, second))
    return Asked(f"{word} {named(field)}", truth, tuple(values))


def _flat(condition: And | Or) -> list[Condition]:
    """The operands, with those of an operand of the same kind in its place, and without what is always so."""
    found: list[Condition] = []
    for operand in condition.operands:
        if isinstance(operand, type(condition)):
            found += _flat(operand)
        else:
            found.append(operand)
    return found


def _sequence(leaf: Follows, event: Event, case: Case, truth: Truth) -> Asked:
    """The latest event that (perhaps) began the sequence, and what was asked of it."""
    begun = [one for one in case.candidates(leaf, event) if case.began(leaf, one, event) is not False]
    if not begun:
        return Asked(phrase(leaf), truth)
    first = max(begun, key=lambda one: one.order)
    related = [asked_related(one, first, event, case, same=True) for one in leaf.same]
    related += [asked_related(one, first, event, case, same=False) for one in leaf.different]
    earlier = f"{visible(first.id)} of {times.instant(first.time)}"
    return Asked(phrase(leaf), truth, (("earlier event", earlier),), (asked(leaf.first, first, case), *related))


def _values(leaf: Condition, event: Event, case: Case) -> tuple[tuple[str, str], ...]:
    if isinstance(leaf, KindIs):
        return (("kind", visible(event.kind)),)
    if isinstance(leaf, TimeIn):
        return (("time", times.instant(event.time)),)
    patterns = leaf.patterns if isinstance(leaf, MatchesAny) else ()
    return tuple((named(field), shown(field, event, case, patterns)) for field in fields_of(leaf))


def shown(field: Field, event: Event, case: Case, patterns: tuple[str, ...] = ()) -> str:
    """A field's value for the event as words."""
    value = value_of(field, event, case.registers)
    if value is None:
        return "missing"
    if patterns and isinstance(value, str):
        found = excerpt_of(value, patterns, ROOM)
        match = f"«{visible(found.match)}»" if found.match else ""
        return f"“{visible(found.before)}{match}{visible(found.after)}”"
    words = clipped(visible(value_text(value, field.type)), ROOM) or EMPTY
    return f"{words} (presumed)" if is_presumed(field, event, case.registers) else words
