"""Events that (perhaps) do what a duty asks."""

from dataclasses import dataclass
from typing import Any

from plainterms.engine.stream.sequences import Values


@dataclass(frozen=True, slots=True)
class Answer:
    """One event. ``lacking`` are the fields for want of which it is unknown whether it is such an event,
    ``unmeasured`` those that its quantity lacks; ``compared`` the values that tie it to a trigger.
    """

    time: int
    id: str
    certain: bool
    value: Any
    compared: Values
    lacking: tuple[str, ...]
    unmeasured: tuple[str, ...]
    presumed: tuple[str, ...]
    preceded: str | None

    @property
    def order(self) -> tuple[int, str]:
        """The total order: time, then id."""
        return (self.time, self.id)
