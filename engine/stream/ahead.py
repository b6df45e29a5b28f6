"""All clauses that an event can break at once, on all events that have arrived, recorded or only announced."""

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from typing import Any

from plainterms.engine.events import Event, Period
from plainterms.engine.plan import Plan, PlannedClause
from plainterms.engine.registers import RegisterTable
from plainterms.engine.stream.accepted import Accepted
from plainterms.engine.stream.entries import Entry
from plainterms.engine.stream.foresight import ForeseenDuty, ForeseenProhibition
from plainterms.engine.stream.gates import gate_of
from plainterms.engine.stream.judge import Court, Span
from plainterms.engine.stream.limits import Limits
from plainterms.engine.stream.rows import Row
from plainterms.engine.stream.scanner import Scanner
from plainterms.engine.stream.sheet import sheet_of
from plainterms.engine.stream.sleepers import Deferred, Reserved, Said, Sleepers
from plainterms.engine.stream.swift import Foresee, foreseeing
from plainterms.engine.stream.turns import closing
from plainterms.policy.meaning import Prohibition, TriggeredDuty

Foresight = ForeseenProhibition | ForeseenDuty

NOTHING_KEPT: Mapping[int, Entry] = {}

RESERVED = 600_000_000
"""How long (microseconds of the events' own time) an event that was announced counts without being recorded."""


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
        self.reserved: dict[str, Reserved] = {}
        self.sleepers: Sleepers | None = None
        self.swiftly: Foresee | None = None
        self.close: Callable[[Row], None]
        self.looking = self.placed
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

    def let_sleep(self, sleepers: Sleepers) -> None:
        """Leave clauses to those who know when they can sleep."""
        self.sleepers = sleepers
        self.looking = [(place, one) for place, one in self.placed if place not in sleepers.sleepers]
        gates = [gate_of(one.court) for _, one in self.looking]
        self.close = closing(sleepers)
        self.swiftly = foreseeing(sleepers, gates, self.reserved, self._look_too)

    def foresee(self, event: Event) -> list[Said]:
        """What all clauses say of the event; it counts from now on, as if it were recorded."""
        if event.id in self.reserved:
            self.release(event.id)
        if self.swiftly is not None and (said := self.swiftly(event)) is not None:
            return said
        held: list[tuple[int, Event, Entry]] = []
        row, found = None, self.look(event, held)
        if self.sleepers is not None:
            row, others = self.sleepers.foresee(event, held)
            found = sorted([*found, *others], key=_place)
        self.reserved[event.id] = Reserved(event, held, row)
        return [said for _, said in found]

    def _look_too(self, event: Event, held: list[tuple[int, Event, Entry]], late: Sequence[Deferred]) -> list[Said]:
        others: list[tuple[int, Said]] = [(one[0].place, one) for one in late]
        return [said for _, said in sorted([*self.look(event, held), *others], key=_place)]

    def look(self, event: Event, held: list[tuple[int, Event, Entry]]) -> list[tuple[int, Said]]:
        """What the clauses that never sleep say of an event."""
        opened: list[tuple[str, Event]] = []
        found: list[tuple[int, Said]] = []
        truths = self.early.of(event) if self.looking else ()
        for place, one in self.looking:
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
                    found.append((place, foreseen))
                    if foreseen.opening is not None:
                        opened.append((court.clause.key, foreseen.opening))
        return found

    def release(self, identifier: str) -> bool:
        """Count an announced event no longer; whether it was counted."""
        reserved = self.reserved.pop(identifier, None)
        if reserved is None:
            return False
        if reserved.row is not None:
            self.close(reserved.row)
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
                (
                    reserved.event,
                    [(_named(self.at[place]), event, entry) for place, event, entry in reserved.held],
                    reserved.row,
                )
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
        for event, held, row in state["reserved"]:
            here = [(known[name], seen, entry) for name, seen, entry in held if name in known]
            self.reserved[event.id] = Reserved(event, here, row)

    def sweep(self, time: int) -> None:
        """Forget subjects of which nothing matters from a time on."""
        if self.clauses:
            one = next(self.turns)
            if one.court.subjects.round:
                one.sweep(time)

    def learn(self, event: Event, kept: Mapping[int, Entry] = NOTHING_KEPT) -> dict[int, Entry]:
        """Take in an event that has arrived, recorded or the breach of a duty, for clauses that never sleep.

        ``kept`` is what is held of it already. Returns how it stands toward prohibitions that count it, by their
        places in the plan.
        """
        opened: list[tuple[str, Event]] = []
        weighed: dict[int, Entry] = {}
        if self.accepted is not None:
            self.accepted.note([event])
        truths = self.sheet.of(event) if self.looking else ()
        for place, one in self.looking:
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

    def kept(self, event: Event, reserved: Reserved) -> dict[int, Entry]:
        """What was held of the event since it was announced, and still is right; the rest is held no longer."""
        kept: dict[int, Entry] = {}
        alike = _alike(event, reserved.event)
        for place, seen, entry in reserved.held:
            one = self.at[place]
            sleeps = self.sleepers is not None and place in self.sleepers.sleepers
            if alike and not sleeps and one.steady and seen is reserved.event and one.early.complete(entry):
                kept[place] = entry
            else:
                one.take_back(seen, entry)
        return kept


def _place(found: tuple[int, Said]) -> int:
    return found[0]


def _named(one: Foresight) -> tuple[str, str]:
    return one.court.clause.key, one.court.clause.digest


def _alike(recorded: Event, announced: Event) -> bool:
    """Whether an event says, where it said anything before it was answered, the same now."""
    if (recorded.time, recorded.kind) != (announced.time, announced.kind):
        return False
    known = announced.fields
    return all(known.get(name, value) == value for name, value in recorded.fields.items())
