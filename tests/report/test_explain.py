"""An explanation measures what the finding says, from the events that it asks for and no others."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from plainterms.engine.conditions import Truth
from plainterms.engine.explain import ExplainError, Explanation, concerns, explain
from plainterms.engine.findings import Finding
from plainterms.engine.plan import leaves
from plainterms.engine.report.asked import Asked
from plainterms.engine.report.model import Report
from plainterms.engine.report.tree import explanation_tree
from plainterms.policy.meaning import BreachIn, Prohibition
from tests.report.golden import console, text_of
from tests.report.samples import PERIOD, REGISTERS, events, planned, report


@cache
def audits() -> tuple[Report, ...]:
    return report(), report(whole=planned("further.terms"))


def findings() -> list[Finding]:
    return [finding for audit in audits() for finding in audit.result.findings]


def sources(finding: Finding) -> list[Finding]:
    keys = {leaf.clause for leaf in leaves(finding.clause) if isinstance(leaf, BreachIn)}
    return [one for one in findings() if one.clause.key in keys]


def explained(finding: Finding) -> Explanation:
    asked = sources(finding)
    anchors = {one.opening.event for one in asked}
    log = [event for event in events() if event.id in anchors or concerns(finding, event, REGISTERS)]
    return explain(finding, log, REGISTERS, PERIOD, sources=asked)


@pytest.mark.parametrize("finding", findings(), ids=lambda one: f"{one.clause.name} {one.verdict} {one.id[:6]}")
def test_it_measures_what_the_finding_says(finding: Finding) -> None:
    told = explained(finding)
    assert [moment.agrees for moment in told.moments] == [True] * len(told.moments)
    truths = [weighed.holds for weighed in told.moments[0].measures]
    if isinstance(finding.clause.statement, Prohibition):
        assert (all(truths), None in truths or finding.missing != ()) in {
            (True, False),
            (True, True),
            (False, True),
        }
    else:
        assert truths != [True]
    assert told.governed.truth is not False
    assert list(consistent(told)) == []


def consistent(told: Explanation) -> Iterator[str]:
    """The conditions whose truth is not that of their parts."""
    for moment in told.moments:
        for weighed in moment.measures:
            for witness in weighed.witnesses:
                for _, part in witness.parts:
                    yield from _wrong(part)


def _wrong(part: Asked) -> Iterator[str]:
    truths = [one.truth for one in part.parts]
    expected: dict[str, Truth] = {
        "all of": False if False in truths else None if None in truths else True,
        "any of": True if True in truths else None if None in truths else False,
        "not": None if truths == [None] else truths == [False],
    }
    if part.parts and part.words in expected and part.truth is not expected[part.words]:
        yield part.words
    for one in part.parts:
        yield from _wrong(one)


@pytest.mark.parametrize("finding", findings(), ids=lambda one: f"{one.clause.name} {one.verdict} {one.id[:6]}")
def test_it_can_be_drawn(finding: Finding) -> None:
    target = console(60)
    target.print(explanation_tree(explained(finding), audits()[0].plan.schema))
    assert finding.clause.name in text_of(target)


def test_it_says_when_the_log_is_another() -> None:
    finding = next(one for one in findings() if one.clause.name == "rate")
    log = [event for event in events() if concerns(finding, event, REGISTERS)]
    fewer = [event for event in log if event.id != "req-con-003"]
    told = explain(finding, fewer, REGISTERS, PERIOD)
    assert not told.moments[0].agrees
    target = console(80)
    target.print(explanation_tree(told, audits()[0].plan.schema))
    assert "measured anew, this is not what the finding says" in text_of(target)


def test_it_says_when_an_anchor_is_not_there() -> None:
    finding = next(one for one in findings() if one.clause.name == "rate")
    with pytest.raises(ExplainError) as caught:
        explain(finding, [], REGISTERS, PERIOD)
    assert str(caught.value) == (
        "the event `req-con-020` at which the finding was measured is not in the log; give the logs of the audit"
    )
    duty = next(one for one in findings() if one.clause.name == "tell_us")
    with pytest.raises(ExplainError):
        explain(replace(duty, opening=replace(duty.opening, event="another")), events(), REGISTERS, PERIOD)


def test_the_verdicts_are_all_there() -> None:
    assert {one.verdict for one in findings()} == {"breach", "undetermined", "pending"}
