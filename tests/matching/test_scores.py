"""Scores of pairs against slow ones, and the strength that they have."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainterms.engine.matching.normal import normalised
from plainterms.engine.matching.profiles import of_prompt, outside, profiles
from plainterms.engine.matching.scores import Scores, scores
from plainterms.engine.matching.spans import spans
from plainterms.engine.matching.strength import FULL, MARKS, marks, strength, strength_against

words = st.lists(st.sampled_from(["one", "two", "three", "four", "five", "six", "seven"]), max_size=25).map(" ".join)


def scored(output: str, sample: str, prompt: str = "") -> Scores:
    one, other, asked = profiles([output, sample, prompt])
    return scores(one, other, asked.three_set)


def runs(items: str | list[str], size: int) -> set[str | tuple[str, ...]]:
    return {tuple(items[at : at + size]) for at in range(len(items) - size + 1)}


def pairs(items: list[str]) -> set[tuple[str, str]]:
    return {(one, other) for at, one in enumerate(items) for other in items[at + 1 : at + 5]}


def subsequence(one: str | list[str], other: str | list[str]) -> int:
    row = [0] * (len(other) + 1)
    for left in one:
        before = 0
        for place, right in enumerate(other, 1):
            before, row[place] = row[place], before + 1 if left == right else max(row[place], row[place - 1])
    return row[-1]


@given(words, words)
def test_scores_are_what_they_say(output: str, sample: str) -> None:
    found, own, its = scored(output, sample), output.split(), sample.split()
    letters, its_letters = "".join(own), "".join(its)
    grams, its_grams = runs(letters, 5), runs(its_letters, 5)
    every = grams | its_grams
    assert found.letters == (1000 * len(grams & its_grams) // len(every) if every else 0)
    whole = len(own) + len(its)
    assert found.alignment == (2000 * subsequence(own, its) // whole if whole else 0)
    both = len(letters) + len(its_letters)
    assert found.edits == (1000 * 2 * subsequence(letters, its_letters) // both if both else 0)
    close, its_close = pairs(own), pairs(its)
    fewer = min(len(close), len(its_close))
    assert found.pairs_within == (1000 * len(close & its_close) // fewer if fewer else 0)
    common = runs(own, 5) & runs(its, 5)
    longest = max((n for n in range(5, len(own) + 1) if _covered(own, common, n)), default=0)
    assert found.run == longest
    assert found.shorter == min(len(own), len(its))


def _covered(own: list[str], common: set[object], size: int) -> bool:
    return any(
        all(tuple(own[at : at + 5]) in common for at in range(start, start + size - 4))
        for start in range(len(own) - size + 1)
    )


@given(words, words, words)
def test_both_directions_are_equally_strong(one: str, other: str, prompt: str) -> None:
    assert strength(scored(one, other, prompt)) == strength(scored(other, one, prompt))


def test_words_of_the_prompt_do_not_count() -> None:
    poem = "the sea is wide and the boat is small and the night is long"
    plain, masked = scored(poem, poem), scored(poem, poem, f"Repeat after me: {poem}")
    assert (plain.run, plain.shorter) == (14, 14)
    assert (masked.run, masked.shorter, strength(masked)) == (0, 0, 0)


LINES = {
    "long": {"letters": ((100, 200), (300, 400), (1000, FULL)), "run": ((10, 200), (100, FULL))},
    "short": {"run": ((5, 200), (15, 300), (100, FULL))},
    "excess": {"letters": ((100, 200), (400, FULL)), "words_within": ((50, 300),), "alignment": ((200, 200),)},
}


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plainterms.engine.matching.strength.marks", LINES.__getitem__)


@pytest.mark.usefixtures("lines")
@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Scores(shorter=7, letters=1000, run=100), 0),
        (Scores(shorter=20, letters=50), 100),
        (Scores(shorter=20, letters=100), 200),
        (Scores(shorter=20, letters=250), 350),
        (Scores(shorter=20, letters=120, run=55), 400),
        (Scores(shorter=20, run=900, letters=10), FULL),
        (Scores(shorter=19, run=15), 300),
        (Scores(shorter=10, letters=1000), 0),
        (Scores(shorter=50), 0),
    ],
)
def test_strength(found: Scores, expected: int) -> None:
    assert strength(found) == expected


NOTHING = Scores(shorter=20)


@pytest.mark.usefixtures("lines")
@pytest.mark.parametrize(
    ("found", "rivals", "expected"),
    [
        (Scores(shorter=20, letters=200, alignment=300), [NOTHING], (333 + 200) // 2),
        (Scores(shorter=20, letters=200), [NOTHING], 333 // 2),  # one score alone decides nothing
        (Scores(shorter=20, letters=400, alignment=200), [NOTHING, Scores(letters=300), Scores(alignment=100)], 150),
        (Scores(shorter=20, letters=400, alignment=200), [Scores(letters=900, alignment=900)], 0),
        (Scores(shorter=20, words_within=100, letters=100), [NOTHING], 250),  # a share of 20 words counts half
        (Scores(shorter=180, words_within=50, letters=100), [NOTHING], (270 + 200) // 2),
        (Scores(shorter=11, letters=400, alignment=400), [NOTHING], 0),
    ],
)
def test_strength_against_independent_answers(found: Scores, rivals: list[Scores], expected: int) -> None:
    assert strength_against(found, rivals) == expected


@pytest.mark.parametrize("kind", ["long", "short", "excess"])
def test_marks_rise(kind: str) -> None:
    lines = marks(kind)
    assert set(lines) <= set(Scores().as_dict())
    for line in lines.values():
        for column in zip(*line, strict=True):
            assert list(column) == sorted(set(column))
        assert line[-1][1] == FULL


def test_the_table_of_marks_says_where_it_is_from() -> None:
    told = orjson.loads(MARKS.read_bytes())
    assert told["from"].endswith("402 of its prompts, by benchmarks/match_marks.py")
    assert min(told["pairs"].values()) > 2_000


@pytest.mark.parametrize(
    ("output", "sample", "expected"),
    [
        ("One two three.", "Zero. ONE  two, *three*!", [("One two three", "ONE  two, *three")]),
        ("a b c x d e f", "d e f a b c", [("a b c", "a b c"), ("d e f", "d e f")]),
        ("a b", "a b", []),
        ("\u05d0 \u05d1 \u05d2", "x \u05d0 \u05d1 \u05d2", [("\u05d0 \u05d1 \u05d2", "\u05d0 \u05d1 \u05d2")]),
        ("caf\u00e9 au lait", "cafe\u0301 au lait", [("caf\u00e9 au lait", "cafe\u0301 au lait")]),
    ],
)
def test_spans_point_into_the_originals(output: str, sample: str, expected: list[tuple[str, str]]) -> None:
    found = spans(normalised([output, sample]), 0, 1)
    assert [(output[slice(*one.output)], sample[slice(*one.sample)]) for one in found] == expected


@given(words, words)
def test_spans_hold_the_same_words(output: str, sample: str) -> None:
    for one in spans(normalised([output, sample]), 0, 1):
        assert output[slice(*one.output)].split() == sample[slice(*one.sample)].split()
        assert len(output[slice(*one.output)].split()) == one.words


@given(st.lists(st.tuples(words, words), max_size=4))
def test_words_outside_a_prompt_are_counted_for_many_at_once(pairs: list[tuple[str, str]]) -> None:
    texts, prompts = [text for text, _ in pairs], [profiles([prompt])[0].three_set for _, prompt in pairs]
    expected = [of_prompt(*pair).count(False) for pair in zip(profiles(texts), prompts, strict=True)]
    assert outside(normalised(texts), prompts) == expected
