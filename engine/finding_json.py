"""A finding as JSON, under the published keys: fixed order, exact numbers, the same bytes everywhere."""

from fractions import Fraction

import orjson

from plainterms.engine.findings import (
    SHOWN,
    Amount,
    Finding,
    Reading,
    Share,
    basis_of,
    decimal_text,
    measures_of,
    rfc3339,
)
from plainterms.policy.schema import MILLION


def to_json(finding: Finding) -> bytes:
    """The finding as one line of JSON, keys in a fixed order, numbers exact."""
    return orjson.dumps(as_dict(finding))


def as_dict(finding: Finding) -> dict[str, object]:
    """The finding under the published keys; instants are RFC 3339 in UTC."""
    clause, version = finding.clause, finding.version
    first, last = finding.events[:SHOWN], finding.events[max(SHOWN, len(finding.events) - SHOWN) :]
    subject: dict[str, object] = {"kind": finding.subject.kind, "name": finding.subject.name}
    if finding.subject.members:
        subject |= {
            "members": len(finding.subject.members),
            "first_members": list(finding.subject.members[:SHOWN]),
        }
    events: dict[str, object] = {"first": list(first), "last": list(last)}
    if finding.preceded_by:
        events["preceded_by"] = dict(sorted(finding.preceded_by.items()))
    shown: dict[str, object] = {
        "id": finding.id,
        "terms": clause.terms,
        "version": version.version,
        "clause": clause.name,
        "title": version.title,
        "verdict": finding.verdict,
        "subject": subject,
        "first_time": rfc3339(finding.first_time),
        "last_time": rfc3339(finding.last_time),
        "opening": _reading(finding.opening),
        "peak": _reading(finding.peak),
        "bound": _bounds(finding),
        "event_count": len(finding.events),
        "events_digest": finding.events_digest,
        "events": events,
        "exceptions": [
            {
                "name": tally.name,
                "words": tally.words,
                "result": tally.result,
                "applied": tally.applied,
                "not_applied": tally.not_applied,
                "unknown": tally.unknown,
            }
            for tally in finding.exceptions
        ],
        "basis": basis_of(clause, finding.presumed),
        "missing": [{"field": name, "events": count} for name, count in finding.missing],
        "citation": {
            "document": version.citation.document,
            "version": version.citation.version,
            "section": version.citation.section,
            "words": version.citation.words,
            "source": version.citation.source,
        },
        "severity": version.severity,
        "actions": [{"name": action.name, "argument": action.argument} for action in version.actions],
    }
    if finding.cure is not None:
        shown["cure"] = {
            "state": finding.cure.state,
            "notice": finding.cure.notice or None,
            "notice_time": _instant(finding.cure.notice_time),
            "deadline": _instant(finding.cure.deadline),
        }
    return shown


def _instant(time: int | None) -> str | None:
    return None if time is None else rfc3339(time)


def _reading(reading: Reading) -> dict[str, object]:
    return {
        "time": rfc3339(reading.time),
        "event": reading.event,
        "values": [{"low": _amount(value.low), "high": _amount(value.high)} for value in reading.values],
        "limits": [{"low": exact(limit.low), "high": exact(limit.high)} for limit in reading.limits],
    }


def _bounds(finding: Finding) -> list[dict[str, object]]:
    measures = measures_of(finding.clause)
    return [
        {
            "measure": measure.words,
            "relation": measure.bound.relation,
            "low": exact(limit.low),
            "high": exact(limit.high),
        }
        for measure, limit in zip(measures, finding.opening.limits, strict=True)
    ]


def _amount(amount: Amount | None) -> object:
    match amount:
        case None:
            return None
        case Share():
            return {"part": amount.part, "whole": amount.whole}
        case int():
            return exact(Fraction(amount))


def exact(millionths: Fraction | None) -> object:
    """A number of millionths as a JSON number with all its digits; None stays None."""
    if millionths is None:
        return None
    value = millionths / MILLION
    if value.denominator == 1:
        whole = value.numerator
        return whole if abs(whole) < 2**53 else orjson.Fragment(str(whole).encode())
    return orjson.Fragment(decimal_text(value).encode())
