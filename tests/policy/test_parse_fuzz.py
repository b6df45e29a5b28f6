"""Whatever stands in a file: a tree, or errors that an author can read."""

import re

import trees
from cases import read_cases
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plainterms.policy.check import check_collecting
from plainterms.policy.errors import render
from plainterms.policy.files import Texts
from plainterms.policy.format import format_document
from plainterms.policy.grammar import grammar
from plainterms.policy.parse import parse, parse_collecting
from plainterms.policy.scan import scan
from plainterms.policy.syntax import Document

TEXTS = [case.given for case in read_cases("format.txt") if scan(case.given)[0]]
WORDS = {token.text for text in TEXTS for token in scan(text)[0]}
PIECES = sorted({*grammar().words, *WORDS, '"', "(", ")", "\n", "#"})
TERMINALS = {terminal for row in grammar().states for terminal in row if terminal.isupper()}
TERMINAL = re.compile("|".join(rf"(?<!\w){re.escape(terminal)}(?!\w)" for terminal in sorted(TERMINALS)))


def check(text: str) -> None:
    document, problems = parse_collecting(text)
    _, of_sense = check_collecting(document, Texts({}))
    for problem in of_sense:
        assert render(problem)
    for problem in problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
        assert problem.message
        assert problem.message[0].islower() or problem.message[0] == "`"
        assert not problem.message.endswith(".")
        assert TERMINAL.search(re.sub(r"`[^`]*`|\"[^\"]*\"|the text .*|/.*/", "", problem.message)) is None
        assert render(problem)
    if not problems:
        assert parse(format_document(document)) == document


@settings(deadline=None)
@given(st.text(max_size=200))
@example('"')
@example("“”'\\/")
@example("clause\ufeff\u200b")
@example("\x0c\u00a0# a comment alone")
@example("(" * 2000)
@example("not " * 2000)
@example("let a be " + "(" * 2000)
@example("define condition a means " + "(" * 100_000 + "x")
@example("define condition a means " + "not " * 100_000 + "x")
def test_any_text(text: str) -> None:
    check(text)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_words(pieces: list[str]) -> None:
    check(" ".join(pieces))


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(TEXTS), st.data())
def test_damaged_documents(text: str, data: st.DataObject) -> None:
    tokens = [token.text for token in scan(text)[0]]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(tokens) - 1))
        match data.draw(st.sampled_from(["drop", "double", "replace", "cut", "swap"])):
            case "drop":
                del tokens[at]
            case "double":
                tokens.insert(at, tokens[at])
            case "replace":
                tokens[at] = data.draw(st.sampled_from(PIECES))
            case "cut":
                tokens[at] = tokens[at][: len(tokens[at]) // 2]
            case "swap":
                tokens[at - 1], tokens[at] = tokens[at], tokens[at - 1]
        tokens = tokens or ["clause"]
    check(" ".join(tokens))


@settings(deadline=None)
@given(trees.documents, st.data())
def test_trees_with_a_wrong_character(document: Document, data: st.DataObject) -> None:
    text = format_document(document)
    at = data.draw(st.integers(0, len(text)))
    check(text[:at] + data.draw(st.characters(blacklist_categories=["Cs"])) + text[at:])
