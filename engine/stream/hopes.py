"""Hopes: what must come together of a subject before a clause can find anything; until then the clause sleeps."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from plainterms.engine.conditions import declared_range
from plainterms.engine.plan import PlannedClause
from plainterms.engine.stream.judge import Court
from plainterms.engine.stream.rows import told_by_time
from plainterms.engine.stream.values import known_after
from plainterms.engine.stream.windows import Start, start_of
from plainterms.policy.meaning import (
    And,
    Condition,
    Count,
    Distinct,
    EventField,
    GroupSubject,
    KindIs,
    Measure,
    Prohibition,
    Sum,
)
from plainterms.policy.schema import MILLION

Sort = Literal["rows", "count", "different", "total"]


@dataclass(frozen=True)
class Hope:
    """One measure of a clause that must reach ``least`` for the clause to find anything.

    ``place`` is the clause's in the plan, ``index`` its number among those that may sleep, ``slot`` its place among
    a subject's marks. Sorts: all ``rows`` of a subject, as good as all of which are counted; a ``count`` of some;
    ``different`` values, and the ``total`` of one, in a ``column``. What is measured may be known ``later`` than an
    event is decided, and then is ``most``, if there is such a number; if there is none, and nothing else is asked,
    the clause ``defers`` what it says until then.
    """

    place: int
    index: int
    slot: int
    sort: Sort
    measure: int
    least: int
    start: Start
    column: int | None = None
    later: bool = False
    most: int | None = None
    defers: bool = False

    @property
    def value_at(self) -> int:
        """Where a row has the value that is measured. Raises ValueError where events are only counted."""
        if self.column is None:
            raise ValueError("events that are only counted have no value")
        return self.column


def may_sleep(court: Court) -> bool:
    """Whether all that a clause finds follows from a window's events, each of which is weighed by itself."""
    clause, subject = court.clause, court.clause.subject
    if not isinstance(clause.statement, Prohibition) or not court.pure:
        return False
    if court.heard or court.sources:
        return False
    if isinstance(subject, GroupSubject) and not all(isinstance(one, EventField) for one in subject.sharing):
        return False
    return any(_least(one) is not None for one in clause.statement.measures)


def hope_of(clause: PlannedClause, place: int, index: int, slot: int, columns: tuple[int | None, ...]) -> Hope:
    """The measure by which to see that nothing can be found; of several the one that is the easiest to bound."""
    assert isinstance(clause.statement, Prohibition)
    measures = clause.statement.measures
    *_, number = min(_ranked(measures))
    measure, column = measures[number], columns[number]
    sort = _sort(measure)
    least = _least(measure)
    assert least is not None
    field = getattr(measure.quantity, "field", None)
    later = field is not None and known_after(field)
    fewest, most = (None, None) if field is None else declared_range(field)
    return Hope(
        place,
        index,
        slot,
        sort,
        number,
        least,
        start_of(measure.window, None),
        column,
        later,
        most,
        sort == "total" and later and most is None and (fewest or 0) <= 0 and len(measures) == 1,
    )


def _ranked(measures: tuple[Measure, ...]) -> Iterator[tuple[int, int, int]]:
    for number, measure in enumerate(measures):
        least = _least(measure)
        if least is not None:
            yield ("count", "rows", "different", "total").index(_sort(measure)), -least, number


def _sort(measure: Measure) -> Sort:
    match measure.quantity:
        case Distinct(field) if not told_by_time(field):
            return "different"
        case Sum():
            return "total"
        case _:
            return "rows" if _any_of_a_kind(measure.events) else "count"


def _any_of_a_kind(events: Condition) -> bool:
    if isinstance(events, And):
        return all(_any_of_a_kind(one) for one in events.operands)
    return isinstance(events, KindIs)


def _least(measure: Measure) -> int | None:
    """What the measure must reach; None where it may hold of nothing, or has no end."""
    bound = measure.bound
    if bound.field is not None or bound.relation not in (">=", ">") or measure.window is None:
        return None
    match measure.quantity:
        case Count() | Distinct():
            least = -(-bound.amount // MILLION) if bound.relation == ">=" else bound.amount // MILLION + 1
        case Sum(field) if not told_by_time(field):
            least = bound.amount if bound.relation == ">=" else bound.amount + 1
        case _:
            return None
    return least if least >= 1 else None
