"""What the sweeps ask of a scan, clause by clause in `needs.txt`, and breaches that are events."""

from pathlib import Path

import pytest

from plainterms.engine.columnar.needs import needs
from plainterms.engine.columnar.openings import ENTITIES
from plainterms.engine.conditions import fields_of
from plainterms.engine.findings import field_name
from plainterms.engine.plan import Plan, plan
from plainterms.policy.check import check
from plainterms.policy.files import Texts
from plainterms.policy.parse import parse

HEAD = """
terms "T"
    version "1"
    in force from 2026-01-01
    timezone "UTC"
event incident has reference: text
event disclosure has reference: text
register contract keyed by account has closed: yes/no default no
"""
BREACHES = """
clause once "Once"
    for each account
    prohibits any request
clause again "Again"
    for each account
    prohibits at least 2 breach of once within 1 day
"""


def planned(clauses: str) -> Plan:
    return plan([check(parse(HEAD + clauses), Texts({}))])


def cases():
    blocks = (Path(__file__).parent / "needs.txt").read_text(encoding="utf-8").split("=== ")[1:]
    return [block.strip().splitlines() for block in blocks]


def asked(name, found):
    return f"{name}: " + ", ".join(sorted(set(found)))


@pytest.mark.parametrize("lines", cases(), ids=lambda lines: lines[0])
def test_needs(lines):
    conditions, fields = needs(planned('clause rule "Rule"\n' + "\n".join(lines[1:-2])))
    shown = [" ".join([type(one).__name__, *map(field_name, fields_of(one))]) for one in conditions]
    assert [asked("conditions", shown), asked("fields", map(field_name, fields))] == lines[-2:]


def test_the_openings_of_breaches_have_all_entities():
    assert set(ENTITIES) <= set(needs(planned(BREACHES))[1])
