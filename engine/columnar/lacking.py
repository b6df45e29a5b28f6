"""The fields for want of which something is unknown of events."""

from collections.abc import Iterator
from typing import assert_never

import numpy as np

from plainterms.engine.columnar import kleene
from plainterms.engine.columnar.arrays import Bools, Ints
from plainterms.engine.columnar.case import Case
from plainterms.engine.conditions import EARLIER_EVENT, fields_of
from plainterms.engine.findings import field_name, similarity_name
from plainterms.policy.meaning import (
    And,
    AppearsIn,
    BreachIn,
    Compare,
    Condition,
    ContainsAny,
    Distinct,
    ElapsedWithin,
    Field,
    Follows,
    InList,
    IsTrue,
    KindIs,
    MatchesAny,
    Measure,
    Missing,
    ModeShare,
    Not,
    Or,
    PartShare,
    RegisterField,
    ResemblesAny,
    Sum,
    TimeIn,
)


def lacking(case: Case, condition: Condition, positions: Ints) -> Iterator[tuple[str, Bools]]:
    """Names, and at which of the positions the condition is unknown for want of that; a name may come twice."""
    yield from _walk(case, condition, positions, np.arange(len(positions)), len(positions))


def _walk(case: Case, condition: Condition, positions: Ints, which: Ints, count: int) -> Iterator[tuple[str, Bools]]:
    which = which[kleene.unknown(case.truth_at(condition, positions[which]))]
    if len(which) == 0:
        return
    match condition:
        case And() | Or():
            for operand in condition.operands:
                yield from _walk(case, operand, positions, which, count)
        case Not():
            yield from _walk(case, condition.operand, positions, which, count)
        case Follows():
            yield EARLIER_EVENT, _marks(which, count)
        case BreachIn():
            yield f"breach of {condition.clause.rpartition(' § ')[2]}", _marks(which, count)
        case ResemblesAny() | AppearsIn():
            yield similarity_name(condition), _marks(which, count)
        case Compare() | ElapsedWithin() if len(fields_of(condition)) > 1:
            for field in fields_of(condition):
                absent = case.truth_at(Missing(field), positions[which]).yes
                yield field_name(field), _marks(which[absent], count)
        case Compare() | ElapsedWithin():
            yield field_name(fields_of(condition)[0]), _marks(which, count)
        case IsTrue() | InList() | ContainsAny() | MatchesAny():
            yield field_name(condition.field), _marks(which, count)
        case KindIs() | TimeIn() | Missing():
            raise TypeError("never unknown")
        case _:
            assert_never(condition)


def _marks(which: Ints, count: int) -> Bools:
    found = np.zeros(count, dtype=bool)
    found[which] = True
    return found


def unmeasured(case: Case, measure: Measure, positions: Ints) -> Iterator[tuple[str, Bools]]:
    """The fields that a quantity lacks on events it counts."""
    match measure.quantity:
        case Sum(of):
            yield field_name(of), ~case.facts.numbers(of).at(positions)[1]
        case Distinct(of) | ModeShare(of):
            yield field_name(of), case.facts.codes(of).of[positions] < 0
        case PartShare(part):
            yield from lacking(case, part, positions)
        case _:
            return


def limit_missing(case: Case, of: Field | None, positions: Ints) -> Iterator[tuple[str, Bools]]:
    """The field a limit is taken from, where an anchor has none."""
    if of is not None:
        yield field_name(of), ~case.facts.numbers(of).at(positions)[1]


def presumed_at(case: Case, of: RegisterField, positions: Ints) -> Bools:
    """At which positions the field's value is the register's default."""
    presumed = case.facts.codes(of).presumed
    return np.zeros(len(positions), dtype=bool) if presumed is None else presumed[positions]
