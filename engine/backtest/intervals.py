"""Confidence intervals of shares."""

from dataclasses import dataclass

from plainterms.engine.matching.binomial import lower, upper

ONE_SIDED = 0.975
"""So sure is each end of an interval that is 95 % sure."""


@dataclass(frozen=True)
class Share:
    """``part`` of ``whole``, which may be nothing of nothing."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The share itself; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        """The exact 95 % interval of Clopper and Pearson (1934), which is never too narrow; of nothing, anything."""
        if not self.whole:
            return 0.0, 1.0
        return lower(self.part, self.whole, ONE_SIDED), upper(self.part, self.whole, ONE_SIDED)

    def __add__(self, other: "Share") -> "Share":
        return Share(self.part + other.part, self.whole + other.whole)
