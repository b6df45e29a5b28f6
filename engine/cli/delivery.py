"""Hands a report over: to standard output in the shape asked for, and to a folder."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from plainterms.engine.audit import Request
from plainterms.engine.cli.paper import Paper
from plainterms.engine.events import Period
from plainterms.engine.report.model import Report
from plainterms.policy.errors import PlainTermsError

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
    elif shape == "html":
        from plainterms.engine.report.html import render_html

        sys.stdout.buffer.write(render_html(report).encode())
    else:
        from plainterms.engine.finding_json import finding_lines

        sys.stdout.buffer.writelines(finding_lines(report.result.findings))


def _written(report: Report, request: Request, out: Path | None) -> Iterator[tuple[str, str]]:
    if out is not None:
        yield from ((str(out / name), holds) for name, holds in WRITTEN)
    if report.quarantined and request.quarantine is not None:
        yield str(request.quarantine), QUARANTINE[1]


def _write(report: Report, request: Request, out: Path) -> None:
    from plainterms.engine.finding_json import event_id_lines, finding_lines
    from plainterms.engine.report.html import render_html
    from plainterms.engine.report.jsonl import summary

    out.mkdir(parents=True, exist_ok=True)
    (out / "report.html").write_text(render_html(report), encoding="utf-8")
    with (out / "findings.jsonl").open("wb") as file:
        file.writelines(finding_lines(report.result.findings))
    with (out / "event-ids.jsonl").open("wb") as file:
        file.writelines(event_id_lines(report.result.findings))
    written = {**summary(report), "request": request_as_dict(request)}
    (out / "summary.json").write_bytes(orjson.dumps(written, option=orjson.OPT_INDENT_2))


# ── What was asked, kept so that a finding can be explained later


def request_of(folder: Path) -> Request:
    """The request of the audit that was written to a folder. Raises PlainTermsError where there is none."""
    file = folder / "summary.json"
    try:
        return _request_from(orjson.loads(file.read_bytes())["request"])
    except (OSError, KeyError, TypeError, AttributeError, orjson.JSONDecodeError) as error:
        raise PlainTermsError(
            f"{folder} holds no audit; write one with `plainterms audit … --out {folder}`"
        ) from error


def _request_from(kept: dict[str, Any]) -> Request:
    return Request(
        terms=tuple(Path(path) for path in kept["terms"]),
        logs=tuple(kept["logs"]),
        registers={name: Path(path) for name, path in kept["registers"].items()},
        samples={name: Path(path) for name, path in kept["samples"].items()},
        period=Period(kept["from"], kept["until"]),
        format=kept["format"],
        mapping=None if kept["mapping"] is None else Path(kept["mapping"]),
    )


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
