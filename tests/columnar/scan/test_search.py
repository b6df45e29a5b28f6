"""Searching a column finds what RE2 finds in each of its texts, however many patterns are looked for at once."""

from random import Random

import pyarrow as pa
import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from plainterms.engine.columnar.search import Search, patterns
from plainterms.policy.meaning import ContainsAny, EventField, MatchesAny
from plainterms.policy.schema import Type

PROMPT = EventField("prompt", Type.TEXT)
PIECES = (
    "rate",
    "Rate",
    "RATE",
    "ſ",
    "s",
    "S",
    "k",
    "\u212a",
    "é",
    "É",
    "ß",
    "ẞ",
    "\n",
    " ",
    "_",
    "1",
    "٣",
    "\0",
    "日",
    "😀",
    "a",
)
PATTERNS = (
    *(
        "rate",
        "(?i)rate",
        "(?i)s",
        "(?i)k",
        "(?i)É",
        "(?i)ß",
        r"\bs",
        r"s\b",
        r"\w\W",
        r"\d",
        r"\pN",
        r"\pL",
        r"\p{Han}",
    ),
    *("^rate", "rate$", "(?m)^rate", "(?m)rate$", "a.a", "(?s)a.a", r"\Aa", r"a\z", "[^a-z]", "[[:upper:]]", r"\x00"),
    *(
        "(?i)[a-z]{3}",
        "(?U)a+",
        r"\Qa",
        r"a\Q",
        "(?P<same>a)",
        "(?P<same>s)",
        "(a|s)(k|é)",
        ".{2,3}",
        "(?:)",
        r"\C",
        "a|",
    ),
)


def single(pattern: str, text: str) -> bool:
    options = re2.Options()
    options.log_errors = False
    return bool(re2.compile(pattern, options).search(text))


@pytest.mark.parametrize("seed", range(20))
def test_patterns(seed: int) -> None:
    dice = Random(seed)
    conditions = [
        MatchesAny(PROMPT, tuple(dice.sample(PATTERNS, dice.randrange(1, 4)))) for _ in range(dice.randrange(1, 9))
    ]
    conditions.append(ContainsAny(PROMPT, tuple(dice.sample(PIECES, 3))))  # type: ignore[arg-type]
    texts = ["".join(dice.choices(PIECES, k=dice.randrange(7))) for _ in range(60)]
    found = Search(conditions).among(pa.array([*texts, None]))
    for condition, hits in zip(conditions, found, strict=True):
        expected = [any(single(pattern, text) for pattern in patterns(condition)) for text in texts]
        assert hits.tolist() == [*expected, False], condition


@pytest.mark.parametrize("seed", range(10))
def test_rare_patterns(seed: int) -> None:
    dice = Random(seed)
    words = [f"word{number}" for number in range(dice.randrange(6, 20))]
    conditions = [MatchesAny(PROMPT, (word + r"\b",)) for word in words]
    texts = [" ".join(dice.sample(words, dice.choice((0, 0, 0, 1, 2)))) for _ in range(200)]
    for word, hits in zip(words, Search(conditions).among(pa.array(texts)), strict=True):
        assert hits.tolist() == [word in text.split() for text in texts]


@pytest.mark.parametrize("quoted", [(r"\Qa", r"\Qb\E"), (r"\Qa", "b", r"c\Q|d\E")])
def test_quotation_inside_patterns(quoted: tuple[str, ...]) -> None:
    texts = ["a", "b", "c|d", "a)|(?:b", ""]
    for conditions in ([MatchesAny(PROMPT, quoted)], [MatchesAny(PROMPT, (one,)) for one in quoted]):
        for condition, hits in zip(conditions, Search(conditions).among(pa.array(texts)), strict=True):
            assert hits.tolist() == [any(single(one, text) for one in condition.patterns) for text in texts]


@given(st.lists(st.text(max_size=5), max_size=6), st.lists(st.text(max_size=3), min_size=1, max_size=4))
def test_parts_of_texts(texts: list[str], values: list[str]) -> None:
    [hits] = Search([ContainsAny(PROMPT, tuple(values))]).among(pa.array(texts, pa.string()))
    assert hits.tolist() == [any(value in text for value in values) for text in texts]


def test_too_many_for_one_pattern() -> None:
    words = tuple(f"{number:x}{'z' * 900}" for number in range(3_000))
    [hits] = Search([ContainsAny(PROMPT, words)]).among(pa.array([words[0], "nothing", words[-1] + "!"]))
    assert hits.tolist() == [True, False, True]
