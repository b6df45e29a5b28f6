"""What the reports of the sample look like, kept in `golden/`; `python -m tests.report.golden` writes them anew."""

import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import orjson
from rich.console import Console

from plainterms.engine.explain import concerns, explain
from plainterms.engine.finding_json import finding_lines
from plainterms.engine.findings import Finding
from plainterms.engine.report.html import render_html
from plainterms.engine.report.jsonl import summary
from plainterms.engine.report.model import Report
from plainterms.engine.report.terminal import print_report
from plainterms.engine.report.tree import explanation_tree
from tests.report.samples import PERIOD, REGISTERS, events, report

FOLDER = Path(__file__).parent / "golden"


def console(width: int) -> Console:
    return Console(file=StringIO(), width=width, color_system=None, force_terminal=False)


def printed(given: Report, width: int, limit: int = 20) -> str:
    """The terminal report without the blanks at the ends of lines."""
    target = console(width)
    print_report(given, target, limit=limit)
    return text_of(target)


def text_of(target: Console) -> str:
    assert isinstance(target.file, StringIO)
    return "\n".join(line.rstrip() for line in target.file.getvalue().splitlines()) + "\n"


def explained(finding: Finding, given: Report, width: int = 110) -> str:
    log = [event for event in events() if concerns(finding, event, REGISTERS)]
    target = console(width)
    target.print(explanation_tree(explain(finding, log, REGISTERS, PERIOD, shown=2), given.plan.schema))
    return text_of(target)


def first(given: Report, clause: str, verdict: str) -> Finding:
    return next(one for one in given.result.findings if (one.clause.name, one.verdict) == (clause, verdict))


def part(page: str, opening: str, closing: str) -> str:
    """The piece of a page from one mark to another."""
    found = re.search(re.escape(opening) + ".*?" + re.escape(closing), page, re.DOTALL)
    assert found is not None
    return found.group() + "\n"


def renderings() -> dict[str, Callable[[], str]]:
    given = report()
    page, told = render_html(given), render_html(report(excerpt=60))
    return {
        "terminal-60.txt": lambda: printed(given, 60),
        "terminal-80.txt": lambda: printed(given, 80),
        "terminal-120.txt": lambda: printed(given, 120),
        "terminal-limited.txt": lambda: printed(given, 80, limit=2),
        "terminal-clean.txt": lambda: printed(report(log=events()[:4]), 80),
        "explain-conduct.txt": lambda: explained(first(given, "output_training", "breach"), given),
        "explain-undetermined.txt": lambda: explained(first(given, "regions", "undetermined"), given),
        "explain-sequence.txt": lambda: explained(first(given, "ban_evasion", "breach"), given),
        "explain-duty.txt": lambda: explained(first(given, "tell_us", "breach"), given),
        "summary.html": lambda: part(page, '<section aria-label="Summary">', "</section>"),
        "finding.html": lambda: part(told, '<article id="finding-6"', "</article>"),
        "method.html": lambda: part(page, '<section aria-labelledby="method"', "</section>"),
        "inputs.html": lambda: part(page, '<section aria-labelledby="inputs">', "</section>"),
        "finding.json": lambda: next(finding_lines(given.result.findings)).decode(),
        "summary.json": lambda: orjson.dumps(summary(given), option=orjson.OPT_INDENT_2).decode() + "\n",
    }


if __name__ == "__main__":
    for name, render in renderings().items():
        (FOLDER / name).write_text(render(), encoding="utf-8")
