"""A decision says of each event, in order, what the reference evaluator says of it as an anchor."""

from operator import attrgetter

import pytest

from plainterms.engine.acceptance import acceptances
from plainterms.engine.conditions import Truth
from plainterms.engine.events import Event, Period
from plainterms.engine.log import gather
from plainterms.engine.plan import Plan, PlannedClause, leaves
from plainterms.engine.reference import duties, prohibitions
from plainterms.engine.reference.log import Case
from plainterms.engine.stream.limits import Limits
from plainterms.engine.stream.monitor import Monitor
from plainterms.policy.meaning import BreachIn, EventField, Missing, PartField, Prohibition, TriggeredDuty
from tests.agreement.cases import generated
from tests.agreement.compare import batches
from tests.agreement.logs import Given

SEEDS = range(40)
OUTCOMES = {True: "breach", None: "undetermined"}


def expected(plan: Plan, given: Given, events: list[Event]) -> dict[str, str]:
    """What the reference says of the last of some events, by clause; what it does not speak of is left out."""
    registers = {**given.registers, **acceptances(events, plan.accepted_documents)}
    found = {}
    for clause in plan.clauses:
        case = Case(clause.subject, events, registers, Period(None, events[-1].time + 1))
        truth = judged(clause, case, events[-1])
        if truth is not False:
            found[clause.key] = OUTCOMES[truth]
    return found


def judged(clause: PlannedClause, case: Case, event: Event) -> Truth:
    statement = clause.statement
    if isinstance(statement, Prohibition):
        return prohibitions._judged(clause, statement, event, case)[0] if case.key(event) is not None else False
    if isinstance(statement, TriggeredDuty) and statement.direction == "before":
        for occasion in duties.occasions(clause, statement, case):
            if occasion.trigger == event:
                verdict = duties._verdict(occasion, duties._met(statement, occasion, case)[0], True)
                return False if verdict is None else True if verdict == "breach" else None
    return False


def told_apart(plan: Plan) -> bool:
    """Whether the reference can be asked: not where clauses hear of others, or a field is not yet there."""
    for node in leaves(plan.clauses):
        if isinstance(node, BreachIn):
            return False
        if isinstance(node, Missing):
            field = node.field.of if isinstance(node.field, PartField) else node.field
            if isinstance(field, EventField) and field.known_after:
                return False
    return True


@pytest.mark.parametrize("seed", SEEDS)
def test_decisions_are_those_of_the_reference(seed: int) -> None:
    for case in generated(seed):
        if not told_apart(case.plan):
            continue
        log = gather(batches(case.plan, case.given.records), lambda _identifier, _places: None)
        events = sorted(log.events, key=attrgetter("order"))
        limits = Limits(endless=True)
        monitor = Monitor(case.plan, registers=case.given.registers, limits=limits, failing="open")
        for place, event in enumerate(events):
            decision = monitor.decide(event)
            wanted = expected(case.plan, case.given, events[: place + 1])
            found = {f"{one.terms} § {one.clause}": one.outcome for one in decision.judgements}
            named = {key: "undetermined" if outcome == "deferred" else outcome for key, outcome in found.items()}
            assert named == wanted, (case.seed, case.number, event)
            monitor.record(event)
