"""What monitors found, kept in the store: one run for each day and set of terms."""

from datetime import UTC, datetime
from hashlib import sha256

import orjson

from plainterms.engine.appearances import Appearances
from plainterms.engine.events import Period
from plainterms.engine.findings import Finding, Result
from plainterms.engine.plan import Plan
from plainterms.engine.report.jsonl import summary
from plainterms.engine.report.model import Report
from plainterms.engine.store.findings import Filing
from plainterms.engine.store.pseudonyms import naming
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import Organisation, Run
from plainterms.engine.store.tables.rows import canonical, now

EVALUATOR = "stream"
PORTION = 200
"""Findings that are kept in one transaction."""

UNMATCHED = Appearances({}, ())


def keep_findings(store: Store, organisation: Organisation, plan: Plan, found: tuple[Finding, ...]) -> list[str]:
    """Keep final findings; the ids of those that are new. The texts of events are not kept, for no log is read."""
    from importlib.metadata import version

    report = Report(Result(found, (), ()), plan, Period(), evaluator=EVALUATOR, engine_version=version("plainterms"))
    own, run = organisation.id, _run_id(report)
    filing = Filing(report, own, run, naming(organisation, store.keys), UNMATCHED)
    new: list[str] = []
    for start in range(0, len(found), PORTION):
        some = found[start : start + PORTION]
        with store.writing(own, "service") as session:
            kept = session.get(Run, (own, run))
            if kept is None:
                kept = _run(report, own, run)
                session.add(kept)
                session.flush()
            filed = list(filing.file(session, some))
            new += [one.id for one, how in zip(some, filed, strict=True) if how == "new"]
            kept.findings += filed.count("new")
            kept.saved, kept.finished = kept.findings, now()
            kept.events += sum(len(one.events) for one, how in zip(some, filed, strict=True) if how == "new")
    return new


def _run_id(report: Report) -> str:
    day = datetime.now(UTC).date().isoformat()
    asked = [EVALUATOR, report.engine_version, day, *(policy.digest for policy in report.plan.policies)]
    return sha256(canonical(asked)).hexdigest()[:32]


def _run(report: Report, organisation: str, run: str) -> Run:
    return Run(
        organisation=organisation,
        id=run,
        engine=report.engine_version,
        evaluator=EVALUATOR,
        policies=" ".join(policy.digest for policy in report.plan.policies),
        state="complete",
        summary=orjson.dumps({**summary(report), "notes": ["Found inline, by a monitor."]}).decode(),
    )
