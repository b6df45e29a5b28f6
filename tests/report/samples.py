"""A small audit to report on: terms, a log made of stated traffic, registers, and what the reference finds."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from plainterms.engine.events import Event, EventValue, Period
from plainterms.engine.plan import Plan, plan
from plainterms.engine.reference import evaluate
from plainterms.engine.registers import RegisterTable, Row
from plainterms.engine.report.exhibits import exhibits_of, shown_ids
from plainterms.engine.report.model import Input, RegisterInput, Report
from plainterms.policy.load import load
from plainterms.policy.schema import MILLION

HERE = Path(__file__).parent
SECOND = 1_000_000


def at(text: str) -> int:
    """Microseconds of an RFC 3339 instant."""
    return round(datetime.fromisoformat(text).timestamp() * SECOND)


def register(name: str, rows: Mapping[str, Mapping[str, object]]) -> RegisterTable:
    return RegisterTable(name, {key: (Row(None, None, values),) for key, values in rows.items()})


REGISTERS = {
    "organisation": register(
        "organisation",
        {
            "Northwind Research": {
                "purpose": "embeddings or classifiers",
                "distributes_models": True,
                "authorisations": ("evaluation",),
                "verified": True,
                "allowance": 40_000 * MILLION,
            },
            "Fabrikam GmbH": {"verified": False, "allowance": 5_000 * MILLION},
            "Contoso Ltd": {"purpose": "customer support", "verified": True},
            **{f"Org {index}": {"allowance": 1_000 * MILLION} for index in range(6)},
        },
    ),
    "model": register("model", {"acme-large-2": {"frontier": True}, "acme-small-1": {"frontier": False}}),
}

PERIOD = Period(at("2026-03-01T00:00:00Z"), at("2026-04-05T00:00:00Z"))
GRADING = "Please grade each of the following answers from 1 to 10 and explain the grade in one sentence: “{}”"
Fields = dict[str, EventValue]


def _northwind() -> Iterator[Event]:
    who: Fields = {"account": "acct-northwind-7", "organisation": "Northwind Research", "api_key": "key-51c9"}
    start = at("2026-03-09T08:14:20Z")
    for index in range(30):
        told: Fields = {**who, "model": "acme-small-1", "country": "DE", "output_tokens": 900 * MILLION}
        told["prompt"] = GRADING.format(f"answer {index}") if index % 3 else "Summarise this page for a newsletter."
        yield Event(f"req-nw-{index:03}", start + index * 17 * 60 * SECOND, "request", told)
    yield Event("notice-118", at("2026-03-12T09:00:00Z"), "notice", {**who, "about": "output_training"})


def _fabrikam() -> Iterator[Event]:
    who: Fields = {"account": "acct-fab-1", "organisation": "Fabrikam GmbH", "api_key": "key-77aa"}
    start = at("2026-03-15T21:30:05Z")
    countries = ["DE", "FR", "IR", "US", None, "BR"]
    for index in range(12):
        told: Fields = {**who, "model": "acme-large-2", "country": countries[index % 6]}
        told |= {"output_tokens": (410 + index) * MILLION, "payment_fingerprint": "pay-9921"}
        yield Event(f"req-fab-{index:03}", start + index * 4 * 60 * SECOND, "request", told)
    yield Event("susp-4", at("2026-03-16T08:00:00Z"), "suspension", {**who, "payment_fingerprint": "pay-9921"})
    second: Fields = {"account": "acct-fab-2", "organisation": "Fabrikam GmbH", "payment_fingerprint": "pay-9921"}
    for index in range(3):
        moment = at("2026-03-18T06:02:11Z") + index * 3600 * SECOND
        yield Event(f"req-fab2-{index}", moment, "request", {**second, "model": "acme-small-1", "country": "DE"})


def _contoso() -> Iterator[Event]:
    who: Fields = {"account": "acct-contoso", "organisation": "Contoso Ltd", "api_key": "key-0c31"}
    start = at("2026-03-20T12:00:00Z")
    for index in range(43):
        told: Fields = {**who, "model": "acme-small-1", "country": "GB", "output_tokens": 120 * MILLION}
        yield Event(f"req-con-{index:03}", start + index * 2 * SECOND, "request", told)
    yield Event("inc-7", at("2026-03-28T09:00:00Z"), "incident", {**who, "reference": "I-7"})
    yield Event("inc-9", at("2026-04-03T16:45:00Z"), "incident", {**who, "reference": "I-9"})


def _others() -> Iterator[Event]:
    for index in range(6):
        told: Fields = {"account": f"acct-{index}", "organisation": f"Org {index}", "country": "US"}
        told |= {"model": "acme-small-1", "output_tokens": 10 * MILLION, "api_key": f"key-{index}"}
        yield Event(f"req-{index}", at("2026-03-02T10:00:00Z") + index * SECOND, "request", told)
    yield Event("req-nobody", at("2026-03-03T10:00:00Z"), "request", {"country": "KP"})


def events() -> list[Event]:
    return sorted((*_northwind(), *_fabrikam(), *_contoso(), *_others()), key=lambda event: event.order)


def planned(*files: str) -> Plan:
    return plan([load(HERE / file) for file in files or ("acme.terms",)])


def report(excerpt: int = 0, log: Sequence[Event] | None = None, whole: Plan | None = None) -> Report:
    log = events() if log is None else log
    whole = planned() if whole is None else whole
    result = evaluate(whole, log, REGISTERS, PERIOD)
    wanted = shown_ids(result)
    return Report(
        result=result,
        plan=whole,
        period=PERIOD,
        inputs=(
            Input("logs/2026-03.jsonl.gz", "9f" * 32, "litellm", len(log) + 9, len(log) - 1, 2, 5, 3),
            Input("logs/account-events.jsonl", "0c" * 32, "plainterms", 5, 5),
        ),
        registers=(RegisterInput("organisation", "organisations.csv", "ab" * 32, 3, read=5, blank=1, quarantined=1),),
        quarantined=(("missing time", 2), ("not JSON", 1), ("missing organisation", 1)),
        passed_over=(("no request (health check)", 5),),
        repeated=4,
        exhibits=exhibits_of([event for event in log if event.id in wanted], whole, REGISTERS, excerpt),
        evaluator="reference",
        engine_version="0.1.0",
        written=(
            ("out/report.html", "the report, to be read and printed"),
            ("out/findings.jsonl", "the findings, one JSON object a line"),
            ("out/summary.json", "inputs, digests and counts"),
        ),
    )
