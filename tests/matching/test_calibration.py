"""Exact bounds, and what strength a control makes enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainterms.engine.matching.binomial import lower, most_by_chance, needed, tail, upper
from plainterms.engine.matching.calibration import KINDS, Bin, bin_name, bin_of, calibrated, calibration_from
from plainterms.engine.matching.rows import Likeness, Row
from plainterms.engine.matching.scores import Scores
from plainterms.engine.matching.strength import LEAST


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [  # one-sided 95 % limits of Clopper and Pearson, from the quantiles of the beta distribution
        (0, 100, 0.0, 0.0295130),
        (5, 1000, 0.0019722, 0.0104847),
        (3, 47, 0.0176221, 0.1567918),
        (100, 100_000, 0.0008415, 0.0011807),
        (0, 3_000_000, 0.0, 9.985769e-7),
        (10, 10, 0.7411344, 1.0),
    ],
)
def test_limits(count: int, of: int, low: float, high: float) -> None:
    assert lower(count, of) == pytest.approx(low, rel=1e-4)
    assert upper(count, of) == pytest.approx(high, rel=1e-4)


@pytest.mark.parametrize(
    ("of", "rate", "most"),
    [(1_000, 1e-4, 2), (1_000_000, 1e-6, 5), (10_000_000, 1e-5, 132), (50, 0.1, 13), (0, 0.1, 0), (1_000, 1e-6, 0)],
)
def test_the_most_that_chance_makes(of: int, rate: float, most: int) -> None:
    assert most_by_chance(of, rate) == most


@given(st.integers(1, 60), st.floats(0.001, 0.999), st.integers(0, 60))
def test_tails_add_up(of: int, rate: float, count: int) -> None:
    from math import comb

    exact = sum(comb(of, k) * rate**k * (1 - rate) ** (of - k) for k in range(count, of + 1))
    assert tail(count, of, rate) == pytest.approx(exact, rel=1e-6, abs=1e-12)


@given(st.integers(2, 10**6))
def test_so_many_are_needed_and_no_fewer(one_in: int) -> None:
    count = needed(1 / one_in)
    assert upper(0, count) <= 1 / one_in < upper(0, count - 1)


@pytest.mark.parametrize(
    ("words", "number"), [(0, None), (19, None), (20, 0), (49, 0), (50, 1), (150, 2), (9_999, 2)]
)
def test_bins_of_texts_compared_with_answers_to_their_prompts_are_others(words: int, number: int | None) -> None:
    assert bin_of(words, True) == (None if number is None else number + 3)


@pytest.mark.parametrize(
    ("words", "number"), [(0, None), (19, None), (20, 0), (49, 0), (50, 1), (150, 2), (9_999, 2)]
)
def test_bins(words: int, number: int | None) -> None:
    assert bin_of(words) == number


def test_names_of_bins() -> None:
    assert [bin_name(number) for number in range(len(KINDS))] == [
        "20 to 49 words",
        "50 to 149 words",
        "150 words and more",
        "20 to 49 words, answers to its prompt known",
        "50 to 149 words, answers to its prompt known",
        "150 words and more, answers to its prompt known",
    ]


@pytest.mark.parametrize(
    ("control", "strengths", "one_in", "expected"),
    [
        (58, (), 20, None),
        (59, (), 20, (LEAST - 1, 0)),
        (59, ((450, 1),), 20, (450, 0)),  # the strongest is the mark: no more may be above it
        (200, ((450, 1), (350, 10)), 20, (350, 1)),  # four of 200 may be above: the fifth strongest is the mark
        (200, ((450, 1), (250, 3)), 20, (LEAST - 1, 1)),  # never below the least
        (0, (), 2, None),
    ],
)
def test_marks(
    control: int, strengths: tuple[tuple[int, int], ...], one_in: int, expected: tuple[int, int] | None
) -> None:
    mark = Bin(control, strengths).mark(1 / one_in)
    assert (None if mark is None else (mark.strength, mark.false)) == expected
    if mark is not None:
        assert mark.bound <= 1 / one_in


def test_a_calibration_is_the_same_once_written_and_read() -> None:
    found = calibrated([control(30, 0), control(30, 450), control(70, 210, 250), control(5, 600), control(400, 0, 0)])
    assert [one.control for one in found.bins] == [2, 1, 1, 0, 1, 1]
    assert found.bins[1].strengths == ((250, 1),)
    assert found.bins[4].strengths == ((210, 1),)
    assert calibration_from(found.as_dict()) == found
    assert found.missing(0, 0.05) == 57


def control(words: int, strength: int, alone: int | None = None) -> Row:
    """A control text; with ``alone`` it was compared with answers to its prompt."""
    likenesses = (Likeness(0, "", strength, Scores(), ()),) if strength else ()
    against = alone is not None
    return Row(0, "", "", words, against=against, alone=strength if alone is None else alone, likenesses=likenesses)


def test_false_matches_are_as_rare_as_the_mark_promises() -> None:
    """Of 300 controls drawn from one source, the true rate above the mark exceeds the rate asked in about 5 %."""
    import numpy as np

    chance = np.random.default_rng(5)
    over = 0
    for _ in range(300):
        strengths = 300 + (chance.exponential(40, 500)).astype(int)
        values, counts = np.unique(strengths, return_counts=True)
        mark = Bin(500, tuple(zip(values.tolist(), counts.tolist(), strict=True))).mark(0.02)
        assert mark is not None
        over += np.exp(-(mark.strength + 1 - 300) / 40) > 0.02
    assert over / 300 < 0.09
