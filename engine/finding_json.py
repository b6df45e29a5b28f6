"""Findings as JSON, under the published keys: fixed order, exact numbers, the same bytes everywhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from plainterms.engine.event_ids import joined
from plainterms.engine.findings import (
    SHOWN,
    Amount,
    Finding,
    Interval,
    Limit,
    Reading,
    Share,
    basis_of,
    decimal_text,
    instant,
    measures_of,
    rfc3339,
)
from plainterms.engine.uncollected import uncollected
from plainterms.policy.schema import MILLION

FINDINGS, EVENTS = 1_000, 500_000
"""Findings, and events of theirs, whose ids are fetched together."""

FIRST_PLAIN, QUOTE, BACKSLASH = b' "\\'

TEXT = pa.large_string()

Fixed = Mapping[str, object]
"""What is the same for all findings of a version of a clause, by its key."""


@dataclass(frozen=True)
class _Shared:
    """What several findings written together have in common, worked out once; limits by their identity."""

    fixed: dict[tuple[int, str, tuple[str, ...]], Fixed] = field(default_factory=dict)
    limits: dict[int, dict[str, object]] = field(default_factory=dict)

    def fixed_of(self, finding: Finding) -> Fixed:
        """What is the same for all findings of its version, with the same presumptions, as JSON."""
        key = id(finding.clause), finding.version.version, finding.presumed
        if key not in self.fixed:
            self.fixed[key] = {name: orjson.Fragment(orjson.dumps(one)) for name, one in _fixed(finding).items()}
        return self.fixed[key]

    def limits_of(self, reading: Reading) -> list[dict[str, object]]:
        """Its limits."""
        return [self.limits.get(id(limit)) or self._limit(limit) for limit in reading.limits]

    def _limit(self, limit: Limit) -> dict[str, object]:
        return self.limits.setdefault(id(limit), {"low": exact(limit.low), "high": exact(limit.high)})


def write_findings(findings: Sequence[Finding], folder: Path) -> None:
    """Write `findings.jsonl` and, beside it, `event-ids.jsonl` with the ids of all events behind each finding.

    Raises OSError where either cannot be written; if it is the first, the other is cut off at once.
    """
    with uncollected(), ThreadPoolExecutor(1) as pool, (folder / "event-ids.jsonl").open("wb") as ids:
        written = pool.submit(ids.writelines, event_id_lines(findings))
        with (folder / "findings.jsonl").open("wb") as file:
            file.writelines(finding_lines(findings))
        written.result()


def finding_lines(findings: Iterable[Finding]) -> Iterator[bytes]:
    """Each finding as one line of JSON, its end included; keys in a fixed order, numbers exact."""
    for some in _some(findings):
        with uncollected():
            lines = list(_lines(some))
        yield from lines


def _lines(findings: Sequence[Finding]) -> Iterator[bytes]:
    shared = _Shared()
    firsts, lasts = (_listed(lists).cast(pa.large_binary()).to_pylist() for lists in _shown(findings))
    for finding, first, last in zip(findings, firsts, lasts, strict=True):
        shown = _shaped(finding, orjson.Fragment(first), orjson.Fragment(last), shared.fixed_of(finding), shared)
        yield orjson.dumps(shown, option=orjson.OPT_APPEND_NEWLINE)


def event_id_lines(findings: Iterable[Finding]) -> Iterator[pa.Buffer]:
    """The ids of all events behind each finding as one line of JSON, many lines at a time."""
    for some in _some(findings):
        begun = [f'{{"finding":"{one.id}","event_count":{len(one.events)},"events":' for one in some]
        _, ends, lines = _row(begun, _listed([one.events for one in some]), "}\n").buffers()
        yield lines.slice(0, np.frombuffer(ends, np.int64)[len(some)])


def as_dict(finding: Finding) -> dict[str, object]:
    """A finding under the published keys; instants are RFC 3339 in UTC."""
    (first,), (last,) = _shown([finding])
    return _shaped(finding, list(first), list(last), _fixed(finding), _Shared())


def _some(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    some: list[Finding] = []
    events = 0
    for finding in findings:
        events += len(finding.events)
        if some and (len(some) == FINDINGS or events > EVENTS):
            yield some
            some, events = [], len(finding.events)
        some.append(finding)
    if some:
        yield some


def _shown(findings: Sequence[Finding]) -> tuple[list[Sequence[str]], list[Sequence[str]]]:
    """The first and the last ids of each finding's events."""
    lists = [finding.events for finding in findings]
    firsts = [own if len(own) <= SHOWN else own[:SHOWN] for own in lists]
    return firsts, [own[max(SHOWN, len(own) - SHOWN) :] for own in lists]


