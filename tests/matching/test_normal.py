"""Texts as they are compared: what each folds to, and where each word stood."""

import unicodedata
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainterms.engine.matching.hashing import mixed, windows
from plainterms.engine.matching.normal import letter_grams, normalised, word_grams

CASES = [
    tuple(part.encode("ascii").decode("unicode_escape") for part in line.split(" | "))
    for line in (Path(__file__).parent / "normal.txt").read_text().splitlines()
    if not line.startswith("#")
]
texts = st.text(max_size=60) | st.text("aAéÉ*_` .\n\u200b\u0301\u4e2d\u0430<b>&;[]()", max_size=60)


def folded(text: str) -> str:
    return normalised([text]).text_of(0)


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_what_a_text_folds_to(text: str, expected: str) -> None:
    assert folded(text) == expected


@given(texts)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(texts.filter(lambda text: not set(text) & set("<&]")))
def test_composed_decomposed_and_capitals_are_the_same(text: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert folded(unicodedata.normalize(form, text)) == folded(text)


def test_every_character_is_the_same_in_all_normal_forms() -> None:
    pairs = {
        (f"x{character}y", f"x{other}y")
        for character in map(chr, (*range(0xD800), *range(0xE000, 0x110000)))
        for other in (unicodedata.normalize(form, character) for form in ("NFC", "NFD", "NFKC", "NFKD"))
        if other != character and not set(other) & set("<&]")
    }
    assert len(pairs) > 10_000
    ones, others = (normalised(side) for side in zip(*sorted(pairs), strict=True))
    parted = [pair for at, pair in enumerate(sorted(pairs)) if ones.text_of(at) != others.text_of(at)]
    assert parted == []


@given(st.lists(texts, max_size=5))
def test_texts_side_by_side_are_each_for_itself(several: list[str]) -> None:
    together = normalised(several)
    assert [together.text_of(at) for at in range(len(several))] == [folded(text) for text in several]
    for at, text in enumerate(several):
        alone = normalised([text])
        assert np.array_equal(together.words_of(at), alone.words_of(0))


@given(st.lists(texts, min_size=1, max_size=3))
def test_each_word_stands_where_its_span_says(several: list[str]) -> None:
    together = normalised(several)
    for at, text in enumerate(several):
        words = together.text_of(at).split()
        spans = [together.span(at, place, place) for place in range(len(words))]
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(one[0] <= two[0] for one, two in pairwise(spans))
        for word, (start, end) in zip(words, spans, strict=True):
            if "](" not in text and "<" not in text and "&" not in text:
                assert word in folded(text[start:end]).split()


@given(st.lists(st.integers(0, 2**32 - 1), max_size=40), st.integers(1, 9))
def test_windows_are_equal_where_their_values_are(values: list[int], size: int) -> None:
    hashes = windows(mixed(np.array(values, np.uint64)), size)
    assert len(hashes) == max(0, len(values) - size + 1)
    again = [windows(mixed(np.array(values[at : at + size], np.uint64)), size)[0] for at in range(len(hashes))]
    assert hashes.tolist() == again


def test_grams_do_not_reach_into_the_next_text() -> None:
    normal = normalised(["one two three four", "five six", "", "seven eight nine"])
    assert word_grams(normal, 3)[1].tolist() == [0, 1, 6]
    assert len(letter_grams(normal, 5)[0]) == sum(
        len(word) - 4 for word in ("onetwothreefour", "fivesix", "seveneightnine")
    )


def test_ten_megabytes_are_read_at_once() -> None:
    assert len(normalised(["ab " * 3_500_000]).words_of(0)) == 3_500_000
