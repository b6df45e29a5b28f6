"""The evaluator: instants are judged in their order, clause by clause, once the time has passed them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from typing import Any

from plainterms.engine.events import Event, Period
from plainterms.engine.findings import Finding
from plainterms.engine.needs import ALWAYS, appearance_columns, event_columns
from plainterms.engine.plan import Plan, PlannedClause, leaves
from plainterms.engine.registers import RegisterTable
from plainterms.engine.stream.accepted import Accepted
from plainterms.engine.stream.arrivals import Arrivals, Received
from plainterms.engine.stream.entries import Entry
from plainterms.engine.stream.families import Times
from plainterms.engine.stream.gates import Gate
from plainterms.engine.stream.journal import TEXTS
from plainterms.engine.stream.judge import Court, Span
from plainterms.engine.stream.limits import Limits
from plainterms.engine.stream.owed import Owed
from plainterms.engine.stream.prohibited import Prohibited, Weighed
from plainterms.engine.stream.rows import Row
from plainterms.engine.stream.scanner import Scanner
from plainterms.engine.stream.sheet import sheet_of
from plainterms.engine.stream.sleepers import Sleepers
from plainterms.engine.stream.swift import Learn, learning
from plainterms.engine.stream.turns import settling
from plainterms.policy.meaning import MatchesAny, Measure, Prohibition

Judge = Prohibited | Owed


class Evaluator:
    """Judges events as they come.

    Findings equal those of an audit of the same events if each event comes before the time has passed it: the time
    of the latest event, less the lateness.
    """

    def __init__(
        self, plan: Plan, registers: Mapping[str, RegisterTable], limits: Limits, period: Period | None = None
    ) -> None:
        accepted = Accepted(plan.accepted_documents)
        self.accepted = accepted if plan.accepted_documents else None
        self.registers = {**registers, **accepted.tables()}
        self.span = Span(period or Period(), limits.events, limits.subjects)
        lateness = limits.lateness // timedelta(microseconds=1)
        self.times = Times(lateness)
        self.fallen_due: list[Event] = []
        self.weighed: dict[str, Mapping[int, Entry]] = {}
        self.scanner = Scanner(
            pattern for node in leaves(plan.clauses) if isinstance(node, MatchesAny) for pattern in node.patterns
        )
        self.sheet = sheet_of(self.registers, self.scanner)
        self.columns = tuple(sorted(event_columns(plan) - ALWAYS | appearance_columns(plan)))
        self.arrivals = Arrivals(lateness, columns=self.columns)
        self.passed: dict[str, Row] = {}
        self.noted: dict[str, Row] = {}
        self.sleepers: Sleepers | None = None
        self.in_line = False
        self.swiftly: Learn
        self.judge_row: Callable[[Event], bool]
        self.heavy = TEXTS - set(self.columns)
        self.judges = [self._judge(clause) for clause in plan.clauses]
        self.turns = cycle(self.judges)
        self.waiters = [judge for judge in self.judges if isinstance(judge, Owed)]
        self.heard = frozenset(source for judge in self.judges for source in judge.court.sources)
        for judge in self.judges:
            judge.court.heard = judge.court.clause.key in self.heard
            judge.court.accepting = self.accepted is not None
        self.benches = self._benches(())

    def _benches(self, asleep: Collection[int]) -> list[tuple[int, Judge, Court, bool, bool]]:
        return [
            (place, judge, judge.court, pure, pure and judge.court.passes)
            for place, judge in enumerate(self.judges)
            for pure in (isinstance(judge, Prohibited) and judge.court.pure,)
            if place not in asleep
        ]

    def let_sleep(self, sleepers: Sleepers, gates: Sequence[Gate | None]) -> None:
        """Leave clauses to those who know when they can sleep. ``gates`` let events through to the others."""
        self.sleepers = sleepers
        self.in_line = not self.waiters
        self.benches = self._benches(sleepers.sleepers)
        self.swiftly = learning(sleepers, gates, self.passed, self.noted)
        self.judge_row = settling(sleepers, gates, self.passed, self.noted)

    def _judge(self, clause: PlannedClause) -> Judge:
        statement = clause.statement
        if isinstance(statement, Prohibition):
            return Prohibited(self._court(clause, statement.measures), statement)
        return Owed(self._court(clause, ()), statement)

    def _court(self, clause: PlannedClause, measures: tuple[Measure, ...]) -> Court:
        return Court(clause, self.registers, self.sheet, self.span, measures)

    def receive(self, event: Event) -> Received:
        """Take an event in, as `needed` gives it."""
        return self.arrivals.receive(event)

    def learn(self, event: Event, early: Row | None) -> bool:
        """Let the clauses that may sleep see an event that was taken in; whether others have to look at it.

        ``early`` is its row from when it was decided.
        """
        if self.sleepers is None:
            return True
        looked_at = self.swiftly(event, early)
        if looked_at is None:
            self.noted[event.id] = self.sleepers.learn(event)
            return True
        return looked_at

    def settle(self) -> None:
        """Judge all instants that are past now."""
        settled = self.arrivals.settled
        if settled is not None:
            if self.in_line:
                self._settle_line(settled)
                self.times.judged = settled
            else:
                self._settle(settled)
            judge = next(self.turns, None)
            if judge is not None and judge.court.subjects.round:
                judge.sweep(settled)

    def drop(self, identifier: str) -> None:
        """Forget what was known of an event that was contradicted."""
        self.weighed.pop(identifier, None)
        row = self.passed.pop(identifier, None) or self.noted.pop(identifier, None)
        if row is not None and self.sleepers is not None:
            self.sleepers.drop(row)

    def needed(self, event: Event) -> Event:
        """The event without texts that the plan does not look at."""
        fields = event.fields
        if self.heavy.isdisjoint(fields):
            return event
        known = {name: value for name in self.columns if (value := fields.get(name)) is not None}
        return Event(event.id, event.time, event.kind, known)

    def taken_due(self) -> list[Event]:
        """The openings of breaches of duties since the last call."""
        found, self.fallen_due = self.fallen_due, []
        return found

    def findings(self) -> tuple[Finding, ...]:
        """What was found of all instants that are past, in the order of clause, first time, subject, verdict, id."""
        return tuple(finding for judge in self.judges for finding in sorted(judge.findings(), key=rank))

    def final(self) -> tuple[Finding, ...]:
        """The findings that can no longer change, each once: they are forgotten."""
        settled = self.arrivals.settled
        if settled is None:
            return ()
        return tuple(finding for judge in self.judges for finding in sorted(judge.final(settled), key=rank))

    def close(self, until: int | None) -> tuple[Finding, ...]:
        """Judge all that is left up to a time; later events are counted. Nothing can be recorded afterwards."""
        if until is not None:
            self.span.period = replace(self.span.period, until=until)
            for judge in self.judges:
                judge.close(until)
        self._settle(None)
        return self.findings()

    # ── State

    def state(self) -> dict[str, object]:
        """What is remembered, that of each clause by its key and digest."""
        return {
            "clauses": {_named(judge.court.clause): judge.state() for judge in self.judges},
            "arrivals": self.arrivals,
            "judged": self.times.judged,
            "rows": (self.passed, self.noted),
            "accepted": None if self.accepted is None else self.accepted.rows,
            "weighed": {
                identifier: {_named(self.judges[place].court.clause): entry for place, entry in entries.items()}
                for identifier, entries in self.weighed.items()
            },
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Remember what another evaluator did of the clauses that are the same."""
        places = {_named(judge.court.clause): place for place, judge in enumerate(self.judges)}
        for name, known in state["clauses"].items():
            if name in places:
                self.judges[places[name]].restore(known)
        self.arrivals = replace(state["arrivals"], lateness=self.times.lateness, columns=self.columns)
        self.times.judged = state["judged"]
        if self.accepted is not None:
            self.accepted.restore(state["accepted"] or {})
        if places.keys() == state["clauses"].keys():
            self.weighed = {
                identifier: {places[name]: entry for name, entry in entries.items()}
                for identifier, entries in state["weighed"].items()
            }

    # ── Instants

    def _settle(self, before: int | None) -> None:
        """Judge each instant, those before a time or all, at which something happened or falls due."""
        if self.in_line:
            self._settle_line(_END if before is None else before)
        else:
            while (time := self._next()) is not None and (before is None or time < before):
                self._instant(time, self.arrivals.instant(time) if self.arrivals.next_time == time else [])
        if before is not None:
            self.times.judged = before

    def _settle_line(self, before: int) -> None:
        """Judge events where nothing falls due: one after the other, and by the instant where others look, too."""
        instant: list[Event] = []
        for event in self.arrivals.due(before):
            if self.judge_row(event):
                if instant and instant[0].time != event.time:
                    self._look(instant[0].time, instant)
                    instant = []
                instant.append(event)
        if instant:
            self._look(instant[0].time, instant)

    def _next(self) -> int | None:
        first = self.arrivals.next_time
        for judge in self.waiters:
            due = judge.next_time()
            if due is not None and (first is None or due < first):
                first = due
        return first

    def _instant(self, time: int, events: Sequence[Event]) -> None:
        if self.accepted is not None:
            self.accepted.note(events)
        if self.sleepers is not None:
            events = [event for event in events if self.judge_row(event)]
        self._look(time, events)

    def _look(self, time: int, events: Sequence[Event]) -> None:
        """Let the clauses that never sleep judge an instant."""
        opened: list[tuple[str, Event]] = []
        known = {event.id: self.weighed.pop(event.id) for event in events if event.id in self.weighed}
        whole = len(known) == len(events)
        counting = frozenset().union(*known.values()) if len(known) > 1 else next(iter(known.values()), {})
        for place, judge, court, pure, passes in self.benches:
            if passes and whole and known and not opened and place not in counting:
                continue
            weighed: Weighed = {}
            if pure:
                weighed = {identifier: entries.get(place) for identifier, entries in known.items()}
            heard = [event for key, event in opened if key in court.sources]
            own = sorted([*events, *heard], key=_order) if heard else events
            if own or (isinstance(judge, Owed) and judge.next_time() == time):
                if isinstance(judge, Prohibited):
                    new = judge.take(time, own, weighed)
                else:
                    new = judge.take(time, own)
                    self.fallen_due += new if judge.waits else ()
                opened += [(court.clause.key, event) for event in new]


_END = 2**200


def _order(event: Event) -> tuple[int, str]:
    return (event.time, event.id)


def _named(clause: PlannedClause) -> tuple[str, str]:
    return clause.key, clause.digest


def rank(finding: Finding) -> tuple[int, str, str, str]:
    """The order of a clause's findings: first time, subject, verdict, id."""
    return (finding.first_time, finding.subject.name, finding.verdict, finding.id)
