"""One case under both evaluators, compared to the byte."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

import orjson
import pyarrow as pa

from plainterms.engine import columnar, reference
from plainterms.engine.acceptance import acceptances
from plainterms.engine.event_batches import batch_of, columns_of
from plainterms.engine.events import Event
from plainterms.engine.finding_json import as_dict
from plainterms.engine.findings import Result
from plainterms.engine.log import Location, OnConflict, gather
from plainterms.engine.plan import Plan
from plainterms.engine.registers import RegisterTable

from .cramped import cramped
from .inline import without_threads
from .logs import Given


@dataclass(frozen=True)
class Way:
    """How an evaluator is run.

    The columnar one with so many workers (0: without threads), in memory or in files of a folder, on batches of so
    many records in another order, in small portions; the stream one on records that arrive in some disorder.
    """

    workers: int = 0
    spill: Path | None = None
    batch: int = 1_000
    shuffle: int | None = None
    cramped: bool = False
    arrival: int | None = None


@dataclass(frozen=True)
class Found:
    """What was found, and how often records repeated or (by id) contradicted one another."""

    result: Result
    repeated: int
    conflicting: int
    conflicts: dict[str, int]


def by_reference(plan: Plan, given: Given) -> Found:
    """What the reference evaluator finds."""
    conflicts: dict[str, int] = {}
    log = gather(batches(plan, given.records), _counted(conflicts))
    result = reference.evaluate(plan, log.events, registers(plan, given), given.period)
    return Found(result, log.repeated, log.conflicting, conflicts)


def by_columns(plan: Plan, given: Given, way: Way) -> Found:
    """What the columnar evaluator finds."""
    with ExitStack() as stack:
        if not way.workers:
            stack.enter_context(without_threads())
        if way.cramped:
            stack.enter_context(cramped())
        return _by_columns(plan, given, way)


def _by_columns(plan: Plan, given: Given, way: Way) -> Found:
    records = list(given.records)
    if way.shuffle is not None:
        Random(way.shuffle).shuffle(records)
    conditions, fields = columnar.needs(plan)
    known = registers(plan, given)
    parts = batches(plan, records, way.batch)
    conflicts: dict[str, int] = {}
    facts = columnar.scan(parts, conditions, fields, known, spill=way.spill, on_conflict=_counted(conflicts))
    result = columnar.evaluate(plan, facts, known, given.period, workers=max(1, way.workers))
    return Found(result, facts.repeated, facts.conflicting, conflicts)


def _counted(conflicts: dict[str, int]) -> OnConflict:
    def note(identifier: str, places: Sequence[Location]) -> None:
        conflicts[identifier] = conflicts.get(identifier, 0) + len(places)

    return note


def registers(plan: Plan, given: Given) -> dict[str, RegisterTable]:
    """The registers, with acceptances taken from the log."""
    titles = plan.accepted_documents
    if not titles:
        return given.registers
    log = gather(batches(plan, given.records), _counted({}))
    return {**given.registers, **acceptances(log.events, titles)}


def as_bytes(found: Found) -> list[bytes]:
    """All that was found: a line for each finding with its event ids, for each clause, and for the records."""
    findings = [[as_dict(one), list(one.events), one.subject.members] for one in found.result.findings]
    records = [found.repeated, found.conflicting, sorted(found.conflicts.items())]
    return [orjson.dumps(line) for line in (*findings, *found.result.clauses, records)]


def difference(expected: Sequence[bytes], actual: Sequence[bytes]) -> str:
    """Where two results part, in words; nothing where they agree."""
    for one, other in zip(expected, actual, strict=False):
        if one != other:
            return f"reference: {one.decode()}\n columnar: {other.decode()}"
    if len(expected) != len(actual):
        return f"{len(expected)} lines from the reference, {len(actual)} from the columns"
    return ""


# ── Records as canonical batches


def batches(plan: Plan, records: Sequence[Event], size: int = 1_000) -> list[pa.RecordBatch]:
    """Canonical batches of the columns that the plan needs."""
    types = _types(Same(plan))
    return [batch_of(records[start : start + size], types, start) for start in range(0, len(records), size)]


@dataclass(frozen=True, eq=False)
class Same:
    """A plan by identity: to compare two by what they say takes longer than a case."""

    plan: Plan

    def __hash__(self) -> int:
        return id(self.plan)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.plan is self.plan


@lru_cache(maxsize=4)
def _types(same: Same) -> dict[str, pa.DataType]:
    return columns_of(same.plan)
