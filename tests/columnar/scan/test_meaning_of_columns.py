"""Whatever is asked of a scan has the answer that each event alone would have."""

import os
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from plainterms.engine.columnar.facts import Facts, Truth
from plainterms.engine.columnar.scan import scan
from plainterms.policy.meaning import Field, RegisterField
from plainterms.policy.schema import Type

from . import plain
from .worlds import World, batches, world

SEEDS = range(int(os.environ.get("SCAN_SEEDS", "12")))
WORLDS = 12
"""For each seed."""

NUMERIC = (Type.NUMBER, Type.PERCENT, Type.DURATION, Type.TIME, Type.DATE)


def no_conflict(identifier: str, places: object) -> None:
    raise AssertionError(f"{identifier} is no contradiction: {places}")


def facts_of(
    of: World, cuts: list[int] | None = None, dictionaries: bool = False, spill: Path | None = None
) -> Facts:
    given = batches(of.rows, cuts or [], dictionaries)
    return scan(given, of.conditions, of.fields, of.registers, spill=spill, on_conflict=no_conflict, threads=2)


def told(truth: Truth) -> list[bool | None]:
    maybe = np.zeros(len(truth.yes), bool) if truth.maybe is None else truth.maybe
    assert not (truth.yes & maybe).any()
    return [None if unknown else bool(yes) for yes, unknown in zip(truth.yes, maybe, strict=True)]


def coded(facts: Facts, field: Field) -> list[Any]:
    codes = facts.codes(field)
    values = list(codes.values)
    assert len(set(values)) == len(values) == len(codes.values)
    assert all(codes.values[place] == value for place, value in enumerate(values))
    return [None if code < 0 else values[code] for code in codes.of]


def counted(facts: Facts, field: Field) -> list[int | None]:
    numbers = zip(*facts.numbers(field).at(np.arange(facts.n)), strict=True)
    return [int(one) if there else None for one, there in numbers]


@pytest.mark.parametrize("seed", SEEDS)
def test_facts_are_those_of_each_event(seed: int, tmp_path: Path) -> None:
    dice = Random(seed)
    for number in range(WORLDS):
        of = world(dice)
        folder = tmp_path / str(number)
        folder.mkdir()
        spill = folder if number % 3 == 0 else None
        facts = facts_of(of, dice.sample(range(20), 2), dictionaries=number % 2 == 0, spill=spill)
        assert facts.time.tolist() == [row["time"] for row in of.in_order]
        assert facts.ids(np.arange(facts.n)).to_pylist() == [row["id"] for row in of.in_order]
        for condition in of.conditions:
            expected = [plain.truth(condition, row, of.registers) for row in of.in_order]
            assert told(facts.truth(condition)) == expected, condition
        for field in of.fields:
            _has(facts, field, of)


def _has(facts: Facts, field: Field, of: World) -> None:
    expected = [plain.value(field, row, of.registers) for row in of.in_order]
    assert coded(facts, field) == expected, field
    if field.type in NUMERIC:
        assert counted(facts, field) == expected, field
    if isinstance(field, RegisterField) and field.default is not None:
        bare = RegisterField(field.register, field.name, field.type, field.key, field.as_of)
        found = [plain.value(bare, row, of.registers) is None for row in of.in_order]
        marks = facts.codes(field).presumed
        assert ([False] * facts.n if marks is None else marks.tolist()) == found, field


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_input_does_not_matter(seed: int) -> None:
    dice = Random(1_000 + seed)
    for _ in range(WORLDS // 2):
        of = world(dice)
        rows = [*of.rows, *of.rows[:3]]
        dice.shuffle(rows)
        one, other = facts_of(of), facts_of(World(rows, of.registers, of.conditions, of.fields), [4])
        assert other.repeated == min(3, len(of.rows))
        assert one.ids(np.arange(one.n)).equals(other.ids(np.arange(other.n)))
        for condition in of.conditions:
            assert told(one.truth(condition)) == told(other.truth(condition))
        for field in of.fields:
            assert coded(one, field) == coded(other, field)
