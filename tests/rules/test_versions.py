"""Which documents govern conduct, and what they say of it: the cases of `versions.txt`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from plainterms.engine.events import Event, Period
from plainterms.engine.examples import log_of, unnamed
from plainterms.engine.plan import Plan, plan
from plainterms.engine.reference import evaluate
from plainterms.engine.registers import RegisterTable, Row
from plainterms.policy.load import load_text
from plainterms.policy.schema import MILLION
from plainterms.rules.catalogue import FOLDER, Entry, entry

CASES = Path(__file__).with_name("versions.txt")
WORLD = """
terms "A case" version "1"
use "common.terms"
use "licences.terms"
clause conduct "Conduct" for each account prohibits any request example clear "" {given} until 2027-01-01
"""
ROW = re.compile(r"register (\w+) (\w+) (\S+?)(?: from (\S+))?(?: to (\S+))?")


@dataclass(frozen=True)
class Case:
    title: str
    lines: tuple[str, ...]

    def after(self, word: str) -> list[str]:
        return [line.removeprefix(f"{word} ") for line in self.lines if line.startswith(f"{word} ")]

    def verdicts(self) -> list[list[str]]:
        return [line.split() for line in self.lines if re.match(r"\w+/", line)]


def cases() -> Iterator[Case]:
    for part in re.split(r"^## ", CASES.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        title, *lines = [line for line in part.splitlines() if line]
        yield Case(title, tuple(lines))


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.title)
def test_case(case: Case) -> None:
    found = [entry(name) for name in case.after("terms")[0].split()]
    whole = plan([one.policy for one in found])
    events, registers = world(case)
    names = {(one.title, one.version): one.name for one in found}
    in_force = governing(whole, min(event.time for event in events), names)
    assert " ".join(in_force or ["none"]) == case.after("in force")[0]

    result = evaluate(whole, events, registers, Period(until=micros("2027-01-01")))
    findings = {
        (names[one.clause.terms, one.version.version], one.clause.name, one.verdict) for one in result.findings
    }
    expected = {(name, clause, verdict) for name, clause, verdict in case.verdicts()}
    assert {one for one in findings if one[2] == "breach"} == {one for one in expected if one[2] == "breach"}
    for name, clause, verdict in expected:
        asked = {one[2] for one in findings if one[:2] == (name, clause)}
        assert (asked or {"clear"}) == {verdict}, f"{name} {clause}"
        assert clause in names_of(entry(name)), f"{name} has no clause {clause}"
    for name, clause, state in (line.split(" ", 2) for line in case.after("cure")):
        cures = [
            one.cure
            for one in result.findings
            if (names[one.clause.terms, one.version.version]) == name and one.clause.name == clause
        ]
        assert [cure.state if cure is not None else "none" for cure in cures] == [state]


def names_of(one: Entry) -> set[str]:
    return {clause.name for clause in one.policy.clauses}


def world(case: Case) -> tuple[list[Event], dict[str, RegisterTable]]:
    given = " ".join(f"given {line}" for line in case.after("given"))
    _, policy = load_text(WORLD.format(given=given), str(FOLDER / "case.terms"), FOLDER)
    events, registers = log_of(policy.clauses[0].examples[0], policy)
    for name in {line.split()[0] for line in case.after("register")}:
        registers[name] = RegisterTable(name, {unnamed(name): tuple(rows(case, name))})
    return events, registers


def rows(case: Case, register: str) -> Iterator[Row]:
    """Rows by their dates; what is said without dates stands in each."""
    dated: dict[tuple[str | None, str | None], dict[str, object]] = {}
    for line in case.after("register"):
        found = ROW.fullmatch(f"register {line}")
        assert found is not None, line
        name, field, value, start, end = found.groups()
        if name == register:
            number = re.fullmatch(r"[\d_]+", value)
            dated.setdefault((start, end), {})[field] = int(value) * MILLION if number else (value,)
    always = dated.pop((None, None), {})
    for (start, end), values in dated.items():
        yield Row(micros(start) if start else None, micros(end) if end else None, {**always, **values})  # type: ignore[dict-item]


def governing(whole: Plan, time: int, names: dict[tuple[str, str], str]) -> list[str]:
    """The documents of which a version is in force at a time."""
    found = {
        names[clause.terms, version.version]
        for clause in whole.clauses
        for version in clause.versions
        if (version.start is None or version.start <= time) and (version.end is None or time < version.end)
    }
    return sorted(found)


def micros(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 1_000_000
