"""The generated cases find every mistake that is put into the columnar or the stream evaluator."""

from collections.abc import Iterator
from functools import cache

import pytest

from plainterms.engine.plan import Plan
from tests.stream.generated import clerk, terms

from .cases import LOGS, Generated, generated
from .compare import Way, as_bytes, by_reference
from .dice import Dice
from .logs import Given
from .mutants import Mutant, mistaken, mutants
from .rounds import parting

BUDGET = 4_000
"""Cases within which each mutant must be found."""

World = tuple[int, Plan, Given, list[bytes]]
"""The number of a case, which tells in what order a monitor gets its events; the case, and what is found in it."""


@cache
def expected(seed: int) -> list[tuple[Generated, list[bytes]]]:
    return [(case, as_bytes(by_reference(case.plan, case.given))) for case in generated(seed)]


def cases(first: int | None) -> Iterator[World]:
    """All cases, those of the seed ``first`` before the others."""
    for seed in range(BUDGET) if first is None else (first, *range(BUDGET)):
        for case, wanted in expected(seed):
            yield case.seed * LOGS + case.number, case.plan, case.given, wanted


@cache
def sleeping(seed: int) -> tuple[Plan, list[tuple[Given, list[bytes]]]]:
    dice = Dice(seed)
    plan, _ = terms(dice)
    logs = [clerk(dice, plan).given(dice.choice((12, 20, 40))) for _ in range(4)]
    return plan, [(given, as_bytes(by_reference(plan, given))) for given in logs]


def sleepers() -> Iterator[World]:
    for seed in range(BUDGET):
        plan, logs = sleeping(seed)
        for number, (given, wanted) in enumerate(logs, 1):
            yield seed * len(logs) + number, plan, given, wanted


@pytest.mark.parametrize("mutant", mutants(), ids=str)
def test_mutant_is_found(mutant: Mutant) -> None:
    worlds = sleepers() if mutant.asleep else cases(mutant.seed)
    with mistaken(mutant):
        for number, (arrival, plan, given, wanted) in enumerate(worlds, 1):
            way = Way(arrival=arrival) if mutant.streamed else Way(cramped=mutant.cramped)
            if parting(plan, given, way, wanted):
                return
            if number >= BUDGET:
                break
    pytest.fail(f"not found by {BUDGET} cases")


def test_there_are_enough_mutants() -> None:
    assert len(mutants()) >= 30
