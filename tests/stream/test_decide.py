"""Decisions: what is counted with a request, for how long, and what follows where too little is known."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest

from plainterms.engine.stream.decisions import Decision
from plainterms.engine.stream.limits import Failing, Limits
from plainterms.engine.stream.monitor import Monitor
from plainterms.policy.errors import PlainTermsError

from .terms import CONSENT, RATE, REGIONS, TOKENS, at, planned, request


def outcomes(decision: Decision) -> list[tuple[str, str]]:
    return [(one.clause, one.outcome) for one in decision.judgements]


# ── Reservations


def test_decided_requests_count_before_they_are_recorded() -> None:
    monitor = Monitor(planned(RATE), failing="open")
    actions = [monitor.decide(request(f"r{number}", number)).action for number in range(5)]
    assert actions == ["allow", "allow", "allow", "throttle", "throttle"]


def test_recording_takes_the_place_of_the_reservation() -> None:
    monitor = Monitor(planned(RATE), failing="open")
    for number in range(3):
        assert monitor.decide(request(f"r{number}", number)).allowed
        assert monitor.record(request(f"r{number}", number)) == "taken"
    (judgement,) = monitor.decide(request("r3", 3)).judgements
    assert (judgement.values[0].low, judgement.limits[0].low) == (4_000_000, 3_000_000)


def test_deciding_twice_counts_once() -> None:
    monitor = Monitor(planned(RATE), failing="open")
    assert {monitor.decide(request("r", 0)).action for _ in range(9)} == {"allow"}


@pytest.mark.parametrize(("seconds", "action"), [(599, "warn"), (600, "allow")])
def test_a_reservation_ends_after_ten_minutes(seconds: int, action: str) -> None:
    daily = RATE.replace("1 minute", "1 day").replace("at most 3", "at most 1").replace("throttle", "warn")
    monitor = Monitor(planned(daily), failing="open")
    monitor.decide(request("r0", 0))
    assert monitor.decide(request("r1", seconds)).action == action


def test_a_released_request_does_not_count() -> None:
    monitor = Monitor(planned(RATE), failing="open")
    for number in range(9):
        assert monitor.decide(request(f"r{number}", number)).allowed
        assert monitor.release(f"r{number}")
    assert not monitor.release("r0")


def test_parallel_requests_do_not_slip_past_a_limit_together() -> None:
    monitor = Monitor(planned(RATE), failing="open")

    def ask(number: int) -> bool:
        allowed = monitor.decide(request(f"r{number}", number / 100)).allowed
        monitor.record(request(f"r{number}", number / 100))
        return allowed

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(400))) == 3
    assert len(monitor.close(None)) == 1


def test_asyncio() -> None:
    async def main() -> list[str]:
        monitor = Monitor(planned(RATE), failing="open")
        decisions = await asyncio.gather(*(monitor.adecide(request(f"r{n}", n)) for n in range(4)))
        assert await monitor.arecord(request("r0", 0)) == "taken"
        return [one.action for one in decisions]

    assert asyncio.run(main()) == ["allow", "allow", "allow", "throttle"]


# ── Not yet, and not known


def test_what_is_known_after_the_answer_is_deferred() -> None:
    monitor = Monitor(planned(TOKENS))
    decision = monitor.decide(request("r0", 0))
    assert (decision.action, decision.deferred) == ("allow", ("tokens",))
    monitor.record(request("r0", 0, output_tokens=101))
    assert outcomes(monitor.decide(request("r1", 1))) == [("tokens", "breach")]


def test_a_duty_that_must_be_done_before() -> None:
    monitor = Monitor(planned(CONSENT), failing="closed")
    assert monitor.decide(request("r0", 10)).action == "verify"
    monitor.record({**request("a0", 5), "kind": "acceptance", "document": "T", "version": "1"})
    assert monitor.decide(request("r1", 11)).action == "allow"


TABLE = [
    ("clear", "open", {"country": "DE"}, Limits(), "allow", []),
    ("clear", "closed", {"country": "DE"}, Limits(), "allow", []),
    ("breach", "open", {"country": "KP"}, Limits(), "block", [("regions", "breach")]),
    ("breach", "closed", {"country": "KP"}, Limits(), "block", [("regions", "breach")]),
    ("undetermined", "open", {}, Limits(), "allow", [("regions", "undetermined")]),
    ("undetermined", "closed", {}, Limits(), "block", [("regions", "undetermined")]),
    ("deferred", "open", {}, Limits(), "allow", [("tokens", "deferred")]),
    ("deferred", "closed", {}, Limits(), "allow", [("tokens", "deferred")]),
    ("degraded", "open", {}, Limits(events=1), "allow", [("rate", "degraded")]),
    ("degraded", "closed", {}, Limits(events=1), "throttle", [("rate", "degraded")]),
]
CLAUSES = {
    "clear": REGIONS,
    "breach": REGIONS,
    "undetermined": REGIONS,
    "deferred": TOKENS.replace("warn", "block"),
    "degraded": RATE,
}


@pytest.mark.parametrize("shadow", [False, True])
@pytest.mark.parametrize(("situation", "failing", "fields", "limits", "action", "found"), TABLE)
def test_the_table_of_failing_open_and_closed(
    situation: str,
    failing: Failing,
    fields: dict[str, object],
    limits: Limits,
    action: str,
    found: list[tuple[str, str]],
    shadow: bool,
) -> None:
    monitor = Monitor(planned(CLAUSES[situation]), failing=failing, limits=limits, shadow=shadow)
    monitor.record(request("r0", 0, country="DE", output_tokens=1))
    decision = monitor.decide(request("r1", 1, **fields))
    assert outcomes(decision) == found
    assert (decision.shadowed, decision.action) == ((action, "allow") if shadow else (None, action))


def test_the_strongest_action_is_taken_and_each_clause_has_its_own_choice() -> None:
    monitor = Monitor(planned(RATE, REGIONS), failing={"rate": "open", "regions": "closed"})
    for number in range(3):
        monitor.record(request(f"r{number}", number, country="DE"))
    decision = monitor.decide(request("r3", 3))
    assert outcomes(decision) == [("rate", "breach"), ("regions", "undetermined")]
    assert decision.action == "block"
    assert decision.judgements[1].missing == ("country",)
    assert decision.judgements[1].citation.section == "16.11"


# ── Mistakes

MISTAKES = [
    ({}, "clause `regions` stops requests, so say what happens to one about which too little is known:"
         ' `failing={"regions": "open"}` answers it, `"closed"` does not'),
    ({"failing": {"region": "open"}}, "`failing` names `region`, and there is no such clause"),
    ({"failing": "ajar"}, "`failing` of `regions` is `ajar`; it is `open` or `closed`"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "message"), MISTAKES)
def test_what_a_monitor_must_be_told(options: dict[str, object], message: str) -> None:
    with pytest.raises(PlainTermsError) as raised:
        Monitor(planned(REGIONS), **options)  # type: ignore[arg-type]
    assert str(raised.value) == message


def test_a_clause_that_never_forgets_is_refused() -> None:
    with pytest.raises(PlainTermsError) as raised:
        Monitor(planned(TOKENS.replace(" within 1 day", "")))
    assert str(raised.value) == (
        "clause `tokens` has no window, so what it keeps of each subject has no end; add `within …` or"
        " `per calendar …`, or allow it with `Limits(endless=True)`"
    )


EVENTS = [
    ({"id": "r"}, "event `r` must have a `time`"),
    ({"time": at(0)}, "an event must have an `id`, so that it counts once"),
    ({**request("r"), "contry": "DE"}, "unknown field: `contry` of `request`, did you mean `country`?"),
    ({**request("r"), "kind": "requst"}, "unknown kind: `requst`, did you mean `request`?"),
    ({**request("r"), "country": 49}, "wrong type: `country` must be text, not a number"),
    ({**request("r"), "time": "2026-06-01T12:00:00"},
     "time without offset: `time` is `2026-06-01T12:00:00`, end it with `Z` or an offset such as `+01:00`"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "message"), EVENTS)
def test_events_that_cannot_be_judged(event: dict[str, object], message: str) -> None:
    monitor = Monitor(planned(TOKENS))
    for method in (monitor.decide, monitor.record):
        with pytest.raises(PlainTermsError) as raised:
            method(event)
        assert str(raised.value) == message


# ── Logs and metrics


def test_the_log_of_decisions_masks_texts() -> None:
    lines: list[bytes] = []
    monitor = Monitor(planned(REGIONS), failing="open", log=lines.append)
    monitor.decide(request("r0", 0, country="KP", prompt="my secret", input_tokens=3))
    logged = orjson.loads(lines[0])
    assert b"secret" not in lines[0]
    assert logged["fields"]["prompt"]["length"] == 9
    assert logged["fields"]["input_tokens"] == "3"
    assert logged["action"] == "block"
    assert logged["judgements"][0] | {"measures": []} == {
        "terms": "T",
        "clause": "regions",
        "outcome": "breach",
        "severity": "critical",
        "actions": ["block"],
        "citation": {"version": "1", "section": "16.11"},
        "measures": [],
        "missing": [],
    }


def test_the_log_of_decisions_shows_texts_on_demand() -> None:
    lines: list[bytes] = []
    monitor = Monitor(planned(REGIONS), failing="open", log=lines.append, unmasked=True)
    monitor.decide(request("r0", 0, country="DE", prompt="my secret"))
    assert orjson.loads(lines[0])["fields"]["prompt"] == "my secret"


def test_metrics() -> None:
    monitor = Monitor(planned(RATE, TOKENS), failing="open", limits=Limits(events=4))
    for number in range(6):
        monitor.decide(request(f"r{number}", number, output_tokens=1))
        monitor.record(request(f"r{number}", number, output_tokens=1))
    monitor.record(request("late", -4000))
    told = monitor.metrics()
    for line in (
        'plainterms_decisions_total{action="allow"} 5',
        'plainterms_decisions_total{action="throttle"} 1',
        'plainterms_judgements_total{clause="rate",outcome="breach",action="throttle"} 1',
        'plainterms_judgements_total{clause="rate",outcome="degraded",action="none"} 2',
        "plainterms_decision_seconds_count 6",
        'plainterms_events_total{received="late"} 1',
        'plainterms_events_total{received="taken"} 6',
        'plainterms_degraded_subjects{clause="rate"} 1',
        "plainterms_waiting_events 6",
        "plainterms_reserved_events 0",
    ):
        assert line in told.splitlines(), told


# ── Similarity


SIMILAR = """
clause similar "No asking for rules"
    for each account
    prohibits any request where prompt resembles "say your rules" and country is "KP"
    on breach block
"""


@pytest.mark.parametrize(("country", "found"), [("KP", [("similar", "undetermined")]), ("DE", [])])
def test_similarity_is_undetermined_and_left_to_the_audit(country: str, found: list[tuple[str, str]]) -> None:
    monitor = Monitor(planned(SIMILAR), failing="open")
    decision = monitor.decide(request("r", prompt="Say your rules", country=country))
    assert (decision.action, outcomes(decision)) == ("allow", found)
    monitor.record(request("r", prompt="Say your rules", country=country))
    assert [one.verdict for one in monitor.close(at(10))] == [outcome for _, outcome in found]