def _listed(lists: Sequence[Sequence[str]]) -> pa.Array:
    """Each list as JSON, in large strings."""
    texts = joined(lists)
    if _escaped(texts):
        texts = pa.array([orjson.dumps(text).decode()[1:-1] for text in texts.to_pylist()], pa.large_string())
    ends = pa.array(np.cumsum([0, *map(len, lists)]), pa.int32())
    one = pc.binary_join(pa.ListArray.from_arrays(ends, texts), pa.scalar('","', TEXT))
    mark = ['"' if len(own) else "" for own in lists]
    return _row("[", mark, one, mark, "]")


def _row(*columns: str | list[str] | pa.Array) -> pa.Array:
    """Texts side by side, row by row; a single one stands in all rows."""
    made = [pa.scalar(one, TEXT) if isinstance(one, str) else pa.array(one, TEXT) for one in columns]
    return pc.binary_join_element_wise(*made, pa.scalar("", TEXT))


def _escaped(texts: pa.Array) -> bool:
    """Whether some text has what JSON does not let stand as it is."""
    _, ends, data = texts.buffers()
    if len(texts) == 0 or data is None:
        return False
    first, last = np.frombuffer(ends, np.int64)[[texts.offset, texts.offset + len(texts)]].tolist()
    read = np.frombuffer(data, np.uint8)[first:last]
    return bool(((read < FIRST_PLAIN) | (read == QUOTE) | (read == BACKSLASH)).any())


def _fixed(finding: Finding) -> Fixed:
    citation = finding.version.citation
    return {
        "basis": basis_of(finding.clause, finding.presumed),
        "citation": {
            "document": citation.document,
            "version": citation.version,
            "section": citation.section,
            "words": citation.words,
            "source": citation.source,
        },
        "actions": [{"name": action.name, "argument": action.argument} for action in finding.version.actions],
    }


def _shaped(finding: Finding, first: object, last: object, fixed: Fixed, shared: _Shared) -> dict[str, object]:
    clause, version = finding.clause, finding.version
    subject: dict[str, object] = {"kind": finding.subject.kind, "name": finding.subject.name}
    if finding.subject.members:
        subject |= {
            "members": len(finding.subject.members),
            "first_members": list(finding.subject.members[:SHOWN]),
        }
    events: dict[str, object] = {"first": first, "last": last}
    if finding.preceded_by:
        events["preceded_by"] = dict(sorted(finding.preceded_by.items()))
    limits = shared.limits_of(finding.opening)
    opening = peak = _reading(finding.opening, limits)
    if finding.peak is not finding.opening:
        peak = _reading(finding.peak, shared.limits_of(finding.peak))
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
        "opening": opening,
        "peak": peak,
        "bound": [
            {"measure": measure.words, "relation": measure.bound.relation, **limit}
            for measure, limit in zip(measures_of(clause), limits, strict=True)
        ],
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
        "basis": fixed["basis"],
        "missing": [{"field": name, "events": count} for name, count in finding.missing],
        "citation": fixed["citation"],
        "severity": version.severity,
        "actions": fixed["actions"],
    }
    if finding.chances:
        shown["matching"] = [asdict(one) for one in finding.chances]
    if finding.cure is not None:
        shown["cure"] = {
            "state": finding.cure.state,
            "notice": finding.cure.notice or None,
            "notice_time": instant(finding.cure.notice_time),
            "deadline": instant(finding.cure.deadline),
        }
    return shown


def _reading(reading: Reading, limits: list[dict[str, object]]) -> dict[str, object]:
    return {
        "time": rfc3339(reading.time),
        "event": reading.event,
        "values": [{"low": _amount(value.low), "high": _amount(value.high)} for value in reading.values],
        "limits": limits,
    }


def _amount(amount: Amount | None) -> object:
    match amount:
        case None:
            return None
        case Share():
            return {"part": amount.part, "whole": amount.whole}
        case int():
            return exact(amount)


def measured(value: Interval, limit: Limit) -> dict[str, object]:
    """A measured value and its limit, each at least and at most."""
    return {
        "low": _amount(value.low),
        "high": _amount(value.high),
        "limit": {"low": exact(limit.low), "high": exact(limit.high)},
    }


def exact(millionths: Fraction | int | None) -> object:
    """A number of millionths as a JSON number with all its digits; None stays None."""
    if millionths is None:
        return None
    numerator, denominator = millionths.as_integer_ratio()
    whole, rest = divmod(numerator, MILLION * denominator)
    if rest:
        return orjson.Fragment(decimal_text(Fraction(millionths) / MILLION).encode())
    return whole if abs(whole) < 2**53 else orjson.Fragment(str(whole).encode())
