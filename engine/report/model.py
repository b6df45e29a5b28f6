"""What a report is made from: findings, the plan they were judged by, and an account of the input."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from plainterms.engine.events import Period
from plainterms.engine.findings import ClauseSummary, Finding, Result
from plainterms.engine.plan import Plan, PlannedClause
from plainterms.engine.report.exhibits import Exhibit
from plainterms.engine.report.words import counted
from plainterms.engine.sources.tally import SourceFile

SEVERITIES = ("critical", "high", "medium", "low")
SUMMARY = "summary.json"
"""The file of an audit's folder that tells what was asked and read."""

VERDICTS = ("breach", "undetermined", "pending")


@dataclass(frozen=True)
class Input:
    """A log file that was read: read = events + blank + passed over + quarantined, in records."""

    path: str
    sha256: str
    format: str
    read: int
    events: int
    blank: int = 0
    passed_over: int = 0
    quarantined: int = 0


@dataclass(frozen=True)
class RegisterInput:
    """A register (or `rulings`, or a sample set) that was given: what it holds, and the file it came from.

    ``read`` rows were used, blank or quarantined; equal ones among them are one of the ``rows``.
    """

    name: str
    path: str
    sha256: str
    rows: int
    read: int = 0
    blank: int = 0
    quarantined: int = 0


class Judged(NamedTuple):
    """A clause as it was judged, in the versions that share it, and what came of it."""

    clause: PlannedClause
    summary: ClauseSummary


@dataclass(frozen=True)
class Report:
    """An audit.

    ``repeated`` records said again what another had said, and are among the events read; ``conflicting`` ones
    contradicted another of the same id, and are among the quarantined. ``quarantined`` and ``passed_over`` are
    counts of records by reason. ``ungoverned`` where no event lies within the dates of any document. ``exhibits`` are
    by event id. ``written`` are the files of this audit: name, and what it holds. ``allow_quarantine`` and
    ``allow_unattributed`` are how many records and events the auditor has accepted to do without.
    """

    result: Result
    plan: Plan
    period: Period
    inputs: tuple[Input, ...] = ()
    registers: tuple[RegisterInput, ...] = ()
    quarantined: tuple[tuple[str, int], ...] = ()
    passed_over: tuple[tuple[str, int], ...] = ()
    repeated: int = 0
    conflicting: int = 0
    ungoverned: bool = False
    exhibits: Mapping[str, Exhibit] = field(default_factory=dict)
    evaluator: str = "columnar"
    engine_version: str = ""
    written: tuple[tuple[str, str], ...] = ()
    allow_quarantine: int = 0
    allow_unattributed: int = 0

    @property
    def total(self) -> Input:
        """The sum over all log files."""
        return Input(
            "",
            "",
            "",
            sum(one.read for one in self.inputs),
            sum(one.events for one in self.inputs),
            sum(one.blank for one in self.inputs),
            sum(one.passed_over for one in self.inputs),
            sum(one.quarantined for one in self.inputs),
        )

    @property
    def judged(self) -> tuple[Judged, ...]:
        """Each clause of the plan with its summary. Versions that differ in a clause are judged apart."""
        return tuple(map(Judged, self.plan.clauses, self.result.clauses))

    @property
    def register_rows(self) -> RegisterInput:
        """The sum over all registers."""
        return RegisterInput(
            "",
            "",
            "",
            sum(one.rows for one in self.registers),
            sum(one.read for one in self.registers),
            sum(one.blank for one in self.registers),
            sum(one.quarantined for one in self.registers),
        )

    @property
    def unattributed(self) -> int:
        """The most events that one clause counts without knowing whose they are."""
        return max((clause.unattributed for clause in self.result.clauses), default=0)

    @property
    def gaps(self) -> tuple[str, ...]:
        """Why the audit is incomplete, in sentences; empty when it is complete."""
        found = []
        records, rows, unattributed = self.total.quarantined, self.register_rows.quarantined, self.unattributed
        if self.inputs and self.total.events == 0:
            found.append("No event was read, so nothing was judged.")
        if self.ungoverned:
            found.append("No event lies within the dates of the terms, so nothing was judged.")
        if records and records + rows > self.allow_quarantine:
            were = "was" if records == 1 else "were"
            found.append(f"{counted(records, 'record')} could not be read as events and {were} quarantined.")
        if rows and records + rows > self.allow_quarantine:
            were = "was" if rows == 1 else "were"
            found.append(f"{counted(rows, 'row')} of registers could not be read and {were} quarantined.")
        if unattributed > self.allow_unattributed:
            events = counted(unattributed, "event")
            found.append(f"{events} counted by one clause cannot be attributed to anybody.")
        return tuple(found)


def input_of(file: SourceFile, sha256: str) -> Input:
    """A file of a tally with the digest of its bytes."""
    counts = file.counts
    return Input(
        file.name,
        sha256,
        file.format,
        counts.read,
        counts.events,
        counts.blank,
        counts.passed_over,
        counts.quarantined,
    )


def register_input_of(name: str, path: Path, sha256: str, rows: int, files: Iterable[SourceFile]) -> RegisterInput:
    """A register of which ``rows`` remained, with the counts of the ``files`` that its path names."""
    counts = [file.counts for file in files if Path(file.name).is_relative_to(path)]
    return RegisterInput(
        name,
        str(path),
        sha256,
        rows,
        sum(one.read for one in counts),
        sum(one.blank for one in counts),
        sum(one.quarantined for one in counts),
    )


def ranked(report: Report) -> tuple[Finding, ...]:
    """The findings as a reader wants them: the most severe first, breaches first, then in the order of the audit."""
    versions = [(clause.key, one.version) for clause in report.plan.clauses for one in clause.versions]
    order = {version: rank for rank, version in enumerate(versions)}
    return tuple(
        sorted(
            report.result.findings,
            key=lambda finding: (
                _severity(finding),
                order[finding.clause.key, finding.version.version],
                VERDICTS.index(finding.verdict),
                finding.first_time,
                finding.subject.name,
                finding.id,
            ),
        )
    )


def _severity(finding: Finding) -> int:
    severity = finding.version.severity
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
