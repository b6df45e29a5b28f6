"""What the judges of all clauses share: subjects, the breaches they open for one another, and the time to cure."""

import sys
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from plainterms.engine.conditions import BREACH_CLAUSE, BREACH_VERDICT
from plainterms.engine.events import Event, EventValue, Period
from plainterms.engine.findings import Cure, Finding, Named, Verdict, finding_id, subject_kind, subject_name
from plainterms.engine.plan import ClauseVersion, PlannedClause, leaves
from plainterms.engine.stream.conduct import Conduct
from plainterms.engine.stream.sequences import Sequences
from plainterms.engine.stream.sheet import Sheet
from plainterms.engine.stream.subjects import Key, subjects_of
from plainterms.engine.stream.values import Registers
from plainterms.policy.meaning import BreachIn, EachSubject, EventField, GroupSubject, Measure
from plainterms.policy.schema import ENTITY_FIELDS

State = Callable[[int, int], str]
"""(deadline, horizon of the log) -> running, lapsed or cured."""


@dataclass
class Span:
    """What is judged: ``until`` is known in advance, or once the log is closed; and how much may be held."""

    period: Period
    events: int = sys.maxsize
    subjects: int = sys.maxsize


@dataclass
class Court:
    """One clause, what is known of its subjects, and the notices given to them."""

    clause: PlannedClause
    registers: Registers
    sheet: Sheet
    span: Span
    measures: tuple[Measure, ...]
    accepting: bool = False
    """Whether versions apply on acceptance, so that an event cannot be weighed before those of its instant."""

    heard: bool = False
    """Whether other clauses look at breaches of this one."""

    last_time: int | None = None
    degraded: set[str] = field(default_factory=set)
    notices: list[tuple[int, str, Key, EventValue]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sequences = Sequences(self.registers, self.sheet.compiler.scanner)
        self.subjects = subjects_of(self.clause.subject, self.registers, self.conduct, self.span.subjects)
        self.grouped = isinstance(self.clause.subject, GroupSubject)
        self.kind = subject_kind(self.clause.subject)
        self.cures = any(version.cure is not None for version in self.clause.versions)
        self.sources = frozenset(leaf.clause for leaf in leaves(self.clause) if isinstance(leaf, BreachIn))

    @property
    def pure(self) -> bool:
        """Whether how an event stands toward the clause follows from the event alone."""
        return not (self.sequences.steps or self.accepting)

    @cached_property
    def passes(self) -> bool:
        """Whether an event that the clause does not count leaves no trace."""
        return not (self.grouped or self.cures or self.sequences.steps)

    def state(self) -> dict[str, object]:
        """What is known of the subjects, to be restored into another court of the same clause."""
        return {
            "subjects": self.subjects.state(),
            "last_time": self.last_time,
            "degraded": self.degraded,
            "notices": self.notices,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Know what another court knew."""
        self.subjects.restore(state["subjects"])
        self.last_time, self.degraded, self.notices = state["last_time"], state["degraded"], state["notices"]

    def conduct(self) -> Conduct:
        """What is known of a subject of whom nothing is known."""
        return Conduct(self.measures, len(self.sequences.steps))

    def enter(self, event: Event) -> Key | None:
        """Whose the event is; links and notices that it shows are learnt, and sequences looked up for its subject."""
        key: Key | None = self.subjects.key(event)
        self.last_time = event.time
        if self.grouped:
            self.subjects.link(event, key)
        if self.cures and key is not None:
            self.hear(event, key)
        if self.sequences.steps:
            self.sequences.trails = None if key is None else self.subjects.of(key).trails
        return key

    def hear(self, event: Event, key: Key) -> None:
        """Remember a notice."""
        if event.kind == "notice":
            self.notices.append((event.time, event.id, key, event.get("about")))

    def bound(self, key: Key, conduct: Conduct) -> bool:
        """Let go of events beyond the number that may be held; whether the subject is degraded."""
        most = self.span.events
        for window in conduct.windows:
            while len(window.entries) > most:
                window.drop_first()
                conduct.degraded = True
        if conduct.trails or conduct.answers:
            others: list[deque[Any]] = [*(trail.firsts for trail in conduct.trails), conduct.answers]
            for held in others:
                while len(held) > most:
                    held.popleft()
                    conduct.degraded = True
        if conduct.degraded:
            self.degraded.add(subject_name(self.clause.subject, key))
        return conduct.degraded

    def quiet(self, conduct: Conduct, time: int) -> bool:
        """Whether no sequence of the subject matters from a time on."""
        for steps, trail in zip(self.sequences.steps, conduct.trails, strict=True):
            trail.forget(time - steps.leaf.within, steps.alone)
        return not any(trail.firsts for trail in conduct.trails)

    def named(self, key: Key, members: Iterable[Key] = ()) -> Named:
        """The subject as it stands in a finding."""
        return Named(
            self.kind, subject_name(self.clause.subject, key), tuple(sorted(str(member) for member in members))
        )

    def members(self, key: Key) -> frozenset[Key]:
        """The members of a group as it is now; of another subject none are listed."""
        return self.subjects.members(key) if self.grouped else frozenset()

    def opening(
        self, version: ClauseVersion, subject: Named, key: Key, verdict: Verdict, time: int, anchor: Event
    ) -> Event:
        """The opening of a finding as an event, with the entities of its anchor and its own subject."""
        clause = self.clause
        known = {name: found for name, found in anchor.fields.items() if name in ENTITY_FIELDS}
        if isinstance(clause.subject, EachSubject) and isinstance(clause.subject.field, EventField):
            known[clause.subject.field.name] = key
        known |= {"severity": version.severity, BREACH_CLAUSE: clause.key, BREACH_VERDICT: verdict}
        identifier = finding_id(clause.terms, version.version, clause.name, subject, anchor.id)
        return Event(identifier, time, "breach", known)

    # ── Cures

    def cured(self, finding: Finding, key: Key, state: State) -> Finding:
        """The finding with the state of its cure, where its clause grants one."""
        length = finding.version.cure
        if length is None or finding.verdict == "pending":
            return finding
        notice = self._notice(finding, key)
        if notice is None:
            return replace(finding, cure=Cure("no notice"))
        time, identifier = notice
        deadline = time + length
        return replace(finding, cure=Cure(state(deadline, self.horizon()), identifier, time, deadline))

    def _notice(self, finding: Finding, key: Key) -> tuple[int, str] | None:
        members = self.subjects.members(key)
        for time, identifier, told, about in self.notices:
            if time >= finding.opening.time and told in members and about in (None, self.clause.name):
                return time, identifier
        return None

    def horizon(self) -> int:
        """Up to when the log tells what happened."""
        until = self.span.period.until
        if until is not None:
            return until
        assert self.last_time is not None
        return self.last_time + 1
