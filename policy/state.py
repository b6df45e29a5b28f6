"""What a clause must remember of each subject where a policy runs one event at a time."""

from typing import assert_never

from plainterms.policy.meaning import (
    Bound,
    CalendarWindow,
    Clause,
    Count,
    Distinct,
    Follows,
    GroupSubject,
    Measure,
    ModeShare,
    PartShare,
    PeriodicDuty,
    Permission,
    Prohibition,
    SlidingWindow,
    Statement,
    Sum,
    TriggeredDuty,
    Window,
)
from plainterms.policy.rewrite import nodes
from plainterms.policy.schema import MILLION


def state_of(clause: Clause) -> str:
    """In words, the state that an inline evaluator keeps for each subject of a clause."""
    match clause.statement:
        case Prohibition(measures, any_event):
            parts = [] if any_event else [_measured(measure, measure.window) for measure in measures]
        case TriggeredDuty():
            parts = [_triggered(clause.statement)]
        case PeriodicDuty(measure, period):
            parts = [_measured(measure, period)]
        case Permission():
            parts = []
        case _:
            assert_never(clause.statement)
    follows = [node for node in nodes(clause.statement) if isinstance(node, Follows)]
    if follows:
        linked = any(node.same or node.different for node in follows)
        parts.append("the latest first event of its sequences" + (_FOR_EACH_VALUE if linked else ""))
    if isinstance(clause.subject, GroupSubject) and not isinstance(clause.statement, Permission):
        parts.append("each value that links it for ever")
    return ", and ".join(dict.fromkeys(parts)) or "nothing"


def is_endless(statement: Statement) -> bool:
    """Whether what must be kept for a subject of the clause has no end."""
    match statement:
        case Prohibition(measures, any_event):
            return not any_event and any(measure.window is None for measure in measures)
        case PeriodicDuty(period=period):
            return period is None
        case TriggeredDuty() | Permission():
            return False
        case _:
            assert_never(statement)


_FOR_EACH_VALUE = " for each value compared"


def _triggered(duty: TriggeredDuty) -> str:
    linked = _FOR_EACH_VALUE if duty.same or duty.different else ""
    if duty.direction == "before":
        return _sliding(duty.measure) + linked
    return f"each open trigger with its time and {_running(duty.measure)}"


def _measured(measure: Measure, window: Window | None) -> str:
    match window:
        case SlidingWindow():
            return _sliding(measure)
        case CalendarWindow(unit):
            return f"{_running(measure)} until the {unit} ends"
        case None:
            return f"{_running(measure)} for ever"
        case _:
            assert_never(window)


def _sliding(measure: Measure) -> str:
    match measure.quantity:
        case Count():
            return _last_times(measure.bound)
        case Distinct():
            return "one time for each value in the window"
        case Sum() | ModeShare():
            return "time and value of each event in the window"
        case PartShare():
            return "the time of each event in the window"
        case _:
            assert_never(measure.quantity)


def _last_times(bound: Bound) -> str:
    """The times of so many events as decide whether a count is reached."""
    if bound.field is not None:
        return "the times of as many of the last events as the register allows"
    more = bound.relation in (">", "<=")
    count = -(-bound.amount // MILLION) + more
    return f"the times of the last {count:_} events" if count > 1 else "the time of the last event"


def _running(measure: Measure) -> str:
    match measure.quantity:
        case Count() | Sum():
            return "one number"
        case Distinct():
            return "each value once"
        case PartShare():
            return "two numbers"
        case ModeShare():
            return "a number for each value"
        case _:
            assert_never(measure.quantity)
