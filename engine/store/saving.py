"""Saves an audit: its run first, then its findings in portions, each a transaction, so that it can be taken up again.

The same audit is the same run, under one id; whoever saves it a second time finds it there, or goes on where the
first one stopped.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from typing import Any

import orjson
from sqlmodel import Session, col, select

from plainterms.engine.appearances import Appearances, appearances, basis
from plainterms.engine.audit import Request
from plainterms.engine.findings import Finding as Found
from plainterms.engine.inputs import digest_of_file, is_read_once
from plainterms.engine.report.jsonl import summary
from plainterms.engine.report.model import Report
from plainterms.engine.store.documents import keep, texts_of
from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.findings import Filing
from plainterms.engine.store.pseudonyms import naming
from plainterms.engine.store.store import Store
from plainterms.engine.store.suppressing import lift_expired
from plainterms.engine.store.tables import Finding, Organisation, Run, RunInput
from plainterms.engine.store.tables.rows import canonical, now

PORTION = 200
"""Findings that are saved in one transaction."""

LONGEST = 2**31
"""Characters of a text that is kept whole."""


@dataclass(frozen=True)
class Saved:
    """What saving did: the run, and how many findings were new, changed, or as they were.

    ``erased`` ones were purged before, and stay so. ``before`` were saved by an earlier attempt at the same run.
    """

    run: str
    new: int = 0
    changed: int = 0
    same: int = 0
    erased: int = 0
    before: int = 0


def require_kept(request: Request) -> None:
    """Raises StoreError where a file that is kept, or read again for it, can be read only once."""
    for path in (*request.terms, *request.samples.values()):
        if is_read_once(str(path)):
            raise StoreError(f"{path} can be read only once, and a store keeps what is in it; give a file")


def excerpt_for(organisation: Organisation) -> int:
    """How many characters of a prompt or output the organisation keeps."""
    return {"none": 0, "excerpt": organisation.excerpt, "all": LONGEST}[organisation.texts]


def save(
    report: Report,
    request: Request,
    store: Store,
    organisation: Organisation,
    by: str,
    *,
    outcome: int = 0,
    portion: int = PORTION,
    progress: Callable[[int], None] = lambda _saved: None,
) -> Saved:
    """Save a report, made with exhibits, and all that it found; ``outcome`` is the exit code of the audit.

    ``portion`` findings are saved in one transaction.

    Raises StoreError where the terms have changed since, and what reading matches files raises.
    """
    run = run_id(report, request, organisation)
    found = report.result.findings
    terms = [
        (policy, *texts_of(path, policy.digest))
        for policy, path in zip(report.plan.policies, request.terms, strict=True)
    ]
    matched = appearances(report.plan, request.samples)
    own = organisation.organisation
    with store.writing(own, by) as session:
        kept = session.get(Run, (own, run))
        if kept is None:
            for policy, main, texts in terms:
                keep(session, own, policy, main, texts)
            kept = _run(report, organisation, run, matched, outcome)
            session.add(kept)
            session.flush()
            session.add_all(_inputs(report, request, own, run))
    saved = kept.saved
    tally = dict.fromkeys(("new", "changed", "same", "erased"), 0)
    filing = Filing(report, own, run, naming(organisation, store.keys), matched)
    ids = {one.id for one in found}
    for start in range(saved, len(found), portion):
        some = found[start : start + portion]
        with store.writing(own, by) as session:
            lift_expired(session, now())
            for filed in filing.file(session, some):
                tally[filed] += 1
            _supersede(session, some, ids, filing)
            kept = session.get_one(Run, (own, run))
            kept.saved = start + len(some)
        progress(kept.saved)
    if kept.state != "complete":
        with store.writing(own, by) as session:
            kept = session.get_one(Run, (own, run))
            kept.state, kept.finished = "complete", now()
    return Saved(run, before=saved, **tally)


def run_id(report: Report, request: Request, organisation: Organisation) -> str:
    """32 hexadecimal digits from what was asked, of which files and by which program, and how much is kept of it."""
    asked = {
        "engine": report.engine_version,
        "policies": [policy.digest for policy in report.plan.policies],
        "period": [report.period.start, report.period.until],
        "logs": sorted(one.sha256 for one in report.inputs),
        "mapping": "" if request.mapping is None else digest_of_file(request.mapping),
        "registers": sorted([one.name, one.sha256] for one in report.registers),
        "kept": [organisation.texts, organisation.excerpt, organisation.pseudonyms],
    }
    return sha256(canonical(asked)).hexdigest()[:32]


def _run(report: Report, organisation: Organisation, run: str, matched: Appearances, outcome: int) -> Run:
    total = report.total
    return Run(
        organisation=organisation.organisation,
        id=run,
        engine=report.engine_version,
        evaluator=report.evaluator,
        policies=" ".join(policy.digest for policy in report.plan.policies),
        start=report.period.start,
        until=report.period.until,
        events=total.events,
        quarantined=total.quarantined,
        findings=len(report.result.findings),
        complete=not report.gaps,
        exit=outcome,
        summary=orjson.dumps(summary(report)).decode(),
        calibrations=orjson.dumps({name: basis(one) for name, one in matched.matches.items()}).decode(),
    )


def _inputs(report: Report, request: Request, organisation: str, run: str) -> Iterable[RunInput]:
    numbers = count()

    def made(kind: str, **columns: Any) -> RunInput:
        return RunInput(organisation=organisation, id=f"{run}.{next(numbers)}", run=run, kind=kind, **columns)

    if request.mapping is not None:
        yield made("mapping", path=str(request.mapping), sha256=digest_of_file(request.mapping))
    for log in report.inputs:
        yield made(
            "log",
            path=log.path,
            sha256=log.sha256,
            format=log.format,
            read=log.read,
            used=log.events,
            blank=log.blank,
            passed_over=log.passed_over,
            quarantined=log.quarantined,
        )
    for table in report.registers:
        yield made(
            "samples" if table.name.startswith("samples ") else "register",
            name=table.name,
            path=table.path,
            sha256=table.sha256,
            read=table.read,
            used=table.rows,
            blank=table.blank,
            quarantined=table.quarantined,
        )


def _supersede(session: Session, some: Sequence[Found], ids: set[str], filing: Filing) -> None:
    """Findings of earlier audits give way to one of the same clause and subject that overlaps them in time."""
    subjects = {one.id: filing.subject(one) for one in some}
    known = select(Finding).where(
        col(Finding.subject).in_(set(subjects.values())),
        col(Finding.run) != filing.run,
        col(Finding.superseded_by).is_(None),
    )
    older: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for row in session.exec(known):
        if row.id not in ids and row.subject is not None:
            older[row.terms, row.clause, row.subject].append(row)
    for one in some:
        for row in older.get((one.clause.terms, one.clause.name, subjects[one.id]), ()):
            if row.first_time <= one.last_time and row.last_time >= one.first_time:
                row.superseded_by = one.id
