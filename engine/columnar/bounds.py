"""Whether a bound holds at many anchors: certainly, certainly not, or perhaps."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plainterms.engine.columnar.amounts import Amounts, Shares, Values
from plainterms.engine.columnar.arrays import Bools, Ints, picked
from plainterms.engine.columnar.columns import Columns
from plainterms.engine.conditions import declared_range
from plainterms.engine.findings import Limit
from plainterms.policy.meaning import Bound, ModeShare, PartShare, Quantity
from plainterms.policy.schema import MILLION

HUNDRED_PERCENT = 100 * MILLION
HUGE = 1 << 62
"""Beyond all amounts held in 64 bits."""


@dataclass(frozen=True)
class Limits:
    """Limits at anchors: rational numbers with one denominator; marks say where there is none."""

    low: NDArray[Any]
    high: NDArray[Any]
    denominator: int
    low_unbounded: Bools | None = None
    high_unbounded: Bools | None = None

    def take(self, keep: Bools | Ints) -> "Limits":
        """The limits at some anchors."""
        return Limits(
            picked(self.low, keep),
            picked(self.high, keep),
            self.denominator,
            None if self.low_unbounded is None else picked(self.low_unbounded, keep),
            None if self.high_unbounded is None else picked(self.high_unbounded, keep),
        )

    def limits(self) -> list[Limit]:
        """The limits, one by one; equal ones are one object."""
        low, high = (self._side(self.low, self.low_unbounded), self._side(self.high, self.high_unbounded))
        made: dict[tuple[int | None, int | None], Limit] = {}
        found = []
        for pair in zip(low, high, strict=True):
            if pair not in made:
                made[pair] = Limit(*(None if one is None else Fraction(one, self.denominator) for one in pair))
            found.append(made[pair])
        return found

    def _side(self, numbers: NDArray[Any], unbounded: Bools | None) -> list[int | None]:
        values = [int(number) for number in numbers.tolist()]
        if unbounded is None:
            return list(values)
        return [None if none else value for value, none in zip(values, unbounded.tolist(), strict=True)]


def limits_at(bound: Bound, facts: Columns, positions: Ints) -> Limits:
    """The limits that a bound sets at events."""
    if bound.field is None:
        amounts = np.full(len(positions), bound.amount, dtype=object if abs(bound.amount) >= HUGE else np.int64)
        return Limits(amounts, amounts, 1)
    return limits_of_values(bound, *facts.numbers(bound.field).at(positions))


def limits_of_values(bound: Bound, values: Ints, present: Bools) -> Limits:
    """The limits of a bound that is a percentage of a field with these values."""
    assert bound.field is not None
    least, most = declared_range(bound.field)
    factor = Fraction(bound.amount, HUNDRED_PERCENT)
    return Limits(
        _times(np.where(present, values, least or 0), factor.numerator),
        _times(np.where(present, values, most or 0), factor.numerator),
        factor.denominator,
        None if least is not None or present.all() else ~present,
        None if most is not None or present.all() else ~present,
    )


def _times(values: Ints, factor: int) -> NDArray[Any]:
    """Values times a number, exactly."""
    if factor == 1:
        return values
    if len(values) and max(abs(int(values.max())), abs(int(values.min()))) * abs(factor) >= HUGE:
        return values.astype(object) * factor
    return values * factor


# ── Judgement


def judged(quantity: Quantity, bound: Bound, values: Values, limits: Limits, *, empty: bool) -> tuple[Bools, Bools]:
    """Where the bound certainly holds, and where it certainly does not; an ``empty`` share holds or not."""
    if isinstance(values, Shares):
        assert isinstance(quantity, PartShare | ModeShare)
        return _of_shares(bound.relation, values, limits, empty)
    return _of_amounts(bound.relation, values, limits)


def _of_amounts(relation: str, values: Amounts, limits: Limits) -> tuple[Bools, Bools]:
    low, high = rounded(relation, limits.low, limits.denominator), rounded(relation, limits.high, limits.denominator)
    if relation in (">=", ">"):
        holds = reaches(relation, values.low, high) & _bounded(values.low_unbounded, limits.high_unbounded)
        fails = ~reaches(relation, values.high, low) & _bounded(values.high_unbounded, limits.low_unbounded)
        return holds, fails
    holds = reaches(relation, values.high, low) & _bounded(values.high_unbounded, limits.low_unbounded)
    fails = ~reaches(relation, values.low, high) & _bounded(values.low_unbounded, limits.high_unbounded)
    return holds, fails


def rounded(relation: str, limit: NDArray[Any], denominator: int) -> NDArray[Any]:
    """The whole limit that decides the same: up for `>=` and `<`, down for `>` and `<=`."""
    if denominator == 1:
        return limit
    if relation in (">=", "<"):
        return -((-limit) // denominator)
    return limit // denominator


def reaches(relation: str, amount: NDArray[Any], limit: NDArray[Any]) -> Bools:
    """Whether amounts stand in the relation to limits."""
    match relation:
        case ">=":
            found = amount >= limit
        case ">":
            found = amount > limit
        case "<=":
            found = amount <= limit
        case _:
            found = amount < limit
    return found.astype(bool, copy=False)


def _bounded(*marks: Bools | None) -> Bools | np.bool_:
    found: Bools | np.bool_ = np.True_
    for mark in marks:
        if mark is not None:
            found = found & ~mark
    return found


def _of_shares(relation: str, values: Shares, limits: Limits, empty: bool) -> tuple[Bools, Bools]:
    """As for amounts, with both sides multiplied by the whole; an empty share decides for itself."""
    low = _crosswise(relation, values.low_part, values.low_whole, limits)
    high = _crosswise(relation, values.high_part, values.high_whole, limits)
    if relation in (">=", ">"):
        holds = low(limits.high) & _bounded(limits.high_unbounded)
        fails = ~high(limits.low) & _bounded(limits.low_unbounded)
    else:
        holds = high(limits.low) & _bounded(limits.low_unbounded)
        fails = ~low(limits.high) & _bounded(limits.high_unbounded)
    always = values.may_be_empty & (values.high_whole == 0)
    if empty:
        return (holds | always), (fails & ~values.may_be_empty)
    return (holds & ~values.may_be_empty), (fails | always)


def _crosswise(relation: str, part: Ints, whole: Ints, limits: Limits) -> Callable[[NDArray[Any]], Bools]:
    """Whether shares stand in the relation to limits: share times whole, against limit times whole."""
    exact = object if limits.denominator != 1 else np.int64
    left = part.astype(exact) * (HUNDRED_PERCENT * limits.denominator)

    def compare(limit: NDArray[Any]) -> Bools:
        return reaches(relation, left, _clipped(limit, limits.denominator) * whole.astype(exact))

    return compare


def _clipped(limit: NDArray[Any], denominator: int) -> NDArray[Any]:
    """Limits outside of 0 to 100 % decide the same just outside."""
    least, most = -HUNDRED_PERCENT * denominator, 2 * HUNDRED_PERCENT * denominator
    found: NDArray[Any] = np.clip(limit, least, most)
    return found if denominator != 1 else found.astype(np.int64, copy=False)
