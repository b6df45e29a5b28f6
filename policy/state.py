"""What a clause must remember of each subject where a policy runs one event at a time."""

from typing import assert_never

from plainterms.policy.meaning import (
    CalendarWindow,
    Clause,
    Count,
    Follows,
    GroupSubject,
    Measure,
    PartShare,
    PeriodicDuty,
    Permission,
    Prohibition,
    SlidingWindow,
    Statement,
    TriggeredDuty,
    Window,
)
from plainterms.policy.rewrite import nodes


def state_of(clause: Clause) -> str:
    """In words, what an inline evaluator keeps for each subject of a clause: all that its evidence needs."""
    match clause.statement:
        case Prohibition(measures, any_event):
            day = CalendarWindow("day", clause.timezone)
            parts = [_measured(measure, day if any_event else measure.window) for measure in measures]
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
        parts.append(f"{'each first event' if linked else 'the latest first event'} of its sequences")
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


def _triggered(duty: TriggeredDuty) -> str:
    if duty.direction == "before":
        return f"{_each(duty.measure)} in the time before a trigger"
    return f"each open trigger, and {_each(duty.measure)} that answers it"


def _measured(measure: Measure, window: Window | None) -> str:
    match window:
        case SlidingWindow():
            return f"{_each(measure)} in the window"
        case CalendarWindow(unit):
            return f"{_each(measure)} until the {unit} ends"
        case None:
            return f"{_each(measure)} for ever"
        case _:
            assert_never(window)


def _each(measure: Measure) -> str:
    return "each event" if isinstance(measure.quantity, Count | PartShare) else "each event with its value"
