"""Lints: a table for each, with the whole of what its author sees."""

from pathlib import Path

import pytest
from cases import Case, read_cases
from documents import checked

from plainterms.policy.errors import render
from plainterms.policy.lint import RULES, lint, states
from plainterms.policy.load import load_document

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "acme"
CASES = [(rule.code, case) for rule in RULES for case in read_cases(f"lints/{rule.code}.txt")]


@pytest.mark.parametrize(("code", "case"), CASES, ids=str)
def test_warnings(code: str, case: Case) -> None:
    document, policy = checked(case.given)
    found = [problem for problem in lint(document, policy, inline=True) if problem.code == code]
    assert "\n\n".join(map(render, found)) == case.wanted


@pytest.mark.parametrize("case", read_cases("states.txt"), ids=str)
def test_what_clauses_keep(case: Case) -> None:
    notes = states(*checked(case.given))
    assert "\n".join(f"{note.text[note.span.start : note.span.end]}: {note.message}" for note in notes) == case.wanted


def test_warnings_come_in_the_order_of_the_text_and_know_their_kind() -> None:
    clause = 'clause b "B" for each account prohibits any request where output_tokens >= 0'
    found = lint(*checked(f'terms "T" version "1" {clause} let a be 1'))
    assert [(problem.code, problem.level) for problem in found] == [
        ("no-example", "warning"),
        ("no-citation", "warning"),
        ("always-true", "warning"),
        ("unused", "warning"),
    ]


def test_the_examples_of_the_design_are_short_but_sound() -> None:
    """The page shows two definitions that it does not use, and cites and tries few of its clauses."""
    found = lint(*load_document(EXAMPLES / "acme.terms"))
    assert {problem.code for problem in found} == {"unused", "no-example", "no-citation"}
    assert [problem.message for problem in found if problem.code == "unused"] == [
        "`reasoning_request` is never used",
        "`competitor` is never used",
    ]


@pytest.mark.parametrize("name", ["common", "usage-policy"])
def test_the_other_examples_have_no_warnings(name: str) -> None:
    assert lint(*load_document(EXAMPLES / f"{name}.terms"), inline=True) == []
