"""One text made ready for comparison: its letters, its words, and the sets of their runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from plainterms.engine.matching.normal import Hashes, Ints, Normal, letter_grams, normalised, word_grams

GRAM = 5
"""Letters, and words, of the runs that are compared."""

PROMPT_GRAM = 3
"""A word in a run of this many that also stands in the prompt is the prompt's, not the answer's."""


@dataclass(frozen=True)
class Profile:
    """``words`` are hashes; ``threes`` and ``fives`` hashes of runs of words, by the first word of each.

    ``grams`` are hashes of the runs of five letters.
    """

    letters: str
    words: list[int]
    threes: list[int]
    fives: list[int]
    grams: frozenset[int]

    @cached_property
    def three_set(self) -> frozenset[int]:
        """The runs of three words."""
        return frozenset(self.threes)


NOTHING = Profile("", [], [], [], frozenset())


def profiles(texts: Sequence[str]) -> list[Profile]:
    """The profile of each text."""
    return profiles_of(normalised(texts))


def profiles_of(normal: Normal) -> list[Profile]:
    """The profile of each text that was normalised."""
    threes = _by_text(*word_grams(normal, PROMPT_GRAM), normal.word_ends)
    fives = _by_text(*word_grams(normal, GRAM), normal.word_ends)
    grams = _by_text(*letter_grams(normal, GRAM), normal.text_ends)
    return [
        Profile(
            normal.letters_of(text), normal.words_of(text).tolist(), threes[text], fives[text], frozenset(grams[text])
        )
        for text in range(len(normal))
    ]


def _by_text(hashes: Hashes, places: Ints, ends: Ints) -> list[list[int]]:
    cuts = np.searchsorted(places, ends).tolist()
    return [hashes[first:last].tolist() for first, last in pairwise(cuts)]


def of_prompt(profile: Profile, prompt: frozenset[int]) -> list[bool]:
    """Of each word, whether it lies in a run of three words that is the prompt's."""
    found = [False] * len(profile.words)
    if not prompt.isdisjoint(profile.three_set):
        for place, three in enumerate(profile.threes):
            if three in prompt:
                found[place : place + PROMPT_GRAM] = [True] * PROMPT_GRAM
    return found
