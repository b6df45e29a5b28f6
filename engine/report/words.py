"""Measured amounts and bounds in words: `61 requests within 1 minute`, `permitted: at most 60`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from plainterms.engine.findings import Amount, Interval, Limit, Share, decimal_text, field_name
from plainterms.engine.plan import PlannedClause, leaves
from plainterms.engine.report.shares import fraction, limit_of, percentage
from plainterms.engine.report.visible import visible
from plainterms.policy.meaning import (
    Count,
    Distinct,
    EventField,
    Field,
    Follows,
    Measure,
    ModeShare,
    PartField,
    PartShare,
    Prohibition,
    RegisterField,
    RulingField,
    Sum,
)
from plainterms.policy.names import plural
from plainterms.policy.schema import MILLION, Schema, Type

# ── Numbers


def number(millionths: int | Fraction) -> str:
    """A number of millionths with all its digits, thousands set apart: `1,234,567.25`."""
    value = Fraction(millionths) / MILLION
    whole, point, decimals = decimal_text(abs(value)).partition(".")
    return f"{'-' if value < 0 else ''}{int(whole):,}{point}{decimals}"


def counted(count: int, noun: str) -> str:
    """`1 event`, `2 events`, `1,200 events`."""
    return f"{count:,} {noun if count == 1 else plural(noun)}"


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


# ── What was measured


@dataclass(frozen=True)
class Wording:
    """How a measure speaks: ``amount`` words one number, ``noun`` follows it."""

    amount: Callable[[int], str]
    noun: str
    lead: str = ""


def measured(measure: Measure, value: Interval, schema: Schema) -> str:
    """The value of a measure in the author's words: `between 20 and 27 requests within 1 hour`."""
    rest = what(measure)
    match measure.quantity:
        case Count() if _is_sequence(measure):
            one = value.low == value.high == MILLION
            return _ranged(value, Wording(number, f"{'case' if one else 'cases'} of {rest}"))
        case Count():
            return _ranged(value, Wording(number, _agreeing(rest, value)))
        case Distinct():
            return _ranged(value, Wording(number, _values_of(rest, value)))
        case Sum():
            name = visible(field_name(measure.quantity.field))
            tail = rest.removeprefix(f"total {name} ")
            unit = _unit(measure.quantity.field, schema)
            return _ranged(value, Wording(lambda amount: number(amount) + unit, tail, f"a total {name} of "))
        case PartShare() | ModeShare():
            return _share(value, rest, limit_of(measure))
        case _:
            assert_never(measure.quantity)


_BOUND = re.compile(r"(?:any|(?:at least|more than|at most|fewer than) \S+(?: of \S+)?) (?=\S)")
_SHARE = re.compile(r"(?:at least|more than|at most|fewer than) \S+ of (?=\S)")


def what(measure: Measure) -> str:
    """The author's words without the bound: `requests within 1 minute`, `different country in requests`."""
    written = " ".join(visible(measure.words).split())
    opening = _SHARE if isinstance(measure.quantity, PartShare | ModeShare) else _BOUND
    return opening.sub("", written, count=1) if opening.match(written) else written


def _is_sequence(measure: Measure) -> bool:
    """Whether what is counted is how often one event followed another, not how many there were of the first."""
    return " followed within " in measure.words and any(isinstance(node, Follows) for node in leaves(measure.events))


def _agreeing(words: str, value: Interval) -> str:
    """The words with their first one in the singular or plural that the value asks for."""
    first, space, rest = words.partition(" ")
    single = _singular(first)
    one = value.low == value.high == MILLION
    return (single if one else plural(single)) + space + rest


