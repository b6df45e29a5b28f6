"""The face of the stream evaluator: decide before a request is answered, record it afterwards, collect findings."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from time import perf_counter_ns
from typing import Any

from plainterms.engine.events import Event, Period
from plainterms.engine.findings import Finding
from plainterms.engine.plan import Plan, plan
from plainterms.engine.registers import RegisterTable, load_registers
from plainterms.engine.sources import Quarantine, Tally
from plainterms.engine.stream.ahead import Ahead
from plainterms.engine.stream.arrivals import Received
from plainterms.engine.stream.decisions import Decision, Judgement, Outcome, decided, judged
from plainterms.engine.stream.evaluator import Evaluator
from plainterms.engine.stream.foresight import Foreseen
from plainterms.engine.stream.intake import Intake
from plainterms.engine.stream.journal import line
from plainterms.engine.stream.limits import Failing, Limits, choices, refuse_endless
from plainterms.engine.stream.metrics import Labels, Metrics
from plainterms.engine.stream.snapshots import kept, read, write
from plainterms.engine.stream.windows import reach
from plainterms.policy.errors import PlainTermsError
from plainterms.policy.meaning import EventField, Policy, Prohibition
from plainterms.policy.rewrite import nodes

Given = Event | Mapping[str, object]
Registers = Mapping[str, Path | RegisterTable]
Terms = Policy | Sequence[Policy] | Plan
NO_REGISTERS: Registers = {}
STANDARD = Limits()


class Monitor:
    """Terms, applied to one event at a time. Every method may be called from any thread.

    ``registers`` are files by the names of registers (or `rulings`). ``failing`` says, for each clause by its name or
    for all, whether a request is answered (`open`) or not (`closed`) where too little is known of it; it must be
    given for clauses that stop requests. With ``shadow`` nothing is ever stopped. ``period`` limits what is judged,
    as that of an audit. ``log`` takes each decision as a line of JSON; texts in it are masked unless ``unmasked``.

    Raises PlanError for documents that do not go together, SourceError for registers that cannot be read, and
    PlainTermsError for a clause that would never forget or a missing choice.
    """

    def __init__(
        self,
        policy: Terms,
        *,
        registers: Registers = NO_REGISTERS,
        limits: Limits = STANDARD,
        failing: Failing | Mapping[str, Failing] | None = None,
        shadow: bool = False,
        period: Period | None = None,
        log: Callable[[bytes], object] | None = None,
        unmasked: bool = False,
    ) -> None:
        self.plan = _planned(policy)
        refuse_endless(self.plan, limits)
        self.limits = limits
        self.shadow = shadow
        self._failing = choices(self.plan, failing)
        self._tables = _tables(registers, self.plan)
        self._begin(period)
        self._log = log
        self._unmasked = unmasked
        self._lock = RLock()
        self._metrics = Metrics()
        self._closed = False

    def _begin(self, period: Period | None) -> None:
        """Know nothing yet."""
        self._intake = Intake(self.plan.schema)
        self._fields = self.plan.schema.event_fields()
        self._evaluator = Evaluator(self.plan, self._tables, self.limits, period)
        self._ahead = Ahead(self.plan, self._tables, self._evaluator.scanner, self._evaluator.heard, self.limits)
        self._later = _known_after(self.plan)
        self._warming: dict[str, int] = {}

    # ── Before and after the answer

    def decide(self, event: Given) -> Decision:
        """What to do with a request that is about to be answered, counted with all that were recorded or decided.

        It goes on to count for ten minutes, or until `record` takes the event with the same id, or `release`.
        Provisional: exact where events come in their order; the findings decide. Raises EventError.
        """
        begun = perf_counter_ns()
        one = self._event(event)
        with self._lock:
            self._refuse_closed()
            self._ahead.expire(one.time)
            found = self._ahead.foresee(one)
            judgements = tuple([self._judgement(foreseen, one) for foreseen in found])
            decision = decided(one.id, judgements, self.shadow, self._still_warming(one.time))
            self._count(decision, perf_counter_ns() - begun)
        if self._log is not None:
            self._log(line(one, decision, self._fields, self._unmasked))
        return decision

    def record(self, event: Given) -> Received:
        """Take in an event that has happened, with all that is known of it now.

        Returns `taken`; `repeated` for an equal event with the id of an earlier one, `conflicting` for another with
        such an id, and both are then left out; `late` for one that came too late to be judged exactly: it is counted
        and left to the audit. Raises EventError.
        """
        one = self._event(event)
        with self._lock:
            self._refuse_closed()
            self._ahead.expire(one.time)
            needed = self._evaluator.needed(one)
            received = self._evaluator.receive(needed)
            if received == "taken":
                self._evaluator.weighed[one.id] = self._ahead.learn(needed)
            else:
                self._ahead.release(one.id)
                if received == "conflicting":
                    self._evaluator.weighed.pop(one.id, None)
            self._evaluator.settle()
            if self._evaluator.arrivals.settled is not None:
                self._ahead.sweep(self._evaluator.arrivals.settled)
            for opening in self._evaluator.taken_due():
                self._ahead.learn(opening)
            return received

    def scan(self, text: str) -> None:
        """Look for all patterns in a text that an event to come will have; its decision then needs not look."""
        with self._lock:
            self._evaluator.scanner.found(text)

    def release(self, identifier: str) -> bool:
        """Count an event no longer that was decided and will not be recorded; whether it was counted."""
        with self._lock:
            return self._ahead.release(identifier)

    async def adecide(self, event: Given) -> Decision:
        """`decide` for asyncio; it takes a fraction of a millisecond, in the loop's own thread."""
        return self.decide(event)

    async def arecord(self, event: Given) -> Received:
        """`record` for asyncio."""
        return self.record(event)

    def _event(self, given: Given) -> Event:
        return given if isinstance(given, Event) else self._intake.event(given)

    def _judgement(self, foreseen: Foreseen, event: Event) -> Judgement:
        clause = foreseen.clause
        outcome: Outcome = foreseen.verdict if foreseen.verdict == "breach" else "undetermined"
        if foreseen.degraded:
            outcome = "degraded"
        elif outcome == "undetermined" and self._not_yet(clause.key, event):
            outcome = "deferred"
        return judged(foreseen, outcome, self._failing[clause.name])

    def _not_yet(self, clause: str, event: Event) -> bool:
        """Whether the clause looks at something that will be known of the event, and is not."""
        known = self._intake.kinds.get(event.kind, {})
        return any(name in known and event.fields.get(name) is None for name in self._later[clause])

    def _count(self, decision: Decision, nanoseconds: int) -> None:
        metrics = self._metrics
        metrics.decisions[decision.action] += 1
        metrics.took(nanoseconds)
        for one in decision.judgements:
            for action in one.actions or (None,):
                metrics.judgements[one.clause, one.outcome, "none" if action is None else action.name] += 1

    # ── Findings

    def findings(self) -> tuple[Finding, ...]:
        """What was found of all that is certain to be complete: older than the latest event by the lateness."""
        with self._lock:
            return self._evaluator.findings()

    def final(self) -> tuple[Finding, ...]:
        """The findings that can no longer change. The monitor forgets them: it returns each once, and nowhere else.

        To call it now and then keeps the memory bounded where there is much to find. Findings with a time to cure
        are never final before `close`.
        """
        with self._lock:
            return self._evaluator.final()

    def close(self, until: datetime | int | None = None) -> tuple[Finding, ...]:
        """The findings of an audit that ends at a time (a `datetime` with offset, or microseconds); nothing follows.

        Later events are counted and not judged. Raises PlainTermsError where a duty needs the end and none is given,
        and for a time before what has been judged.
        """
        end = _instant(until)
        with self._lock:
            self._refuse_closed()
            judged_to, period = self._evaluator.arrivals.settled, self._evaluator.span.period
            end = period.until if end is None else end
            if end is None and self.plan.has_duty:
                raise PlainTermsError(f"`{_duty(self.plan)}` is a duty, so say where the log ends: `close(until)`")
            if end is not None and period.until is None and judged_to is not None and end < judged_to:
                raise PlainTermsError(
                    f"what happened up to {_shown(judged_to)} is judged already, so {_shown(end)} cannot be the end;"
                    " give it in advance as `period`"
                )
            self._closed = True
            return self._evaluator.close(end)

    def _refuse_closed(self) -> None:
        if self._closed:
            raise PlainTermsError("this monitor is closed; make another one")

    # ── Memory

    def snapshot(self, path: Path | str, position: object = None) -> None:
        """Write all that is remembered to a file, whole or not at all.

        ``position`` (of plain values) says where in the stream of events this was; `restore` gives it back. Raises
        OSError.
        """
        with self._lock:
            write(Path(path), self.plan, self._state(), position)

    def restore(self, path: Path | str) -> object:
        """Remember what was written to a file by a monitor of the same terms; returns the position given then.

        Of clauses that are not the same, nothing is known: they warm up. Raises OSError, and SnapshotError for a file
        that is damaged or no snapshot.
        """
        with self._lock:
            state, position = read(Path(path), self.plan)
            self._restore(state)
            return position

    def replace(self, policy: Terms, failing: Failing | Mapping[str, Failing] | None = None) -> tuple[str, ...]:
        """Go on with other terms; registers stay. Clauses that mean the same keep what they remember.

        Returns the names of the others, which warm up: they know nothing of what was before, and decisions name them
        until their windows no longer reach back to now. Findings of clauses that are gone are lost, so collect them
        first. Raises what making a monitor raises, and then changes nothing.
        """
        whole = _planned(policy)
        refuse_endless(whole, self.limits)
        with self._lock:
            chosen = choices(whole, failing)
            state = kept(self._state(), self.plan, whole)
            period = self._evaluator.span.period
            self.plan, self._failing = whole, chosen
            self._begin(period)
            return self._restore(state)

    def _state(self) -> dict[str, Any]:
        ahead = self._ahead.state()
        return {"evaluator": self._evaluator.state(), "ahead": ahead, "warming": self._warming}

    def _restore(self, state: dict[str, Any]) -> tuple[str, ...]:
        """The names of the clauses of which nothing was known."""
        self._evaluator.restore(state["evaluator"])
        self._ahead.restore(state["ahead"])
        known, latest = state["evaluator"]["clauses"], self._evaluator.arrivals.latest
        self._warming = dict(state["warming"])
        names = []
        for clause in self.plan.clauses:
            if (clause.key, clause.digest) not in known:
                names.append(clause.name)
                self._warming[clause.name] = (latest or 0) + reach(clause)
        return tuple(names)

    def _still_warming(self, time: int) -> tuple[str, ...]:
        if not self._warming:
            return ()
        self._warming = {name: until for name, until in self._warming.items() if until > time}
        return tuple(self._warming)

    # ── Metrics

    @property
    def received(self) -> Mapping[Received, int]:
        """How many events were taken in, repeated others, contradicted others, or came too late."""
        return dict(self._evaluator.arrivals.counts)

    def metrics(self) -> str:
        """All counts and sizes in the text format of Prometheus."""
        with self._lock:
            return "\n".join([*self._metrics.lines(self._gauges()), ""])

    def _gauges(self) -> Iterator[tuple[str, str, Mapping[Labels, float]]]:
        counts = self._evaluator.arrivals.counts
        courts = [one.court for one in self._ahead.clauses]
        yield (
            "plainterms_events_total",
            "Events by what became of them.",
            {(("received", name),): count for name, count in sorted(counts.items())},
        )
        yield (
            "plainterms_subjects",
            "Subjects of which something is held.",
            {(("clause", court.clause.name),): len(court.subjects.conducts) for court in courts},
        )
        yield (
            "plainterms_degraded_subjects",
            "Subjects of which not all is held that matters.",
            {(("clause", court.clause.name),): len(court.degraded) for court in courts},
        )
        yield "plainterms_waiting_events", "Events not judged yet.", {(): self._evaluator.arrivals.waiting}
        yield "plainterms_reserved_events", "Events decided and not recorded yet.", {(): len(self._ahead.reserved)}


