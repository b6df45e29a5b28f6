"""Takes off what chance alone may have matched: a breach that rests on samples stands only if it holds without that.

For each finding the outputs of its subject that a matches file speaks of are counted, over all that was read. As many
false matches as chance makes of them at the rate allowed, up to its 99.9 % limit, are taken off what was measured.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from plainterms.engine.appearances import Appearances
from plainterms.engine.conditions import appearance, rate, value_of
from plainterms.engine.events import Event
from plainterms.engine.findings import (
    Chance,
    ClauseSummary,
    Finding,
    Interval,
    Result,
    Share,
    similarity_name,
    subject_name,
)
from plainterms.engine.matching.binomial import most_by_chance
from plainterms.engine.plan import PlannedClause, leaves
from plainterms.engine.reference.quantities import holds
from plainterms.engine.registers import RegisterTable
from plainterms.policy.meaning import (
    AppearsIn,
    BreachIn,
    Count,
    Distinct,
    EachSubject,
    GroupSubject,
    Measure,
    ModeShare,
    PartShare,
    Prohibition,
    Sum,
)
from plainterms.policy.schema import MILLION

SURE = 0.999
Counts = Mapping[tuple[int, str, AppearsIn], tuple[int, int]]
"""By clause (its place in the plan), name of an entity and condition: outputs examined, and matches."""


def asks(clause: PlannedClause) -> list[AppearsIn]:
    """The conditions on samples in a clause, each once."""
    return list(dict.fromkeys(node for node in leaves(clause) if isinstance(node, AppearsIn)))


def without_chance(
    result: Result,
    clauses: tuple[PlannedClause, ...],
    events: Iterable[Event],
    registers: Mapping[str, RegisterTable],
    known: Appearances,
) -> Result:
    """The result with what chance allows told in each finding and taken off; ``events`` are those of the log."""
    asked = {place: asks(clause) for place, clause in enumerate(clauses) if asks(clause)}
    if not known.matches or not asked:
        return result
    counts = _counted(clauses, asked, events, registers)
    places = {clause.key: place for place, clause in enumerate(clauses)}
    weak: set[str] = set()
    findings: list[Finding] = []
    for finding in result.findings:
        told = _chances(finding, places[finding.clause.key], asked, counts, known)
        weighed = _weighed(replace(finding, chances=told), weak)
        if weighed.verdict != finding.verdict:
            weak.add(finding.clause.key)
        findings.append(weighed)
    findings.sort(key=lambda one: (places[one.clause.key], one.first_time, one.subject.name, one.verdict, one.id))
    return replace(result, findings=tuple(findings), clauses=_recounted(result, findings))


# ── Counting


def _counted(
    clauses: tuple[PlannedClause, ...],
    asked: Mapping[int, list[AppearsIn]],
    events: Iterable[Event],
    registers: Mapping[str, RegisterTable],
) -> Counts:
    found: dict[tuple[int, str, AppearsIn], list[int]] = defaultdict(lambda: [0, 0])
    for event in events:
        for place, conditions in asked.items():
            for leaf in conditions:
                told = event.get(appearance(leaf).name)
                if told is not None:
                    one = found[place, _whose(clauses[place], event, registers), leaf]
                    one[0] += 1
                    one[1] += told is True
    return {key: (examined, matched) for key, (examined, matched) in found.items()}


def _whose(clause: PlannedClause, event: Event, registers: Mapping[str, RegisterTable]) -> str:
    match clause.subject:
        case EachSubject():
            value = value_of(clause.subject.field, event, registers)
            return "" if value is None else subject_name(clause.subject, value)
        case GroupSubject():
            value = value_of(clause.subject.entity, event, registers)
            return "" if value is None else str(value)
        case _:
            return "service"


def _chances(
    finding: Finding, place: int, asked: Mapping[int, list[AppearsIn]], counts: Counts, known: Appearances
) -> tuple[Chance, ...]:
    names = finding.subject.members or (finding.subject.name,)
    told = []
    for leaf in asked.get(place, ()):
        matches = known.matches.get(leaf.samples)
        if matches is None:
            continue
        some = [counts.get((place, name, leaf), (0, 0)) for name in names]
        examined, matched = sum(one for one, _ in some), sum(two for _, two in some)
        told.append(
            Chance(
                *_key(leaf),
                matches=matches.digest,
                calibration=matches.calibration.digest,
                examined=examined,
                matched=matched,
                expected=f"{examined * rate(leaf):.6g}",
                limit=most_by_chance(examined, rate(leaf), SURE),
            )
        )
    return tuple(told)


# ── Taking off


def _weighed(finding: Finding, weak: set[str]) -> Finding:
    """The finding, undetermined where it does not hold without chance, or rests on a breach that does not."""
    if finding.verdict != "breach":
        return finding
    rests_on = sorted({node.clause for node in leaves(finding.clause) if isinstance(node, BreachIn)} & weak)
    if rests_on:
        lacking = [(f"breach of {key.rpartition(' § ')[2]}", 1) for key in rests_on]
    elif not _holds(finding):
        lacking = [(one.condition, one.limit) for one in finding.chances if one.limit]
    else:
        return finding
    missing = Counter(dict(finding.missing)) + Counter(dict(lacking))
    return replace(finding, verdict="undetermined", missing=tuple(sorted(missing.items())))


def _holds(finding: Finding) -> bool:
    statement = finding.clause.statement
    if not isinstance(statement, Prohibition):
        return True
    limits = {(one.condition, one.one_in): one.limit for one in finding.chances}
    peak = finding.peak
    for measure, value, limit in zip(statement.measures, peak.values, peak.limits, strict=True):
        conditions = {_key(node) for node in leaves(measure) if isinstance(node, AppearsIn)}
        by_chance = sum(limits.get(key, 0) for key in conditions)
        if by_chance and not holds(measure.bound, _lessened(measure, value, by_chance), limit, False, False):
            return False
    return True


def _key(leaf: AppearsIn) -> tuple[str, int]:
    return similarity_name(leaf), round(1 / rate(leaf))


def _lessened(measure: Measure, value: Interval, by_chance: int) -> Interval:
    """What is certain once so many events no longer are; of a total nothing, for any event may be the largest."""
    low = value.low
    match measure.quantity:
        case Count() | Distinct():
            assert isinstance(low, int)
            return Interval(max(0, low - by_chance * MILLION), value.high)
        case PartShare() | ModeShare():
            assert isinstance(low, Share)
            return Interval(Share(max(0, low.part - by_chance), low.whole), value.high)
        case Sum():
            return Interval(None, value.high)


def _recounted(result: Result, findings: list[Finding]) -> tuple[ClauseSummary, ...]:
    verdicts = Counter((one.clause.terms, one.clause.name, one.verdict) for one in findings)
    return tuple(
        replace(
            one,
            breach=verdicts[one.terms, one.clause, "breach"],
            undetermined=verdicts[one.terms, one.clause, "undetermined"],
        )
        for one in result.clauses
    )
