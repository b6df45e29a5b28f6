"""Wrong files, each with the whole of what its author sees."""

import pytest
from cases import Case, read_cases

from plainterms.policy.errors import TermsErrors
from plainterms.policy.parse import parse, parse_collecting

LONG = {
    "{long}": "x" * 10_001,
    "{deep}": "(" * 65,
    "{shut}": ")" * 65,
    "{nots}": "not " * 65,
    "{values}": ", ".join(["1"] * 100_001),
    "{megabyte}": "x" * 1_048_576,
}


def written_out(text: str) -> str:
    for short, long in LONG.items():
        text = text.replace(short, long)
    return text


@pytest.mark.parametrize("case", read_cases("errors/syntax.txt"), ids=str)
def test_message(case: Case) -> None:
    with pytest.raises(TermsErrors) as caught:
        parse(written_out(case.given), "acme.terms")
    assert str(caught.value) == case.wanted


def test_sound_items_are_kept_and_broken_ones_named() -> None:
    text = 'let a be 3\nlet b\nuse nothing\nclause c "C" severity low\ndefine event d is\nclause e "E" bla\n'
    document, problems = parse_collecting(text)
    assert [item.name.text for item in document.items] == ["a", "c"]
    assert [(broken.opening, broken.name) for broken in document.broken] == [
        ("let", "b"),
        ("use", None),
        ("define", "d"),
        ("clause", "e"),
    ]
    assert len(problems) == 4


def test_more_mistakes_than_anyone_reads() -> None:
    _, problems = parse_collecting("let a\n" * 2_000)
    assert len(problems) == 1_001
    assert problems[-1].message == "this file has more than 1_000 mistakes; the rest was not read"
    assert problems[-1].line == 1_001
