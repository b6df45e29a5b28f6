"""The monitor of an organisation, which outlives the process: what it was told since its snapshot is in a journal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any

import orjson

from plainterms.engine.events import Event
from plainterms.engine.findings import Finding
from plainterms.engine.plan import Plan
from plainterms.engine.server.decided import DecisionFile, answer, line
from plainterms.engine.server.faults import fault
from plainterms.engine.server.journals import Journal
from plainterms.engine.server.settings import own_folder
from plainterms.engine.store.tables.rows import now
from plainterms.engine.stream.arrivals import Received
from plainterms.engine.stream.intake import EventError, Intake
from plainterms.engine.stream.limits import Failing
from plainterms.engine.stream.monitor import Monitor
from plainterms.policy.meaning import Policy

SNAPSHOT = "monitor.snapshot"
AT_ONCE = 16
"""Events of a batch that are recorded before a decision may come between."""

AHEAD = 5 * 60 * 1_000_000
"""Microseconds by which an event may lie in the future; one that lies further makes all others late."""

Sent = Mapping[str, object]


@dataclass
class Recorded:
    """What became of a batch: counts, and for each refused event its place and the reason."""

    received: dict[Received, int] = field(
        default_factory=lambda: {"taken": 0, "repeated": 0, "conflicting": 0, "late": 0}
    )
    refused: list[tuple[int, str]] = field(default_factory=list)


class Watch:
    """A monitor by the terms that are in force, what it remembers, and the decisions that it makes.

    Raises what making a monitor raises. Every method may be called from any thread.
    """

    def __init__(self, folder: Path, policies: Sequence[Policy], failing: Mapping[str, Failing]) -> None:
        self.folder = own_folder(folder)
        self.monitor = Monitor(policies, failing=failing)
        self._lock = RLock()
        self._journal = Journal(own_folder(folder / "events"))
        self._decisions = DecisionFile(folder)
        self._ready()
        self.collected: list[tuple[Plan, tuple[Finding, ...]]] = []
        """Final findings that are not in the store yet, with the plan that they were judged by."""
        self.skipped = self._restore()

    def _ready(self) -> None:
        self._intake = Intake(self.monitor.plan.schema)
        self.policies = " ".join(policy.digest for policy in self.monitor.plan.policies)

    # ── Decide and record

    def decide(self, sent: Sent) -> dict[str, Any]:
        """What to do with a request; it is written down before it is answered. Raises EventError."""
        event = self._event(sent)
        with self._lock:
            decision = self.monitor.decide(event)
            told = answer(decision)
            self._journal.append(_entry("decide", event))
            self._decisions.append(line(told, event.fields.get("account"), self.policies))
        return told

    def record(self, batch: Sequence[Sent]) -> Recorded:
        """Take in what has happened. Bad events are refused one by one; the others count."""
        done = Recorded()
        for start in range(0, len(batch), AT_ONCE):
            events = []
            for place, sent in enumerate(batch[start : start + AT_ONCE], start):
                try:
                    events.append(self._event(sent))
                except EventError as error:
                    done.refused.append((place, str(error)))
            with self._lock:
                for event in events:
                    done.received[self.monitor.record(event)] += 1
                self._journal.append(b"".join([_entry("record", event) for event in events]))
        self._journal.sync()
        return done

    def release(self, identifier: str) -> bool:
        """Count a request no longer that was decided and not answered; whether it was counted."""
        with self._lock:
            released = self.monitor.release(identifier)
            self._journal.append(orjson.dumps({"release": identifier}, option=orjson.OPT_APPEND_NEWLINE))
            return released

    def _event(self, sent: Sent) -> Event:
        try:
            event = self._intake.event(sent)
        except EventError:
            raise EventError(fault(self._intake, sent)) from None
        if event.time > now() + AHEAD:
            raise EventError("`time` lies more than five minutes in the future")
        return event

    # ── Memory

    def _restore(self) -> int:
        """Remember the snapshot and all that the journal says since; how many entries the terms no longer take."""
        since, skipped = 0, 0
        snapshot = self.folder / SNAPSHOT
        if snapshot.exists():
            position = self.monitor.restore(snapshot)
            assert isinstance(position, int)
            since = position
        for written in self._journal.lines(since):
            try:
                self._repeat(orjson.loads(written))
            except EventError:
                skipped += 1
        return skipped

    def _repeat(self, entry: dict[str, Any]) -> None:
        match entry:
            case {"release": identifier}:
                self.monitor.release(identifier)
            case {"decide": [identifier, time, kind, fields]}:
                self.monitor.decide(_event_of(identifier, time, kind, fields))
            case {"record": [identifier, time, kind, fields]}:
                self.monitor.record(_event_of(identifier, time, kind, fields))

    def snapshot(self) -> None:
        """Write down all that is remembered, and begin the journal afresh. Raises OSError."""
        with self._lock:
            position = self._journal.turn()
            self.monitor.snapshot(self.folder / SNAPSHOT, position)
        self._journal.forget(position)

    def turn(self) -> None:
        """Hand over the decisions that were made."""
        with self._lock:
            self._decisions.turn()

    # ── Findings and terms

    def collect(self) -> list[tuple[Plan, tuple[Finding, ...]]]:
        """Final findings that are not in the store; they wait in `collected` until `kept` is called."""
        with self._lock:
            final = self.monitor.final()
            if final:
                self.collected.append((self.monitor.plan, final))
            return list(self.collected)

    def kept(self, portions: Sequence[object]) -> None:
        """The first portions that `collect` returned are in the store; what is remembered no longer holds them."""
        with self._lock:
            del self.collected[: len(portions)]
            if not self.collected:
                self.snapshot()

    def replace(self, policies: Sequence[Policy], failing: Mapping[str, Failing]) -> tuple[str, ...]:
        """Go on by other terms; the clauses that warm up. Raises what making a monitor raises."""
        with self._lock:
            self.collect()
            warming = self.monitor.replace(policies, failing)
            self._ready()
            return warming


def _entry(what: str, event: Event) -> bytes:
    written = {what: [event.id, event.time, event.kind, event.fields]}
    return orjson.dumps(written, option=orjson.OPT_APPEND_NEWLINE)


def _event_of(identifier: str, time: int, kind: str, fields: dict[str, Any]) -> Event:
    held = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    return Event(identifier, time, kind, held)
