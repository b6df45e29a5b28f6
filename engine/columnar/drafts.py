"""Findings before their events' ids are fetched."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from plainterms.engine.columnar import kleene, sequences
from plainterms.engine.columnar.arrays import Ints, ascending
from plainterms.engine.columnar.case import Case, is_sequence
from plainterms.engine.columnar.evidence import Evidence
from plainterms.engine.columnar.groups import Groups
from plainterms.engine.findings import (
    SHOWN,
    Cure,
    ExceptionTally,
    Finding,
    Named,
    Reading,
    Verdict,
    finding_id,
    picking,
    subject_kind,
    subject_name,
)
from plainterms.engine.plan import ClauseVersion, PlannedClause
from plainterms.policy.meaning import And, Condition, Follows, Or


@dataclass(frozen=True, slots=True)
class Draft:
    """All that a finding says, with its events as positions. ``entity`` is the number of its first anchor's."""

    clause: PlannedClause
    version: ClauseVersion
    verdict: Verdict
    subject: Named
    entity: int
    first_time: int
    last_time: int
    opening: Reading
    peak: Reading
    events: Ints
    exceptions: tuple[ExceptionTally, ...]
    presumed: tuple[str, ...]
    missing: tuple[tuple[str, int], ...]
    preceded_by: Mapping[str, str]
    anchor: int
    """Position of the first anchor; -1 for a time without event."""
    identity: str
    cure: Cure | None = None

    def finding(self, events: Sequence[str], digest: str) -> Finding:
        """The finding itself."""
        return Finding(
            id=self.identity,
            clause=self.clause,
            version=self.version,
            verdict=self.verdict,
            subject=self.subject,
            first_time=self.first_time,
            last_time=self.last_time,
            opening=self.opening,
            peak=self.peak,
            events=events,
            events_digest=digest,
            preceded_by=self.preceded_by,
            exceptions=self.exceptions,
            presumed=self.presumed,
            missing=self.missing,
            cure=self.cure,
        )


@dataclass(frozen=True)
class Openings:
    """For each finding its verdict, first anchor (id, position, entity), group at the end, and readings."""

    verdicts: Sequence[Verdict]
    ids: Sequence[str]
    at: Ints
    entities: Ints
    last_runs: Ints
    times: Sequence[tuple[int, int]]
    readings: Sequence[tuple[Reading, Reading]]
    versions: Sequence[ClauseVersion]


def drafts(case: Case, openings: Openings, evidence: Evidence) -> Iterator[Draft]:
    """Findings from their openings and their evidence."""
    events = evidence.positions_by_finding()
    tallies, presumed, missing = evidence.tallies(), evidence.presumed(), evidence.missing_counts()
    preceded, values = preceded_by(case, events), case.subjects.values_of(openings.entities)
    for index, identity in enumerate(openings.ids):
        subject = named(case, values[index], int(openings.last_runs[index]))
        version = openings.versions[index]
        yield Draft(
            clause=case.clause,
            version=version,
            verdict=openings.verdicts[index],
            subject=subject,
            entity=int(openings.entities[index]),
            first_time=openings.times[index][0],
            last_time=openings.times[index][1],
            opening=openings.readings[index][0],
            peak=openings.readings[index][1],
            events=events[index],
            exceptions=tallies[index],
            presumed=presumed[index],
            missing=missing[index],
            preceded_by=preceded[index],
            anchor=int(openings.at[index]),
            identity=finding_id(case.clause.terms, version.version, case.clause.name, subject, identity),
        )


def named(case: Case, value: object, run: int) -> Named:
    """The subject, by the first anchor's entity; a group's members as of the last."""
    subject = case.clause.subject
    members: tuple[str, ...] = ()
    if isinstance(case.subjects, Groups) and run >= 0:
        members = tuple(sorted(str(member) for member in case.subjects.members(run)))
    return Named(subject_kind(subject), subject_name(subject, value), members)


def versions_at(case: Case, positions: Ints) -> list[ClauseVersion]:
    """The version that governs each event: certainly, else possibly."""
    versions = case.clause.versions
    if len(versions) == 1:
        return [versions[0]] * len(positions)
    best = np.full(len(positions), -1)
    truths = [case.truth_at(version.applies, positions) for version in versions]
    for index in reversed(range(len(versions))):
        maybe = truths[index].maybe
        if maybe is not None:
            best[maybe] = index
    for index in reversed(range(len(versions))):
        best[truths[index].yes] = index
    return [versions[index] for index in best.tolist()]


NOTHING_BEGUN: Mapping[str, str] = MappingProxyType({})


def preceded_by(case: Case, events: list[Ints]) -> list[Mapping[str, str]]:
    """For each event shown that (perhaps) ends a sequence, the latest event that (perhaps) began it."""
    conditions = [condition for condition in picking(case.clause) if is_sequence(condition)]
    if not conditions or not events:
        return [NOTHING_BEGUN] * len(events)
    shown = [own if len(own) <= 2 * SHOWN else np.concatenate((own[:SHOWN], own[-SHOWN:])) for own in events]
    positions = ascending(np.concatenate(shown))
    latest = np.full(len(positions), -1, dtype=np.int64)
    for condition in conditions:
        for leaf, which in _ended(case, condition, positions, np.arange(len(positions))):
            latest[which] = np.maximum(latest[which], sequences.preceding(case, leaf, positions[which]))
    begun = np.flatnonzero(latest >= 0)
    ends, starts = case.facts.ids(positions[begun]).to_pylist(), case.facts.ids(latest[begun]).to_pylist()
    pairs = dict(zip(positions[begun].tolist(), zip(ends, starts, strict=True), strict=True))
    return [dict(pairs[at] for at in own.tolist() if at in pairs) for own in shown]


def _ended(case: Case, condition: Condition, positions: Ints, which: Ints) -> Iterator[tuple[Follows, Ints]]:
    """The sequences that events (perhaps) end: what stands beside them in the condition does not fail."""
    if not is_sequence(condition):
        return
    which = which[kleene.possible(case.truth_at(condition, positions[which]))]
    match condition:
        case Follows():
            yield condition, which
        case And() | Or():
            for operand in condition.operands:
                yield from _ended(case, operand, positions, which)
        case _:
            pass
