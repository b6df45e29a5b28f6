"""The state of one subject of one clause."""

from collections import deque
from collections.abc import Sequence
from heapq import merge

from plainterms.engine.stream.answers import Answer
from plainterms.engine.stream.episodes import Episode
from plainterms.engine.stream.sequences import Trail
from plainterms.engine.stream.windows import ORDER, Held
from plainterms.policy.meaning import Measure

NO_ANSWERS: deque[Answer] = deque()
"""Of a prohibition, which waits for none; always empty."""


class Conduct:
    """What is remembered of a subject. ``joins`` counts how often another subject became part of it.

    It is ``degraded`` where not all of its events are held that matter.
    """

    __slots__ = ("answers", "degraded", "episodes", "joins", "trails", "windows")

    def __init__(self, measures: Sequence[Measure], sequences: int) -> None:
        self.windows = [Held(measure, index) for index, measure in enumerate(measures)]
        self.trails: Sequence[Trail] = [Trail() for _ in range(sequences)] if sequences else ()
        self.episodes: list[Episode] = []
        self.answers: deque[Answer] = NO_ANSWERS if measures else deque()
        self.joins = 0
        self.degraded = False

    def take_over(self, other: "Conduct") -> None:
        """Become one subject with another."""
        for own, theirs in zip(self.windows, other.windows, strict=True):
            own.take_over(theirs)
        for trail, theirs_too in zip(self.trails, other.trails, strict=True):
            trail.take_over(theirs_too)
        self.episodes += other.episodes
        if self.answers or other.answers:
            self.answers = deque(merge(self.answers, other.answers, key=ORDER))
        self.joins += other.joins
        self.degraded = self.degraded or other.degraded
