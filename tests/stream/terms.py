"""Documents and events for the tests of the monitor."""

from datetime import UTC, datetime, timedelta

from plainterms.engine.plan import Plan, plan
from plainterms.policy.check import check
from plainterms.policy.files import Texts
from plainterms.policy.parse import parse

START = datetime(2026, 6, 1, 12, tzinfo=UTC)

HEADER = 'terms "T"\n    version "1"\n    timezone "UTC"\n'

RATE = """
clause rate "Rate limit"
    for each account
    permits at most 3 requests within 1 minute
    on breach throttle
"""

REGIONS = """
clause regions "Supported countries only"
    cites "16.11" "the Services are offered in supported countries"
    for each account
    prohibits any request where country is "KP"
    severity critical
    on breach block
"""

TOKENS = """
clause tokens "Tokens in a day"
    for each account
    permits at most 100 total output_tokens in requests within 1 day
    on breach warn
"""

TOLD = """
clause told "Incidents are reported"
    for each account
    requires at least 1 acceptance within 1 hour after suspension
    on breach notify "us"
"""

CONSENT = """
clause consent "Terms are accepted before use"
    for each account
    requires at least 1 acceptance within 30 days before request
    on breach verify
"""


def planned(*clauses: str) -> Plan:
    return plan([check(parse(HEADER + "".join(clauses)), Texts({}))])


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def request(identifier: str, seconds: float = 0, account: str = "a", **fields: object) -> dict[str, object]:
    return {"id": identifier, "time": at(seconds), "account": account, **fields}
