"""Why a finding was made: each measure, condition and exception with its values, by the reference's own functions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from plainterms.engine.conditions import Truth
from plainterms.engine.events import Event, Period
from plainterms.engine.findings import Finding, Interval, Limit, Reading, subject_name
from plainterms.engine.plan import PlannedClause
from plainterms.engine.reference.duties import Occasion, answers_to, occasions
from plainterms.engine.reference.evaluate import opening
from plainterms.engine.reference.evidence import candidate, counted
from plainterms.engine.reference.log import Case
from plainterms.engine.reference.prohibitions import in_window
from plainterms.engine.reference.quantities import Counted, holds, limit_of, measured
from plainterms.engine.reference.windows import inside
from plainterms.engine.registers import RegisterTable
from plainterms.engine.report.asked import Asked, asked, asked_related, asked_value
from plainterms.policy.errors import PlainTermsError
from plainterms.policy.meaning import (
    TRUE,
    Condition,
    Distinct,
    GroupSubject,
    Measure,
    ModeShare,
    PartShare,
    PeriodicDuty,
    Prohibition,
    Sum,
    TriggeredDuty,
)

SHOWN = 3
"""Events that are explained for each measure."""


class ExplainError(PlainTermsError):
    """A finding that cannot be explained from what was given."""


@dataclass(frozen=True)
class Witness:
    """An event behind a measure: whether it counts, and the conditions that decide it, each with its values.

    ``parts`` are the conditions of the measure, of the clause's conduct, and of each exception (an event counts
    where these do not hold), as pairs of a name and a condition.
    """

    event: Event
    counts: Truth
    parts: tuple[tuple[str, Asked], ...]


@dataclass(frozen=True)
class Weighed:
    """A measure at an anchor: its value, the limit, whether the bound holds, and the events behind it.

    ``certain``, ``possible`` and ``excepted`` are how many events of the window count, perhaps count, and would
    count but for an exception. ``witnesses`` are some of them, in the total order.
    """

    measure: Measure
    value: Interval
    limit: Limit
    holds: Truth
    certain: int
    possible: int
    excepted: int
    witnesses: tuple[Witness, ...]

    @property
    def omitted(self) -> int:
        """How many events are not among the witnesses."""
        return self.certain + self.possible + self.excepted - len(self.witnesses)


@dataclass(frozen=True)
class Moment:
    """An anchor of the finding (``opening``, ``peak``), or the ``occasion`` of a duty.

    ``agrees`` says that what was measured is what the finding says. It is not so when the log, the registers or the
    terms have changed, or when events are lacking. ``occasion`` is what made a duty fall due.
    """

    name: str
    event: Event
    measures: tuple[Weighed, ...]
    agrees: bool
    occasion: Witness | None = None


@dataclass(frozen=True)
class Explanation:
    """A finding, the condition under which its version governs, and what was measured at its moments."""

    finding: Finding
    governed: Asked
    moments: tuple[Moment, ...]


# ── What an explanation needs


def concerns(finding: Finding, event: Event, registers: Mapping[str, RegisterTable]) -> bool:
    """Whether `explain` needs the event: all of the finding's subject, of any kind and time; of a group, of a member.

    Where the clause asks for `breach of` another clause, it needs the anchors of that clause's findings as well.
    """
    subject = finding.clause.subject
    key = Case(subject, (), registers, Period()).key(event)
    if key is None:
        return False
    if isinstance(subject, GroupSubject):
        return str(key) in finding.subject.members
    return subject_name(subject, key) == finding.subject.name


def explain(
    finding: Finding,
    events: Iterable[Event],
    registers: Mapping[str, RegisterTable],
    period: Period,
    *,
    sources: Sequence[Finding] = (),
    shown: int = SHOWN,
) -> Explanation:
    """The finding taken apart.

    ``events`` are those that `concerns` names, each once, in any order. ``registers`` and ``period`` are those of
    the audit, the registers of acceptances included. ``sources`` are the findings of the clauses that the clause
    asks for with `breach of`. Raises ExplainError where an anchor of the finding is not among the events.
    """
    log = sorted(events, key=attrgetter("order"))
    opened = [opening(one, Case(one.clause.subject, log, registers, period)) for one in sources]
    log = sorted([*log, *opened], key=attrgetter("order"))
    case = Case(finding.clause.subject, log, registers, period)
    statement = finding.clause.statement
    if isinstance(statement, Prohibition):
        moments = tuple(_conduct(finding, statement, case, shown))
    else:
        moments = (_duty(finding, statement, case, shown),)
    return Explanation(finding, asked(finding.version.applies, moments[0].event, case), moments)


# ── Conduct


def _conduct(finding: Finding, statement: Prohibition, case: Case, shown: int) -> Iterator[Moment]:
    readings = {"opening": finding.opening}
    if finding.peak != finding.opening:
        readings["peak"] = finding.peak
    for name, reading in readings.items():
        anchor = _event(reading.event, case)
        weighed = tuple(_weighed(finding, measure, anchor, case, shown) for measure in statement.measures)
        yield Moment(name, anchor, weighed, _agree(weighed, reading))


def _weighed(finding: Finding, measure: Measure, anchor: Event, case: Case, shown: int) -> Weighed:
    clause = finding.clause
    window = inside(measure.window, anchor, case)
    candidates = [event for event in window if candidate(clause, measure.events, event, case) is not False]
    within = in_window(clause, measure, anchor, case)
    excepted = len(candidates) - len(within.certain) - len(within.possible)
    chosen = _chosen(candidates, anchor, finding, measure, case)[:shown]
    witnesses = tuple(
        _witness(clause, measure.events, event, case, measure) for event in sorted(chosen, key=attrgetter("order"))
    )
    return _measured(measure, within, anchor, case, empty_holds=False, excepted=excepted, witnesses=witnesses)


def _chosen(
    candidates: Sequence[Event], anchor: Event, finding: Finding, measure: Measure, case: Case
) -> list[Event]:
    """The anchor first, then what the verdict rests on (of a breach the certain, else the unknown), latest first."""
    wanted = True if finding.verdict == "breach" else None

    def order(event: Event) -> tuple[bool, bool, bool]:
        truth = counted(finding.clause, measure.events, event, case)
        return (event.id != anchor.id, truth is not wanted, truth is False)

    latest_first = candidates[::-1]
    return sorted(latest_first, key=order)


def _measured(
    measure: Measure,
    within: Counted,
    anchor: Event,
    case: Case,
    *,
    empty_holds: bool,
    excepted: int,
    witnesses: tuple[Witness, ...],
) -> Weighed:
    value, may_be_empty = measured(measure.quantity, within, case)
    limit = limit_of(measure.bound, anchor, case)
    held = holds(measure.bound, value, limit, may_be_empty, empty_holds=empty_holds)
    return Weighed(measure, value, limit, held, len(within.certain), len(within.possible), excepted, witnesses)


def _witness(
    clause: PlannedClause, events: Condition, event: Event, case: Case, measure: Measure | None = None
) -> Witness:
    parts = [("events", asked(events, event, case))]
    if measure is not None:
        parts += _amount(measure, event, case)
    if clause.incorporated != TRUE:
        parts.append(("incorporated where", asked(clause.incorporated, event, case)))
    parts += [(f"except {one.name}", asked(one.condition, event, case)) for one in clause.exceptions]
    return Witness(event, counted(clause, events, event, case), tuple(parts))


def _amount(measure: Measure, event: Event, case: Case) -> list[tuple[str, Asked]]:
    """What the event adds to the quantity."""
    match measure.quantity:
        case Distinct() | ModeShare() | Sum():
            return [("adds", asked_value(measure.quantity.field, event, case))]
        case PartShare():
            return [("part", asked(measure.quantity.part, event, case))]
        case _:
            return []


# ── Duties


def _duty(finding: Finding, statement: TriggeredDuty | PeriodicDuty, case: Case, shown: int) -> Moment:
    occasion = _occasion(finding, statement, case)
    answers = answers_to(statement, occasion, case)
    some = sorted([*answers.certain, *answers.possible], key=attrgetter("order"))[:shown]
    witnesses = tuple(_answer(statement, event, occasion, answers, case) for event in some)
    weighed = _measured(
        statement.measure, answers, occasion.trigger, case, empty_holds=True, excepted=0, witnesses=witnesses
    )
    triggering = statement.trigger if isinstance(statement, TriggeredDuty) else TRUE
    fell_due = _witness(finding.clause, triggering, occasion.trigger, case)
    agrees = _agree((weighed,), finding.opening)
    return Moment("occasion", occasion.trigger, (weighed,), agrees, fell_due)


def _occasion(finding: Finding, statement: TriggeredDuty | PeriodicDuty, case: Case) -> Occasion:
    for occasion in occasions(finding.clause, statement, case):
        name = subject_name(finding.clause.subject, occasion.key)
        if occasion.trigger.id == finding.opening.event and name == finding.subject.name:
            return occasion
    raise _absent(finding.opening.event)


def _answer(
    statement: TriggeredDuty | PeriodicDuty, event: Event, occasion: Occasion, answers: Counted, case: Case
) -> Witness:
    parts = [("events", asked(statement.measure.events, event, case))]
    if isinstance(statement, TriggeredDuty):
        trigger = occasion.trigger
        parts += [("same", asked_related(one, trigger, event, case, same=True)) for one in statement.same]
        parts += [("different", asked_related(one, trigger, event, case, same=False)) for one in statement.different]
    parts += _amount(statement.measure, event, case)
    return Witness(event, True if event in answers.certain else None, tuple(parts))


# ── Whether it is the same finding


def _event(name: str, case: Case) -> Event:
    for event in case.events:
        if event.id == name:
            return event
    raise _absent(name)


def _absent(name: str) -> ExplainError:
    return ExplainError(
        f"the event `{name}` at which the finding was measured is not in the log; give the logs of the audit"
    )


def _agree(weighed: Sequence[Weighed], reading: Reading) -> bool:
    return tuple((one.value, one.limit) for one in weighed) == tuple(zip(reading.values, reading.limits, strict=True))
