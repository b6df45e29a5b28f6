"""What stands behind a finding: the events counted, the exceptions considered, what was missing or presumed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from plainterms.engine.conditions import (
    Truth,
    both,
    either,
    is_presumed,
    opposite,
    truth_of,
    unknown_fields,
    value_of,
)
from plainterms.engine.events import Event
from plainterms.engine.findings import ExceptionTally, Named, field_name, picking, subject_kind, subject_name
from plainterms.engine.plan import PlannedClause, leaves
from plainterms.engine.reference.log import Case, Key
from plainterms.policy.meaning import (
    And,
    Condition,
    Distinct,
    Field,
    Follows,
    GroupSubject,
    Measure,
    ModeShare,
    Or,
    PartShare,
    RegisterField,
    Sum,
)


@dataclass
class Evidence:
    """What was gathered over the windows of an episode: per event id, so nothing counts twice.

    ``events`` are shown, exceptions are tested on those ``considered``, and ``answers`` (perhaps) fulfil a duty.
    """

    events: dict[str, Event] = field(default_factory=dict)
    considered: dict[str, Event] = field(default_factory=dict)
    answers: dict[str, Event] = field(default_factory=dict)
    missing: dict[str, set[str]] = field(default_factory=dict)

    def lacks(self, names: Iterable[str], event: str) -> None:
        """Note that fields were missing on an event."""
        for name in names:
            self.missing.setdefault(name, set()).add(event)

    def gather(
        self, clause: PlannedClause, measure: Measure, window: Sequence[Event], verdict: str, case: Case
    ) -> None:
        """Add a measure's window."""
        for event in window:
            if candidate(clause, measure.events, event, case) is False:
                continue
            self.considered[event.id] = event
            truth = counted(clause, measure.events, event, case)
            if truth is None:
                self.lacks(unknown_fields(clause.counted(measure.events), event, case.world), event.id)
            if truth is not False:
                self.lacks(unmeasured(measure, event, case), event.id)
            if truth is True or (truth is None and verdict == "undetermined"):
                self.events[event.id] = event

    def ids(self) -> tuple[str, ...]:
        """All events in the total order."""
        return tuple(event.id for event in sorted(self.events.values(), key=lambda event: event.order))

    def missing_counts(self) -> tuple[tuple[str, int], ...]:
        """How many events lacked each field, by the field's name."""
        return tuple((name, len(events)) for name, events in sorted(self.missing.items()))


def candidate(clause: PlannedClause, events: Condition, event: Event, case: Case) -> Truth:
    """Whether the clause would count the event if it had no exceptions."""
    return both([truth_of(events, event, case.world), truth_of(clause.conduct, event, case.world)])


def counted(clause: PlannedClause, events: Condition, event: Event, case: Case) -> Truth:
    """Whether the clause counts the event."""
    excepted = either(truth_of(exception.condition, event, case.world) for exception in clause.exceptions)
    return both([candidate(clause, events, event, case), opposite(excepted)])


def unmeasured(measure: Measure, event: Event, case: Case) -> list[str]:
    """The fields a quantity lacks on an event it counts."""
    match measure.quantity:
        case Distinct() | Sum() | ModeShare():
            of = measure.quantity.field
            return [field_name(of)] if value_of(of, event, case.registers) is None else []
        case PartShare():
            return list(unknown_fields(measure.quantity.part, event, case.world))
        case _:
            return []


def limit_missing(of: Field | None, anchor: Event, case: Case) -> list[str]:
    """The field a limit is taken from, where the anchor has none."""
    return [field_name(of)] if of is not None and value_of(of, anchor, case.registers) is None else []


def tallies(clause: PlannedClause, considered: Iterable[Event], case: Case) -> tuple[ExceptionTally, ...]:
    """How each exception fared on the events considered."""
    events = list(considered)
    found = []
    for exception in clause.exceptions:
        truths = Counter(truth_of(exception.condition, event, case.world) for event in events)
        found.append(ExceptionTally(exception.name, exception.words, truths[True], truths[False], truths[None]))
    return tuple(found)


def presumed(clause: PlannedClause, considered: Iterable[Event], case: Case) -> tuple[str, ...]:
    """The register fields whose default stood in on an event considered."""
    events = list(considered)
    fields = {node for node in leaves(clause.parts) if isinstance(node, RegisterField)}
    return tuple(
        sorted(
            {field_name(one) for one in fields if any(is_presumed(one, event, case.registers) for event in events)}
        )
    )


def preceded_by(clause: PlannedClause, shown: Iterable[Event], case: Case) -> Mapping[str, str]:
    """For each event that (perhaps) ends a sequence, the latest event that (perhaps) began it."""
    found = {}
    for event in shown:
        begun = [
            earlier
            for condition in picking(clause)
            for leaf in _ended(condition, event, case)
            for earlier in case.candidates(leaf, event)
            if case.began(leaf, earlier, event) is not False
        ]
        if begun:
            found[event.id] = max(begun, key=lambda earlier: earlier.order).id
    return found


def _ended(condition: Condition, event: Event, case: Case) -> Iterator[Follows]:
    """The sequences that the event (perhaps) ends: what stands beside them in the condition does not fail."""
    if truth_of(condition, event, case.world) is False:
        return
    match condition:
        case Follows():
            yield condition
        case And() | Or():
            for operand in condition.operands:
                yield from _ended(operand, event, case)
        case _:
            pass


def named(clause: PlannedClause, key: Key | None, last: Event, case: Case) -> Named:
    """The subject, by the first anchor's key; a group's members as of the last anchor."""
    members: tuple[str, ...] = ()
    if isinstance(clause.subject, GroupSubject):
        members = tuple(sorted(str(member) for member in case.members(last)))
    return Named(subject_kind(clause.subject), subject_name(clause.subject, key), members)
