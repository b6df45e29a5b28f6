"""The grammar file: unambiguous, the source of the tables, and the words it reserves."""

import json
from functools import cache
from importlib.resources import files

import pytest
from cases import read_cases
from lark import Lark

from plainterms.policy import syntax, tables
from plainterms.policy.build import MAKERS
from plainterms.policy.errors import TermsErrors
from plainterms.policy.grammar import SOFT_WORDS, grammar
from plainterms.policy.parse import parse
from plainterms.policy.scan import UNITS, scan
from plainterms.policy.schema import BUILT_IN, walk
from plainterms.policy.segments import cut

UNDER_ANOTHER_NAME = {
    "any_bound": "Any",
    "contains": "Contains",
    "counted_part": "Counted",
    "event_within": "Elapsed",
    "exception": "Exception_",
    "field_within": "Elapsed",
    "is_not_in": "IsIn",
    "is_not_missing": "IsMissing",
    "unequal": "Equal",
    "with_different": "Link",
    "with_same": "Link",
}
FOLDED = {
    *("at_least", "more_than", "at_most", "fewer_than", "chance", "default", "every", "ignoring", "known_after"),
    *("missing", "others", "over", "range", "start", "until", "duration_type", "list_type", "number_type"),
    *("percent_type", "text_type", "time_type", "yes_no_type"),
}
"""Rules that are only attributes of another class."""
TOKENS = {"Name", "Text", "Number", "Percent", "Date", "Time", "YesNo", "Pattern"}
NOT_WRITTEN = {"Node", "Broken", "Comment", "Document", "Span"}


@cache
def strict() -> Lark:
    return Lark(tables.grammar_text(), parser="lalr", lexer="contextual", start=list(tables.STARTS), strict=True)


def test_lark_finds_no_conflict() -> None:
    assert strict().rules


def test_the_tables_are_those_of_the_grammar() -> None:
    kept = files("plainterms.policy").joinpath("grammar.json").read_text(encoding="utf-8")
    hint = "run `python -m plainterms.policy.tables`"
    assert json.loads(kept)["digest"] == tables.digest(tables.grammar_text()), hint
    assert kept == tables.rendered(tables.make(tables.grammar_text())), hint


def test_every_rule_has_a_class_and_every_class_a_rule() -> None:
    named = {name for _, _, name in grammar().rules if name}
    assert named == set(MAKERS)
    written = {UNDER_ANOTHER_NAME.get(name, name.title().replace("_", "")) for name in named - FOLDED}
    classes = {
        name
        for name, entry in vars(syntax).items()
        if isinstance(entry, type) and issubclass(entry, syntax.Node) and name not in NOT_WRITTEN
    }
    assert written | TOKENS == classes


@pytest.mark.parametrize("case", read_cases("format.txt"), ids=str)
def test_lark_reads_what_the_tables_read(case: object) -> None:
    text = str(getattr(case, "wanted", ""))
    parse(text)
    for segment in cut(scan(text)[0], grammar()):
        item = text[segment.tokens[0].start : segment.tokens[-1].end]
        strict().parse(item, start="head" if segment.opening == "terms" else "item")


@pytest.mark.parametrize("word", sorted({*grammar().words, *UNITS} - {"yes/no"}))
def test_reserved_words(word: str) -> None:
    text = f"let {word} be 3"
    if word in SOFT_WORDS:
        assert parse(text).items
        return
    with pytest.raises(TermsErrors) as caught:
        parse(text)
    messages = [problem.message for problem in caught.value.problems]
    assert messages == [f"`{word}` is a word of the language and cannot be a name"]


def test_built_in_names_can_be_written() -> None:
    for name, _ in walk(BUILT_IN):
        parse(f"define condition c means {name} is missing and {name} is {name}")
    for kind in BUILT_IN.kinds:
        parse(f'clause c "C" prohibits at least 1 {kind} within 1 day after {kind}s')
