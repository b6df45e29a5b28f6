"""Events as they arrive: each id once, in their order once nothing earlier can come."""

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Literal

from plainterms.engine.events import Event

Received = Literal["taken", "repeated", "conflicting", "late"]


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
        default_factory=lambda: {"taken": 0, "repeated": 0, "conflicting": 0, "late": 0}
    )
    _waiting: list[tuple[int, str]] = field(default_factory=list)
    _events: dict[str, Event] = field(default_factory=dict)
    _repeats: dict[str, int] = field(default_factory=dict)
    _refused: dict[str, int] = field(default_factory=dict)

    def receive(self, event: Event) -> Received:
        """Take an event in, and move the time on. Events of one id that differ are all refused."""
        received = self._receive(event)
        self.counts[received] += 1
        return received

    def _receive(self, event: Event) -> Received:
        if self.settled is not None and event.time < self.settled:
            return "late"
        known = self._events.get(event.id)
        if event.id in self._refused:
            self._refused[event.id] = max(self._refused[event.id], event.time)
            heappush(self._waiting, event.order)
            return "conflicting"
        if known is None:
            self._events[event.id] = event
            heappush(self._waiting, event.order)
            self._pass(event.time)
            return "taken"
        if known == event:
            self._repeats[event.id] = self._repeats.get(event.id, 0) + 1
            return "repeated"
        return self._refuse(event, known)

    def _refuse(self, event: Event, known: Event) -> Received:
        del self._events[event.id]
        self._refused[event.id] = max(event.time, known.time)
        heappush(self._waiting, event.order)
        repeats = self._repeats.pop(event.id, 0)
        self.counts["taken"] -= 1
        self.counts["repeated"] -= repeats
        self.counts["conflicting"] += 1 + repeats
        return "conflicting"

    def _pass(self, time: int) -> None:
        """Nothing that is older than the latest event by more than the lateness is waited for."""
        if self.latest is None or time > self.latest:
            self.latest = time
            self.settled = time - self.lateness

    @property
    def next_time(self) -> int | None:
        """The time of the first event that waits."""
        return self._waiting[0][0] if self._waiting else None

    @property
    def waiting(self) -> int:
        """How many events wait."""
        return len(self._events)

    def instant(self, time: int) -> list[Event]:
        """The events of an instant that nothing which waits is earlier than, in their order."""
        found = []
        while self._waiting and self._waiting[0][0] == time:
            _, identifier = heappop(self._waiting)
            event = self._events.get(identifier)
            if event is not None:
                found.append(event)
                del self._events[identifier]
                self._repeats.pop(identifier, None)
            elif self._refused.get(identifier) == time:
                del self._refused[identifier]
        return found
