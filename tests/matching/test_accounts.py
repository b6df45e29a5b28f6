"""Clusters, false discoveries, and concentration over accounts."""

from itertools import permutations

import numpy as np
import pytest

from benchmarks.harvest import false_and_missed
from plainterms.engine.matching.accounts import benjamini_hochberg, concentration
from plainterms.engine.matching.clusters import clusters
from plainterms.engine.matching.rows import Row

AUGUST, MAY = 1_785_542_400_000_000, 1_777_593_600_000_000


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([], []),
        ([["a"], ["b"], ["a"]], [0, 1, 0]),
        ([["a"], ["b"], ["a", "b"], ["c"]], [0, 0, 0, 1]),
        ([[], []], [0, 1]),
    ],
)
def test_clusters(facts: list[list[str]], expected: list[int]) -> None:
    assert clusters(facts) == expected


@pytest.mark.parametrize(
    ("chances", "rate", "expected"),
    [
        ([], 0.01, []),
        ([0.005, 0.011, 0.02, 0.9], 0.05, [True, True, True, False]),
        ([0.04, 0.03], 0.05, [True, True]),  # the second lets the first in
        ([0.2, 0.3], 0.05, [False, False]),
    ],
)
def test_benjamini_hochberg(chances: list[float], rate: float, expected: list[bool]) -> None:
    assert benjamini_hochberg(chances, rate) == expected


def rows(*accounts: str, time: int = MAY) -> list[Row]:
    return [Row(number, str(number), str(number), 60, account, time) for number, account in enumerate(accounts)]


def test_an_accounts_p_is_that_of_all_permutations_within_strata() -> None:
    served = [*rows("a", "a", "a", "b", "b"), *rows("a", "b", "b", time=AUGUST)]
    matched = [True, True, False, False, False, True, False, False]
    found = concentration(served, matched)
    as_many = all_of = 0
    for first in set(permutations(matched[:5])):
        for second in set(permutations(matched[5:])):
            dealt = [*first, *second]
            all_of += 1
            as_many += sum(hit for row, hit in zip(served, dealt, strict=True) if row.account == "a") >= 3
    (account,) = found.accounts
    assert (account.name, account.examined, account.matched, found.strata) == ("a", 4, 3, 2)
    assert account.p == pytest.approx(as_many / all_of)
    assert account.expected == pytest.approx(2 * 3 / 5 + 1 / 3)


def test_matches_that_follow_the_traffic_name_nobody() -> None:
    chance = np.random.default_rng(1)
    served = rows(*(f"account {number}" for number in chance.integers(0, 50, 3_000)))
    found = concentration(served, (chance.random(3_000) < 0.1).tolist(), draws=199)
    assert found.p > 0.01
    assert not any(one.named for one in found.accounts)


def test_the_permutations_are_the_same_with_the_same_seed() -> None:
    served = rows("a", "a", "b", "b", "b", "c", "c", "c")
    matched = [True, True, False, False, True, False, False, False]
    assert concentration(served, matched, seed=3, draws=99) == concentration(served, matched, seed=3, draws=99)
    assert concentration(served, matched, seed=3, draws=99).p >= 1 / 100


def test_rows_that_are_too_short_or_nobodys_count_for_nothing() -> None:
    short = Row(0, "0", "0", 3, "a")
    found = concentration([short, *rows("", "b")], [True, True, True], draws=9)
    assert [(one.name, one.examined) for one in found.accounts] == [("b", 1)]


def test_harvesters_are_named_and_nobody_else() -> None:
    found = [false_and_missed(seed) for seed in range(3)]
    assert [(one.missed, one.false) for one in found] == [(0, 0)] * 3
