"""Both evaluators judge the examples of the library alike, to the byte."""

from dataclasses import replace

import pytest

from plainterms.engine.events import Period
from plainterms.engine.examples import log_of
from plainterms.engine.plan import plan
from plainterms.policy.meaning import Permission
from plainterms.rules.catalogue import entry, names
from tests.agreement.compare import Way, as_bytes, by_columns, by_reference, difference
from tests.agreement.logs import Given


@pytest.mark.parametrize("name", names())
def test_examples_under_both(name: str) -> None:
    policy = entry(name).policy
    permissions = tuple(clause for clause in policy.clauses if isinstance(clause.statement, Permission))
    for clause in policy.clauses:
        whole = plan([replace(policy, clauses=(*permissions, clause))] if clause not in permissions else [policy])
        for example in clause.examples:
            events, registers = log_of(example, policy)
            given = Given(tuple(events), registers, Period(until=example.until))
            assert difference(as_bytes(by_reference(whole, given)), as_bytes(by_columns(whole, given, Way()))) == ""
