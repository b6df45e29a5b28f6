"""Triggers of duties and the answers owed to them, which may lie in another file of the log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.campaigns import DAY, MINUTE, Campaign, Span, kind_of_event, someone, times


@dataclass(frozen=True)
class Pair:
    """A trigger and the answer owed; times in seconds since the file's first, the answer's None if none came."""

    trigger: str
    answer: str
    account: int
    reference: int
    time: float
    answered: float | None


_DUTIES: Sequence[tuple[str, str, float, float, float, float]] = (
    ("incident", "disclosure", 120, 0.1 * DAY, 3.2 * DAY, 0.92),
    ("deployment", "review", 60, -6.5 * DAY, -0.1 * DAY, 0.9),
    ("notice", "acceptance", 60, 0.1 * DAY, 7.3 * DAY, 0.85),
)
"""Trigger, answer, how many in a million events, the answer's least and greatest delay, and its probability."""

LATEST_FILES = 4
"""Answers come at most so many files after or before their triggers."""


def pairs(seed: int, number: int, span: Span) -> list[Pair]:
    """The triggers of one file, by its number, and their answers wherever they fall."""
    rng = np.random.default_rng([seed, number, 1])
    found = []
    for index, (trigger, answer, each, least, most, chance) in enumerate(_DUTIES):
        for serial, time in enumerate(times(rng, span, each, 1)):
            answered = time + least + (most - least) * rng.random() if rng.random() < chance else None
            account = int(someone(rng)[0])
            reference = (number * len(_DUTIES) + index) * 1_000 + serial
            found.append(Pair(trigger, answer, account, reference, time, answered))
    return found


def owed(seed: int, number: int, span: Span) -> Iterator[Campaign]:
    """The triggers and answers that fall into a file. Files before the first have none."""
    for other in range(max(0, number - LATEST_FILES), number + LATEST_FILES + 1):
        shift = (other - number) * span.seconds
        for pair in pairs(seed, other, span):
            for name, time in ((pair.trigger, pair.time), (pair.answer, pair.answered)):
                if time is not None and 0 <= time + shift < span.seconds - MINUTE:
                    values = {**kind_of_event(name), "reference": pair.reference}
                    yield Campaign(time + shift, MINUTE, 1, np.array([pair.account]), values)
