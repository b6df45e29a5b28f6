"""One time at which a duty falls due."""

from dataclasses import dataclass, field

from plainterms.engine.conditions import Truth
from plainterms.engine.events import Event
from plainterms.engine.findings import Limit, Verdict
from plainterms.engine.plan import ClauseVersion
from plainterms.engine.stream.answers import Answer
from plainterms.engine.stream.entries import Entry
from plainterms.engine.stream.sequences import Values
from plainterms.engine.stream.subjects import Key


@dataclass(eq=False)
class Occasion:
    """One occasion on which a duty falls due; ``settled`` when nothing that is still to come can change it."""

    trigger: Event
    entry: Entry
    key: Key
    members: frozenset[Key]
    start: int
    end: int
    due: int
    limit: Limit
    version: ClauseVersion
    compared: Values
    lacking: tuple[str, ...]
    answers: list[Answer] = field(default_factory=list)
    settled: bool = False
    verdict: Verdict | None = None

    @property
    def truth(self) -> Truth:
        """Whether the duty certainly falls due."""
        return self.entry.standing.counted[0]


def verdict_of(occasion: Occasion, met: Truth) -> Verdict:
    """What is found of an occasion that is not certainly met, when it is due."""
    return "breach" if met is False and occasion.truth is True else "undetermined"
