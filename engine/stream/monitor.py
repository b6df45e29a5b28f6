"""The face of the stream evaluator: decide before a request is answered, record it afterwards, collect findings."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import RLock
from time import perf_counter_ns
from typing import Any

from plainterms.engine.events import Event, Period
from plainterms.engine.findings import Finding
from plainterms.engine.stream.adopting import adopt
from plainterms.engine.stream.ahead import NOTHING_KEPT, Ahead
from plainterms.engine.stream.arrivals import Received
from plainterms.engine.stream.decisions import ALLOW, Decision, Judgement, Outcome, decided, judged
from plainterms.engine.stream.evaluator import Evaluator
from plainterms.engine.stream.foresight import Foreseen
from plainterms.engine.stream.intake import EventError, Intake
from plainterms.engine.stream.journal import line
from plainterms.engine.stream.limits import Failing, Limits, choices, refuse_endless
from plainterms.engine.stream.making import Registers, Terms, duty, instant, known_after, planned, shown, tables
from plainterms.engine.stream.metrics import Labels, Metrics
from plainterms.engine.stream.sleepers import Said, foreseen
from plainterms.engine.stream.sleeping import sleeping
from plainterms.engine.stream.snapshots import kept, read, write
from plainterms.engine.stream.windows import reach
from plainterms.policy.errors import PlainTermsError

Given = Event | Mapping[str, object]
_AT_ONCE = -(2**200)
_OFTEN = 1_000_000
"""Microseconds of the events' own time after which it is looked what has waited too long to be recorded."""

NO_REGISTERS: Registers = {}
STANDARD = Limits()


