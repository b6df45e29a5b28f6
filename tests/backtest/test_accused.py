"""Whom findings are about: the accounts whose events are their evidence, whoever the subject is."""

from pathlib import Path

import orjson

from plainterms.engine.audit import Request, audit
from plainterms.engine.backtest.accused import accused_of
from plainterms.engine.finding_json import write_findings
from plainterms.engine.sources import Quarantine, Tally, read
from plainterms.policy.schema import BUILT_IN

TERMS = """
terms "T" version "1"
clause account "A" for each account prohibits at least 2 requests within 1 day severity low
clause template "T" for each prompt.template prohibits at least 2 different account in requests within 1 day
clause key "K" for each api_key prohibits at least 2 different country in requests within 1 day severity high
clause linked "L" for each group of accounts sharing device prohibits at least 3 requests within 1 day
"""
PROMPT = "Summarise this report for the quarterly review"
EVENTS = [
    {"account": "ann", "device": "one", "prompt": PROMPT, "api_key": "k", "country": "DE"},
    {"account": "bob", "device": "one", "prompt": PROMPT, "api_key": "l", "country": "FR"},
    {"account": "bob", "device": "two", "prompt": "hello", "api_key": "m", "country": "FR"},
    {"account": "cid", "device": "six", "prompt": "hello", "api_key": "k", "country": "FR"},
    {"device": "six", "prompt": "hello", "api_key": "k", "country": "IT"},
]


def test_the_accounts_of_each_kind_of_subject(tmp_path: Path) -> None:
    (tmp_path / "t.terms").write_text(TERMS)
    rows = [{"id": str(row), "time": f"2026-03-01T0{row}:00:00Z", **event} for row, event in enumerate(EVENTS)]
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows))
    report = audit(Request((tmp_path / "t.terms",), (str(log),)))
    write_findings(report.result.findings, tmp_path)
    owners = read([str(log)], BUILT_IN, Tally(), Quarantine(), columns=frozenset({"account"}))
    found = sorted(accused_of(tmp_path, owners), key=lambda one: one.clause)
    assert [(one.clause, one.severity, one.verdict, sorted(one.accounts)) for one in found] == [
        ("account", "low", "breach", ["bob"]),
        ("key", "high", "breach", ["ann", "cid"]),
        ("linked", "medium", "breach", ["ann", "bob"]),
        ("template", "medium", "breach", ["ann", "bob"]),
    ]
    assert {one.opened for one in found if one.clause == "account"} == {1_772_330_400_000_000}
