"""A finding in words, ready to be laid out: the same sentences on a terminal and on a page."""

from collections.abc import Iterator
from dataclasses import dataclass

from plainterms.engine.findings import (
    Cure,
    ExceptionTally,
    Finding,
    Named,
    basis_of,
    measures_of,
)
from plainterms.engine.plan import PlannedClause
from plainterms.engine.report import times
from plainterms.engine.report.phrases import phrase
from plainterms.engine.report.shares import limit_of
from plainterms.engine.report.visible import clipped, visible
from plainterms.engine.report.words import bound, counted, interval, listed, measured
from plainterms.policy.meaning import ActionOnBreach, PartShare, Prohibition
from plainterms.policy.names import plural
from plainterms.policy.schema import Schema

_LONGEST = 600


@dataclass(frozen=True)
class Measured:
    """A measure of a finding in words: at its peak, its value alone at the opening, and the bound."""

    peak: str
    opening: str
    bound: str
    grew: bool


def measures(finding: Finding, schema: Schema) -> tuple[Measured, ...]:
    """Each measure of the clause as it stood at the opening and at the peak, beside its bound there."""
    opening, peak = finding.opening, finding.peak
    return tuple(
        Measured(
            measured(measure, peak.values[index], schema),
            interval(opening.values[index], limit_of(measure)),
            bound(finding.clause, measure, peak.limits[index]),
            grew=opening.values[index] != peak.values[index],
        )
        for index, measure in enumerate(measures_of(finding.clause))
    )


def tested(finding: Finding) -> Iterator[str]:
    """What each measure counts, with definitions and lists written out; a share's part is named after its whole."""
    found = []
    for measure in measures_of(finding.clause):
        part = f"; the part where {phrase(measure.quantity.part)}" if isinstance(measure.quantity, PartShare) else ""
        found.append(clipped(f"events where {phrase(measure.events)}{part}", _LONGEST))
    yield from dict.fromkeys(found)


def when(finding: Finding) -> tuple[str, str]:
    """Since when, and until when conduct went on or by when a duty was due; the second may be empty."""
    first, last = finding.first_time, finding.last_time
    if first == last:
        return times.instant(first), ""
    if isinstance(finding.clause.statement, Prohibition):
        return times.instant(first), times.span(first, last).partition(" to ")[2]
    return times.instant(first), times.instant(last)


def until(finding: Finding) -> str:
    """The word before the second of ``when``."""
    return "to" if isinstance(finding.clause.statement, Prohibition) else "due"


def subject(named: Named) -> str:
    """`account a-17`, `group of accounts around a-17 (5 linked)`, `the whole service`."""
    if named.kind == "service":
        return "the whole service"
    if named.kind.startswith("group of "):
        entity = visible(named.kind.removeprefix("group of "))
        return f"group of {plural(entity)} around {visible(named.name)} ({len(named.members):,} linked)"
    return f"{visible(named.kind)} {visible(named.name)}"


def reference(finding: Finding) -> str:
    """`§ 3.3(e)`, or another way of naming a section; nothing where the clause cites none."""
    section = visible(finding.version.citation.section)
    return f"§ {section}" if section[:1].isdigit() else section


def document(clause: PlannedClause) -> str:
    """The document of a clause and its versions that share it: `House Rules, versions 1 and 2`."""
    names = [visible(version.version) for version in clause.versions]
    return f"{visible(clause.terms)}, {'version' if len(names) == 1 else 'versions'} {listed(names)}"


def tally(one: ExceptionTally) -> str:
    """What became of an exception: `applied to 2 of 14 events, unknown of 3`."""
    considered = one.applied + one.not_applied + one.unknown
    if considered == one.not_applied:
        return f"did not apply ({counted(considered, 'event')} considered)"
    parts = []
    if one.applied:
        parts.append(f"applied to {one.applied:,} of {counted(considered, 'event')}")
    if one.unknown:
        of = "" if one.applied else f" of {counted(considered, 'event')}"
        parts.append(f"unknown for {one.unknown:,}{of}")
    return ", ".join(parts)


def missing(finding: Finding) -> Iterator[str]:
    """`country on 4 events`, for each field that would decide what is unknown."""
    for name, count in finding.missing:
        yield f"{visible(name)} on {counted(count, 'event')}"


def chances(finding: Finding) -> Iterator[str]:
    """What matches files say of the subject, and what chance allows."""
    for one in finding.chances:
        yield (
            f"{visible(one.condition)}: {one.matched:,} of {counted(one.examined, 'output')} examined; by chance"
            f" {one.expected} on average and at most {one.limit:,} (1 in {one.one_in:,} each, 99.9 % sure;"
            f" calibration {one.calibration[:16]})"
        )


def action(one: ActionOnBreach) -> str:
    """`notify “legal”`."""
    return f"{one.name} “{visible(one.argument)}”" if one.argument else one.name


def basis(finding: Finding) -> Iterator[tuple[str, str]]:
    """How what the clause rests on is known, and the fields known so; only those that occur."""
    ways = {
        "observed": "observed in the log",
        "inferred": "inferred from the likeness of texts",
        "declared": "declared in a register",
        "presumed": "presumed, because a register's default stood in",
        "ruled": "ruled on by a person",
    }
    for way, names in basis_of(finding.clause, finding.presumed).items():
        if names:
            yield ways[way], ", ".join(visible(name) for name in names)


def cure(one: Cure) -> str:
    """How the time to cure runs, as a sentence."""
    if one.notice_time is None or one.deadline is None:
        return "The log holds no notice of it; the time to cure runs from notice."
    notice = f"Notice was given on {times.dated(one.notice_time)} (event {visible(one.notice)})"
    ends = {
        "running": f"; the time to cure runs until {times.dated(one.deadline)}.",
        "lapsed": f"; the time to cure ended on {times.dated(one.deadline)} without cure.",
        "cured": f"; it was cured by {times.dated(one.deadline)}, the end of the time to cure.",
    }
    return notice + ends[one.state]


CURES = {"running": "until", "lapsed": "on", "cured": "by"}
"""The word between the state of a cure and its deadline."""


def cure_in_short(one: Cure) -> str:
    """`running until 2026-04-11 09:00:00`."""
    if one.deadline is None:
        return one.state
    return f"{one.state} {CURES[one.state]} {times.instant(one.deadline)}"


def why(finding: Finding) -> str:
    """What the verdict means, as a sentence."""
    match finding.verdict:
        case "breach" if isinstance(finding.clause.statement, Prohibition):
            return "What the log and the registers hold with certainty is enough for it; nothing unknown was counted."
        case "breach":
            return "The time for the duty has passed, and all that may have fulfilled it is not enough."
        case "undetermined":
            return "It is neither a breach nor clear: it turns on values that the log and the registers do not hold."
        case "pending":
            return "The duty was not yet fulfilled at the end of the audit, and there was still time for it."
