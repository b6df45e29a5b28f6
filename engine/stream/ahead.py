"""All clauses that an event can break at once, on all events that have arrived, recorded or only announced."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from plainterms.engine.events import Event, Period
from plainterms.engine.plan import Plan, PlannedClause
from plainterms.engine.registers import RegisterTable
from plainterms.engine.stream.accepted import Accepted
from plainterms.engine.stream.entries import Entry
from plainterms.engine.stream.foresight import Foreseen, ForeseenDuty, ForeseenProhibition
from plainterms.engine.stream.judge import Court, Span
from plainterms.engine.stream.limits import Limits
from plainterms.engine.stream.scanner import Scanner
from plainterms.engine.stream.sheet import sheet_of
from plainterms.policy.meaning import Prohibition, TriggeredDuty

Foresight = ForeseenProhibition | ForeseenDuty

RESERVED = 600_000_000
"""How long (microseconds of the events' own time) an event that was announced counts without being recorded."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """What is held of an event that was announced: in which clause (its place in the plan), of which event, what.

    The event is itself, or a breach of another clause that begins with it.
    """

    event: Event
    held: tuple[tuple[int, Event, Entry], ...]


class Ahead:
    """Judges an event at once. In the order of arrival this is what an audit of all that has arrived would say."""

    def __init__(
        self,
        plan: Plan,
        registers: Mapping[str, RegisterTable],
        scanner: Scanner,
        heard: frozenset[str],
        limits: Limits,
    ) -> None:
        accepted = Accepted(plan.accepted_documents)
        self.accepted = accepted if plan.accepted_documents else None
        self.registers = {**registers, **accepted.tables()}
        self.span = Span(Period(), limits.events, limits.subjects)
        self.sheet = sheet_of(self.registers, scanner)
        self.early = sheet_of(self.registers, scanner, early=True)
        found = [(place, self._foresight(clause)) for place, clause in enumerate(plan.clauses)]
        self.placed = [(place, one) for place, one in found if one is not None]
        self.at = dict(self.placed)
        self.clauses = list(self.at.values())
        self.turns = cycle(self.clauses)
        self.reserved: OrderedDict[str, Reserved] = OrderedDict()
        for one in self.clauses:
            one.court.heard = one.court.clause.key in heard
            one.court.cures = False
            one.court.accepting = self.accepted is not None

    def _foresight(self, clause: PlannedClause) -> Foresight | None:
        statement = clause.statement
        if isinstance(statement, Prohibition):
            court = Court(clause, self.registers, self.sheet, self.span, statement.measures)
            return ForeseenProhibition(court, statement, self.early)
        if isinstance(statement, TriggeredDuty) and statement.direction == "before":
            return ForeseenDuty(Court(clause, self.registers, self.sheet, self.span, ()), statement, self.early)
        return None

    def foresee(self, event: Event) -> list[Foreseen]:
        """What all clauses say of the event; it counts from now on, as if it were recorded."""
        self.release(event.id)
        opened: list[tuple[str, Event]] = []
        found: list[Foreseen] = []
        held: list[tuple[int, Event, Entry]] = []
        truths = self.early.of(event)
        for place, one in self.placed:
            court = one.court
            if one.early_gate is not None and truths[one.early_gate] is False and not (opened and court.sources):
                continue
            if court.grouped:
                court.subjects.begun(event.time)
            events = [event]
            if opened and court.sources:
                events += [breach for key, breach in opened if key in court.sources]
            for seen in events:
                foreseen, entry = one.foresee(seen)
                if entry is not None:
                    held.append((place, seen, entry))
                if foreseen is not None:
                    found.append(foreseen)
                    if foreseen.opening is not None:
                        opened.append((court.clause.key, foreseen.opening))
        self.reserved[event.id] = Reserved(event, tuple(held))
        return found

    def release(self, identifier: str) -> bool:
        """Count an announced event no longer; whether it was counted."""
        reserved = self.reserved.pop(identifier, None)
        if reserved is None:
            return False
        for place, event, entry in reserved.held:
            self.at[place].take_back(event, entry)
        return True

    def expire(self, time: int) -> None:
        """Release what was announced long ago and not recorded."""
        while self.reserved:
            identifier, reserved = next(iter(self.reserved.items()))
            if reserved.event.time + RESERVED > time:
                return
            self.release(identifier)

    def state(self) -> dict[str, object]:
        """What is remembered, that of each clause by its key and digest."""
        return {
            "clauses": {_named(one): one.state() for one in self.clauses},
            "accepted": None if self.accepted is None else self.accepted.rows,
            "reserved": [
                (reserved.event, [(_named(self.at[place]), event, entry) for place, event, entry in reserved.held])
                for reserved in self.reserved.values()
            ],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Remember what another did of the clauses that are the same."""
        known = {_named(one): place for place, one in self.placed}
        for name, remembered in state["clauses"].items():
            if name in known:
                self.at[known[name]].restore(remembered)
        if self.accepted is not None:
            self.accepted.restore(state["accepted"] or {})
        for event, held in state["reserved"]:
            here = tuple((known[name], seen, entry) for name, seen, entry in held if name in known)
            self.reserved[event.id] = Reserved(event, here)

    def sweep(self, time: int) -> None:
        """Forget subjects of which nothing matters from a time on."""
        if self.clauses:
            next(self.turns).sweep(time)

    def learn(self, event: Event) -> dict[int, Entry]:
        """Take in an event that has arrived, recorded or the breach of a duty.

        Returns how it stands toward prohibitions that count it, by their places in the plan.
        """
        kept = self._kept(event)
        opened: list[tuple[str, Event]] = []
        weighed: dict[int, Entry] = {}
        if self.accepted is not None:
            self.accepted.note([event])
        truths = self.sheet.of(event)
        for place, one in self.placed:
            court = one.court
            if one.gate is not None and truths[one.gate] is False and not (opened and court.sources):
                continue
            if court.grouped:
                court.subjects.begun(event.time)
            breach, entry = one.learn(event, kept.get(place))
            if entry is not None:
                weighed[place] = entry
            openings = [breach]
            if opened and court.sources:
                openings += [one.learn(each)[0] for key, each in opened if key in court.sources]
            opened += [(court.clause.key, each) for each in openings if each is not None]
        return weighed

    def _kept(self, event: Event) -> dict[int, Entry]:
        """What was held of the event since it was announced, and still is right; the rest is held no longer."""
        reserved = self.reserved.pop(event.id, None)
        kept: dict[int, Entry] = {}
        if reserved is None:
            return kept
        alike = _alike(event, reserved.event)
        for place, seen, entry in reserved.held:
            one = self.at[place]
            if alike and one.steady and seen is reserved.event and one.early.complete(entry):
                kept[place] = entry
            else:
                one.take_back(seen, entry)
        return kept


def _named(one: Foresight) -> tuple[str, str]:
    return one.court.clause.key, one.court.clause.digest


def _alike(recorded: Event, announced: Event) -> bool:
    """Whether an event says, where it said anything before it was answered, the same now."""
    if (recorded.time, recorded.kind) != (announced.time, announced.kind):
        return False
    known = announced.fields
    return all(known.get(name, value) == value for name, value in recorded.fields.items())
