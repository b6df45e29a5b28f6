"""What a monitor does with events that are late, repeated or contradict one another, and how it ends."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from plainterms.engine.finding_json import as_dict
from plainterms.engine.stream.intake import EventError
from plainterms.engine.stream.limits import Limits
from plainterms.engine.stream.monitor import Monitor
from plainterms.policy.errors import PlainTermsError

from .terms import RATE, TOKENS, TOLD, at, planned, request


def test_events_are_late_when_the_time_has_passed_them() -> None:
    monitor = Monitor(planned(TOKENS), limits=Limits(lateness=timedelta(seconds=60)))
    assert monitor.record(request("r0", 100)) == "taken"
    assert monitor.record(request("r1", 40)) == "taken"
    assert monitor.record(request("r2", 39.999999)) == "late"
    assert monitor.received == {"taken": 2, "repeated": 0, "conflicting": 0, "late": 1, "ahead": 0}


def test_events_ahead_of_the_clock_are_set_aside() -> None:
    monitor = Monitor(planned(RATE), failing="open", clock=at(1000).timestamp)
    assert monitor.record(request("r0", 1000)) == "taken"
    assert monitor.record(request("r1", 1300)) == "taken"
    assert monitor.record(request("r2", 1300.000001)) == "ahead"
    assert monitor.record(request("r3", 999)) == "late"
    assert monitor.received == {"taken": 2, "repeated": 0, "conflicting": 0, "late": 1, "ahead": 1}
    with pytest.raises(EventError) as raised:
        monitor.decide(request("r4", 5000))
    assert str(raised.value) == "event `r4` is of 2026-06-01T13:23:20+00:00, which is ahead of the clock"
    assert 'plainterms_events_total{received="ahead"} 1' in monitor.metrics().splitlines()


def test_events_may_come_in_any_order_within_the_lateness() -> None:
    in_order, in_disorder = (Monitor(planned(RATE), failing="open") for _ in range(2))
    events = [request(f"r{number}", number) for number in range(8)]
    for one in events:
        in_order.record(one)
    for one in (events[5], events[2], events[7], events[0], events[1], events[6], events[4], events[3]):
        in_disorder.record(one)
    found = [[as_dict(one) for one in monitor.close()] for monitor in (in_order, in_disorder)]
    assert found[0] == found[1]
    assert found[0][0]["event_count"] == 8


def test_an_id_counts_once_and_contradictions_not_at_all() -> None:
    monitor = Monitor(planned(RATE), failing="open")
    for number in range(4):
        monitor.record(request(f"r{number}", number))
    assert monitor.record(request("r0", 0)) == "repeated"
    assert monitor.record(request("r0", 0, account="b")) == "conflicting"
    assert monitor.received == {"taken": 3, "repeated": 0, "conflicting": 3, "late": 0, "ahead": 0}
    assert monitor.close() == ()


def test_findings_are_final_when_nothing_can_change_them() -> None:
    monitor = Monitor(planned(RATE), failing="open")
    for number in range(4):
        monitor.record(request(f"r{number}", number))
    assert (monitor.findings(), monitor.final()) == ((), ())
    monitor.record(request("r5", 320))
    assert len(monitor.findings()) == 1
    assert monitor.final() == ()
    monitor.record(request("r6", 400))
    assert [one.events for one in monitor.final()] == [("r0", "r1", "r2", "r3")]
    assert (monitor.findings(), monitor.final(), monitor.close()) == ((), (), ())


def test_a_duty_is_pending_until_it_is_due() -> None:
    monitor = Monitor(planned(TOLD))
    monitor.record({**request("s", 0), "kind": "suspension"})
    assert [one.verdict for one in monitor.findings()] == []
    monitor.record(request("r", 1000))
    assert [one.verdict for one in monitor.findings()] == ["pending"]
    monitor.record(request("r2", 4000))
    assert [one.verdict for one in monitor.close(at(4001))] == ["breach"]


ENDS = [
    (TOLD, None, "`told` is a duty, so say where the log ends: `close(until)`"),
    (TOKENS, at(600), "what happened up to 2026-06-01T12:11:40+00:00 is judged already, so 2026-06-01T12:10:00+00:00"
                      " cannot be the end; give it in advance as `period`"),
    (TOKENS, datetime(2026, 6, 2), "`until` must have an offset, for example `datetime(2026, 6, 1, tzinfo=UTC)`"),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "until", "message"), ENDS)
def test_ends_that_cannot_be(clause: str, until: datetime | None, message: str) -> None:
    monitor = Monitor(planned(clause))
    monitor.record(request("r", 1000, output_tokens=1))
    with pytest.raises(PlainTermsError) as raised:
        monitor.close(until)
    assert str(raised.value) == message
    assert monitor.close(at(2000)) == ()
    with pytest.raises(PlainTermsError) as raised:
        monitor.record(request("r", 1000))
    assert str(raised.value) == "this monitor is closed; make another one"


def test_idle_subjects_are_forgotten() -> None:
    monitor = Monitor(planned(RATE), failing="open", limits=Limits(lateness=timedelta(0)))
    for number in range(1_000):
        monitor.record(request(f"r{number}", number * 10, f"account-{number}"))
    held = next(line for line in monitor.metrics().splitlines() if line.startswith("plainterms_subjects{"))
    assert int(held.split()[1]) < 20


def test_subjects_beyond_the_limit_are_degraded() -> None:
    monitor = Monitor(planned(RATE), failing="closed", limits=Limits(subjects=2))
    actions = [monitor.decide(request(f"r{number}", number, f"account-{number}")).action for number in range(4)]
    assert actions == ["allow", "allow", "throttle", "throttle"]


def test_registers_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("account,rate_limit\na,2\n")
    clause = RATE.replace("at most 3 requests", "at most account.rate_limit requests")
    monitor = Monitor(planned(clause), registers={"account": tmp_path / "accounts.csv"}, failing="open")
    assert [monitor.decide(request(f"r{number}", number)).action for number in range(3)] == [
        "allow",
        "allow",
        "throttle",
    ]
    (undetermined,) = monitor.decide(request("r3", 3, "b")).judgements
    assert (undetermined.outcome, undetermined.missing) == ("undetermined", ("account.rate_limit",))


def test_registers_with_bad_rows_are_refused(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("account,rate_limit\na,many\n")
    with pytest.raises(PlainTermsError) as raised:
        Monitor(planned(TOKENS), registers={"account": tmp_path / "accounts.csv"})
    assert str(raised.value).startswith("registers have rows that cannot be used, for example 1 because of: ")
