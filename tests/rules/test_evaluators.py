"""Both evaluators judge the examples of the library alike, to the byte."""

from dataclasses import replace

import pytest

from plainterms.engine.events import Period
from plainterms.engine.examples import log_of
from plainterms.engine.plan import plan
from plainterms.policy.meaning import Clause, Permission, Policy
from plainterms.rules.catalogue import entry, names
from tests.agreement.compare import Way, as_bytes, by_columns, by_reference, difference
from tests.agreement.logs import Given

SIGNALS = "signals/harvesting"
"""Its examples are long, so each of its clauses is a test."""


@pytest.mark.parametrize("name", [name for name in names() if name != SIGNALS])
def test_examples_under_both(name: str) -> None:
    policy = entry(name).policy
    for clause in policy.clauses:
        agree(policy, clause)


@pytest.mark.parametrize("clause", entry(SIGNALS).policy.clauses, ids=lambda clause: clause.name)
def test_examples_of_a_signal_under_both(clause: Clause) -> None:
    agree(entry(SIGNALS).policy, clause)


def agree(policy: Policy, clause: Clause) -> None:
    permissions = tuple(one for one in policy.clauses if isinstance(one.statement, Permission))
    whole = plan([replace(policy, clauses=(*permissions, clause))] if clause not in permissions else [policy])
    for example in clause.examples:
        events, registers = log_of(example, policy)
        given = Given(tuple(events), registers, Period(until=example.until))
        assert difference(as_bytes(by_reference(whole, given)), as_bytes(by_columns(whole, given, Way()))) == ""
