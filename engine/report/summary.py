"""What an audit found, in a few sentences."""

from collections import Counter
from collections.abc import Iterator, Sequence

from plainterms.engine.findings import Finding
from plainterms.engine.report import times
from plainterms.engine.report.model import SEVERITIES, VERDICTS, Report
from plainterms.engine.report.visible import visible
from plainterms.engine.report.words import counted, listed


def sentences(report: Report) -> Iterator[str]:
    """What was judged, and what was found."""
    documents = listed([f"{visible(one.title)} (version {visible(one.version)})" for one in report.plan.policies])
    yield (
        f"{counted(len(report.plan.clauses), 'clause')} of {documents} were judged on"
        f" {counted(report.total.events, 'event')} of {counted(len(report.inputs), 'log file')},"
        f" for conduct {times.period(report.period)}."
    )
    found = [_of(verdict, report.result.findings) for verdict in VERDICTS]
    said = [sentence for sentence in found if sentence]
    yield f"The audit found {listed(said)}." if said else "The audit made no finding."


def completeness(report: Report) -> str:
    """Whether anything was left out of account."""
    if report.gaps:
        return "The audit is incomplete. " + " ".join(report.gaps)
    left = [
        f"{counted(count, noun)} {what}"
        for count, noun, what in (
            (report.total.quarantined, "record", "could not be read"),
            (report.register_rows.quarantined, "row", "of a register could not be read"),
            (report.unattributed, "event", "could not be attributed to anyone"),
        )
        if count
    ]
    if left:
        return f"The auditor has accepted that {listed(left)}; otherwise the audit is complete."
    return "The audit is complete: no record was left out of account, and every event counted has its subject."


def _of(verdict: str, findings: Sequence[Finding]) -> str:
    """`2 breaches (1 critical, 1 low) by 2 subjects`."""
    chosen = [finding for finding in findings if finding.verdict == verdict]
    if not chosen:
        return ""
    severities = Counter(finding.version.severity for finding in chosen)
    by_severity = ", ".join(f"{severities[one]:,} {one}" for one in SEVERITIES if severities[one])
    subjects = len({(finding.subject.kind, finding.subject.name) for finding in chosen})
    nouns = {"breach": "breach", "undetermined": "undetermined matter", "pending": "pending duty"}
    return f"{counted(len(chosen), nouns[verdict])} ({by_severity}) of {counted(subjects, 'subject')}"
