"""An event as the reference evaluator sees it, and the period that an audit judges."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

EventValue = str | int | bool | tuple[str, ...] | None


@dataclass(frozen=True)
class Event:
    """One thing that happened. ``time`` in microseconds since 1970-01-01T00:00Z; values as in `schema.Type`."""

    id: str
    time: int
    kind: str
    fields: Mapping[str, EventValue] = field(default_factory=dict)

    @property
    def order(self) -> tuple[int, str]:
        """The total order: time, then id."""
        return (self.time, self.id)

    def get(self, name: str) -> EventValue:
        """The value of a field, None where it is missing."""
        match name:
            case "id":
                return self.id
            case "time":
                return self.time
            case "kind":
                return self.kind
        return self.fields.get(name)


@dataclass(frozen=True)
class Period:
    """Anchors are judged in [start, until), microseconds; None is unbounded. Windows read further back."""

    start: int | None = None
    until: int | None = None

    def holds(self, time: int) -> bool:
        """Whether an anchor at this time is judged."""
        return (self.start is None or time >= self.start) and (self.until is None or time < self.until)


def events_of(batches: Iterable[pa.RecordBatch]) -> list[Event]:
    """The rows of canonical batches (see `engine.sources`) as events, in the order given."""
    found = []
    for batch in batches:
        names = [name for name in batch.schema.names if name not in ("source", "line")]
        for row in batch.select(names).to_pylist():
            values = {
                name: tuple(value) if isinstance(value, list) else value
                for name, value in row.items()
                if value is not None and name not in ("id", "time", "kind")
            }
            found.append(Event(row["id"], row["time"], row["kind"], values))
    return found
