"""Measured quantities at many anchors: columns of what they are at least and at most."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plainterms.engine.columnar.arrays import Bools, Ints, picked
from plainterms.engine.findings import Interval, Share, Verdict

Numbers = NDArray[Any]
"""64-bit integers, or Python's where those could overflow."""

EXACT_FLOAT = 1 << 26
"""Two shares of smaller wholes that differ, differ as 64-bit floats too."""


@dataclass(frozen=True)
class Amounts:
    """Millionths; where a mark of unboundedness stands, the number says nothing."""

    low: Numbers
    high: Numbers
    low_unbounded: Bools | None = None
    high_unbounded: Bools | None = None

    def take(self, keep: Bools | Ints) -> "Amounts":
        """The amounts at some anchors."""
        return Amounts(
            picked(self.low, keep),
            picked(self.high, keep),
            None if self.low_unbounded is None else picked(self.low_unbounded, keep),
            None if self.high_unbounded is None else picked(self.high_unbounded, keep),
        )

    def intervals(self) -> list[Interval]:
        """The amounts, one by one."""
        lows, highs = _or_none(self.low, self.low_unbounded), _or_none(self.high, self.high_unbounded)
        return [Interval(low, high) for low, high in zip(lows, highs, strict=True)]

    def rank(self, verdict: Verdict) -> Numbers:
        """What decides which anchor is the peak: what is certain of a breach, what is possible otherwise."""
        if verdict == "breach":
            return _marked(self.low, self.low_unbounded, self.low.min(initial=0) - 1)
        return _marked(self.high, self.high_unbounded, self.high.max(initial=0) + 1)


def _or_none(numbers: Numbers, unbounded: Bools | None) -> list[int | None]:
    values: list[int | None] = numbers.tolist()
    if unbounded is not None:
        for index in np.flatnonzero(unbounded).tolist():
            values[index] = None
    return values


def _marked(numbers: Numbers, unbounded: Bools | None, extreme: int) -> Numbers:
    return numbers if unbounded is None else np.where(unbounded, extreme, numbers)


@dataclass(frozen=True)
class Shares:
    """Parts and wholes; ``may_be_empty`` where no event of the whole is certain."""

    low_part: Ints
    low_whole: Ints
    high_part: Ints
    high_whole: Ints
    may_be_empty: Bools

    def take(self, keep: Bools | Ints) -> "Shares":
        """The shares at some anchors."""
        return Shares(
            picked(self.low_part, keep),
            picked(self.low_whole, keep),
            picked(self.high_part, keep),
            picked(self.high_whole, keep),
            picked(self.may_be_empty, keep),
        )

    def intervals(self) -> list[Interval]:
        """The shares, one by one."""
        columns = (self.low_part, self.low_whole, self.high_part, self.high_whole)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return [
            Interval(Share(part, whole), Share(most_part, most_whole)) for part, whole, most_part, most_whole in rows
        ]

    def rank(self, verdict: Verdict) -> Numbers:
        """What decides which anchor is the peak; an empty share is below all."""
        if verdict == "breach":
            return _fractions(self.low_part, self.low_whole)
        return _fractions(self.high_part, self.high_whole)


def _fractions(part: Ints, whole: Ints) -> Numbers:
    if whole.max(initial=0) < EXACT_FLOAT:
        return np.where(whole > 0, part / np.maximum(whole, 1), -1.0)
    pairs = zip(part.tolist(), whole.tolist(), strict=True)
    return np.array([Fraction(p, w) if w else Fraction(-1) for p, w in pairs], dtype=object)


Values = Amounts | Shares


def put_together(pieces: list[Values]) -> Values:
    """The same measure's values from several blocks."""
    first = pieces[0]
    if isinstance(first, Shares):
        columns = [[getattr(piece, name) for piece in pieces] for name in first.__dataclass_fields__]
        return Shares(*(np.concatenate(column) for column in columns))
    amounts = [piece for piece in pieces if isinstance(piece, Amounts)]
    return Amounts(
        np.concatenate([piece.low for piece in amounts]),
        np.concatenate([piece.high for piece in amounts]),
        _marks([(piece.low_unbounded, len(piece.low)) for piece in amounts]),
        _marks([(piece.high_unbounded, len(piece.high)) for piece in amounts]),
    )


def _marks(pieces: list[tuple[Bools | None, int]]) -> Bools | None:
    if all(marks is None for marks, _ in pieces):
        return None
    return np.concatenate([np.zeros(count, dtype=bool) if marks is None else marks for marks, count in pieces])
