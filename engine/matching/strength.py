"""One number for how strong the evidence of a pair is, from its scores, and from those of independent answers.

On its own a pair is as strong as its strongest score. Where independent answers to the same prompt are known (the
control's), more can be told: how much more alike the sample is to our output than to any of them. Then each score
counts by its excess over the highest of the independent answers, and a pair is as strong as the mean of its two
strongest excesses, so that no single score decides.

``marks.json`` puts all scores on one scale: of pairs of independent answers to one prompt fewer than 3 %, 1 % and
0.2 % reached 200, 300 and 400 of a score, and of excesses fewer than 10 %, 1 % and 0.1 % reached 100, 200 and 300.
``benchmarks/match_marks.py`` made it from one half of the prompts. The marks only make scores comparable: what
strength is enough is for the control to say, at every audit anew.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import orjson

from plainterms.engine.matching.scores import Scores

WORTH = 200
"""Strength from which a pair is kept: a score that three in a hundred pairs of independent answers reach."""

LEAST = 300
"""Strength below which no control makes a match."""

FULL = 600

SHORT, LONG = 8, 20
"""Words outside the prompt that the shorter text needs for the marks of short pairs, and for those of long ones."""

ENOUGH = 12
"""Words outside the prompt that the shorter text needs to be compared with independent answers."""

RIVALS = 5
"""Independent answers to the same prompt with which a pair is compared: so many, or none."""

COUNTS_HALF = 20
"""Words of the shorter text at which a share of them counts half, as short texts hold little that is their own."""

WITHIN = frozenset({"words_within", "pairs_within"})
"""Scores that are shares of the shorter text alone."""

MARKS = Path(__file__).with_name("marks.json")

Line = tuple[tuple[int, int], ...]
"""Values of a score, rising, each with the strength that it has."""


@cache
def marks(kind: str) -> Mapping[str, Line]:
    """The marks of each score: ``long`` or ``short`` pairs on their own, or ``excess`` over independent answers."""
    given = orjson.loads(MARKS.read_bytes())["marks"][kind]
    return {name: tuple((value, strength) for value, strength in line) for name, line in given.items()}


def strength(scores: Scores) -> int:
    """How strong a pair is on its own: from 0 (nothing) to 600 (all of a text)."""
    if scores.shorter < SHORT:
        return 0
    lines = marks("long" if scores.shorter >= LONG else "short")
    return max(_along(getattr(scores, name), line) for name, line in lines.items())


def strength_against(scores: Scores, rivals: Sequence[Scores]) -> int:
    """How strong a pair is, given the scores of independent answers with the same sample: from 0 to 600."""
    if scores.shorter < ENOUGH:
        return 0
    found = excesses(scores, rivals)
    least, most = sorted(_along(found[name], line) for name, line in marks("excess").items())[-2:]
    return (least + most) // 2


def excesses(scores: Scores, rivals: Sequence[Scores]) -> dict[str, int]:
    """By how much each score is higher than that of any rival; shares of short texts count less."""
    found = {}
    for name in ("letters", "words_within", "pairs_within", "alignment"):
        more = max(0, getattr(scores, name) - max(getattr(rival, name) for rival in rivals))
        found[name] = more * scores.shorter // (scores.shorter + COUNTS_HALF) if name in WITHIN else more
    return found


def _along(value: int, line: Line) -> int:
    """Between the marks in proportion, rounded down; before the first from nothing, behind the last no more."""
    for (low, base), (mark, reached) in pairwise(((0, 0), *line)):
        if value < mark:
            return base + (reached - base) * (value - low) // (mark - low)
    return line[-1][1]
