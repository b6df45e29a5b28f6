"""The canonical look: what it is, and that nothing is lost in it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields

import pytest
import trees
from cases import Case, read_cases
from hypothesis import given, settings
from hypothesis import strategies as st

from plainterms.policy.format import format_document, words_of
from plainterms.policy.parse import parse
from plainterms.policy.scan import scan
from plainterms.policy.syntax import (
    Broken,
    Clause,
    Comment,
    Condition,
    DefineCondition,
    Document,
    Name,
    Node,
    Prohibits,
)


@pytest.mark.parametrize("case", read_cases("format.txt"), ids=str)
def test_look(case: Case) -> None:
    formatted = format_document(parse(case.given))
    assert formatted.strip("\n") == case.wanted
    assert format_document(parse(formatted)) == formatted


@settings(deadline=None)
@given(trees.documents)
def test_formatted_trees_are_read_as_they_were(document: Document) -> None:
    text = format_document(document)
    assert parse(text) == document
    assert format_document(parse(text)) == text


@settings(deadline=None)
@given(trees.documents, st.data())
def test_comments_are_kept_wherever_they_stand(document: Document, data: st.DataObject) -> None:
    commented = with_comments(format_document(document), data)
    once = parse(commented)
    assert once == document
    text = format_document(once)
    again = parse(text)
    assert again == document
    assert Counter(comment.text for comment in again.comments) == Counter(comment.text for comment in once.comments)
    assert format_document(again) == text


def with_comments(text: str, data: st.DataObject) -> str:
    """The text with comments between its words, at line ends and on lines of their own."""
    places = [token.end for token in scan(text)[0]] or [0]
    chosen = data.draw(st.lists(st.sampled_from(places), max_size=5))
    for number, place in enumerate(sorted(chosen, reverse=True)):
        before = data.draw(st.sampled_from([" ", "\n", "\n\n   "]))
        after = data.draw(st.sampled_from(["\n", "\n\n"]))
        text = f"{text[:place]}{before}# {number} note{after}{text[place:]}"
    return text


@settings(deadline=None)
@given(trees.conditions)
def test_the_words_of_a_condition_are_read_as_it_was(condition: Condition) -> None:
    assert parse(f"define condition c means {words_of(condition)}") == Document(
        None, (DefineCondition(Name("c"), condition),)
    )


@settings(deadline=None)
@given(trees.documents)
def test_the_words_of_every_part_stand_in_the_words_of_the_whole(document: Document) -> None:
    whole = words_of(document)
    for node in walk(document):
        assert words_of(node) in whole


def walk(node: Node) -> Iterator[Node]:
    for entry in fields(node):
        value = getattr(node, entry.name)
        for child in value if isinstance(value, tuple) else (value,):
            if isinstance(child, Node):
                yield child
                yield from walk(child)


def test_words_of_a_measure() -> None:
    document = parse(
        """clause fleets "No fleets"
            prohibits more than 4 different account in requests # a comment
                within 7 days"""
    )
    clause = document.items[0]
    assert isinstance(clause, Clause)
    prohibits = clause.sections[0]
    assert isinstance(prohibits, Prohibits)
    assert words_of(prohibits.measures[0]) == "more than 4 different account in requests within 7 days"


def test_words_of_no_part() -> None:
    with pytest.raises(TypeError, match="Broken is no part of a document's text"):
        words_of(Broken("let"))


@pytest.mark.parametrize("case", read_cases("format.txt"), ids=str)
def test_spans_are_of_the_words(case: Case) -> None:
    document = parse(uncommented(case.wanted))
    for node in walk(document):
        if not isinstance(node, Comment):
            assert " ".join(document.text[node.span.start : node.span.end].split()) == " ".join(
                words_of(node).split()
            )


def uncommented(text: str) -> str:
    for comment in reversed(parse(text).comments):
        text = text[: comment.span.start] + text[comment.span.end :]
    return text
