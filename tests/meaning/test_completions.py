"""The interval of each quantity against all that the unknown could turn out to be, gone through one by one."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from random import Random

import pytest

from plainterms.engine.events import Event, Period
from plainterms.engine.findings import Share
from plainterms.engine.reference.log import Case
from plainterms.engine.reference.quantities import Counted, measured
from plainterms.policy.meaning import (
    Compare,
    Constant,
    Count,
    Distinct,
    EventField,
    ModeShare,
    PartShare,
    Quantity,
    ServiceSubject,
    Sum,
)
from plainterms.policy.schema import MILLION, Type

COUNTRY = EventField("country", Type.TEXT)
GRADE = EventField("grade", Type.NUMBER, -2, 3)
PART = PartShare(Compare(COUNTRY, "is", Constant("DE", Type.TEXT)))
CASE = Case(ServiceSubject(), [], {}, Period())
FRESH = tuple(f"fresh {number}" for number in range(6))

Values = list[object]
"""The value of the quantity's field on each event that is counted in one completion."""


def counted(dice: Random, name: str, values: tuple[object, ...]) -> Counted:
    def some(most: int) -> list[Event]:
        return [
            Event(str(dice.random()), 0, "request", {name: dice.choice(values)}) for _ in range(dice.randint(0, most))
        ]

    return Counted(some(4), some(3))


def completions(found: Counted, name: str, choices: tuple[object, ...]) -> Iterator[Values]:
    """What is counted, with which values, in each way the unknown can turn out."""
    for members in product((True, False), repeat=len(found.possible)):
        events = [*found.certain, *(one for one, member in zip(found.possible, members, strict=True) if member)]
        given = [one.fields[name] for one in events]
        yield from map(list, product(*((value,) if value is not None else choices for value in given)))


def extremes(values: list[Fraction]) -> tuple[Fraction | None, Fraction | None]:
    return (min(values), max(values)) if values else (None, None)


def as_fraction(amount: int | Share | None) -> Fraction | None:
    if isinstance(amount, Share):
        return Fraction(amount.part, amount.whole) if amount.whole else None
    return None if amount is None else Fraction(amount)


@pytest.mark.parametrize("seed", range(400))
def test_counts_and_totals(seed: int) -> None:
    dice = Random(seed)
    found = counted(dice, "grade", (None, -2, -1, 0, 2, 3))
    every = list(completions(found, "grade", (-2, 0, 3)))
    check(Sum(GRADE), found, [Fraction(sum(int(str(one)) for one in values)) for values in every])
    check(Count(), found, [Fraction(len(values) * MILLION) for values in every])


@pytest.mark.parametrize("seed", range(400))
def test_different_values_and_shares(seed: int) -> None:
    dice = Random(seed)
    found = counted(dice, "country", (None, None, "DE", "DE", "FR", "IR")[dice.randint(0, 2) :])
    every = list(completions(found, "country", ("DE", "FR", "IR", *FRESH[: _unknown(found)])))
    check(Distinct(COUNTRY), found, [Fraction(len(set(values)) * MILLION) for values in every])
    check(PART, found, [Fraction(values.count("DE"), len(values)) for values in every if values])
    check(
        ModeShare(COUNTRY),
        found,
        [Fraction(max(Counter(values).values()), len(values)) for values in every if values],
    )


def _unknown(found: Counted) -> int:
    return sum(one.fields["country"] is None for one in (*found.certain, *found.possible))


def check(quantity: Quantity, found: Counted, values: list[Fraction]) -> None:
    interval, may_be_empty = measured(quantity, found, CASE)
    assert (as_fraction(interval.low), as_fraction(interval.high)) == extremes(values)
    assert may_be_empty == (isinstance(quantity, PartShare | ModeShare) and not found.certain)
