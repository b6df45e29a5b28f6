"""What may be said of the whole set: how many outputs match, what chance allows, and how much came from us."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plainterms.engine.matching.binomial import lower, most_by_chance, tail, upper
from plainterms.engine.matching.calibration import KINDS, Calibration, Mark, bin_of
from plainterms.engine.matching.clusters import clusters
from plainterms.engine.matching.rows import Row

SURE = 0.999


@dataclass(frozen=True)
class BinStatement:
    """The outputs of one bin of lengths. Without a ``mark`` the control does not support the rate."""

    number: int
    examined: int
    matched: int
    mark: Mark | None
    missing: int


@dataclass(frozen=True)
class Statement:
    """``examined`` outputs of bins that the control supports; ``matched`` of them match a sample.

    Matches that share a sample or a prompt are one of ``clusters``. ``expected`` is the most that chance makes of
    the examined on average, ``chance`` its 99.9 % upper limit, ``p`` the probability of so many clusters or more.
    ``samples_matched`` of ``samples`` are like some match; ``share`` bounds the share of them that came from us.
    """

    rate: float
    bins: tuple[BinStatement, ...]
    outputs: int
    short: int
    examined: int
    matched: int
    clusters: int
    aside: int
    expected: float
    chance: int
    p: float
    samples: int
    samples_matched: int
    share: tuple[float, float]

    @property
    def verdict(self) -> str:
        """`more than chance`, `no more than chance allows`, or `undetermined`."""
        if self.examined == 0:
            return "undetermined"
        return "more than chance" if self.clusters > self.chance else "no more than chance allows"


def is_match(row: Row, marks: Sequence[Mark | None]) -> bool:
    """Whether a row is a match by the marks of the bins."""
    mark = _mark(row, marks)
    return mark is not None and row.strength > mark.strength


def _mark(row: Row, marks: Sequence[Mark | None]) -> Mark | None:
    number = bin_of(row.words, row.against)
    return None if number is None else marks[number]


def marks_of(calibration: Calibration, rate: float) -> list[Mark | None]:
    """The mark of each bin."""
    return [one.mark(rate) for one in calibration.bins]


def stated(
    rows: Sequence[Row], calibration: Calibration, rate: float, samples: int, copies: Callable[[int], int]
) -> Statement:
    """The statement on rows. ``samples`` is how many there are, ``copies`` how many are equal to one."""
    marks = marks_of(calibration, rate)
    matches = [row for row in rows if is_match(row, marks)]
    every = (_bin(number, rows, matches, calibration, rate, marks[number]) for number in range(len(KINDS)))
    bins = tuple(one for one in every if one.examined)
    supported = [one for one in bins if one.mark is not None]
    examined = sum(one.examined for one in supported)
    expected = sum(one.examined * one.mark.bound for one in supported if one.mark is not None)
    mean = expected / examined if examined else 0.0
    facts = len(set(clusters(marks_of_fact(row) for row in matches)))
    chance = most_by_chance(examined, mean, SURE)
    alike = {one.sample for row in matches for one in row.likenesses if one.strength > _strength(row, marks)}
    of_samples = sum(map(copies, alike))
    return Statement(
        rate=rate,
        bins=bins,
        outputs=len(rows),
        short=sum(bin_of(row.words) is None for row in rows),
        examined=examined,
        matched=len(matches),
        clusters=facts,
        aside=sum(bool(row.reasons) for row in rows),
        expected=expected,
        chance=chance,
        p=tail(facts, examined, mean),
        samples=samples,
        samples_matched=of_samples,
        share=(lower(max(0, of_samples - chance), samples), upper(of_samples, samples)) if samples else (0.0, 1.0),
    )


def marks_of_fact(row: Row) -> list[tuple[str, object]]:
    """What makes two matches one fact: a sample, a prompt, or the very text."""
    shared: list[tuple[str, object]] = [("sample", one.sample) for one in row.likenesses]
    return [*shared, ("text", row.digest), *([("prompt", row.prompt)] if row.prompt else [])]


def _strength(row: Row, marks: Sequence[Mark | None]) -> int:
    mark = _mark(row, marks)
    return 0 if mark is None else mark.strength


def _bin(
    number: int, rows: Sequence[Row], matches: Sequence[Row], calibration: Calibration, rate: float, mark: Mark | None
) -> BinStatement:
    return BinStatement(
        number,
        sum(bin_of(row.words, row.against) == number for row in rows),
        sum(bin_of(row.words, row.against) == number for row in matches),
        mark,
        calibration.missing(number, rate),
    )
