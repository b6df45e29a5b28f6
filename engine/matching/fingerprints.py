"""Winnowed fingerprints: of each stretch of a text a few hashes that any copy of the stretch shares.

Schleimer, Wilkerson and Aiken, "Winnowing: Local Algorithms for Document Fingerprinting" (2003): two texts that have
``letters + window - 1`` letters in a row in common share at least one fingerprint.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from plainterms.engine.matching.normal import Hashes, Ints, Normal, letter_grams

LETTERS = 14
WINDOW = 12

_NONE = np.uint64(2**64 - 1)


@dataclass(frozen=True, eq=False)
class Fingerprints:
    """Hashes, each with the text it is of and the place of its first letter in that text."""

    hashes: Hashes
    texts: Ints
    places: Ints


def fingerprints(normal: Normal, letters: int = LETTERS, window: int = WINDOW) -> Fingerprints:
    """The fingerprints of texts in the order of texts and places; a text of fewer than ``letters`` has none."""
    hashes, starts = letter_grams(normal, letters)
    texts = np.searchsorted(normal.text_ends, starts, side="right") - 1
    places = np.arange(len(hashes)) + (texts + 1) * (window - 1)
    padded = np.full(len(hashes) + (len(normal) + 1) * (window - 1), _NONE)
    padded[places] = hashes
    least = _sliding(padded, window, np.minimum)
    greatest = _sliding(least, window, np.maximum)
    chosen = np.flatnonzero(greatest[places - window + 1] == hashes)
    own = texts[chosen]
    return Fingerprints(hashes[chosen], own, starts[chosen] - normal.text_ends[own])


def _sliding(values: Hashes, size: int, choose: Callable[[Hashes, Hashes], Hashes]) -> Hashes:
    """The least, or greatest, of each ``size`` values in a row, by doubling."""
    width = 1
    while width * 2 <= size:
        values = choose(values[:-width], values[width:])
        width *= 2
    rest = size - width
    return choose(values[:-rest], values[rest:]) if rest else values
