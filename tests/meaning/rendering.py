"""A result in the notation of the cases, a line for each finding and for each clause."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from plainterms.engine.findings import (
    ClauseSummary,
    Finding,
    Interval,
    Limit,
    Reading,
    Result,
    Share,
    decimal_text,
    measures_of,
)
from plainterms.engine.plan import Plan
from plainterms.policy.schema import MILLION

from .notation import instant_text


def rendered(result: Result, planned: Plan) -> list[str]:
    """The findings of each clause and its summary."""
    ids = {one.id: _opening(one) for one in result.findings}
    lines = []
    for clause, summary in zip(planned.clauses, result.clauses, strict=True):
        found = [one for one in result.findings if one.clause == clause]
        lines += [f"{clause.name}: {' | '.join(_finding(one, ids, planned))}" for one in found]
        lines.append(f"{clause.name}: {_summary(summary)}")
    return lines


def _opening(one: Finding) -> str:
    """A finding where it stands as an event of `breach of`."""
    return f"<{one.clause.name} {one.subject.name} {instant_text(one.opening.time)}>"


def _finding(one: Finding, ids: dict[str, str], planned: Plan) -> Iterator[str]:
    times = dict.fromkeys([instant_text(one.first_time), instant_text(one.last_time)])
    yield f"{one.verdict} {one.subject.name} {'..'.join(times)}"
    peak = "" if one.peak == one.opening else f" peak {_reading(one.peak, ids)}"
    yield _reading(one.opening, ids) + peak
    yield " ".join(ids.get(event, event) for event in one.events) or "-"
    if any(measure.bound.field is not None for measure in measures_of(one.clause)):
        yield "limit " + " & ".join(_limit(limit) for limit in one.opening.limits)
    if Counter(policy.title for policy in planned.policies)[one.clause.terms] > 1:
        yield f"version {one.version.version}"
    if one.subject.members:
        yield f"members {' '.join(one.subject.members)}"
    if one.exceptions:
        tallies = [f"{tally.name} {tally.applied}/{tally.not_applied}/{tally.unknown}" for tally in one.exceptions]
        yield f"except {' '.join(tallies)}"
    if one.missing:
        yield "missing " + " ".join(f"{name} {count}" for name, count in one.missing)
    if one.presumed:
        yield "presumed " + " ".join(one.presumed)
    if one.preceded_by:
        pairs = sorted(one.preceded_by.items())
        yield "preceded " + " ".join(f"{ids.get(later, later)} by {ids.get(first, first)}" for later, first in pairs)
    if one.cure is not None:
        deadline = "" if one.cure.deadline is None else f" {one.cure.notice} {instant_text(one.cure.deadline)}"
        yield f"cure {one.cure.state}{deadline}"


def _reading(reading: Reading, ids: dict[str, str]) -> str:
    return " & ".join(_interval(value) for value in reading.values) + "@" + ids.get(reading.event, reading.event)


def _interval(value: Interval) -> str:
    ends = [
        "-inf" if value.low is None else _amount(value.low),
        "inf" if value.high is None else _amount(value.high),
    ]
    return "..".join(dict.fromkeys(ends))


def _amount(amount: int | Share) -> str:
    return f"{amount.part}/{amount.whole}" if isinstance(amount, Share) else decimal_text(Fraction(amount, MILLION))


def _limit(limit: Limit) -> str:
    ends = [
        "-inf" if limit.low is None else decimal_text(limit.low / MILLION),
        "inf" if limit.high is None else decimal_text(limit.high / MILLION),
    ]
    return "..".join(dict.fromkeys(ends))


def _summary(summary: ClauseSummary) -> str:
    counts = {
        "examined": summary.examined,
        "breach": summary.breach,
        "undetermined": summary.undetermined,
        "pending": summary.pending,
        "clear": summary.clear,
        "unattributed": summary.unattributed,
        "untemplated": summary.untemplated,
    }
    always = ("examined", "clear")
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count or name in always)
