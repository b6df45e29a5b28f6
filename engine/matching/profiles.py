"""One text made ready for comparison: its letters, its words, and the sets of their runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from plainterms.engine.matching.normal import Hashes, Ints, Normal, letter_grams, normalised, word_grams, word_pairs

GRAM = 5
"""Letters, and words, of the runs that are compared."""

REACH = 4
"""Words from one to the other of a pair of words, at most."""

LONGEST = 20_000
"""Words up to which texts have pairs, and are aligned, and letters up to which edits are counted."""

PROMPT_GRAM = 3
"""A word in a run of this many that also stands in the prompt is the prompt's, not the answer's."""


Listed = Callable[[int], list[int]]
"""The hashes of the runs of one text."""


@dataclass(frozen=True)
class Profile:
    """``words`` are hashes; ``threes`` and ``fives`` hashes of runs of words, by the first word of each.

    ``grams`` are hashes of the runs of five letters, ``pairs`` of two words in order, at most ``REACH`` apart.
    """

    letters: str
    words: list[int]
    threes: list[int]
    fives: list[int]
    grams: frozenset[int]
    pairs: frozenset[int]

    @cached_property
    def three_set(self) -> frozenset[int]:
        """The runs of three words."""
        return frozenset(self.threes)


def profiles(texts: Sequence[str]) -> list[Profile]:
    """The profile of each text."""
    normal = normalised(texts)
    threes = _listed(*word_grams(normal, PROMPT_GRAM), normal.word_ends)
    fives = _listed(*word_grams(normal, GRAM), normal.word_ends)
    grams = _listed(*letter_grams(normal, GRAM), normal.text_ends)
    pairs = _listed(*word_pairs(normal, REACH), normal.word_ends)
    return [
        Profile(
            normal.letters_of(row),
            normal.words_of(row).tolist(),
            threes(row),
            fives(row),
            frozenset(grams(row)),
            frozenset(pairs(row) if words <= LONGEST else ()),
        )
        for row, words in enumerate(np.diff(normal.word_ends).tolist())
    ]


def _listed(hashes: Hashes, places: Ints, ends: Ints) -> Listed:
    cuts = np.searchsorted(places, ends).tolist()
    return lambda row: hashes[cuts[row] : cuts[row + 1]].tolist()


def outside(normal: Normal, prompts: Sequence[frozenset[int]]) -> list[int]:
    """Of each text the words that do not lie in a run of three words of its prompt."""
    if not any(prompts):
        return list(map(int, np.diff(normal.word_ends)))
    hashes, places = word_grams(normal, PROMPT_GRAM)
    cuts = np.searchsorted(places, normal.word_ends).tolist()
    inside = np.zeros(len(normal.word_hashes), bool)
    for row, prompt in enumerate(prompts):
        if prompt:
            own = slice(cuts[row], cuts[row + 1])
            known = np.fromiter(prompt, np.uint64, len(prompt))
            found = places[own][np.isin(hashes[own], known)]
            for step in range(PROMPT_GRAM):
                inside[found + step] = True
    ends = np.append(0, np.cumsum(~inside))[normal.word_ends]
    return list(map(int, np.diff(ends)))


def of_prompt(profile: Profile, prompt: frozenset[int]) -> list[bool]:
    """Of each word, whether it lies in a run of three words that is the prompt's."""
    found = [False] * len(profile.words)
    if prompt and not prompt.isdisjoint(profile.three_set):
        for place, three in enumerate(profile.threes):
            if three in prompt:
                found[place : place + PROMPT_GRAM] = [True] * PROMPT_GRAM
    return found
