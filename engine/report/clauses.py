"""The clauses on a terminal: of each, how many subjects were examined, and what was found."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from plainterms.engine.findings import ClauseSummary
from plainterms.engine.report import views
from plainterms.engine.report.model import VERDICTS, Judged, Report
from plainterms.engine.report.visible import clipped, visible
from plainterms.engine.report.words import counted

WIDE = 110
"""From this width on, findings and clauses stand in wide tables."""

STYLES = {"breach": "bold red", "undetermined": "bold yellow", "pending": "bold cyan"}


def clause_table(report: Report, width: int) -> RenderableType:
    """A row for each clause; on a narrow terminal, a line."""
    heading = Text("clauses", style="bold")
    if width < 80:
        return Group(heading, *(_line(one, report) for one in report.judged), Text())
    gap = 2 if width >= WIDE else 1
    room = max(16, width - 50 - 6 * gap)
    table = Table(box=None, padding=(0, gap, 0, 0), header_style="dim")
    table.add_column("", no_wrap=True)
    for name in ("examined", "clear", *VERDICTS, "unattributed"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in report.judged:
        table.add_row(_named(one, report, room), *(_cell(name, count) for name, count in _counts(one.summary)))
    return Group(heading, table, *_untemplated(report), Text())


def _named(one: Judged, report: Report, room: int) -> Text:
    """The clause's name, and below it which document's and versions' it is, where there are several."""
    shown = Text(clipped(_name(one.summary), room))
    of = views.document(one.clause) if len(report.plan.policies) > 1 else ""
    return shown.append(f"\n  {clipped(of, room - 2)}", style="dim") if of else shown


def _name(clause: ClauseSummary) -> str:
    return clipped(visible(clause.clause), 60)


def _counts(clause: ClauseSummary) -> list[tuple[str, int]]:
    return [
        ("examined", clause.examined),
        ("clear", clause.clear),
        ("breach", clause.breach),
        ("undetermined", clause.undetermined),
        ("pending", clause.pending),
        ("unattributed", clause.unattributed),
    ]


def _cell(name: str, count: int) -> Text:
    if count == 0:
        return Text("-", style="dim")
    return Text(f"{count:,}", style=STYLES.get(name, "yellow" if name == "unattributed" else ""))


def _line(one: Judged, report: Report) -> Text:
    line = Text(_name(one.summary), overflow="fold")
    if len(report.plan.policies) > 1:
        line.append(f" ({views.document(one.clause)})", style="dim")
    counts = [f"{count:,} {name}" for name, count in _counts(one.summary) if count]
    return line.append(": " + ", ".join(counts), style="dim")


def _untemplated(report: Report) -> Iterator[Text]:
    for clause in report.result.clauses:
        if clause.untemplated:
            yield Text(
                f"{_name(clause)}: {counted(clause.untemplated, 'event')} with a text too short for a template",
                style="dim",
            )
