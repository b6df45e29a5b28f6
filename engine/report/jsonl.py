"""The report for machines: one object that accounts for the input. Findings are lines of `finding_json`."""

from dataclasses import asdict

from plainterms.engine.findings import instant
from plainterms.engine.report.model import VERDICTS, Input, Judged, Report
from plainterms.policy.meaning import Policy


def summary(report: Report) -> dict[str, object]:
    """What was judged, from which input, and how many findings there are; instants are RFC 3339 in UTC.

    It names no files and no machine beside the inputs, so that the same audit gives the same object.
    """
    found = report.result.findings
    return {
        "engine": report.engine_version,
        "evaluator": report.evaluator,
        "period": {"from": instant(report.period.start), "until": instant(report.period.until)},
        "complete": not report.gaps,
        "gaps": list(report.gaps),
        "allowed": {"quarantined": report.allow_quarantine, "unattributed": report.allow_unattributed},
        "findings": {verdict: sum(one.verdict == verdict for one in found) for verdict in VERDICTS},
        "clauses": [_clause(one) for one in report.judged],
        "notes": list(report.result.notes),
        "terms": [_document(policy) for policy in report.plan.policies],
        "records": _counts(report.total) | {"repeated": report.repeated, "conflicting": report.conflicting},
        "logs": [
            {"path": one.path, "sha256": one.sha256, "format": one.format, **_counts(one)} for one in report.inputs
        ],
        "registers": [asdict(one) for one in report.registers],
        "quarantined": dict(report.quarantined),
        "passed_over": dict(report.passed_over),
    }


def _clause(one: Judged) -> dict[str, object]:
    """The counts of a clause; its ``versions`` share them, and one that changes the clause has counts of its own."""
    versions = [version.version for version in one.clause.versions]
    return {"terms": one.clause.terms, "clause": one.clause.name, "versions": versions} | asdict(one.summary)


def _document(policy: Policy) -> dict[str, object]:
    return {
        "title": policy.title,
        "version": policy.version,
        "sha256": policy.digest,
        "source": policy.source,
        "timezone": policy.timezone,
        "from": instant(policy.start),
        "to": instant(policy.end),
    }


def _counts(one: Input) -> dict[str, int]:
    return {
        "read": one.read,
        "events": one.events,
        "blank": one.blank,
        "passed_over": one.passed_over,
        "quarantined": one.quarantined,
    }