def _planned(policy: Terms) -> Plan:
    if isinstance(policy, Plan):
        return policy
    return plan([policy] if isinstance(policy, Policy) else policy)


def _tables(registers: Registers, whole: Plan) -> dict[str, RegisterTable]:
    """The registers, read where they are files; a row that cannot be read is an error here."""
    files = {name: one for name, one in registers.items() if isinstance(one, Path)}
    tables = {name: one for name, one in registers.items() if isinstance(one, RegisterTable)}
    quarantine = Quarantine()
    tables |= load_registers(files, whole.schema, Tally(), quarantine)
    if quarantine.reasons:
        reason, count = next(iter(sorted(quarantine.reasons.items())))
        raise PlainTermsError(f"registers have rows that cannot be used, for example {count} because of: {reason}")
    return tables


def _known_after(whole: Plan) -> dict[str, tuple[str, ...]]:
    """For each clause by its key the event fields it looks at that are not known before the answer."""
    found: dict[str, set[str]] = {}
    for clause in whole.clauses:
        parts = (clause.subject, clause.statement, clause.conduct, clause.exceptions)
        fields = [node for node in nodes(parts) if isinstance(node, EventField) and node.known_after]
        found.setdefault(clause.key, set()).update(field.name for field in fields)
    return {key: tuple(sorted(names)) for key, names in found.items()}


def _duty(whole: Plan) -> str:
    return next(clause.name for clause in whole.clauses if not isinstance(clause.statement, Prohibition))


def _instant(until: datetime | int | None) -> int | None:
    if not isinstance(until, datetime):
        return until
    if until.tzinfo is None:
        raise PlainTermsError("`until` must have an offset, for example `datetime(2026, 6, 1, tzinfo=UTC)`")
    return int(until.astimezone(UTC).timestamp()) * 1_000_000 + until.microsecond


def _shown(time: int) -> str:
    return datetime.fromtimestamp(time / 1e6, UTC).isoformat(timespec="seconds")
