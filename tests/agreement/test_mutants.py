"""The generated cases find every mistake that is put into the columnar or the stream evaluator."""

from collections.abc import Iterator
from functools import cache

import pytest

from .cases import LOGS, Generated, generated
from .compare import Way, as_bytes, by_reference
from .mutants import Mutant, mistaken, mutants
from .rounds import parting

BUDGET = 4_000
"""Cases within which each mutant must be found."""


@cache
def expected(seed: int) -> list[tuple[Generated, list[bytes]]]:
    return [(case, as_bytes(by_reference(case.plan, case.given))) for case in generated(seed)]


def cases(first: int | None) -> Iterator[tuple[Generated, list[bytes]]]:
    """All cases, those of the seed ``first`` before the others."""
    for seed in range(BUDGET) if first is None else (first, *range(BUDGET)):
        yield from expected(seed)


@pytest.mark.parametrize("mutant", mutants(), ids=str)
def test_mutant_is_found(mutant: Mutant) -> None:
    with mistaken(mutant):
        for number, (case, wanted) in enumerate(cases(mutant.seed), 1):
            way = Way(arrival=case.seed * LOGS + case.number) if mutant.streamed else Way(cramped=mutant.cramped)
            if parting(case.plan, case.given, way, wanted):
                return
            if number >= BUDGET:
                break
    pytest.fail(f"not found by {BUDGET} cases")


def test_there_are_enough_mutants() -> None:
    assert len(mutants()) >= 30
