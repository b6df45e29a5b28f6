"""Amounts, bounds, times and doubtful characters in words, from the tables beside this file."""

import ast
from fractions import Fraction
from pathlib import Path

import pytest

from plainterms.engine.events import Period
from plainterms.engine.findings import Amount, Interval, Limit, Share, similarity_name, value_text
from plainterms.engine.plan import PlannedClause
from plainterms.engine.report import times, words
from plainterms.engine.report.visible import clipped, visible, visible_lines
from plainterms.policy.meaning import (
    TRUE,
    Bound,
    Count,
    Distinct,
    EventField,
    Follows,
    Measure,
    ModeShare,
    PartShare,
    PeriodicDuty,
    Prohibition,
    Quantity,
    RegisterField,
    ResemblesAny,
    ServiceSubject,
    Sum,
)
from plainterms.policy.schema import BUILT_IN, MILLION, Type
from tests.report.samples import at

HERE = Path(__file__).parent
RELATIONS = {"at least": ">=", "more than": ">", "at most": "<=", "fewer than": "<", "any": ">="}
TURNED = {"<=": ">", "<": ">=", ">=": "<", ">": "<="}


def table(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text(encoding="utf-8").split("\n")
    return [[cell.strip() for cell in f"{line} ".split(" | ")] for line in lines if line and not line.startswith("#")]


def measure(written: str) -> Measure:
    relation = next(RELATIONS[one] for one in RELATIONS if written.startswith(one))
    allowance = RegisterField(
        "organisation", "allowance", Type.NUMBER, EventField("organisation", Type.TEXT), least=0
    )
    percent = Fraction(written.split()[2].rstrip("%")) if "% of " in written else 100
    bound = Bound(relation, int(percent * MILLION), allowance if "organisation." in written else None)  # type: ignore[arg-type]
    events = Follows(TRUE, 1) if " followed within " in written else TRUE
    return Measure(quantity(written), events, bound, None, written)


def quantity(written: str) -> Quantity:
    named = written.split()
    for word, kind in (("different", Distinct), ("total", Sum), ("one", ModeShare)):
        if word in named and "with different" not in written:
            return kind(EventField(named[named.index(word) + 1], Type.NUMBER))
    return PartShare(TRUE) if "being" in named else Count()


def amount(written: str) -> Amount | None:
    if "/" in written:
        part, whole = written.split("/")
        return Share(int(part), int(whole))
    return None if written == "?" else int(Fraction(written) * MILLION)


@pytest.mark.parametrize(("written", "low", "high", "expected"), table("words.txt"))
def test_what_was_measured(written: str, low: str, high: str, expected: str) -> None:
    assert words.measured(measure(written), Interval(amount(low), amount(high)), BUILT_IN) == expected


@pytest.mark.parametrize(("statement", "written", "low", "high", "expected"), table("bounds.txt"))
def test_the_bound(statement: str, written: str, low: str, high: str, expected: str) -> None:
    one = measure(written)
    if statement == "permits":
        turned = TURNED[one.bound.relation]
        one = Measure(one.quantity, one.events, Bound(turned, one.bound.amount, one.bound.field), None, written)  # type: ignore[arg-type]
    said = PeriodicDuty(one, None) if statement == "requires" else Prohibition((one,), turned=statement == "permits")
    clause = PlannedClause("", "", ServiceSubject(), said, TRUE, (), (), "UTC", "")
    limit = Limit(*(None if one == "?" else Fraction(one) * MILLION for one in (low, high)))
    assert words.bound(clause, one, limit) == expected


@pytest.mark.parametrize(("given", "line", "running"), table("visible.txt"))
def test_doubtful_characters(given: str, line: str, running: str) -> None:
    text = ast.literal_eval(given)
    assert visible(text) == ast.literal_eval(line)
    assert visible_lines(text) == ast.literal_eval(running)


@pytest.mark.parametrize(("what", "given", "expected"), table("times.txt"))
def test_times(what: str, given: str, expected: str) -> None:
    arguments = [argument(one) for one in given.split()]
    said = times.period(Period(*arguments)) if what == "period" else getattr(times, what)(*arguments)  # type: ignore[arg-type]
    assert said == expected


def argument(written: str) -> int | str | None:
    if written == "?":
        return None
    if written.isdigit():
        return int(written)
    return at(written) if written.endswith("Z") else written


def test_one_second_is_singular() -> None:
    lengths = [value_text(value, Type.DURATION) for value in (MILLION, 1_500_000, 0)]
    assert lengths == ["1 second", "1.5 seconds", "0 seconds"]


def test_a_long_text_keeps_its_ends() -> None:
    assert clipped("abcdefghij", 10) == "abcdefghij"
    assert clipped("abcdefghijk", 10) == "abcdef…ijk"
    assert words.interval(Interval(20 * MILLION, None)) == "at least 20, no upper limit known"
    assert words.interval(Interval(None, 20 * MILLION)) == "at most 20, no lower limit known"
    assert words.interval(Interval(20 * MILLION, 20 * MILLION)) == "20"


def test_a_text_that_is_resembled_is_named_in_short() -> None:
    prompt = EventField("prompt", Type.TEXT)
    assert similarity_name(ResemblesAny(prompt, ("rate\nthe answer",))) == 'prompt resembles "rate the answer"'
    assert similarity_name(ResemblesAny(prompt, ("x" * 61, "b", "c", "d"))) == (
        f'prompt resembles any of "{"x" * 60}…", "b", "c", …'
    )
