"""Events as they arrive: each id once, in their order once nothing earlier can come."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Literal

from plainterms.engine.events import Event

Received = Literal["taken", "repeated", "conflicting", "late", "ahead"]


@dataclass
class Arrivals:
    """Events that wait until those before them have come.

    An event may come up to ``lateness`` microseconds after one that is later than it. What comes later still is
    *late*: it is counted, and nothing more. An id is remembered for as long.
    """

    lateness: int
    settled: int | None = None
    """Instants before it are judged, and nothing that happened then is taken any more."""

    latest: int | None = None
    """The time of the latest event."""

    counts: dict[Received, int] = field(
        default_factory=lambda: {"taken": 0, "repeated": 0, "conflicting": 0, "late": 0, "ahead": 0}
    )
    columns: tuple[str, ...] = ()
    """The fields in which repetitions of an event are compared."""

    _line: deque[tuple[int, str]] = field(default_factory=deque)
    """Those that came in order."""

    _stragglers: list[tuple[int, str]] = field(default_factory=list)
    _events: dict[str, Event] = field(default_factory=dict)
    _repeats: dict[str, int] = field(default_factory=dict)
    _refused: dict[str, int] = field(default_factory=dict)

    def receive(self, event: Event) -> Received:
        """Take an event in, and move the time on. Events of one id that differ are all refused."""
        identifier, time = event.id, event.time
        if (self.latest is None or time > self.latest) and not (
            identifier in self._events or identifier in self._refused
        ):
            self._events[identifier] = event
            self._line.append((time, identifier))
            self.latest = time
            self.settled = time - self.lateness
            self.counts["taken"] += 1
            return "taken"
        received = self._receive(event)
        self.counts[received] += 1
        return received

    def set_aside(self) -> Received:
        """Count an event that is ahead of the clock: its time would make all others late."""
        self.counts["ahead"] += 1
        return "ahead"

    def _receive(self, event: Event) -> Received:
        if self.settled is not None and event.time < self.settled:
            return "late"
        known = self._events.get(event.id)
        if event.id in self._refused:
            self._refused[event.id] = max(self._refused[event.id], event.time)
            heappush(self._stragglers, event.order)
            return "conflicting"
        if known is None:
            self._events[event.id] = event
            heappush(self._stragglers, event.order)
            return "taken"
        if self._alike(known, event):
            self._repeats[event.id] = self._repeats.get(event.id, 0) + 1
            return "repeated"
        return self._refuse(event, known)

    def _refuse(self, event: Event, known: Event) -> Received:
        del self._events[event.id]
        self._refused[event.id] = max(event.time, known.time)
        heappush(self._stragglers, event.order)
        repeats = self._repeats.pop(event.id, 0)
        self.counts["taken"] -= 1
        self.counts["repeated"] -= repeats
        self.counts["conflicting"] += 1 + repeats
        return "conflicting"

    def _alike(self, one: Event, other: Event) -> bool:
        return (one.time, one.kind) == (other.time, other.kind) and all(
            one.fields.get(name) == other.fields.get(name) for name in self.columns
        )

    @property
    def next_time(self) -> int | None:
        """The time of the first event that waits."""
        first = self._line[0][0] if self._line else None
        if self._stragglers and (first is None or self._stragglers[0][0] < first):
            return self._stragglers[0][0]
        return first

    @property
    def events(self) -> Iterable[Event]:
        """The events that wait."""
        return self._events.values()

    @property
    def waiting(self) -> int:
        """How many events wait."""
        return len(self._events)

    def instant(self, time: int) -> list[Event]:
        """The events of an instant that nothing which waits is earlier than, in their order."""
        return list(self.due(time + 1))

    def due(self, before: int) -> Iterator[Event]:
        """The events before a time that wait, in their order."""
        line, stragglers = self._line, self._stragglers
        while True:
            if stragglers and (not line or stragglers[0] < line[0]):
                if stragglers[0][0] >= before:
                    return
                time, identifier = heappop(stragglers)
            elif line and line[0][0] < before:
                time, identifier = line.popleft()
            else:
                return
            event = self._events.pop(identifier, None)
            if event is not None:
                if identifier in self._repeats:
                    del self._repeats[identifier]
                yield event
            elif self._refused.get(identifier) == time:
                del self._refused[identifier]
