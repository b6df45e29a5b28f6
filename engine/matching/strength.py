"""One number for how strong the evidence of a pair is, from its scores.

Each score has marks that fewer than 1 in 100, 1,000, 10,000 and 30,000 independent answers to the same prompt reached
when they were tried on the development prompts of `benchmarks/match_quality.py`, once and by hand: that script uses
them and does not derive them. Between marks the strength grows in proportion, and the strongest score counts. The
marks only put scores on one scale: what strength is enough is for the control to say, at every audit anew.
"""

from plainterms.engine.matching.scores import Scores

WORTH = 200
"""Strength from which a pair is kept: what one in a hundred pairs of independent answers to one prompt reaches."""

LEAST = 300
"""Strength below which no control makes a match."""

FULL = 600

_LONG = {
    "letters": ((209, 200), (270, 300), (349, 400), (402, 450), (1000, FULL)),
    "letters_within": ((521, 200), (645, 300), (766, 400), (824, 450), (1000, FULL)),
    "words_within": ((106, 200), (229, 300), (438, 400), (562, 450), (1000, FULL)),
    "alignment": ((382, 200), (479, 300), (604, 400), (664, 450), (1000, FULL)),
    "edits": ((532, 200), (598, 300), (661, 400), (744, 450), (1000, FULL)),
    "run": ((11, 200), (18, 300), (30, 400), (35, 450), (100, FULL)),
}
_SHORT = {
    "letters": ((212, 200), (270, 300), (330, 400), (1000, FULL)),
    "alignment": ((357, 200), (481, 300), (560, 400), (1000, FULL)),
    "edits": ((466, 200), (590, 300), (660, 400), (1000, FULL)),
    "run": ((7, 200), (11, 300), (15, 400), (100, FULL)),
}
SHORT, LONG = 8, 20
"""Words outside the prompt that the shorter text needs for the marks of short pairs, and for those of long ones."""


def strength(scores: Scores) -> int:
    """From 0 (nothing) to 600 (all of a text)."""
    if scores.shorter < SHORT:
        return 0
    marks = _LONG if scores.shorter >= LONG else _SHORT
    return max(_along(getattr(scores, name), line) for name, line in marks.items())


def _along(value: int, line: tuple[tuple[int, int], ...]) -> int:
    """Between the marks in proportion, rounded down; before the first from nothing."""
    low, base = 0, 0
    for mark, reached in line:
        if value < mark:
            return base + (reached - base) * (value - low) // (mark - low)
        low, base = mark, reached
    return base