class Monitor:
    """Terms, applied to one event at a time. Every method may be called from any thread.

    ``registers`` are files by the names of registers (or `rulings`). ``failing`` says, for each clause by its name or
    for all, whether a request is answered (`open`) or not (`closed`) where too little is known of it; it must be
    given for clauses that stop requests. With ``shadow`` nothing is ever stopped. ``period`` limits what is judged,
    as that of an audit. ``clock`` (seconds since 1970, as `time.time`) is asked whether an event can have happened;
    without one, its time is believed. ``log`` takes each decision as a line of JSON; texts in it are masked unless
    ``unmasked``.

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
        clock: Callable[[], float] | None = None,
        log: Callable[[bytes], object] | None = None,
        unmasked: bool = False,
    ) -> None:
        self.plan = planned(policy)
        refuse_endless(self.plan, limits)
        self.limits = limits
        self.shadow = shadow
        self._failing = choices(self.plan, failing)
        self._tables = tables(registers, self.plan)
        self._begin(period)
        self._clock = clock
        self._log = log
        self._unmasked = unmasked
        self._lock = RLock()
        self._metrics = Metrics()
        self._allowed = 0
        self._closed = False

    def _begin(self, period: Period | None) -> None:
        """Know nothing yet."""
        self._intake = Intake(self.plan.schema)
        self._fields = self.plan.schema.event_fields()
        self._evaluator = Evaluator(self.plan, self._tables, self.limits, period)
        self._ahead = Ahead(self.plan, self._tables, self._evaluator.scanner, self._evaluator.heard, self.limits)
        self._sleepers = sleeping(self._ahead, self._evaluator, self.limits)
        self._later = known_after(self.plan)
        self._warming: dict[str, int] = {}
        self._due = _AT_ONCE
        self._late = [0] * len(self.plan.clauses)

    # ── Before and after the answer

    def decide(self, event: Given) -> Decision:
        """What to do with a request that is about to be answered, counted with all that were recorded or decided.

        It goes on to count for ten minutes, or until `record` takes the event with the same id, or `release`.
        Provisional: exact where events come in their order; the findings decide. Raises EventError, also for an event
        that is ahead of the clock.
        """
        begun = perf_counter_ns()
        one = event if isinstance(event, Event) else self._intake.event(event)
        with self._lock:
            if one.time >= self._due:
                self._pass(one.time)
            if self._clock is not None and self._is_ahead(one.time):
                raise EventError(f"event `{one.id}` is of {shown(one.time)}, which is ahead of the clock")
            found = self._ahead.foresee(one)
            warming = self._still_warming(one.time) if self._warming else ()
            for said in found:
                if isinstance(said, Foreseen):
                    decision = decided(one.id, self._judgements(one, found), self.shadow, warming)
                    self._count(decision)
                    break
            else:
                told = partial(self._told_later, one, found) if found else ()
                decision = Decision(one.id, ALLOW, told, ALLOW if self.shadow else None, warming)
                self._allowed += 1
                for sleeper, *_ in found:  # type: ignore[misc]  # all are deferred
                    self._late[sleeper.place] += 1
            self._metrics.took(perf_counter_ns() - begun)
        if self._log is not None:
            self._log(line(one, decision, self._fields, self._unmasked))
        return decision

    def record(self, event: Given) -> Received:
        """Take in an event that has happened, with all that is known of it now.

        Returns `taken`; `repeated` for an equal event with the id of an earlier one, `conflicting` for another with
        such an id, and both are then left out; `late` for one that came too late to be judged exactly, and `ahead`
        for one that is ahead of the clock: those are counted and left to the audit. Raises EventError.
        """
        one = event if isinstance(event, Event) else self._intake.event(event)
        with self._lock:
            if one.time >= self._due:
                self._pass(one.time)
            needed = self._evaluator.needed(one)
            if self._clock is not None and self._is_ahead(one.time):
                self._ahead.release(one.id)
                return self._evaluator.arrivals.set_aside()
            received = self._evaluator.receive(needed)
            if received == "taken":
                reserved = self._ahead.reserved.pop(one.id, None)
                kept = self._ahead.kept(needed, reserved) if reserved is not None and reserved.held else NOTHING_KEPT
                if self._evaluator.learn(needed, None if reserved is None else reserved.row):
                    self._evaluator.weighed[one.id] = self._ahead.learn(needed, kept)
            else:
                self._ahead.release(one.id)
                if received == "conflicting":
                    self._evaluator.drop(one.id)
            self._evaluator.settle()
            if self._evaluator.arrivals.settled is not None:
                self._ahead.sweep(self._evaluator.arrivals.settled)
            if self._evaluator.fallen_due:
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

    def _is_ahead(self, time: int) -> bool:
        assert self._clock is not None
        return time > self._clock() * 1_000_000 + self.limits.skew // timedelta(microseconds=1)

    def _pass(self, time: int) -> None:
        """Release now and then, by the events' own time, what was decided long ago."""
        if self._closed:
            self._refuse_closed()
        self._due = time + _OFTEN
        self._ahead.expire(time)

    def _told_later(self, event: Event, found: Iterable[Said]) -> tuple[Judgement, ...]:
        with self._lock:
            return self._judgements(event, found)

    def _judgements(self, event: Event, found: Iterable[Said]) -> tuple[Judgement, ...]:
        said = [one if isinstance(one, Foreseen) else foreseen(one, event) for one in found]
        return tuple([self._judgement(one, event) for one in said if one is not None])

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

    def _count(self, decision: Decision) -> None:
        metrics = self._metrics
        metrics.decisions[decision.action] += 1
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
        end = instant(until)
        with self._lock:
            self._refuse_closed()
            judged_to, period = self._evaluator.arrivals.settled, self._evaluator.span.period
            end = period.until if end is None else end
            if end is None and self.plan.has_duty:
                raise PlainTermsError(f"`{duty(self.plan)}` is a duty, so say where the log ends: `close(until)`")
            if end is not None and period.until is None and judged_to is not None and end < judged_to:
                raise PlainTermsError(
                    f"what happened up to {shown(judged_to)} is judged already, so {shown(end)} cannot be the end;"
                    " give it in advance as `period`"
                )
            self._closed = True
            self._due = _AT_ONCE
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
        whole = planned(policy)
        refuse_endless(whole, self.limits)
        with self._lock:
            chosen = choices(whole, failing)
            self._count_late()
            state = kept(self._state(), self.plan, whole)
            period = self._evaluator.span.period
            self.plan, self._failing = whole, chosen
            self._begin(period)
            return self._restore(state)

    def _state(self) -> dict[str, Any]:
        ahead = self._ahead.state()
        sleepers = None if self._sleepers is None else self._sleepers.state()
        return {"evaluator": self._evaluator.state(), "ahead": ahead, "sleepers": sleepers, "warming": self._warming}

    def _restore(self, state: dict[str, Any]) -> tuple[str, ...]:
        """The names of the clauses of which nothing was known."""
        self._evaluator.restore(state["evaluator"])
        self._ahead.restore(state["ahead"])
        self._restore_sleepers(state)
        known, latest = state["evaluator"]["clauses"], self._evaluator.arrivals.latest
        self._warming = dict(state["warming"])
        names = []
        for clause in self.plan.clauses:
            if (clause.key, clause.digest) not in known:
                names.append(clause.name)
                self._warming[clause.name] = (latest or 0) + reach(clause)
        return tuple(names)

    def _restore_sleepers(self, state: dict[str, Any]) -> None:
        """Where clauses sleep otherwise than they did, rows are made again of the events that wait to be judged."""
        mine, theirs = self._sleepers, state["sleepers"]
        if mine is not None and theirs is not None and mine.is_like(theirs):
            mine.restore(theirs)
            self._evaluator.passed.update(state["evaluator"]["rows"][0])
            self._evaluator.noted.update(state["evaluator"]["rows"][1])
        else:
            adopt(self._ahead, self._evaluator, mine, theirs)

    def _still_warming(self, time: int) -> tuple[str, ...]:
        if not self._warming:
            return ()
        self._warming = {name: until for name, until in self._warming.items() if until > time}
        return tuple(self._warming)

    # ── Metrics

    @property
    def received(self) -> Mapping[Received, int]:
        """How many events were taken in, repeated others, contradicted others, came too late, or were ahead."""
        return dict(self._evaluator.arrivals.counts)

    def metrics(self) -> str:
        """All counts and sizes in the text format of Prometheus."""
        with self._lock:
            self._count_late()
            return "\n".join([*self._metrics.lines(self._gauges()), ""])

    def _count_late(self) -> None:
        """Add what was only counted on the way of most events."""
        if self._allowed:
            self._metrics.decisions[ALLOW] += self._allowed
            self._allowed = 0
        for place, clause in enumerate(self.plan.clauses):
            if self._late[place]:
                self._metrics.judgements[clause.name, "deferred", "none"] += self._late[place]
                self._late[place] = 0

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
