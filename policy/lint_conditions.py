"""Lints of conditions: those that cannot be otherwise, and those that turn on a missing value."""

import re
from collections.abc import Iterator

from plainterms.policy import meaning, syntax
from plainterms.policy.linted import Found, Linted
from plainterms.policy.meaning import (
    Compare,
    Condition,
    Constant,
    ContainsAny,
    EventField,
    InList,
    IsTrue,
    Missing,
    Not,
    PartField,
    RegisterField,
    Written,
)
from plainterms.policy.names import listed
from plainterms.policy.reason import literals
from plainterms.policy.rewrite import nodes
from plainterms.policy.syntax import Span
from plainterms.policy.told import Literal, may_be_missing


def contradictions(linted: Linted) -> Iterator[Found]:
    """Conditions that can never be true."""
    conditions = {Span(written.start, written.end): written.condition for written in linted.policy.written}
    for span in linted.impossible:
        yield Found(span, f"`{linted.words(span)}` can never be true", _why(conditions[span]))


def _why(condition: Condition) -> str:
    """What an author may not have known of the values."""
    for part in nodes(condition):
        match part:
            case InList(open=True):
                return "of a list that ends with `among others`, no value is known to be outside it"
            case PartField(part="weekday"):
                return "weekdays are `Monday` to `Sunday`, in these letters"
            case PartField(part="hour"):
                return "hours are 0 to 23"
    return ""


def certainties(linted: Linted) -> Iterator[Found]:
    """Conditions that can never be false."""
    for span in linted.certain:
        yield Found(span, f"`{linted.words(span)}` can never be false", "leave it out")


# ── Missing values ────────────────────────────────────────────────────────────────────────────────────────────────

_NEGATED = re.compile(r"\bnot\b")


def negations_of_missing(linted: Linted) -> Iterator[Found]:
    """`not F`, `F is not V` where F may be missing, and nothing near says what that means."""
    asking = [(written, _asked_if_missing(written.condition)) for written in linted.policy.written]
    asking = [(written, fields) for written, fields in asking if fields]
    for written in linted.policy.written:
        if not isinstance(written.condition, Not) or not _NEGATED.search(_text(linted, written)):
            continue
        asked = {field for outer, fields in asking if _holds_inside(outer, written) for field in fields}
        lackable = [field for field in _lackable(written.condition.operand) if field not in asked]
        if lackable:
            span = Span(written.start, written.end)
            yield _unknown_where_missing(span, linted.words(span), lackable)


def _unknown_where_missing(span: Span, words: str, fields: list[meaning.Field]) -> Found:
    names = [name_of(field) for field in fields]
    missing = " or ".join(f"{name} is missing" for name in names)
    of_registers = all(_register_field(field) is not None for field in fields)
    default = f", or give {'the field' if len(fields) == 1 else 'both fields'} a default" if of_registers else ""
    return Found(
        span,
        f"`{words}` is unknown where {listed(names, 'or')} is missing",
        f"if that is to count, write `({words} or {missing})`{default}",
    )


def _text(linted: Linted, written: Written) -> str:
    return linted.document.text[written.start : written.end]


def _lackable(atom: Condition) -> list[meaning.Field]:
    """The fields of an atom that may be missing."""
    match atom:
        case IsTrue(field) | InList(field) | ContainsAny(field) | meaning.MatchesAny(field):
            sides = [field]
        case Compare(left, _, right):
            sides = [left] if isinstance(right, Constant) else [left, right]
        case _:
            sides = []
    return [field for field in sides if may_be_missing(field) and not isinstance(field, meaning.RulingField)]


def _asked_if_missing(condition: Condition) -> set[meaning.Field]:
    return {node.field for node in nodes(condition) if isinstance(node, Missing)}


def _holds_inside(outer: Written, inner: Written) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _register_field(field: meaning.Field) -> RegisterField | None:
    inner = field.of if isinstance(field, PartField) else field
    return inner if isinstance(inner, RegisterField) else None


def name_of(field: meaning.Field) -> str:
    """The field as an author writes it."""
    match field:
        case EventField(name):
            return name
        case RegisterField(register, name):
            return f"{register}.{name}"
        case PartField(part, of):
            return f"{name_of(of)}.{part}"
        case meaning.RulingField(question):
            return f'judged "{question}"'


# ── Defaults ──────────────────────────────────────────────────────────────────────────────────────────────────────


def presumed_exceptions(linted: Linted) -> Iterator[Found]:
    """Exceptions that apply to whom the register does not know."""
    for node, clause in linted.clauses:
        sections = [section for section in node.sections if isinstance(section, syntax.Exception_)]
        for section, exception in zip(sections, clause.exceptions, strict=True):
            for literal in literals(exception.condition):
                field = _presumed(literal)
                if field is None:
                    continue
                yield Found(
                    section.name.span,
                    f"the default of `{name_of(field)}` helps exception `{exception.name}` to apply",
                    "who is not in the register is then excepted; choose a default that does not favour that",
                )
                break


def _presumed(literal: Literal) -> RegisterField | None:
    """The register field whose default makes the literal as it is said."""
    match literal.atom:
        case IsTrue(RegisterField(default=bool() as default) as field):
            return field if default == literal.holds else None
        case InList(RegisterField(default=default) as field, values) if default is not None:
            return field if (default in values) == literal.holds else None
        case ContainsAny(RegisterField(default=str() | tuple() as default) as field, values):
            return field if any(value in default for value in values) == literal.holds else None
        case Compare(RegisterField(default=default) as field, relation, Constant(value)) if default is not None:
            return field if _holds(default, relation, value) == literal.holds else None
    return None


def _holds(left: object, relation: str, right: object) -> bool:
    if relation == "is":
        return left == right
    assert isinstance(left, int)
    assert isinstance(right, int)
    return {">=": left >= right, ">": left > right, "<=": left <= right, "<": left < right}[relation]
