"""Whether a bound holds, against the plain comparison of fractions."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from plainterms.engine.columnar.amounts import Amounts, Shares
from plainterms.engine.columnar.bounds import HUNDRED_PERCENT, Limits, judged
from plainterms.policy.meaning import TRUE, Bound, Count, PartShare

COMPARE = {
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
}


@pytest.mark.parametrize("relation", list(COMPARE))
@pytest.mark.parametrize("denominator", [1, 3])
@pytest.mark.parametrize("exact", [np.int64, object])
def test_amounts(relation, denominator, exact):
    cases = [case for case in product(range(-2, 5), repeat=4) if case[0] <= case[1] and case[2] <= case[3]]
    low, high, least, most = (np.array(column, dtype=exact) for column in zip(*cases, strict=True))
    limits = Limits(least, most, denominator)
    holds, fails = judged(Count(), Bound(relation, 0), Amounts(low, high), limits, empty=False)
    for index, (first, last, start, end) in enumerate(cases):
        found = {
            COMPARE[relation](amount, Fraction(limit, denominator))
            for amount in (first, last)
            for limit in (start, end)
        }
        assert (holds[index], fails[index]) == (found == {True}, found == {False})


@pytest.mark.parametrize("relation", list(COMPARE))
@pytest.mark.parametrize("empty", [True, False])
@pytest.mark.parametrize("denominator", [1, 3])
def test_shares(relation, empty, denominator):
    wholes = [(part, whole) for whole in range(1, 4) for part in range(whole + 1)]
    cases = [(low, high, sure) for low in wholes for high in wholes for sure in (True, False)]
    cases = [case for case in cases if Fraction(*case[0]) <= Fraction(*case[1])] + [((0, 0), (0, 0), False)]
    columns = zip(*((*low, *high, not sure) for low, high, sure in cases), strict=True)
    values = Shares(*(np.array(column) for column in columns))
    for percent in (-10, 0, 33, 50, 100, 150):
        limit = np.full(len(cases), percent * HUNDRED_PERCENT // 100 * denominator)
        limits = Limits(limit, limit, denominator)
        holds, fails = judged(PartShare(TRUE), Bound(relation, 0), values, limits, empty=empty)
        for index, (low, high, sure) in enumerate(cases):
            found = {COMPARE[relation](Fraction(*one), Fraction(percent, 100)) for one in (low, high) if one[1]}
            found |= set() if sure else {empty}
            assert (holds[index], fails[index]) == (found == {True}, found == {False})


def test_without_a_limit_nothing_is_certain():
    amounts = Amounts(np.array([5]), np.array([5]))
    limits = Limits(np.array([0]), np.array([0]), 1, None, np.array([True]))
    for relation, expected in ((">=", (False, False)), ("<=", (False, False))):
        holds, fails = judged(Count(), Bound(relation, 0), amounts, limits, empty=False)
        assert (bool(holds[0]), bool(fails[0])) == expected
