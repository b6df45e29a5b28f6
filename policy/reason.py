"""Whether a condition can be true of any event at all; in doubt it can."""

from collections.abc import Iterable, Sequence

from plainterms.policy.meaning import (
    And,
    Compare,
    Condition,
    Constant,
    EventField,
    Field,
    InList,
    KindIs,
    Missing,
    Not,
    Or,
    Scalar,
)
from plainterms.policy.rewrite import nodes
from plainterms.policy.schema import Schema
from plainterms.policy.told import Literal, declared, told_by

MOST_CASES = 512
"""Ways to be true that are looked at; a condition with more of them is taken as possible."""


def possible(condition: Condition, schema: Schema) -> bool:
    """Whether some event could make the condition true."""
    cases = _cases(condition, True)
    return cases is None or any(_consistent(case, schema) for case in cases)


def avoidable(condition: Condition, schema: Schema) -> bool:
    """Whether some event could make the condition false, or leave it unknown because a list is open."""
    if any(isinstance(part, InList) and part.open for part in nodes(condition)):
        return True
    cases = _cases(condition, False)
    return cases is None or any(_consistent(case, schema) for case in cases)


def literals(condition: Condition, holds: bool = True) -> Iterable[Literal]:
    """All atoms of a condition, and whether each helps it to be true by being true or by being false."""
    match condition:
        case And(operands) | Or(operands):
            for operand in operands:
                yield from literals(operand, holds)
        case Not(operand):
            yield from literals(operand, not holds)
        case _:
            yield Literal(condition, holds)


def values_left(of: Field, condition: Condition, schema: Schema) -> int | None:
    """How many different values a field can have where the condition is true; None if that is not known."""
    cases = _cases(condition, True)
    if cases is None:
        return None
    left: set[Scalar] = set()
    for case in cases:
        if not _consistent(case, schema):
            continue
        found = told_by(case).get(of) or declared(of)
        if found.allowed is None:
            return None
        left |= {value for value in found.allowed if found.admits(value)}
    return len(left)


# ── Ways to be true ───────────────────────────────────────────────────────────────────────────────────────────────


def _cases(condition: Condition, holds: bool) -> list[tuple[Literal, ...]] | None:
    """The ways in which a condition can be true (or false), None if they are too many."""
    match condition:
        case And(operands) | Or(operands):
            parts = [_cases(operand, holds) for operand in operands]
            return _joined(parts) if isinstance(condition, And) == holds else _either(parts)
        case Not(operand):
            return _cases(operand, not holds)
    return [(Literal(condition, holds),)]


def _joined(parts: Sequence[list[tuple[Literal, ...]] | None]) -> list[tuple[Literal, ...]] | None:
    cases: list[tuple[Literal, ...]] = [()]
    for part in parts:
        if part is None or len(cases) * len(part) > MOST_CASES:
            return None
        cases = [(*before, *after) for before in cases for after in part]
    return cases


def _either(parts: Sequence[list[tuple[Literal, ...]] | None]) -> list[tuple[Literal, ...]] | None:
    cases: list[tuple[Literal, ...]] = []
    for part in parts:
        if part is None or len(cases) + len(part) > MOST_CASES:
            return None
        cases += part
    return cases


# ── Whether one way can be ────────────────────────────────────────────────────────────────────────────────────────


def _consistent(case: tuple[Literal, ...], schema: Schema) -> bool:
    said: dict[Condition, bool] = {}
    for literal in case:
        if said.setdefault(literal.atom, literal.holds) != literal.holds or not _can_hold(literal):
            return False
    return all(told.consistent() for told in told_by(case).values()) and _some_kind(case, schema)


def _can_hold(literal: Literal) -> bool:
    match literal.atom:
        case InList(open=True):
            return literal.holds
        case Compare(left, relation, right) if left == right:
            return literal.holds == (relation in ("is", ">=", "<="))
    return True


def _some_kind(case: tuple[Literal, ...], schema: Schema) -> bool:
    """Whether events of one kind have all the fields that must be present."""
    wanted = [set(literal.atom.kinds) for literal in case if isinstance(literal.atom, KindIs) and literal.holds]
    if not wanted:
        return True
    kinds = set.intersection(*wanted)
    for literal in case:
        if isinstance(literal.atom, KindIs) and not literal.holds:
            kinds -= set(literal.atom.kinds)
    needed = {name for literal in case for name in _needed(literal)} - set(schema.entity_fields)
    return any(needed <= set(schema.kinds[kind].fields) for kind in kinds if kind in schema.kinds)


def _needed(literal: Literal) -> Iterable[str]:
    """The event fields that must be present for the literal to be as it is said."""
    match literal.atom:
        case KindIs():
            return ()
        case Missing():
            return ()
        case Compare(left, _, right):
            sides = (left,) if isinstance(right, Constant) else (left, right)
            return [name for side in sides for name in _names(side)]
        case _:
            named = getattr(literal.atom, "field", None)
            return _names(named) if named is not None else ()


def _names(of: Field) -> list[str]:
    return [part.name for part in nodes(of) if isinstance(part, EventField)]
