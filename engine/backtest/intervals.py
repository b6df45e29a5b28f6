"""Confidence intervals of shares."""

from dataclasses import dataclass
from math import sqrt

NORMAL_95 = 1.959963984540054


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
        """Wilson's 95 % interval (E. B. Wilson, 1927), which holds for small counts too; of nothing, anything."""
        if not self.whole:
            return 0.0, 1.0
        square = NORMAL_95**2
        share, count = self.part / self.whole, self.whole
        middle = (share + square / (2 * count)) / (1 + square / count)
        half = NORMAL_95 / (1 + square / count) * sqrt(share * (1 - share) / count + square / (4 * count**2))
        low, high = max(middle - half, 0.0), min(middle + half, 1.0)
        return (0.0 if not self.part else low), (1.0 if self.part == count else high)

    def __add__(self, other: "Share") -> "Share":
        return Share(self.part + other.part, self.whole + other.whole)
