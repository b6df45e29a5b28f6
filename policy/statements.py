"""What a clause prohibits, permits or requires."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, assert_never

from plainterms.policy import syntax
from plainterms.policy.bounds import Judged
from plainterms.policy.carriers import carried
from plainterms.policy.events import events_of, links_fit
from plainterms.policy.meaning import (
    Bound,
    BreachIn,
    EachSubject,
    Follows,
    GroupSubject,
    Measure,
    PeriodicDuty,
    Permission,
    Prohibition,
    Statement,
    TriggeredDuty,
)
from plainterms.policy.measures import Measured, calendar_of, measure_of, measured, window_of
from plainterms.policy.rewrite import nodes
from plainterms.policy.scope import Scope
from plainterms.policy.values import length_of

TURNED: dict[str, Literal[">=", ">", "<=", "<"]] = {"<=": ">", "<": ">=", ">=": "<", ">": "<="}


@dataclass(frozen=True)
class Stated:
    """A statement, and the kinds of the events on which exceptions are tested."""

    statement: Statement
    tested: frozenset[str]


def statement_of(judged: Judged, node: syntax.Prohibits | syntax.Permits | syntax.Requires) -> Stated | None:
    """What the statement means; None after a mistake."""
    match node:
        case syntax.Prohibits():
            return _prohibits(judged, node)
        case syntax.Permits():
            return _permits(judged, node.measure)
        case syntax.Requires():
            return _requires(judged, node.measure)
        case _:
            assert_never(node)


def _comparator(node: syntax.Measure) -> syntax.Comparator | Literal["any"]:
    return "any" if isinstance(node.bounded, syntax.Any) else node.bounded.comparator


def _opening(node: syntax.Measure, words: str) -> syntax.Span:
    """Where the first words of a measure stand."""
    return syntax.Span(node.span.start, node.span.start + len(words))


# ── Prohibits ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _prohibits(judged: Judged, node: syntax.Prohibits) -> Stated | None:
    scope, first = judged.scope, node.measures[0]
    sound = True
    if _comparator(first) in ("at most", "fewer than"):
        words = _comparator(first)
        scope.report(
            f"a prohibition cannot begin with `{words}`",
            _opening(first, words),
            f"put `{words} …` after `together with`, or require the opposite with `requires at least …`",
        )
        sound = False
    found = [_joined(judged, measure) for measure in node.measures]
    sound = _all_windows_or_none(scope, node) and sound
    measures = [pair for pair in found if pair is not None]
    if not sound or len(measures) < len(found):
        return None
    kinds = frozenset[str]().union(*(kinds for _, kinds in measures))
    any_event = isinstance(first.bounded, syntax.Any) and first.window is None and len(measures) == 1
    return Stated(Prohibition(tuple(measure for measure, _ in measures), any_event), kinds)


def _joined(judged: Judged, node: syntax.Measure) -> tuple[Measure, frozenset[str]] | None:
    found = measured(judged, node)
    if isinstance(node.window, syntax.After | syntax.Before):
        _misplaced_trigger(judged.scope, node.window)
        return None
    window = window_of(judged.scope, node.window) if node.window is not None else None
    if found is None or (window is None and node.window is not None):
        return None
    return measure_of(node, found, window), found.kinds


def _misplaced_trigger(scope: Scope, window: syntax.After | syntax.Before) -> None:
    word = "after" if isinstance(window, syntax.After) else "before"
    scope.report(
        f"`within … {word} …` belongs to `requires`",
        window,
        "for events that follow others write `A followed within 1 day by B`",
    )


def _all_windows_or_none(scope: Scope, node: syntax.Prohibits) -> bool:
    without = [measure for measure in node.measures if measure.window is None]
    if not without or len(without) == len(node.measures):
        return True
    help_line = "of measures that are joined, either each has a window or none has; add `within …`"
    scope.report("this measure has no window, but one that is joined with it has", without[0], help_line)
    return False


# ── Permits ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _permits(judged: Judged, node: syntax.Measure) -> Stated | None:
    comparator = _comparator(node)
    if comparator == "any":
        return _permission(judged, node)
    if comparator in ("at least", "more than"):
        judged.scope.report(
            f"`permits {comparator}` sets no limit",
            _opening(node, comparator),
            f"write `permits at most …`, or `requires {comparator} …`",
        )
        measured(judged, node)
        return None
    found = _joined(judged, node)
    if found is None:
        return None
    measure, kinds = found
    bound = Bound(TURNED[measure.bound.relation], measure.bound.amount, measure.bound.field)
    turned = Measure(measure.quantity, measure.events, bound, measure.window, measure.words)
    return Stated(Prohibition((turned,), turned=True), kinds)


def _permission(judged: Judged, node: syntax.Measure) -> Stated | None:
    scope, found = judged.scope, measured(judged, node)
    if node.window is not None:
        help_line = "leave the window out, or limit the number with `permits at most …`"
        scope.report("a permission of `any` events has no window", node.window, help_line)
        return None
    if found is None:
        return None
    parts = list(nodes(found.counted.condition))
    if any(isinstance(part, Follows | BreachIn) for part in parts):
        what = "the breaches of a clause" if any(isinstance(part, BreachIn) for part in parts) else "a sequence"
        scope.report(f"{what} cannot be permitted", node.bounded, "permit the events of a kind")
        return None
    return Stated(Permission(found.counted.condition), found.kinds)


# ── Requires ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _requires(judged: Judged, node: syntax.Measure) -> Stated | None:
    window = node.window
    sound = _is_minimum(judged.scope, node)
    found = measured(judged, node, linked=isinstance(window, syntax.After | syntax.Before))
    stated: Stated | None
    match window:
        case syntax.After() | syntax.Before():
            stated = _triggered(judged, node, window, found)
        case syntax.Sliding():
            length_of(judged.scope, window.within)
            if _comparator(node) not in ("at most", "fewer than"):
                _no_beginning(judged.scope, window)
            return None
        case syntax.PerCalendar() | None:
            stated = _periodic(judged, node, window, found)
        case _:
            assert_never(window)
    return stated if sound else None


def _no_beginning(scope: Scope, window: syntax.Sliding) -> None:
    words = scope.words(window.within)
    scope.report(
        f"`requires … within {words}` does not say from when",
        window,
        f"write `within {words} after EVENTS`, `within {words} before EVENTS` or `per calendar day`",
    )


def _is_minimum(scope: Scope, node: syntax.Measure) -> bool:
    comparator = _comparator(node)
    if comparator in ("at least", "more than"):
        return True
    if comparator == "any":
        message, help_line = "`requires any` does not say how many", "write `requires at least 1 …`"
    else:
        message, help_line = f"`requires {comparator}` is a limit, not a duty", f"write `permits {comparator} …`"
    scope.report(message, _opening(node, comparator), help_line)
    return False


def _triggered(
    judged: Judged, node: syntax.Measure, window: syntax.After | syntax.Before, found: Measured | None
) -> Stated | None:
    scope = judged.scope
    trigger, length = events_of(scope, window.events), length_of(scope, window.within)
    if found is None or trigger is None or length is None:
        return None
    if isinstance(judged.subject, EachSubject) and not carried(
        scope, judged.subject.field, trigger.kinds, judged.place
    ):
        return None
    if not all([links_fit(scope, events, trigger.kinds) for events in _whole(node)]):  # noqa: C419 - report each
        return None
    return Stated(
        TriggeredDuty(
            measure_of(node, found, None),
            trigger.condition,
            "after" if isinstance(window, syntax.After) else "before",
            length,
            found.counted.same,
            found.counted.different,
        ),
        trigger.kinds,
    )


def _whole(node: syntax.Measure) -> Iterator[syntax.Events]:
    """The events that are counted: of a share, the whole."""
    match node.bounded:
        case syntax.Any(events):
            yield events
        case syntax.Counted(quantity=syntax.Different(events=events) | syntax.Total(events=events)):
            yield events
        case syntax.Counted(quantity=syntax.Selection() | syntax.Sequence() as events):
            yield events
        case syntax.ShareBeing(whole=events) | syntax.ShareSharing(whole=events):
            yield events


def _periodic(
    judged: Judged, node: syntax.Measure, window: syntax.PerCalendar | None, found: Measured | None
) -> Stated | None:
    period = calendar_of(judged.scope, window) if window is not None else None
    if isinstance(judged.subject, GroupSubject):
        entity = judged.subject.entity.name
        judged.scope.report(
            "nothing says who is in the group when this duty is judged",
            node,
            f"judge `for each {entity}`, or name a trigger with `within … after EVENTS`",
        )
        return None
    if found is None or (window is not None and period is None):
        return None
    return Stated(PeriodicDuty(measure_of(node, found, None), period), frozenset())
