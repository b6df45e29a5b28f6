"""Which values a quantity can have, and so which bounds can never hold."""

from collections.abc import Sequence
from itertools import permutations

from plainterms.policy.linted import shortened
from plainterms.policy.logic import all_of
from plainterms.policy.meaning import (
    Count,
    Distinct,
    EachSubject,
    Field,
    Measure,
    ModeShare,
    PartShare,
    SlidingWindow,
    Subject,
    Sum,
)
from plainterms.policy.reason import possible, values_left
from plainterms.policy.schema import MILLION, Schema, Type

Range = tuple[int | None, int | None]
"""Least and greatest in the unit of the bound; None is unbounded."""


def impossible_measure(measure: Measure, subject: Subject, schema: Schema) -> str | None:
    """Why the bound of a measure can never hold; None where it can."""
    if measure.bound.field is not None:
        return None
    low, high = _range(measure, subject, schema)
    match measure.bound.relation:
        case ">=":
            never = high is not None and high < measure.bound.amount
        case ">":
            never = high is not None and high <= measure.bound.amount
        case "<=":
            never = low is not None and low > measure.bound.amount
        case "<":
            never = low is not None and low >= measure.bound.amount
    if not never:
        return None
    if not possible(measure.events, schema):
        return f"no event can be counted by `{shortened(measure.words)}`"
    return f"`{shortened(measure.words)}` can never hold"


def _range(measure: Measure, subject: Subject, schema: Schema) -> Range:
    if not possible(measure.events, schema):
        return 0, 0
    match measure.quantity:
        case Count():
            return 0, None
        case Distinct(field) if isinstance(subject, EachSubject) and field == subject.field:
            return 0, MILLION
        case Distinct(field):
            return 0, _most_different(measure, field, schema)
        case Sum(field):
            return _of_sum(field)
        case PartShare(part):
            return 0, 100 * MILLION if possible(all_of(measure.events, part), schema) else 0
        case ModeShare():
            return 0, 100 * MILLION


def _most_different(measure: Measure, field: Field, schema: Schema) -> int | None:
    if field.type == Type.YES_NO:
        return 2 * MILLION
    values = values_left(field, measure.events, schema)
    return None if values is None else values * MILLION


def _of_sum(field: Field) -> Range:
    """A sum of nothing is zero."""
    least, greatest = getattr(field, "least", None), getattr(field, "greatest", None)
    low = 0 if least is not None and least >= 0 else None
    high = 0 if greatest is not None and greatest <= 0 else None
    return low, high


def jointly_impossible(measures: Sequence[Measure]) -> tuple[Measure, Measure] | None:
    """Two measures of one quantity of which the first asks for more than the second allows."""
    for one, other in permutations(measures, 2):
        if not _same_quantity(one, other) or not _within(one, other):
            continue
        if one.bound.relation not in (">=", ">") or other.bound.relation not in ("<=", "<"):
            continue
        strict = one.bound.relation == ">" or other.bound.relation == "<"
        if one.bound.amount > other.bound.amount or (strict and one.bound.amount == other.bound.amount):
            return one, other
    return None


def _same_quantity(one: Measure, other: Measure) -> bool:
    return (one.quantity, one.events) == (other.quantity, other.events) and one.bound.field == other.bound.field


def _within(one: Measure, other: Measure) -> bool:
    """Whether all that the first measure sees the second sees too, and cannot be less for it."""
    if one.window == other.window:
        return True
    grows = isinstance(one.quantity, Count | Distinct)
    return (
        grows
        and isinstance(one.window, SlidingWindow)
        and isinstance(other.window, SlidingWindow)
        and one.window.length <= other.window.length
    )
