"""What a clause must remember of each subject where a policy runs one event at a time."""

from typing import assert_never

from plainterms.policy.meaning import (
    Bound,
    CalendarWindow,
    Clause,
    Count,
    Distinct,
    Follows,
    Measure,
    ModeShare,
    PartShare,
    PeriodicDuty,
    Permission,
    Prohibition,
    SlidingWindow,
    Sum,
    TriggeredDuty,
)
from plainterms.policy.rewrite import nodes
from plainterms.policy.schema import MILLION


def state_of(clause: Clause) -> str:
    """In words, the state that an inline evaluator keeps for each subject of a clause."""
    match clause.statement:
        case Prohibition(measures, any_event):
            parts = ["nothing"] if any_event else [_measured(measure) for measure in measures]
        case TriggeredDuty(measure):
            parts = ["each open trigger with its time", _measured(measure)]
        case PeriodicDuty(measure):
            parts = [_measured(measure)]
        case Permission():
            parts = ["nothing"]
        case _:
            assert_never(clause.statement)
    follows = [node for node in nodes(clause.statement) if isinstance(node, Follows)]
    if follows:
        linked = any(node.same or node.different for node in follows)
        parts.append("the latest first event of its sequences" + (" for each value compared" if linked else ""))
        parts = [part for part in parts if part != "nothing"]
    return ", and ".join(dict.fromkeys(parts))


def _measured(measure: Measure) -> str:
    match measure.window:
        case SlidingWindow():
            return _sliding(measure)
        case CalendarWindow(unit):
            return f"{_running(measure)} until the {unit} ends"
        case None:
            return f"{_running(measure)} for ever"
        case _:
            assert_never(measure.window)


def _sliding(measure: Measure) -> str:
    match measure.quantity:
        case Count():
            return f"the times of the last {_as_many(measure.bound)} events"
        case Distinct():
            return "one time for each value in the window"
        case Sum() | ModeShare():
            return "time and value of each event in the window"
        case PartShare():
            return "the time of each event in the window"
        case _:
            assert_never(measure.quantity)


def _as_many(bound: Bound) -> str:
    """How many events decide whether a count is reached."""
    if bound.field is not None:
        return "as many as the register says"
    more = bound.relation in (">", "<=")
    return f"{-(-bound.amount // MILLION) + more:_}"


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
