"""The report on a terminal: short, readable at any width, and with nothing said by colour alone."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import PurePath

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from plainterms.engine.findings import Finding
from plainterms.engine.report import times, views
from plainterms.engine.report.clauses import STYLES, WIDE, clause_table
from plainterms.engine.report.model import SUMMARY, VERDICTS, Report, ranked
from plainterms.engine.report.visible import clipped, visible
from plainterms.engine.report.words import counted
from plainterms.policy.names import plural

SHOWN = 20
"""Findings shown; the rest are in the files."""

_ID = 12
_REASONS = 5
_FEW = 3


def print_report(report: Report, console: Console, *, limit: int = SHOWN) -> None:
    """Print what was read, the findings (at most ``limit``, most severe first), the clauses, and what to do next."""
    width = console.width
    for part in (_heading(report), _findings(report, limit, width), clause_table(report, width), _next(report)):
        console.print(part)


# ── What was read


def _heading(report: Report) -> RenderableType:
    grid = Table.grid(padding=(0, 2), expand=False)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, lines in _facts(report):
        for index, line in enumerate(lines):
            grid.add_row(Text(name if index == 0 else ""), line)
    return Group(grid, Text())


def _facts(report: Report) -> Iterator[tuple[str, Sequence[Text]]]:
    documents = [f"{policy.title}, version {policy.version}" for policy in report.plan.policies]
    digests = [f" sha256 {policy.digest[:16]}" for policy in report.plan.policies]
    yield (
        "terms",
        [
            Text.assemble(visible(document), (visible(digest), "dim"))
            for document, digest in zip(documents, digests, strict=True)
        ],
    )
    yield "period", [Text(times.period(report.period))]
    yield "read", [Text(line) for line in _read(report)]
    if report.register_rows.read:
        yield "registers", [Text(_rows(report))]
    if report.gaps:
        yield "incomplete", [Text(gap, style="bold yellow") for gap in report.gaps]
    if report.quarantined:
        yield "quarantine", list(_reasons(report.quarantined))
    if report.result.notes:
        yield "note", [Text(visible(note)) for note in report.result.notes]


def accounting(report: Report) -> Iterator[str]:
    """What became of the records, and why the audit is incomplete, a line each."""
    yield from (f"read: {line}" for line in _read(report))
    if report.register_rows.read:
        yield f"registers: {_rows(report)}"
    yield from (f"incomplete: {gap}" for gap in report.gaps)
    yield from (f"quarantined: {reason.plain}" for reason in _reasons(report.quarantined))


def _read(report: Report) -> Iterator[str]:
    total = report.total
    yield (
        f"{counted(total.read, 'record')} of {counted(len(report.inputs), 'file')} = {counted(total.events, 'event')}"
        f" + {total.blank:,} blank + {total.passed_over:,} passed over + {total.quarantined:,} quarantined"
    )
    if report.repeated or report.conflicting:
        yield f"{report.repeated:,} repeated (counted once), {report.conflicting:,} conflicting (quarantined)"


def _rows(report: Report) -> str:
    total = report.register_rows
    used = total.read - total.blank - total.quarantined
    rows = f"{counted(total.read, 'row')} of {counted(sum(one.read > 0 for one in report.registers), 'register')}"
    return f"{rows} = {used:,} used + {total.blank:,} blank + {total.quarantined:,} quarantined"


def _reasons(reasons: Sequence[tuple[str, int]]) -> Iterator[Text]:
    greatest = sorted(reasons, key=lambda pair: (-pair[1], pair[0]))
    for reason, count in greatest[:_REASONS]:
        yield Text(f"{count:,} {clipped(visible(reason), 100)}")
    if len(greatest) > _REASONS:
        rest = sum(count for _, count in greatest[_REASONS:])
        yield Text(f"{rest:,} for {counted(len(greatest) - _REASONS, 'other reason')}")


# ── Findings


def _findings(report: Report, limit: int, width: int) -> RenderableType:
    findings = ranked(report)
    if not findings:
        return Group(Text("no findings", style="bold"), Text())
    parts: list[RenderableType] = [_sum(findings), Text()]
    several = len(report.plan.policies) > 1
    room, untold = limit, 0
    for every in _groups(findings):
        shown = _leading(every, limit)[: max(0, room)]
        room -= len(shown)
        if not shown:
            untold += len(every)
            continue
        parts.append(_title(every[0], several))
        parts.append(_table(shown, report, header=len(parts) < 4) if width >= WIDE else _list(shown, report))
        if rest := len(every) - len(shown):
            parts.append(Text(f"  and {counted(rest, 'more finding')} of this clause", style="dim"))
        parts.append(Text())
    if untold:
        parts += [Text(f"and {counted(untold, 'finding')} of other clauses", style="dim"), Text()]
    return Group(*parts)


def _groups(findings: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Those under one title: of one clause, as one version has it."""
    for _, group in groupby(findings, key=_titled):
        yield list(group)


def _titled(finding: Finding) -> tuple[str, str, str]:
    return finding.version.severity, finding.clause.key, finding.version.version


