"""Every example of the library holds, and together they test every clause, exception and bound."""

from dataclasses import replace

import pytest

from plainterms.engine.example_coverage import example_coverage
from plainterms.engine.examples import run_examples
from plainterms.policy.errors import PlainTermsError
from plainterms.policy.meaning import Clause, Policy
from plainterms.rules.catalogue import entries, entry, names, path_of
from plainterms.rules.commands import as_table

SIGNALS = "signals/harvesting"
"""Its examples are long, so each of its clauses is a test."""


@pytest.mark.parametrize("name", [name for name in names() if name != SIGNALS])
def test_examples_hold_and_cover_everything(name: str) -> None:
    covers_everything(entry(name).policy)


@pytest.mark.parametrize("clause", entry(SIGNALS).policy.clauses, ids=lambda clause: clause.name)
def test_examples_of_a_signal_hold_and_cover_everything(clause: Clause) -> None:
    covers_everything(replace(entry(SIGNALS).policy, clauses=(clause,)))


def covers_everything(policy: Policy) -> None:
    outcomes = list(run_examples(policy))
    assert [outcome.example.title for outcome in outcomes if not outcome.passed] == []
    parts = list(example_coverage(policy))
    assert parts
    assert [part for part in parts if not part.covered] == []


def test_documents_are_those_that_are_wanted() -> None:
    assert len(names()) == 27
    assert {name.partition("/")[0] for name in names()} == {
        "anthropic",
        "deepseek",
        "google",
        "kimi",
        "meta",
        "mistral",
        "openai",
        "openrouter",
        "qwen",
        "signals",
        "stability",
        "together",
        "xai",
    }


def test_a_name_without_a_date_is_the_newest_version() -> None:
    assert path_of("anthropic/usage-policy").name == "usage-policy.2025-09-15.terms"
    assert path_of("anthropic/usage-policy.2024-06-06").name == "usage-policy.2024-06-06.terms"
    assert path_of("meta/llama-3.1-licence").name == "llama-3.1-licence.2024-07-23.terms"


@pytest.mark.parametrize(("room", "left_out"), [(80, 2), (100, 1), (120, 1), (None, 0)])
def test_the_list_fits_a_terminal(room: int | None, left_out: int) -> None:
    lines = list(as_table(list(entries()), room))
    assert len(lines) == 1 + len(names()) + 1
    assert len(lines[0].split()) == 6 - left_out
    assert max(map(len, lines)) <= (room or 140)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "openai/service-agreement",
            "the library has no document `openai/service-agreement`; did you mean `openai/services-agreement`?",
        ),
        ("acme", "the library has no document `acme`; `plainterms rules list` names them all"),
        ("../pyproject", "the library has no document `../pyproject`; `plainterms rules list` names them all"),
        ("", "the library has no document ``; `plainterms rules list` names them all"),
    ],
)
def test_a_document_that_is_not_there(name: str, message: str) -> None:
    with pytest.raises(PlainTermsError) as caught:
        path_of(name)
    assert str(caught.value) == message
