"""The report of a run of the benchmark, in Markdown."""

from collections.abc import Sequence

from benchmarks import compare, machine, start
from benchmarks.data import FOLDER, logs
from benchmarks.draft import FILE_DAYS, FILE_EVENTS
from benchmarks.measure import GIB, Cost
from benchmarks.queries import Answer
from benchmarks.runs import Run
from benchmarks.terms import SIZES


def report(run: Run, parts: Sequence[str]) -> str:
    """All of it as Markdown."""
    days = run.events / FILE_EVENTS * FILE_DAYS
    shown = [
        f"# Audit of {run.events:,} events",
        *machine.rows(run.events, days),
        *_times(run),
        *_targets(run),
        *_audits(run),
    ]
    if run.answers:
        shown += ["", "## Queries", "", *_slowest(run.answers)]
        findings = FOLDER / "out" / "audit 50" / "findings.jsonl"
        if findings.exists() and "audit 50" in run.audits:
            found = list(compare.differences(findings, run.answers, logs(run.events), run.events))
            shown += ["", *compare.rows(found, len(run.answers))]
    if "start" in parts:
        shown += ["", "## Start", "", *start.rows(10)]
    return "\n".join(shown) + "\n"


_LINES = (
    ("scan of the columns", "scan"),
    ("floor: the scan and every distinct condition, texts gated (DuckDB)", "gated"),
    ("… texts not gated", "conditions"),
    ("… gated, and the templates of prompts", "templates"),
    ("floor: our own scan stage", "ours"),
    ("**audit**, findings and ids written", "audit"),
    ("each clause its own hand-written query (DuckDB)", "queries"),
)


def _times(run: Run) -> list[str]:
    table = ["", "| way (wall seconds) | 1 clause | 10 clauses | 50 clauses | CPU of 50 | peak of 50, GiB |"]
    table.append("|---|--:|--:|--:|--:|--:|")
    for title, name in _LINES:
        table += _line(title, [run.costs.get(f"{name} {size}") for size in SIZES])
    for title, name in _LINES:
        gaps = run.costs.get(f"{name} 50, missing")
        if gaps is not None:
            table += _line(f"{title}, 5 % missing", [None, None, gaps])
    return table


def _line(title: str, costs: Sequence[Cost | None]) -> list[str]:
    if not any(costs):
        return []
    times = " | ".join("" if cost is None else f"{cost.seconds:.1f}" for cost in costs)
    last = costs[-1]
    more = " | " if last is None else f"{last.cpu:.1f} | {last.peak / GIB:.2f}"
    return [f"| {title} | {times} | {more} |"]


def _targets(run: Run) -> list[str]:
    table = ["", "| measure | value | target |", "|---|--:|--:|"]
    for name, gaps, target in (("audit 50", False, "at most 2.5"), ("audit 50, missing", True, "at most 4")):
        audited = run.seconds(name)
        for title, templates in (("floor", False), ("floor with the templates of prompts", True)):
            lowest = run.floor(gaps, templates)
            if audited and lowest:
                table.append(f"| {name} to the {title} | {audited / lowest:.2f} | {target} |")
    complete, queries = run.seconds("audit 50"), run.seconds("queries 50")
    if complete and queries:
        table.append(f"| queries to audit 50 | {queries / complete:.1f} | at least 8 |")
    peaks = {name: run.costs[name].peak / GIB for name in ("audit 50", "audit 50, missing") if name in run.costs}
    table += [f"| peak of {name}, GiB | {peak:.2f} | under 3 |" for name, peak in peaks.items()]
    return table if len(table) > 3 else []


def _audits(run: Run) -> list[str]:
    table = ["", "| audit | findings | events of evidence | terms and paths, s | audit, s | writing, s |"]
    table.append("|---|---|--:|--:|--:|--:|")
    for name, figures in run.audits.items():
        found = figures["findings"]
        assert isinstance(found, dict)
        verdicts = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(found.items()))
        times = " | ".join(f"{figures[part]:.1f}" for part in ("prepared", "audited", "written"))
        table.append(f"| {name} | {verdicts} | {figures['evidence']:,} | {times} |")
    return table if run.audits else []


def _slowest(answers: Sequence[Answer]) -> list[str]:
    ranked = sorted(answers, key=lambda answer: -answer.seconds)
    table = ["| query | seconds | subjects |", "|---|--:|--:|"]
    return table + [f"| {answer.clause} | {answer.seconds:.2f} | {len(answer.subjects):,} |" for answer in ranked]
