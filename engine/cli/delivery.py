"""Hands a report over: to standard output in the shape asked for, and to a folder."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
from rich.console import Console

from plainterms.engine.audit import Request
from plainterms.engine.findings import to_json
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

        print_report(report, Console(highlight=False))
    elif shape == "html":
        from plainterms.engine.report.html import render_html

        sys.stdout.write(render_html(report))
    else:
        for finding in report.result.findings:
            sys.stdout.buffer.write(to_json(finding) + b"\n")


def _written(report: Report, request: Request, out: Path | None) -> Iterator[tuple[str, str]]:
    if out is not None:
        yield from ((str(out / name), holds) for name, holds in WRITTEN)
    if report.quarantined and request.quarantine is not None:
        yield str(request.quarantine), QUARANTINE[1]


def _write(report: Report, request: Request, out: Path) -> None:
    from plainterms.engine.report.html import render_html
    from plainterms.engine.report.jsonl import summary

    out.mkdir(parents=True, exist_ok=True)
    (out / "report.html").write_text(render_html(report), encoding="utf-8")
    with (out / "findings.jsonl").open("wb") as file:
        file.writelines(to_json(finding) + b"\n" for finding in report.result.findings)
    with (out / "event-ids.jsonl").open("wb") as file:
        for finding in report.result.findings:
            line = {"finding": finding.id, "event_count": len(finding.events), "events": list(finding.events)}
            file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
    written = {**summary(report), "request": request_as_dict(request)}
    (out / "summary.json").write_bytes(orjson.dumps(written, option=orjson.OPT_INDENT_2))


# ── What was asked, kept so that a finding can be explained later


def request_as_dict(request: Request) -> dict[str, object]:
    """The request, with absolute paths, as JSON can hold it."""
    return {
        "terms": [str(path.resolve()) for path in request.terms],
        "logs": [name if name == "-" else str(Path(name).absolute()) for name in request.logs],
        "registers": {name: str(path.resolve()) for name, path in request.registers.items()},
        "samples": {name: str(path.resolve()) for name, path in request.samples.items()},
        "from": request.period.start,
        "until": request.period.until,
        "format": request.format,
        "mapping": None if request.mapping is None else str(request.mapping.resolve()),
    }
