"""The report as one page that stands alone: no scripts, nothing fetched, everything from outside escaped."""

from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from jinja2 import Template
from markupsafe import Markup, escape

from plainterms.engine.findings import Finding, decimal_text, field_name
from plainterms.engine.plan import leaves
from plainterms.engine.report import summary, times, views, words
from plainterms.engine.report.evidence import Evidence, evidence
from plainterms.engine.report.model import SEVERITIES, VERDICTS, Report, ranked
from plainterms.engine.report.pages import CLIP, environment
from plainterms.engine.report.timeline import WIDTH, Timeline, timeline
from plainterms.engine.report.visible import clipped, visible, visible_lines
from plainterms.policy.meaning import (
    AppearsIn,
    CalendarWindow,
    GroupSubject,
    MatchesAny,
    PeriodicDuty,
    Prohibition,
    ResemblesAny,
    RulingField,
    TriggeredDuty,
)

SHOWN = 500
"""Findings a page shows in full; the rest are in the files."""


@dataclass(frozen=True)
class Section:
    """A finding, laid out."""

    number: int
    finding: Finding
    subject: str
    measures: tuple[views.Measured, ...]
    drawing: Timeline
    evidence: Evidence


def render_html(report: Report, *, limit: int = SHOWN) -> str:
    """The page. At most ``limit`` findings are shown, the most severe first; the page says how many are not."""
    findings = ranked(report)
    return _template().render(
        report=report,
        sections=[_section(number, one, report) for number, one in enumerate(findings[:limit], 1)],
        hidden=max(0, len(findings) - limit),
        tallies=[(verdict, sum(one.verdict == verdict for one in findings)) for verdict in VERDICTS],
        clear=sum(clause.clear for clause in report.result.clauses),
        asks=_asks(report),
    )


def _section(number: int, finding: Finding, report: Report) -> Section:
    return Section(
        number,
        finding,
        clipped(views.subject(finding.subject), CLIP),
        views.measures(finding, report.plan.schema),
        timeline(finding, report.exhibits),
        evidence(finding, report.exhibits),
    )


def _asks(report: Report) -> frozenset[str]:
    """What the clauses make use of, so that the page explains this and no more."""
    names = {
        CalendarWindow: "calendar",
        GroupSubject: "groups",
        AppearsIn: "likeness",
        ResemblesAny: "likeness",
        MatchesAny: "patterns",
        RulingField: "rulings",
        Prohibition: "prohibitions",
        TriggeredDuty: "duties",
        PeriodicDuty: "duties",
    }
    return frozenset(names[type(node)] for node in leaves(report.plan.clauses) if type(node) in names)


# ── The template


@cache
def _template() -> Template:
    made = environment("plainterms.engine.report", visible)
    made.filters |= {"lines": _lines, "dated": times.dated, "instant": times.instant, "counted": words.counted}
    made.globals |= {
        "views": views,
        "times": times,
        "summary": summary,
        "field_name": field_name,
        "decimal_text": decimal_text,
        "is_link": is_link,
        "SEVERITIES": SEVERITIES,
        "WIDTH": WIDTH,
    }
    return made.get_template("report.html.jinja")


def _lines(text: str) -> Markup:
    """Running text with its line breaks."""
    return escape(visible_lines(text))


def is_link(address: str) -> bool:
    """Whether an address may be a link: of the web, and nothing that runs."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and visible(address) == address
