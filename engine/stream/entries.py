"""What is remembered of an event for a clause: when it was, how it stands toward the clause, what is measured."""

from collections.abc import Hashable
from dataclasses import dataclass

from plainterms.engine.conditions import Truth


@dataclass(frozen=True, slots=True)
class Standing:
    """How an event stands toward a clause; events that stand alike share one.

    For each measure: whether it counts the event, whether it would without exceptions (a candidate), and the fields
    it lacks. For each exception: whether it applies. ``presumed`` are the fields for which a default stood in.
    """

    counted: tuple[Truth, ...]
    candidate: tuple[bool, ...]
    lacking: tuple[tuple[str, ...], ...]
    exceptions: tuple[Truth, ...]
    presumed: tuple[str, ...]


class Entry:
    """One event of a subject. ``values`` are what each measure measures; ``preceded`` began its sequence."""

    __slots__ = ("id", "preceded", "standing", "time", "values")

    def __init__(
        self, time: int, identifier: str, standing: Standing, values: tuple[Hashable, ...], preceded: str | None
    ) -> None:
        self.time = time
        self.id = identifier
        self.standing = standing
        self.values = values
        self.preceded = preceded

    @property
    def order(self) -> tuple[int, str]:
        """The total order: time, then id."""
        return (self.time, self.id)
