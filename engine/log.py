"""The set of events of a log: each id once, repetitions merged, contradictions taken out."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from plainterms.engine.events import Event, events_of

Location = tuple[int, int]
"""Index of the source file, line."""

OnConflict = Callable[[str, Sequence[Location]], None]


@dataclass(frozen=True)
class Log:
    """The events in the total order, and how many records repeated one, or contradicted one another."""

    events: tuple[Event, ...]
    repeated: int = 0
    conflicting: int = 0


def gather(batches: Iterable[pa.RecordBatch], on_conflict: OnConflict) -> Log:
    """The events of canonical batches as a set by id.

    An equal repetition counts once. Where events of one id differ, all of them are taken out and reported to
    ``on_conflict``, whatever the order of the input.
    """
    found: dict[str, list[tuple[Event, Location]]] = defaultdict(list)
    for batch in batches:
        places = zip(batch["source"].to_pylist(), batch["line"].to_pylist(), strict=True)
        for event, place in zip(events_of([batch]), places, strict=True):
            found[event.id].append((event, place))
    kept, repeated, conflicting = [], 0, 0
    for identifier, records in found.items():
        if all(event == records[0][0] for event, _ in records):
            kept.append(records[0][0])
            repeated += len(records) - 1
        else:
            conflicting += len(records)
            on_conflict(identifier, sorted(place for _, place in records))
    return Log(tuple(sorted(kept, key=lambda event: event.order)), repeated, conflicting)
