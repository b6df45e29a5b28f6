"""Clauses that sleep find and decide what they would awake, however events arrive and terms change meanwhile."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from operator import attrgetter
from pathlib import Path
from unittest.mock import patch

import orjson
import pytest

from plainterms.engine.events import Event
from plainterms.engine.finding_json import as_dict
from plainterms.engine.findings import Result
from plainterms.engine.plan import Plan
from plainterms.engine.stream.evaluator import rank
from plainterms.engine.stream.limits import Limits
from plainterms.engine.stream.monitor import Monitor
from tests.agreement.compare import Found, as_bytes, by_reference, difference
from tests.agreement.dice import Dice
from tests.agreement.logs import Given
from tests.agreement.streamed import arriving, streamed

from .generated import clerk, terms
from .terms import planned as plan_of
from .terms import request

SEEDS = range(60)
SIZES = (8, 12, 20, 40, 60)
LATENESS = (2, 60_000_000, 3_600_000_000, 3 * 86_400_000_000)
SOON = 0.3
"""Of decided events so many are told with what is only known after the answer."""


@pytest.mark.parametrize("seed", SEEDS)
def test_findings_are_those_of_the_reference(seed: int, tmp_path: Path) -> None:
    dice = Dice(seed)
    plan, more = terms(dice)
    writer = clerk(dice, plan)
    for _ in range(3):
        given = writer.given(dice.choice(SIZES))
        wanted = streamed(as_bytes(by_reference(plan, given)))
        assert difference(wanted, streamed(as_bytes(changing(plan, more, given, dice, tmp_path / "s")))) == ""


def changing(plan: Plan, more: Plan, given: Given, dice: Dice, snapshot: Path) -> Found:
    """What a monitor finds whose terms, now and then, have a clause more, or one less again."""
    lateness = dice.choice(LATENESS)
    limits = Limits(timedelta(microseconds=lateness))
    latest = max((one.time for one in given.records), default=0)
    until = given.period.until
    period = replace(given.period, until=None) if until is None or until >= latest - lateness else given.period

    def made(of: Plan) -> Monitor:
        return Monitor(of, registers=given.registers, limits=limits, failing="open", period=period)

    now, monitor = plan, made(plan)
    final = []
    for record in arriving(given.records, lateness, dice):
        if dice.random() < 0.4:
            monitor.decide(record)
        assert monitor.record(record) != "late"
        if dice.random() < 0.1:
            final += monitor.final()
        if dice.random() < 0.1:
            now = more if now is plan else plan
            if dice.random() < 0.5:
                monitor.replace(now, "open")
            else:
                monitor.snapshot(snapshot)
                monitor = made(now)
                monitor.restore(snapshot)
    places = {(clause.key, clause.digest): place for place, clause in enumerate(plan.clauses)}
    found = [one for one in (*final, *monitor.close(until)) if (one.clause.key, one.clause.digest) in places]
    found.sort(key=lambda one: (places[one.clause.key, one.clause.digest], *rank(one)))
    return Found(Result(tuple(found)), monitor.received["repeated"], monitor.received["conflicting"], {})


@pytest.mark.parametrize("seed", SEEDS)
def test_decisions_are_those_of_clauses_that_never_sleep(seed: int) -> None:
    dice = Dice(seed + 1_000)
    plan, _ = terms(dice)
    given = clerk(dice, plan).given(dice.choice(SIZES))
    limits = dice.choice((Limits(), Limits(), Limits(events=3)))

    def made() -> Monitor:
        return Monitor(plan, registers=given.registers, failing="open", limits=limits)

    with patch("plainterms.engine.stream.monitor.sleeping", lambda *_: None):
        awake = made()
    asleep = made()
    for what, event in calls(plan, given, dice):
        assert told(asleep, what, event) == told(awake, what, event), (what, event)
    if limits.events > 3:
        assert [orjson.dumps(as_dict(one)) for one in asleep.close()] == [
            orjson.dumps(as_dict(one)) for one in awake.close()
        ]


def calls(plan: Plan, given: Given, dice: Dice) -> Iterator[tuple[str, Event]]:
    """What a platform does with events in their order: some are decided, recorded at once or later, or given up."""
    later = {name for name, field in plan.schema.event_fields().items() if field.known_after}
    events = {one.id: one for one in reversed(given.records)}
    under_way: list[Event] = []
    for one in sorted(events.values(), key=attrgetter("order")):
        if dice.random() < 0.7:
            known = {name: value for name, value in one.fields.items() if name not in later}
            yield "decide", one if dice.random() < SOON else Event(one.id, one.time, one.kind, known)
            if dice.random() < 0.2:
                under_way.append(one)
            else:
                yield dice.choice(("record", "record", "release")), one
        else:
            yield "record", one
        if under_way and dice.random() < 0.3:
            yield "record", under_way.pop(0)


def told(monitor: Monitor, what: str, event: Event) -> object:
    if what == "record":
        return monitor.record(event)
    if what == "release":
        return monitor.release(event.id)
    decision = monitor.decide(event)
    return decision.action, orjson.dumps([one.as_dict() for one in decision.judgements])


def test_clauses_do_sleep() -> None:
    sleeping = [monitor._sleepers for seed in SEEDS for monitor in [Monitor(terms(Dice(seed))[0], failing="open")]]
    assert sum(len(one.sleepers) for one in sleeping if one is not None) > len(SEEDS)


# ── What generated cases seldom meet


FAILURES = """
clause failures "No probing by a group"
    for each group of accounts sharing payment_fingerprint
    prohibits at least 5 requests where status is "failure" within 1 day
"""


def test_bounds_are_looked_at_again_when_groups_join() -> None:
    monitor = Monitor(plan_of(FAILURES))
    for number in range(2):
        for account in ("a", "b"):
            one = request(f"{account}{number}", number, account, status="failure", payment_fingerprint=account)
            monitor.record(one)
    monitor.record(request("c", 3, "b", status="success", payment_fingerprint="a"))
    monitor.record(request("d", 4, "a", status="failure", payment_fingerprint="a"))
    (finding,) = monitor.close()
    assert finding.events == ("a0", "b0", "a1", "b1", "d")


MANY = """
clause many "Not many"
    for each account
    prohibits at least 3 requests within 1 day
"""


def test_contradicted_events_do_not_count_when_a_clause_wakes() -> None:
    monitor = Monitor(plan_of(MANY))
    received = [monitor.record(request("r0", 0)), monitor.record(request("r0", 0, "b"))]
    received += [monitor.record(request(f"r{number}", number * 600)) for number in (1, 2)]
    assert received == ["taken", "conflicting", "taken", "taken"]
    assert monitor.close() == ()
