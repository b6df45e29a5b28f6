"""How many events, and what a field of theirs adds up to: differences of running sums."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from plainterms.engine.columnar.amounts import Amounts
from plainterms.engine.columnar.arrays import Bools, Ints
from plainterms.engine.columnar.columns import Columns
from plainterms.engine.columnar.facts import Truth
from plainterms.engine.columnar.kleene import possible
from plainterms.engine.columnar.sheet import Sheet, running
from plainterms.engine.conditions import declared_range
from plainterms.policy.meaning import Field
from plainterms.policy.schema import MILLION

SAFE = 1 << 62
"""Sums below fit 64 bits."""


def between(sums: NDArray[Any], begin: Ints, end: Ints) -> NDArray[Any]:
    """Sums over the rows [begin, end), from the sums of everything before each row."""
    found: NDArray[Any] = sums.take(end) - sums.take(begin)
    return found


def count(counted: Truth, begin: Ints, end: Ints) -> Amounts:
    """How many rows of [begin, end) count."""
    low = between(running(counted.yes), begin, end) * MILLION
    if counted.maybe is None:
        return Amounts(low, low)
    return Amounts(low, low + between(running(counted.maybe), begin, end) * MILLION)


def total(field: Field, sheet: Sheet, counted: Truth, begin: Ints, end: Ints) -> Amounts:
    """What a field of the rows of [begin, end) that count adds up to."""
    low, high, no_low, no_high = contributions(field, sheet.facts, sheet, counted)
    return Amounts(
        between(_sums(low), begin, end),
        between(_sums(high), begin, end) if high is not low else between(_sums(low), begin, end),
        None if no_low is None else between(running(no_low), begin, end) > 0,
        None if no_high is None else between(running(no_high), begin, end) > 0,
    )


def contributions(
    field: Field, facts: Columns, sheet: Sheet, counted: Truth
) -> tuple[Ints, Ints, Bools | None, Bools | None]:
    """What each row adds at least and at most, and where that has no bound (None: nowhere)."""
    numbers = facts.numbers(field)
    value, present = numbers.of.take(sheet.at), numbers.present.take(sheet.at)
    some = possible(counted)
    low = high = np.where(some & present, value, 0)
    least, most = declared_range(field)
    lacking = some & ~present
    no_low = no_high = None
    if lacking.any():
        low, high = np.where(lacking, least or 0, low), np.where(lacking, most or 0, high)
        no_low, no_high = (lacking if least is None else None), (lacking if most is None else None)
    if counted.maybe is not None:
        low = np.where(counted.maybe, np.minimum(low, 0), low)
        high = np.where(counted.maybe, np.maximum(high, 0), high)
    return low, high, no_low, no_high


def _sums(values: Ints) -> NDArray[Any]:
    most = max(abs(int(values.max(initial=0))), abs(int(values.min(initial=0))))
    if most * len(values) < SAFE:
        return running(values)
    return np.concatenate((np.zeros(1, dtype=object), np.cumsum(values.astype(object))))
