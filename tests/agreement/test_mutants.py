"""The generated cases find every mistake that is put into the columnar or the stream evaluator."""

from collections.abc import Iterator
from functools import cache

import pytest

from plainterms.engine.plan import Plan
from tests.stream.generated import clerk, terms

from .cases import Generated, generated
from .compare import Way, as_bytes, by_reference
from .dice import Dice
from .logs import Given
from .mutants import Mutant, mistaken, mutants
from .rounds import parting

BUDGET = 4_000
"""Cases within which each mutant must be found."""


@cache
def expected(seed: int) -> list[tuple[Generated, list[bytes]]]:
    return [(case, as_bytes(by_reference(case.plan, case.given))) for case in generated(seed)]


def cases() -> Iterator[tuple[Generated, list[bytes]]]:
    for seed in range(BUDGET):
        yield from expected(seed)


@cache
def sleeping(seed: int) -> tuple[Plan, list[tuple[Given, list[bytes]]]]:
    dice = Dice(seed)
    plan, _ = terms(dice)
    logs = [clerk(dice, plan).given(dice.choice((12, 20, 40))) for _ in range(4)]
    return plan, [(given, as_bytes(by_reference(plan, given))) for given in logs]


def sleepers() -> Iterator[tuple[Plan, Given, list[bytes]]]:
    for seed in range(BUDGET):
        plan, logs = sleeping(seed)
        yield from ((plan, given, wanted) for given, wanted in logs)


@pytest.mark.parametrize("mutant", mutants(), ids=str)
def test_mutant_is_found(mutant: Mutant) -> None:
    with mistaken(mutant):
        among = sleepers() if mutant.asleep else ((case.plan, case.given, wanted) for case, wanted in cases())
        for number, (plan, given, wanted) in enumerate(among, 1):
            way = Way(arrival=number) if mutant.streamed else Way(cramped=mutant.cramped)
            if parting(plan, given, way, wanted):
                return
            if number >= BUDGET:
                break
    pytest.fail(f"not found by {BUDGET} cases")


def test_there_are_enough_mutants() -> None:
    assert len(mutants()) >= 30
