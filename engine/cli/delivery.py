"""Hands a report over: to standard output in the shape asked for, and to a folder."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from plainterms.engine.audit import Request
from plainterms.engine.cli.app import complain
from plainterms.engine.cli.keeping import write_summary
from plainterms.engine.cli.paper import Paper
from plainterms.engine.report.model import Report

WRITTEN = (
    ("report.html", "the report, to be read and printed"),
    ("findings.jsonl", "the findings, one JSON object a line"),
    ("event-ids.jsonl", "the ids of all events behind each finding"),
    ("summary.json", "inputs, digests and counts"),
)
QUARANTINE = ("quarantine.jsonl", "records that could not be read, with place and reason")


def deliver(report: Report, request: Request, shape: str, out: Path | None) -> None:
    """Print the report as `text`, `jsonl` or `html`, after writing it to the folder ``out`` if one is given."""
    report = replace(report, written=tuple(_written(report, request, out)))
    if out is not None:
        _write(report, request, out)
    if shape == "text":
        from plainterms.engine.report.terminal import print_report

        print_report(report, Paper())
        return
    _complain_of_gaps(report)
    if shape == "html":
        from plainterms.engine.report.html import render_html

        sys.stdout.buffer.write(render_html(report).encode())
    else:
        from plainterms.engine.finding_json import finding_lines

        sys.stdout.buffer.writelines(finding_lines(report.result.findings))


def _complain_of_gaps(report: Report) -> None:
    """Say on standard error why the audit is incomplete, where standard output holds findings for a machine."""
    from plainterms.engine.report.terminal import accounting

    if report.gaps:
        complain("\n".join((*accounting(report), *(f"{file}: {holds}" for file, holds in report.written))))


def _written(report: Report, request: Request, out: Path | None) -> Iterator[tuple[str, str]]:
    if out is not None:
        yield from ((str(out / name), holds) for name, holds in WRITTEN)
    if report.quarantined and request.quarantine is not None:
        yield str(request.quarantine), QUARANTINE[1]


def _write(report: Report, request: Request, out: Path) -> None:
    from plainterms.engine.finding_json import write_findings
    from plainterms.engine.report.html import render_html

    out.mkdir(parents=True, exist_ok=True)
    (out / "report.html").write_text(render_html(report), encoding="utf-8")
    write_findings(report.result.findings, out)
    write_summary(report, request, out)
