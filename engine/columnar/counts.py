"""How many events, and what a field of theirs adds up to: differences of running sums."""

import numpy as np

from plainterms.engine.columnar.amounts import Amounts
from plainterms.engine.columnar.arrays import Bools, Ints
from plainterms.engine.columnar.columns import Columns
from plainterms.engine.columnar.facts import Truth
from plainterms.engine.columnar.kleene import possible
from plainterms.engine.columnar.sheet import Sheet
from plainterms.engine.columnar.spans import Spans
from plainterms.engine.conditions import declared_range
from plainterms.policy.meaning import Field
from plainterms.policy.schema import MILLION


def count(counted: Truth, within: Spans) -> Amounts:
    """How many rows count."""
    low = within.sum(counted.yes) * MILLION
    if counted.maybe is None:
        return Amounts(low, low)
    return Amounts(low, low + within.sum(counted.maybe) * MILLION)


def total(field: Field, sheet: Sheet, counted: Truth, within: Spans) -> Amounts:
    """What a field of the rows that count adds up to."""
    low, high, no_low, no_high = contributions(field, sheet.facts, sheet, counted)
    least = within.sum(low)
    return Amounts(
        least,
        least if high is low else within.sum(high),
        None if no_low is None else within.sum(no_low) > 0,
        None if no_high is None else within.sum(no_high) > 0,
    )


def contributions(
    field: Field, facts: Columns, sheet: Sheet, counted: Truth
) -> tuple[Ints, Ints, Bools | None, Bools | None]:
    """What each row adds at least and at most, and where that has no bound (None: nowhere)."""
    value, present = facts.numbers(field).at(sheet.at)
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
