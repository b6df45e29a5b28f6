"""What strength of evidence is enough: learned from texts that are known to be independent of the samples.

Each control text is compared with the whole sample set, exactly as an output is. If of *n* control texts of a length
*k* are stronger than a mark, the rate of false matches there is at most the upper bound of Clopper and Pearson.
The mark is the strength of the (k + 1)-th strongest control text, with *k* chosen by *n* and the rate alone: an order
statistic, for which that bound is exact although the mark is taken from the same texts (Wilks 1941).
"""

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from plainterms.engine.matching.binomial import most_allowed, needed, upper
from plainterms.engine.matching.rows import Row
from plainterms.engine.matching.strength import LEAST

CONFIDENCE = 0.95
BINS = (20, 50, 150)
"""Words outside the prompt at which a bin of lengths begins; shorter texts prove nothing and are not examined."""


KINDS = tuple((start, against) for against in (False, True) for start in BINS)
"""Each bin: words from which on, and whether texts are compared with independent answers to their prompts as well.

Every control text counts among those that are not, too, so that outputs without such answers are judged fairly.
"""


def bin_of(words: int, against: bool = False) -> int | None:
    """The bin of a length, None where the text is too short."""
    return bisect_right(BINS, words) - 1 + len(BINS) * against if words >= BINS[0] else None


def bin_name(number: int) -> str:
    """`20 to 49 words`."""
    place, of_prompt = number % len(BINS), ", answers to its prompt known" if KINDS[number][1] else ""
    last = place + 1 == len(BINS)
    length = f"{BINS[place]} words and more" if last else f"{BINS[place]} to {BINS[place + 1] - 1} words"
    return length + of_prompt


@dataclass(frozen=True)
class Mark:
    """Stronger than ``strength`` is a match. ``bound`` is the upper bound of the rate of false matches there.

    Of the ``control`` texts ``false`` are matches.
    """

    strength: int
    bound: float
    false: int
    control: int


@dataclass(frozen=True)
class Bin:
    """The control texts of one bin: how many, and how many have each strength (those of none left out)."""

    control: int
    strengths: tuple[tuple[int, int], ...]

    def mark(self, rate: float) -> Mark | None:
        """The mark at which false matches are rarer than the rate, None if the control is too small to say."""
        allowed = most_allowed(self.control, rate, CONFIDENCE)
        if allowed < 0:
            return None
        strongest = [value for value, count in sorted(self.strengths, reverse=True) for _ in range(count)]
        strength = max(LEAST - 1, strongest[allowed] if allowed < len(strongest) else 0)
        false = sum(value > strength for value in strongest)
        return Mark(strength, upper(allowed, self.control, CONFIDENCE), false, self.control)


@dataclass(frozen=True)
class Nominated:
    """Pairs were nominated by embeddings too: of the model with this digest, from the cosine ``above`` on."""

    model: str
    above: float


@dataclass(frozen=True)
class Calibration:
    """The control's bins, shortest first; ``nominated`` if embeddings nominated pairs of it, and so of outputs."""

    bins: tuple[Bin, ...]
    nominated: Nominated | None = None

    def supported(self, number: int) -> float | None:
        """The least rate that a bin supports; None without any control text."""
        control = self.bins[number].control
        return upper(0, control, CONFIDENCE) if control else None

    def missing(self, number: int, rate: float) -> int:
        """How many more control texts of a bin the rate needs."""
        return max(0, needed(rate, CONFIDENCE) - self.bins[number].control)

    def as_dict(self) -> dict[str, Any]:
        """The calibration as plain data."""
        return {
            "confidence": CONFIDENCE,
            "bins": [
                {
                    "from_words": start,
                    "against": against,
                    "control": one.control,
                    "strengths": [list(pair) for pair in one.strengths],
                }
                for (start, against), one in zip(KINDS, self.bins, strict=True)
            ],
            **({} if self.nominated is None else {"nominated": asdict(self.nominated)}),
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the calibration."""
        return hashlib.sha256(orjson.dumps(self.as_dict())).hexdigest()


def calibrated(rows: Iterable[Row], nominated: Nominated | None = None) -> Calibration:
    """The calibration from the rows of control texts."""
    strengths: list[Counter[int]] = [Counter() for _ in KINDS]
    for row in rows:
        for number, strength in _counted(row):
            if number is not None:
                strengths[number][strength] += 1
    return Calibration(
        tuple(
            Bin(counts.total(), tuple(sorted((value, count) for value, count in counts.items() if value)))
            for counts in strengths
        ),
        nominated,
    )


def _counted(row: Row) -> Iterator[tuple[int | None, int]]:
    """The bins in which a control text counts, with its strength there."""
    yield bin_of(row.words), row.alone
    if row.against:
        yield bin_of(row.words, True), row.strength


def calibration_from(data: Mapping[str, Any]) -> Calibration:
    """The calibration that was written as plain data. Raises ValueError for one of other bins or confidence."""
    if data["confidence"] != CONFIDENCE or [(one["from_words"], one["against"]) for one in data["bins"]] != list(
        KINDS
    ):
        raise ValueError("the calibration was made with other bins of length or another confidence")
    return Calibration(
        tuple(
            Bin(one["control"], tuple((value, count) for value, count in one["strengths"])) for one in data["bins"]
        ),
        Nominated(**data["nominated"]) if "nominated" in data else None,
    )
