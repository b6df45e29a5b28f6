"""Rows: what is held of an event for all clauses that may sleep, once, in plain values that are quick to make."""

from collections.abc import Callable
from typing import Any, TypeGuard

from plainterms.engine.events import Event
from plainterms.engine.stream.entries import Entry, Standing
from plainterms.engine.stream.values import value
from plainterms.policy.meaning import Condition, EventField, Field, Measure, PartField, PartShare

Row = tuple[Any, ...]
"""Time, id, the number of how the event stands toward the clauses, and the values of the columns."""

Stand = tuple[Standing | None, ...]
"""How an event stands toward each clause that may sleep; None where the clause does not look at it."""

FIRST = 3
"""The place of the first column in a row."""


Heard = Callable[[Stand], object]


class Book:
    """Columns, and the ways in which events stand, by number; 0 is the way of an event that no clause looks at."""

    def __init__(self, clauses: int) -> None:
        self.columns: list[Field | Condition] = []
        self.stands: list[Stand] = [(None,) * clauses]
        self.heard: list[Heard] = []
        self._numbers: dict[Stand, int] = {self.stands[0]: 0}

    def hear(self, heard: Heard) -> None:
        """Tell of each way to stand, those that are known first."""
        self.heard.append(heard)
        for stand in self.stands:
            heard(stand)

    def number(self, stand: Stand) -> int:
        """The number of a way to stand."""
        found = self._numbers.get(stand)
        if found is None:
            found = self._numbers[stand] = len(self.stands)
            self.stands.append(stand)
            for heard in self.heard:
                heard(stand)
        return found

    def restore(self, stands: list[Stand]) -> None:
        """Know the numbers of another book for the same clauses, before there are others."""
        for stand in stands:
            self.number(stand)

    def column(self, what: Field | Condition) -> int:
        """The place in a row of a value or a truth."""
        if what not in self.columns:
            self.columns.append(what)
        return FIRST + self.columns.index(what)


Pick = Callable[[Row], Any]


def pick_of(measure: Measure, book: Book) -> tuple[int | None, Pick]:
    """What a measure measures, from a row: its column if it has one, and how to get it."""
    quantity = measure.quantity
    measured = quantity.part if isinstance(quantity, PartShare) else getattr(quantity, "field", None)
    if measured is None:
        return None, _nothing
    if told_by_time(measured):
        return None, _by_time(measured)
    place = book.column(measured)
    return place, lambda row: row[place]


def told_by_time(measured: object) -> TypeGuard[PartField]:
    """Whether it is a part of the event's time, and needs no column."""
    return isinstance(measured, PartField) and isinstance(measured.of, EventField) and measured.of.name == "time"


def _by_time(field: Field) -> Pick:
    of = value(field, {})
    return lambda row: of(Event(row[1], row[0], ""))


def _nothing(_row: Row) -> None:
    return None


class Reader:
    """One clause's entries from rows."""

    def __init__(self, index: int, measures: tuple[Measure, ...], book: Book) -> None:
        found = [pick_of(one, book) for one in measures]
        self.index = index
        self.book = book
        self.columns = tuple(column for column, _ in found)
        self.picks = [pick for _, pick in found]

    def entry(self, row: Row) -> Entry | None:
        """The event as the clause sees it; None where it does not look at it."""
        standing = self.book.stands[row[2]][self.index]
        if standing is None:
            return None
        return Entry(row[0], row[1], standing, tuple([pick(row) for pick in self.picks]), None)
