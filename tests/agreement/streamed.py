"""One case under the stream evaluator: its records come in disorder, but none later than is declared."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import orjson

from plainterms.engine.events import Event, Period
from plainterms.engine.findings import Finding, Result
from plainterms.engine.plan import Plan
from plainterms.engine.stream.evaluator import rank
from plainterms.engine.stream.limits import Limits
from plainterms.engine.stream.monitor import Monitor

from .compare import Found
from .logs import Given

LATENESS = (2, 60_000_000, 3_600_000_000, 3 * 86_400_000_000)
"""Microseconds; at least two, as contradictions of an id are up to one apart."""


def by_stream(plan: Plan, given: Given, seed: int = 0) -> Found:
    """What the stream evaluator finds; the end is told in advance where it lies before what is judged by then."""
    dice = Random(seed)
    lateness = dice.choice(LATENESS)
    latest = max((one.time for one in given.records), default=0)
    start, until = given.period.start, given.period.until
    open_end = until is None or until >= latest - lateness
    limits = Limits(timedelta(microseconds=lateness), endless=True)
    period = Period(start, None if open_end else until)
    monitor = Monitor(plan, registers=given.registers, limits=limits, failing="open", period=period)
    final: list[Finding] = []
    for record in arriving(given.records, lateness, dice):
        if dice.random() < 0.3:
            monitor.decide(record)
        assert monitor.record(record) != "late"
        if dice.random() < 0.1:
            final += monitor.final()
        if dice.random() < 0.03:
            assert monitor.replace(plan, "open") == ()
    places = {(clause.key, clause.digest): place for place, clause in enumerate(plan.clauses)}
    findings = sorted(
        (*final, *monitor.close(until)), key=lambda one: (places[one.clause.key, one.clause.digest], *rank(one))
    )
    counts = monitor.received
    return Found(Result(tuple(findings)), counts["repeated"], counts["conflicting"], {})


def arriving(records: tuple[Event, ...], lateness: int, dice: Random) -> list[Event]:
    """The records as they might come."""
    first: dict[str, int] = {}
    for one in records:
        first[one.id] = min(one.time, first.get(one.id, one.time))
    delays = (0, lateness - 1)
    arrivals = [(first[one.id] + dice.choice((*delays, dice.randrange(lateness))), one) for one in records]
    return [one for _, one in sorted(arrivals, key=lambda arrival: arrival[0])]


def streamed(lines: Sequence[bytes]) -> list[bytes]:
    """Of what `as_bytes` tells, what the stream evaluator tells too: findings, and the numbers of bad records."""
    repeated, conflicting, _ = orjson.loads(lines[-1])
    return [*(line for line in lines if line.startswith(b"[{")), orjson.dumps([repeated, conflicting])]