def _singular(word: str) -> str:
    for ending, instead in (("ies", "y"), ("ses", "s"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("s", "")):
        if word.endswith(ending) and plural(word.removesuffix(ending) + instead) == word:
            return word.removesuffix(ending) + instead
    return word


def _values_of(words: str, value: Interval) -> str:
    one = value.low == value.high == MILLION
    return f"different {'value' if one else 'values'} of {words.removeprefix('different ')}"


def _ranged(value: Interval, wording: Wording) -> str:
    noun = f" {wording.noun}"
    if value.low is None and value.high is None:
        return f"{wording.lead}an unknown amount{noun}"
    if value.high is None:
        return f"{wording.lead}at least {wording.amount(_whole(value.low))}{noun}, no upper limit known"
    if value.low is None:
        return f"{wording.lead}at most {wording.amount(_whole(value.high))}{noun}, no lower limit known"
    low, high = wording.amount(_whole(value.low)), wording.amount(_whole(value.high))
    known = low if low == high else f"between {low} and {high}"
    return f"{wording.lead}{known}{noun}"


def _whole(amount: Amount | None) -> int:
    assert isinstance(amount, int)
    return amount


def _share(value: Interval, words: str, limit: Fraction | None) -> str:
    low, high = value.low, value.high
    assert isinstance(low, Share)
    assert isinstance(high, Share)
    noun, space, rest = words.partition(" ")
    if low == high:
        return f"{low.part:,} of {low.whole:,} {noun} ({percentage(low, limit)}){space}{rest}"
    return f"between {fraction(low, limit)} and {fraction(high, limit)} of {words}"


def interval(value: Interval, limit: Fraction | None = None) -> str:
    """A value alone, without what it counts: `between 20 and 27`, `at least 20, no upper limit known`.

    ``limit`` is that of a share, in percent.
    """
    if isinstance(value.low, Share) and isinstance(value.high, Share):
        low, high = fraction(value.low, limit), fraction(value.high, limit)
        return low if low == high else f"between {low} and {high}"
    return _ranged(value, Wording(number, "")).replace(" ,", ",").rstrip()


def _unit(field: Field, schema: Schema) -> str:
    """The declared unit of a field after a space, if it is a word; the sign of a percentage."""
    if field.type == Type.PERCENT:
        return "%"
    if field.type == Type.DURATION:
        return " seconds"
    match field:
        case EventField():
            declared = schema.event_fields().get(field.name)
        case RegisterField():
            register = schema.registers.get(field.register)
            declared = None if register is None else register.fields.get(field.name)
        case PartField(part="length"):
            return " characters"
        case PartField() | RulingField():
            return ""
        case _:
            assert_never(field)
    return f" {declared.unit}" if declared is not None and declared.unit and " " not in declared.unit else ""


# ── The bound

_HOLDS = {">=": "at least", ">": "more than", "<=": "at most", "<": "fewer than"}
_FAILS = {">=": "fewer than", ">": "at most", "<=": "more than", "<": "at least"}


def bound(clause: PlannedClause, measure: Measure, limit: Limit) -> str:
    """The bound as the clause puts it: `prohibited: more than 3`, `permitted: at most 60`, `required: at least 1`."""
    statement = clause.statement
    relation = measure.bound.relation
    if not isinstance(statement, Prohibition):
        return f"required: {_HOLDS[relation]} {_limit(measure, limit)}"
    if statement.turned:
        return f"permitted: {_FAILS[relation]} {_limit(measure, limit)}"
    if measure.words.startswith("any "):
        return "prohibited: any"
    return f"prohibited: {_HOLDS[relation]} {_limit(measure, limit)}"


def _limit(measure: Measure, limit: Limit) -> str:
    percent = "%" if isinstance(measure.quantity, PartShare | ModeShare) else ""
    origin = _origin(measure)
    if limit.low is not None and limit.low == limit.high:
        shown = number(limit.low) + percent
        return f"{shown} ({origin})" if origin else shown
    low, high = limit.low or 0, limit.high
    if low and high is not None:
        known = f"between {number(low)} and {number(high)}"
    elif high is not None:
        known = f"at most {number(high)}"
    else:
        known = f"at least {number(low)}" if low else ""
    return f"{origin}, which is not known" + (f" ({known})" if known else "")


def _origin(measure: Measure) -> str:
    """Where a limit comes from, if it is no number of the text: `organisation.allowance`, `80% of …`."""
    if measure.bound.field is None:
        return ""
    name = visible(field_name(measure.bound.field))
    share = measure.bound.amount
    return name if share == 100 * MILLION else f"{number(share)}% of {name}"
