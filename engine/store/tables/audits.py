"""Audits: runs with their inputs, findings with their history, and the evidence behind each."""

from typing import ClassVar

from sqlalchemy import ForeignKeyConstraint, Index

from plainterms.engine.store.tables.rows import Erasable, Kept, Row, instant, now

STATES = ("saving", "complete")
STATUSES = ("open", "in review", "confirmed", "dismissed")


class Run(Row, Kept, table=True):
    """An audit. The id is a digest of what was asked, of what and by what, so that the same audit is the same run.

    ``summary`` is that of `summary.json`; ``calibrations`` is JSON, what each matches file rests on, by samples.
    ``state`` is one of `STATES`, and ``saved`` how many findings of ``findings`` are in the store. ``exit`` is what
    the command line would have returned.
    """

    __tablename__ = "runs"
    __table_args__ = (Index("runs_by_time", "organisation", "created", "id"),)

    engine: str
    evaluator: str
    policies: str
    """Digests of the documents, separated by spaces."""
    start: int | None = instant(default=None)
    until: int | None = instant(default=None)
    events: int = instant(default=0)
    quarantined: int = instant(default=0)
    findings: int = instant(default=0)
    saved: int = instant(default=0)
    complete: bool = True
    """Whether the input was complete."""
    state: str = "saving"
    exit: int = 0
    summary: str
    calibrations: str = "{}"
    job: str | None = None
    created: int = instant(default_factory=now)
    finished: int | None = instant(default=None)


class RunInput(Row, Kept, table=True):
    """A file that an audit read, of a ``kind`` (`log`, `mapping`, `register`, `samples`); counts are of records."""

    __tablename__ = "run_inputs"
    __table_args__ = (
        ForeignKeyConstraint(["organisation", "run"], ["runs.organisation", "runs.id"]),
        Index("run_inputs_by_run", "organisation", "run"),
    )

    run: str
    kind: str
    name: str = ""
    path: str
    sha256: str
    format: str = ""
    read: int = instant(default=0)
    used: int = instant(default=0)
    blank: int = instant(default=0)
    passed_over: int = instant(default=0)
    quarantined: int = instant(default=0)


class Finding(Row, Erasable, table=True):
    """A finding as it stands. Its id is the audit's. ``number`` is that of its current version, from 1 on.

    ``subject`` is the name, or a pseudonym. ``run`` is the latest audit that found it; ``superseded_by`` the finding
    that took its place when more data came. ``rank`` orders severities, the greatest is the most severe. Reviews set
    ``status``, one of `STATUSES`; ``suppression`` is what hides it.
    """

    __tablename__ = "findings"
    __table_args__ = (
        ForeignKeyConstraint(["organisation", "run"], ["runs.organisation", "runs.id"]),
        Index("findings_by_rank", "organisation", "rank", "last_time", "id"),
        Index("findings_by_time", "organisation", "last_time", "id"),
        Index("findings_by_verdict", "organisation", "verdict", "last_time", "id"),
        Index("findings_by_status", "organisation", "status", "last_time", "id"),
        Index("findings_by_clause", "organisation", "terms", "clause", "last_time", "id"),
        Index("findings_by_subject", "organisation", "subject", "last_time", "id"),
        Index("findings_by_run", "organisation", "run", "last_time", "id"),
    )
    ERASABLE: ClassVar[tuple[str, ...]] = ("subject",)

    terms: str
    version: str
    clause: str
    title: str
    verdict: str
    severity: str
    rank: int
    subject_kind: str
    subject: str | None = None
    first_time: int = instant()
    last_time: int = instant()
    event_count: int = instant(default=0)
    number: int = 1
    run: str
    status: str = "open"
    superseded_by: str | None = None
    suppression: str | None = None
    created: int = instant(default_factory=now)
    changed: int = instant(default_factory=now)


class FindingVersion(Row, Erasable, table=True):
    """What an audit said of a finding, kept for ever; its id is the finding's and ``number``, with a dot.

    ``document`` is the line of `findings.jsonl`, ``events`` the ids of all events as a JSON list, ``pairs`` the rows
    of matches files about the events shown, and those set aside of the same subject, by samples.
    """

    __tablename__ = "finding_versions"
    __table_args__ = (
        ForeignKeyConstraint(["organisation", "finding"], ["findings.organisation", "findings.id"]),
        ForeignKeyConstraint(["organisation", "run"], ["runs.organisation", "runs.id"]),
        Index("finding_versions_by_finding", "organisation", "finding", "number", unique=True),
    )
    ERASABLE: ClassVar[tuple[str, ...]] = ("document", "events", "pairs")

    finding: str
    number: int
    run: str
    policy: str
    """Digest of the version of the terms that it cites."""
    verdict: str
    document: str | None = None
    events: str | None = None
    pairs: str | None = None
    created: int = instant(default_factory=now)


class Evidence(Row, Erasable, table=True):
    """An event that a version of a finding shows; its id is the version's and ``position``, with a dot.

    ``event`` is the event's id; ``content`` is JSON: `values` by field, `texts` with their length and excerpt, and
    what was `presumed`.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation", "finding_version"], ["finding_versions.organisation", "finding_versions.id"]
        ),
        Index("evidence_by_version", "organisation", "finding_version", "position"),
        Index("evidence_by_event", "organisation", "event"),
    )
    ERASABLE: ClassVar[tuple[str, ...]] = ("event", "content")

    finding_version: str
    position: int
    event: str | None = None
    time: int = instant()
    kind: str
    content: str | None = None
