"""What examples test of a clause: the cases of `coverage.txt`, and documents as a whole."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from plainterms.engine.example_coverage import example_coverage
from plainterms.policy.check import check
from plainterms.policy.files import Texts
from plainterms.policy.meaning import Policy
from plainterms.policy.parse import parse

HEAD = 'terms "Terms" version "1" timezone "UTC"\n'
CLAUSE = f'{HEAD}clause a "A clause" for each account '


def cases() -> Iterator[tuple[str, str, list[str]]]:
    text = Path(__file__).with_name("coverage.txt").read_text("utf-8")
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, _, rest = part.partition("\n")
        clause, _, said = rest.partition("----\n")
        yield title, clause, [line for line in said.split("\n") if line]


def policy_of(text: str, **files: str) -> Policy:
    return check(parse(text, "main.terms"), Texts({f"{name}.terms": one for name, one in files.items()}))


def uncovered(policy: Policy) -> list[str]:
    return [f"{part.kind} {part.words}: {part.missing}" for part in example_coverage(policy) if not part.covered]


@pytest.mark.parametrize(("clause", "said"), [case[1:] for case in cases()], ids=[case[0] for case in cases()])
def test_case(clause: str, said: list[str]) -> None:
    assert uncovered(policy_of(CLAUSE + clause)) == said


def test_incorporated_clauses_and_permissions_are_tested_elsewhere() -> None:
    other = f'{HEAD}clause b "B" for each account prohibits any request where streamed'
    policy = policy_of(
        f'{HEAD}incorporates "other.terms" clause p "P" for each account permits any sign_in',
        other=other.replace('"Terms"', '"Other"'),
    )
    assert [part.clause for part in example_coverage(policy)] == []


def test_a_clause_that_looks_at_breaches_of_another_is_run_with_it() -> None:
    policy = policy_of(
        f"""{HEAD}
        clause a "A" for each account prohibits any request where streamed
            example breach "streamed" given 1 request with streamed yes
            example clear "not streamed" given 1 request with streamed no
        clause b "B" for each account prohibits at least 2 breach of a within 9 days
            example breach "two" given 2 requests with streamed yes every 1 day
            example clear "one" given 1 request with streamed yes"""
    )
    assert uncovered(policy) == []
