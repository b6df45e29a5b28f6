"""From the author's measures to quantities, bounds and windows."""

from dataclasses import dataclass
from typing import assert_never

from plainterms.policy import meaning, syntax
from plainterms.policy.bounds import Judged, bound_of
from plainterms.policy.carriers import carried
from plainterms.policy.events import EventSet, events_of, plain_field
from plainterms.policy.format import words_of
from plainterms.policy.header import may_have_timezone
from plainterms.policy.meaning import Bound, CalendarWindow, EachSubject, Measure, SlidingWindow
from plainterms.policy.resolve import TYPE_WORDS, Reading, field_of, in_singular
from plainterms.policy.schema import MILLION, Type
from plainterms.policy.scope import Scope
from plainterms.policy.values import length_of

ANY = Bound(">=", MILLION)
"""What `any` means: at least one."""


@dataclass(frozen=True)
class Measured:
    """A quantity of events under a bound; ``counted`` are the events, ``kinds`` those of all events in it."""

    quantity: meaning.Quantity
    counted: EventSet
    bound: Bound
    kinds: frozenset[str]


def measured(judged: Judged, node: syntax.Measure, linked: bool = False) -> Measured | None:
    """The measure without its window; None after a mistake. ``linked``: `with same F` may stand in it."""
    bounded = node.bounded
    match bounded:
        case syntax.Any(events):
            counted = _counted(judged, events, linked)
            return None if counted is None else Measured(meaning.Count(), counted, ANY, counted.kinds)
        case syntax.Counted():
            return _quantity(judged, bounded, linked)
        case syntax.ShareBeing():
            return _share_being(judged, bounded, linked)
        case syntax.ShareSharing():
            return _share_sharing(judged, bounded, linked)
        case _:
            assert_never(bounded)


def measure_of(node: syntax.Measure, found: Measured, window: meaning.Window | None) -> Measure:
    """The measure with its window and its words."""
    return Measure(found.quantity, found.counted.condition, found.bound, window, words_of(node))


def _counted(judged: Judged, node: syntax.Events, linked: bool) -> EventSet | None:
    """Events whose subject can be told: one of their kinds has the subject's field."""
    found = events_of(judged.scope, node, linked)
    if found is None or not isinstance(judged.subject, EachSubject):
        return found
    return found if carried(judged.scope, judged.subject.field, found.kinds, judged.place) else None


def _quantity(judged: Judged, node: syntax.Counted, linked: bool) -> Measured | None:
    events = node.quantity.events if isinstance(node.quantity, syntax.Different | syntax.Total) else node.quantity
    counted, bound = _counted(judged, events, linked), bound_of(judged, node)
    if counted is None:
        return None
    reading = Reading(judged.scope, counted.kinds)
    quantity: meaning.Quantity | None = meaning.Count()
    match node.quantity:
        case syntax.Different(of):
            field = plain_field(reading, in_singular(judged.scope, of), "counted")
            quantity = None if field is None else meaning.Distinct(field)
        case syntax.Total(of):
            quantity = _total(reading, of)
    if quantity is None or bound is None:
        return None
    return Measured(quantity, counted, bound, counted.kinds)


def _total(reading: Reading, of: syntax.Path) -> meaning.Sum | None:
    field = field_of(reading, of)
    if field is not None and field.type != Type.NUMBER:
        words = reading.scope.words(of)
        reading.scope.report(
            f"`{words}` is {TYPE_WORDS[field.type]} and cannot be added up",
            of,
            f"to count its values write `different {words} in …`",
        )
        return None
    return None if field is None else meaning.Sum(field)


def _share_being(judged: Judged, node: syntax.ShareBeing, linked: bool) -> Measured | None:
    whole, part = _counted(judged, node.whole, linked), events_of(judged.scope, node.part)
    bound = bound_of(judged, node)
    if whole is None or part is None or bound is None:
        return None
    if not whole.kinds & part.kinds:
        judged.scope.report(
            f"`{judged.scope.words(node.part)}` are never among `{judged.scope.words(node.whole)}`",
            node.part,
            "a share asks which of the events have a property, as in `30% of requests being grading_requests`",
        )
        return None
    return Measured(meaning.PartShare(part.condition), whole, bound, whole.kinds | part.kinds)


def _share_sharing(judged: Judged, node: syntax.ShareSharing, linked: bool) -> Measured | None:
    whole, bound = _counted(judged, node.whole, linked), bound_of(judged, node)
    if whole is None:
        return None
    field = plain_field(Reading(judged.scope, whole.kinds), node.of, "shared")
    if field is None or bound is None:
        return None
    return Measured(meaning.ModeShare(field), whole, bound, whole.kinds)


# ── Windows ───────────────────────────────────────────────────────────────────────────────────────────────────────


def window_of(scope: Scope, node: syntax.Sliding | syntax.PerCalendar) -> meaning.Window | None:
    """The window of a measure; None after a mistake."""
    if isinstance(node, syntax.Sliding):
        length = length_of(scope, node.within)
        return None if length is None else SlidingWindow(length)
    return calendar_of(scope, node)


def calendar_of(scope: Scope, node: syntax.PerCalendar) -> CalendarWindow | None:
    """A calendar window, which needs to know where days begin; the lack is told once for a document."""
    if not scope.timezone and not may_have_timezone(scope.document) and not scope.missed_timezone:
        scope.missed_timezone = True
        scope.report(
            f"`per calendar {node.unit}` needs a timezone",
            node,
            'write `timezone "Europe/Berlin"`, or the one that is meant, under `terms`',
        )
    return CalendarWindow(node.unit, scope.timezone) if scope.timezone else None
