"""A thousand bits for the words of a text: whether two texts can have enough words in common is told at once."""

import numpy as np
import numpy.typing as npt

from plainterms.engine.matching.folding import SCRIPTS_WITHOUT_SPACES
from plainterms.engine.matching.normal import Ints, Normal

BITS = 1_024
_SHIFT = np.uint64(54)

MEANING = 4
"""Letters from which on a word tells texts apart; shorter ones stand in all."""

SHARED = 350
"""Thousandths of the words of the text with fewer that the other must have, too, for a pair to be verified."""

Signatures = npt.NDArray[np.uint64]


def signatures(normal: Normal) -> Signatures:
    """The bits of each text's words, texts by ``BITS`` / 64."""
    starts = normal.word_starts[:-1]
    telling = np.diff(normal.word_starts) >= MEANING
    if len(starts):
        telling |= normal.letters[starts] >= SCRIPTS_WITHOUT_SPACES[0][0]
    text = np.repeat(np.arange(len(normal)), np.diff(normal.word_ends))
    bits = np.zeros(len(normal) * BITS, bool)
    bits[text[telling] * BITS + (normal.word_hashes[telling] >> _SHIFT).astype(np.int64)] = True
    return np.packbits(bits).view(np.uint64).reshape(len(normal), BITS // 64)


def may_match(left: Signatures, right: Signatures) -> npt.NDArray[np.bool_]:
    """For each pair of rows whether enough words are common; texts without telling words may always match."""
    common, fewer = _count(left & right), np.minimum(_count(left), _count(right))
    return 1_000 * common >= SHARED * fewer


def _count(rows: Signatures) -> Ints:
    found: Ints = np.bitwise_count(rows).sum(axis=1, dtype=np.int64)
    return found