def _leading(findings: Sequence[Finding], limit: int) -> list[Finding]:
    """Those of one clause that are shown: breaches before all, and a few of what is not decided."""
    breaches = [finding for finding in findings if finding.verdict == "breach"]
    others = [finding for finding in findings if finding.verdict != "breach"]
    return [*breaches[: max(_FEW, limit // 4)], *others[:_FEW]]


def _sum(findings: Sequence[Finding]) -> Text:
    line = Text()
    for verdict in VERDICTS:
        count = sum(finding.verdict == verdict for finding in findings)
        if count:
            line.append(", " if line else "")
            line.append(f"{count:,} {_noun(verdict, count)}", style=STYLES[verdict])
    return line


def _noun(verdict: str, count: int) -> str:
    return plural(verdict) if verdict == "breach" and count != 1 else verdict


def _title(finding: Finding, several: bool) -> Text:
    clause, version = finding.clause, finding.version
    line = Text(overflow="fold")
    line.append(visible(version.severity), style="bold")
    line.append(f"  {visible(clause.name)}", style="bold")
    line.append(f"  {visible(version.title)}")
    if finding.version.citation.section:
        line.append("  " + views.reference(finding).replace("§ ", "§"), style="dim")
    if several:
        line.append(f"  {visible(clause.terms)} {visible(version.version)}", style="dim")
    return line


def _table(findings: Sequence[Finding], report: Report, header: bool) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0), expand=True, show_header=header, header_style="dim")
    table.add_column("verdict", width=12, no_wrap=True)
    table.add_column("subject", ratio=4, overflow="fold")
    table.add_column("when (UTC)", width=23)
    table.add_column("measured, and the bound", ratio=10, overflow="fold")
    for finding in findings:
        table.add_row(
            Text.assemble(_verdict(finding), ("\n" + visible(finding.id)[:_ID], "dim")),
            Text(clipped(views.subject(finding.subject), 120)),
            Text("\n").join(_when(finding)),
            Text("\n").join(_said(finding, report)),
        )
    return table


def _list(findings: Sequence[Finding], report: Report) -> RenderableType:
    parts: list[RenderableType] = []
    for finding in findings:
        head = Text.assemble(_verdict(finding), (f" {visible(finding.id)[:_ID]} ", "dim"), overflow="fold")
        head.append(clipped(views.subject(finding.subject), 120))
        lines = [Text(" ").join(_when(finding)), *_said(finding, report)]
        parts += [Padding(head, (0, 0, 0, 2)), Padding(Group(*lines), (0, 0, 0, 4))]
    return Group(*parts)


def _verdict(finding: Finding) -> Text:
    return Text(finding.verdict, style=STYLES[finding.verdict])


def _when(finding: Finding) -> list[Text]:
    first, last = views.when(finding)
    return [Text(first), Text(f"{views.until(finding)} {last}")] if last else [Text(first)]


def _said(finding: Finding, report: Report) -> list[Text]:
    """Measured against bound, how many events, and what may still change it."""
    lines = []
    for one in views.measures(finding, report.plan.schema):
        line = Text(clipped(one.peak, 160), style="bold")
        line.append(f" ({one.bound})", style="not bold")
        if one.grew:
            line.append(f"; {one.opening} at the opening", style="not bold dim")
        lines.append(line)
    lines.append(Text("; ".join(_evidence(finding)), style="dim"))
    lines += [Text(words, style="dim") for words in views.chances(finding)]
    if finding.verdict == "undetermined" and finding.missing:
        lines.append(Text("would decide it: " + "; ".join(views.missing(finding))))
    if finding.cure is not None:
        lines.append(Text("cure: " + views.cure_in_short(finding.cure), style="dim"))
    return lines


def _evidence(finding: Finding) -> Iterator[str]:
    yield f"{counted(len(finding.events), 'event')} in evidence"
    for one in finding.exceptions:
        yield f"exception {visible(one.name)} {views.tally(one)}"


# ── What to do next


def _next(report: Report) -> RenderableType:
    findings = ranked(report)
    steps = [(visible(name), visible(holds)) for name, holds in report.written]
    folders = [PurePath(name).parent for name, _ in report.written if PurePath(name).name == SUMMARY]
    if findings and folders:
        steps.insert(0, _explain(findings[0], folders[0]))
    elif not folders and (findings or report.quarantined):
        steps.insert(0, ("plainterms audit … --out DIR", _keeps(report)))
    return Group(*(Text.assemble(step, (f"  {what}", "dim"), overflow="fold") for step, what in steps))


def _explain(finding: Finding, folder: PurePath) -> tuple[str, str]:
    """The command that explains a finding; it needs the folder of the audit."""
    command = f"plainterms explain {visible(finding.id)[:_ID]} --audit {visible(str(folder))}"
    return (command, "why, condition by condition")


def _keeps(report: Report) -> str:
    """What a folder is good for."""
    kept = "keeps the report and the quarantine with its places" if report.quarantined else "keeps the report"
    return f"{kept}, and lets each finding be explained" if report.result.findings else kept
