"""The strengths of outputs and of control texts as a picture: two columns of bars on one scale, in SVG."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plainterms.engine.matching.match import Matching
from plainterms.engine.matching.rows import Row
from plainterms.engine.matching.strength import FULL, WORTH

STEP = 25
WIDTH, HEIGHT, MIDDLE = 720, 220, 110
LEFT = 40


@dataclass(frozen=True)
class Bar:
    """A bar of outputs (upwards) or of control texts (downwards), in units of the picture."""

    x: float
    y: float
    height: float
    width: float
    kind: str
    title: str


@dataclass(frozen=True)
class Picture:
    """Bars by strength, and where the marks above which a text is a match begin."""

    bars: tuple[Bar, ...]
    marks: tuple[tuple[float, str], ...]
    ticks: tuple[tuple[float, str], ...]


def picture(found: Matching) -> Picture:
    """Shares of outputs and of control texts by strength; texts that nothing resembles are left out, and told."""
    ours, theirs = _shares(found.rows), _shares(found.control)
    tallest = max([*ours.values(), *theirs.values()], default=1.0)
    bars = [_bar(step, share / tallest, "output", len(found.rows)) for step, share in sorted(ours.items())]
    bars += [_bar(step, share / tallest, "control", len(found.control)) for step, share in sorted(theirs.items())]
    strengths = sorted({one.mark.strength for one in found.statement.bins if one.mark is not None})
    marks = tuple((_x(one + 1), str(one)) for one in strengths)
    return Picture(tuple(bars), marks, tuple((_x(tick), str(tick)) for tick in range(WORTH, FULL + 1, 100)))


def _shares(rows: Sequence[Row]) -> dict[int, float]:
    counts = Counter(_step(row.strength) for row in rows if row.strength)
    return {step: count / len(rows) for step, count in counts.items()}


def _step(strength: int) -> int:
    return min(strength, FULL - 1) // STEP


def _bar(step: int, share: float, kind: str, of: int) -> Bar:
    height = max(1.5, share * (MIDDLE - 25))
    y = MIDDLE - height if kind == "output" else MIDDLE
    title = f"{kind}: strength {step * STEP} to {(step + 1) * STEP}, of {of:,} texts"
    return Bar(_x(step * STEP), y, height, _x(STEP) - _x(0) - 2, kind, title)


def _x(strength: float) -> float:
    return round(LEFT + (strength - WORTH) / (FULL - WORTH) * (WIDTH - LEFT - 20), 1)


def counted(rows: Iterable[Row]) -> int:
    """How many rows have a strength that is drawn."""
    return sum(row.strength > 0 for row in rows)
