"""Quantities on sheets, against counting out every window and every completion of what is unknown."""

from fractions import Fraction

import numpy as np
import pytest

from plainterms.engine.columnar import counts, modes, shares, windows
from plainterms.engine.columnar.bounds import HUNDRED_PERCENT
from plainterms.engine.columnar.distinct import distinct
from plainterms.engine.columnar.facts import Truth
from plainterms.engine.columnar.kleene import possible, unknown
from plainterms.engine.columnar.sheet import Sheet
from plainterms.engine.columnar.spans import Spans
from plainterms.engine.columnar.windows import Clock
from plainterms.engine.events import Period
from plainterms.policy.meaning import EventField, SlidingWindow
from plainterms.policy.schema import MILLION, Type

from .plain import VALUE, part_completions, share_completions, sheet, window

SEEDS = range(40)
LENGTH = 4


def ending(page: Sheet) -> Spans:
    rows, window = np.arange(len(page)), SlidingWindow(LENGTH)
    return Spans(window, lambda: windows.begins(window, page, rows, Clock(page.facts, Period())), rows + 1)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("room", [62, 0], ids=["packed", "without room"])
def test_windows_begin_where_the_first_event_inside_stands(seed, room, monkeypatch):
    monkeypatch.setattr("plainterms.engine.columnar.sheet.ROOM", room)
    page = sheet(np.random.default_rng(seed))
    assert ending(page).begin().tolist() == [window(page, row, LENGTH)[0] for row in range(len(page))]


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_and_different_values(seed):
    page = sheet(np.random.default_rng(seed), unknown=0.5)
    truth, values = page.counted[0], page.facts.values[VALUE][page.at]
    counted = counts.count(truth, ending(page))
    different = distinct(VALUE, page, truth, ending(page), Clock(page.facts, Period()))
    for row in range(len(page)):
        inside = window(page, row, LENGTH)
        certain = [other for other in inside if truth.yes[other]]
        both = [other for other in inside if possible(truth)[other]]
        assert (counted.low[row], counted.high[row]) == (len(certain) * MILLION, len(both) * MILLION)
        named = {values[other] for other in certain} - {-1}
        every = {values[other] for other in both} - {-1}
        least = max(1, len(named)) if certain else 0
        most = len(every) + sum(1 for other in both if values[other] < 0)
        assert (different.low[row], different.high[row]) == (least * MILLION, most * MILLION)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_least_and_the_greatest_share_are_those_of_some_completion(seed):
    rng = np.random.default_rng(seed)
    page = sheet(rng, rows=12, runs=2, kinds=3, unknown=0.5)
    truth, values = page.counted[0], page.facts.values[VALUE][page.at]
    part = rng.random(len(page)) < 0.5
    part_maybe = ~part & (rng.random(len(page)) < 0.4)
    mode = modes.mode_share(values, truth, ending(page))
    being = shares.part_share(truth, Truth(part, part_maybe if part_maybe.any() else None), ending(page))
    for row in range(len(page)):
        inside = window(page, row, LENGTH)
        sides = (inside, truth.yes, unknown(truth))
        for found, completions in (
            (mode, share_completions(*sides, values)),
            (being, part_completions(*sides, part, part_maybe)),
        ):
            low, high = found.intervals()[row].low, found.intervals()[row].high
            if completions:
                assert Fraction(low.part, low.whole) == min(completions)
                assert Fraction(high.part, high.whole) == max(completions)
            else:
                assert (low.whole, high.whole) == (0, 0)
            assert found.may_be_empty[row] == (not any(truth.yes[other] for other in inside))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_mode_that_is_large_enough_is_ruled_out(seed):
    page = sheet(np.random.default_rng(seed), rows=60, unknown=0.2)
    values = page.facts.values[VALUE][page.at]
    within = ending(page)
    found = modes.mode_share(values, page.counted[0], within)
    for least in (51, 75, 100):
        plausible = modes.plausible(values, page.counted[0], within.begin(), within.end, least * MILLION)
        enough = found.high_part * HUNDRED_PERCENT >= least * MILLION * np.maximum(found.high_whole, 1)
        assert not np.any(enough & (found.high_whole > 0) & ~plausible)


def test_sums_beyond_64_bits_are_exact():
    of = EventField("amount", Type.NUMBER, least=0)
    page = sheet(np.random.default_rng(1), rows=5, runs=1, span=2)
    page.facts.values[of] = np.full(5, 2**62, dtype=np.int64)
    truth = Truth(np.ones(5, dtype=bool), None)
    found = counts.total(of, page, truth, Spans(None, lambda: np.zeros(5, dtype=np.int64), np.arange(5) + 1))
    assert [interval.low for interval in found.intervals()] == [2**62 * count for count in range(1, 6)]
