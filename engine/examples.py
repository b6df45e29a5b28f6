"""Runs the examples that authors write under their clauses, as tests of the clauses."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from plainterms.engine.acceptance import acceptances
from plainterms.engine.events import Event, EventValue, Period
from plainterms.engine.findings import Finding, Result
from plainterms.engine.plan import Plan, clause_key, plan
from plainterms.engine.reference import evaluate
from plainterms.engine.registers import RegisterTable, Row
from plainterms.policy.meaning import Clause, ClauseExample, ExampleEvents, Permission, Policy
from plainterms.policy.schema import ENTITIES

FEW = 20
"""Events up to which the reference evaluator is the faster one."""


@dataclass(frozen=True)
class Outcome:
    """How an example went; ``findings`` are those of its clause."""

    clause: str
    example: ClauseExample
    actual: str
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether the verdict is the author's."""
        return self.actual == self.example.verdict


def run_examples(policy: Policy) -> Iterator[Outcome]:
    """The outcome of each example of the document's own clauses, in the order written."""
    whole = plan([policy])
    for clause in policy.clauses:
        if not isinstance(clause.statement, Permission):
            needed = _needed(whole, clause, policy)
            for example in clause.examples:
                yield run_example(policy, needed, clause, example)


def run_example(policy: Policy, needed: Plan, clause: Clause, example: ClauseExample) -> Outcome:
    """Judge one example's log."""
    events, registers = log_of(example, policy)
    result = _judged(needed, events, registers, Period(until=example.until))
    found = tuple(finding for finding in result.findings if finding.clause.name == clause.name)
    return Outcome(clause.name, example, _worst(found), found)


def _judged(needed: Plan, events: Sequence[Event], registers: Mapping[str, RegisterTable], period: Period) -> Result:
    """What is found: both evaluators find the same, one looks at every event for every event."""
    if len(events) <= FEW:
        return evaluate(needed, events, registers, period)
    from plainterms.engine import columnar
    from plainterms.engine.event_batches import batch_of, columns_of

    batch = batch_of(events, columns_of(needed))
    facts = columnar.scan([batch], *columnar.needs(needed), registers, on_conflict=_none, threads=1)
    return columnar.evaluate(needed, facts, registers, period)


def _none(identifier: str, _places: object) -> None:
    raise AssertionError(f"two events of an example have the id {identifier}")


def _needed(whole: Plan, clause: Clause, policy: Policy) -> Plan:
    """The plan of one clause and those whose breaches it looks at."""
    planned = {one.key: one for one in whole.clauses}
    wanted: set[str] = set()
    queue = [clause_key(policy.title, clause.name)]
    while queue:
        key = queue.pop()
        if key in planned and key not in wanted:
            wanted.add(key)
            queue += planned[key].sources
    return replace(whole, clauses=tuple(one for one in whole.clauses if one.key in wanted))


def _worst(findings: Sequence[Finding]) -> str:
    verdicts = {finding.verdict for finding in findings}
    return next((verdict for verdict in ("breach", "undetermined", "pending") if verdict in verdicts), "clear")


# ── The log of an example


def log_of(example: ClauseExample, policy: Policy) -> tuple[list[Event], dict[str, RegisterTable]]:
    """The events an example gives, and the registers it describes.

    Entities that are not named are one fixed entity each; every account has accepted the document.
    """
    events: list[Event] = []
    attributes: dict[str, dict[str, dict[str, EventValue]]] = defaultdict(lambda: defaultdict(dict))
    for number, given in enumerate(example.events, 1):
        fields = {name: value for name, value in given.settings if "." not in name}
        entities: dict[str, EventValue] = {name: unnamed(name) for name in ENTITIES}
        known = entities | fields
        made = list(_events(given, number, {name: value for name, value in known.items() if value is not None}))
        events += made
        for name, value in given.settings:
            register, dot, field = name.partition(".")
            if dot:
                key = policy.schema.registers[register].key
                for entity in dict.fromkeys(
                    str(event.get(key)) for event in (made if key in given.different else made[:1])
                ):
                    attributes[register][entity][field] = value
    return events, _registers(attributes, policy, events)


def unnamed(entity: str) -> str:
    """The name of the one entity that an example means where it names none."""
    return f"the {entity.replace('_', ' ')}"


def _events(given: ExampleEvents, number: int, fields: dict[str, EventValue]) -> Iterator[Event]:
    for index in range(given.count):
        own = {name: f"{name.replace('_', ' ')} {index + 1}" for name in given.different}
        time = given.start + index * given.spacing
        yield Event(f"given {number:02d} · {index + 1:06d}", time, given.kind, fields | own)


def _registers(
    attributes: dict[str, dict[str, dict[str, EventValue]]], policy: Policy, events: Sequence[Event]
) -> dict[str, RegisterTable]:
    tables = {
        name: RegisterTable(name, {key: (Row(None, None, values),) for key, values in rows.items()})
        for name, rows in attributes.items()
    }
    if policy.on_acceptance:
        accounts = sorted({str(event.get("account")) for event in events} - {"None"})
        accepted = [
            Event(f"accepted {account}", -(2**60), "acceptance", _accepted(policy, account)) for account in accounts
        ]
        tables |= acceptances(accepted, [policy.title])
    return tables


def _accepted(policy: Policy, account: str) -> dict[str, EventValue]:
    return {"account": account, "document": policy.title, "version": policy.version}
