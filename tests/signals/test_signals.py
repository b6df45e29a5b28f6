"""The signals of harvesting: each clause has a source and an action that fits. Their examples: `tests/rules`."""

from pathlib import Path

import pytest

from plainterms.engine.simulation.ranges import load_ranges
from plainterms.policy.format import format_document
from plainterms.policy.lint import lint
from plainterms.policy.load import load_document
from plainterms.policy.meaning import Clause

FOLDER = Path(__file__).resolve().parents[2] / "rules" / "signals"
DOCUMENT, POLICY = load_document(FOLDER / "harvesting.terms")
SOURCES = {
    "Anthropic, 23 February 2026",
    "Anthropic to the US Senate Banking Committee, 10 June 2026",
    "Google Threat Intelligence Group, 12 February 2026",
    "NSA, CISA and FBI, AA26-251A",
}


@pytest.mark.parametrize("clause", POLICY.clauses, ids=lambda clause: clause.name)
def test_a_source_and_what_to_do(clause: Clause) -> None:
    assert {one.section for one in (clause.citation, *clause.further_citations)} <= SOURCES
    assert clause.actions
    blocks = {action.name for action in clause.actions} & {"block", "suspend", "throttle"}
    assert not blocks or clause.severity in ("high", "critical")
    if clause.severity in ("low", "medium"):
        assert {action.name for action in clause.actions} <= {"flag", "verify"}


def test_every_pattern_of_a_wording_is_told_from_what_everybody_writes() -> None:
    """The patterns know the wordings of the simulation, and none of the ordinary ones."""
    import re2

    from plainterms.engine.plan import leaves
    from plainterms.policy.meaning import MatchesAny

    wordings = load_ranges().wordings
    for name, kind in (("reasoning_elicitation", "reasoning"), ("reward_model", "grading")):
        clause = next(one for one in POLICY.clauses if one.name == name)
        patterns = {node.patterns for node in leaves(clause.statement) if isinstance(node, MatchesAny)}
        assert len(patterns) == 1
        found = re2.compile("|".join(f"(?:{pattern})" for pattern in patterns.pop()))
        assert [text for text in wordings[kind] if not found.search(text)] == []
        assert [text for text in wordings[f"ordinary_{kind}"] if found.search(text)] == []


def test_the_files_are_formatted_and_nothing_is_to_be_pointed_at() -> None:
    assert format_document(DOCUMENT) == DOCUMENT.text
    definitions = load_document(FOLDER / "definitions.terms")[0]
    assert format_document(definitions) == definitions.text
    assert lint(DOCUMENT, POLICY) == []
