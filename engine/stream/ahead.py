"""All clauses that an event can break at once, on all events that have arrived, recorded or only announced."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

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
    """What is held of an event that was announced: in which clause, by which event (its own or a breach), what."""

    time: int
    held: tuple[tuple[Foresight, Event, Entry], ...]


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
        found = [self._foresight(clause) for clause in plan.clauses]
        self.clauses = [one for one in found if one is not None]
        self.reserved: OrderedDict[str, Reserved] = OrderedDict()
        for one in self.clauses:
            one.court.heard = one.court.clause.key in heard
            one.court.cures = False

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
        held: list[tuple[Foresight, Event, Entry]] = []
        truths = self.early.of(event)
        for one in self.clauses:
            court = one.court
            if one.early_gate is not None and truths[one.early_gate] is False and not (opened and court.sources):
                continue
            court.subjects.begun(event.time)
            for seen in (event, *(breach for key, breach in opened if key in court.sources)):
                foreseen, entry = one.foresee(seen)
                if entry is not None:
                    held.append((one, seen, entry))
                if foreseen is not None:
                    found.append(foreseen)
                    if foreseen.opening is not None:
                        opened.append((court.clause.key, foreseen.opening))
        self.reserved[event.id] = Reserved(event.time, tuple(held))
        return found

    def release(self, identifier: str) -> bool:
        """Count an announced event no longer; whether it was counted."""
        reserved = self.reserved.pop(identifier, None)
        if reserved is None:
            return False
        for one, event, entry in reserved.held:
            one.take_back(event, entry)
        return True

    def expire(self, time: int) -> None:
        """Release what was announced long ago and not recorded."""
        while self.reserved:
            identifier, reserved = next(iter(self.reserved.items()))
            if reserved.time + RESERVED > time:
                return
            self.release(identifier)

    def learn(self, event: Event) -> None:
        """Take in an event that has arrived, recorded or the breach of a duty."""
        opened: list[tuple[str, Event]] = []
        if self.accepted is not None:
            self.accepted.note([event])
        truths = self.sheet.of(event)
        for one in self.clauses:
            court = one.court
            if one.gate is not None and truths[one.gate] is False and not (opened and court.sources):
                continue
            court.subjects.begun(event.time)
            seen = [breach for key, breach in opened if key in court.sources] if opened else []
            for each in (event, *seen):
                breach = one.learn(each)
                if breach is not None:
                    opened.append((court.clause.key, breach))
