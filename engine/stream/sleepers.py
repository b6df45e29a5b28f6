"""Clauses that may sleep: what the monitor does with an event where only they look at it, and when they wake."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plainterms.engine.conditions import Truth
from plainterms.engine.events import Event
from plainterms.engine.plan import leaves
from plainterms.engine.stream.conditions import Test
from plainterms.engine.stream.conduct import Conduct
from plainterms.engine.stream.entries import Entry
from plainterms.engine.stream.families import Family, Times
from plainterms.engine.stream.foresight import Foreseen, ForeseenProhibition
from plainterms.engine.stream.hopes import Hope, hope_of
from plainterms.engine.stream.prohibited import Prohibited
from plainterms.engine.stream.quiet import Quiet
from plainterms.engine.stream.rows import Book, Reader, Row, Stand, told_by_time
from plainterms.engine.stream.sheet import Sheet
from plainterms.engine.stream.subjects import Key
from plainterms.engine.stream.values import ALWAYS, Registers, Value, value
from plainterms.policy.meaning import (
    Condition,
    EachSubject,
    EventField,
    Field,
    GroupSubject,
    PartField,
    Prohibition,
    RegisterField,
    RulingField,
    Subject,
)


@dataclass(frozen=True, slots=True)
class Sleeper:
    """One clause that may sleep, by its place: how it is judged at once and in order, and how it reads rows."""

    place: int
    hope: Hope
    reader: Reader
    ahead: ForeseenProhibition
    judge: Prohibited


class Reserved:
    """What is held of an event that was decided: by clauses that look themselves, and its row for the others.

    ``held`` says in which clause (its place in the plan), of which event, what: the event is itself, or a breach of
    another clause that begins with it.
    """

    __slots__ = ("event", "held", "row")

    def __init__(self, event: Event, held: list[tuple[int, Event, Entry]], row: Row | None) -> None:
        self.event = event
        self.held = held
        self.row = row


Deferred = tuple[Sleeper, list[Row], int, tuple[Row, ...]]
"""A clause that turns on what is not yet known of an event, and what there was of its subject when it was decided: so
many rows, and those that were open."""


def foreseen(deferred: Deferred, event: Event) -> Foreseen | None:
    """What the clause says of the event, worked out when it is asked for."""
    sleeper, rows, count, opened = deferred
    ahead, reader = sleeper.ahead, sleeper.reader
    conduct = ahead.court.conduct()
    for row in sorted((*rows[:count], *opened)):
        entry = reader.entry(row)
        if entry is not None:
            ahead.anchoring.place(entry, conduct)
    return ahead.foreseen(event, conduct)


Said = Foreseen | Deferred
Vector = tuple[Truth, ...]
"""The truths of all conditions on which it depends how an event stands."""

Numbered = Callable[[Vector, int | None], None]

REMEMBERED = 4_096
"""Ways to stand that are remembered by the truths of all conditions, before they are forgotten together."""


class Sleepers:
    """All clauses that may sleep. They see each event as a row, and are judged by bounds from above.

    As long as a clause sleeps for a subject, no event of the subject that has come, recorded or decided, can be a
    breach, or in doubt. It wakes before one can, and is then given all rows that its windows may still hold. To wake
    it too soon is never wrong.
    """

    def __init__(
        self,
        pairs: Mapping[int, tuple[ForeseenProhibition, Prohibited]],
        registers: Registers,
        sheets: tuple[Sheet, Sheet],
        most: tuple[int, int],
        times: Times,
        reserved: Mapping[str, Reserved],
    ) -> None:
        self.book = Book(len(pairs))
        self.codes: dict[Vector, int] = {}
        self.early_codes: dict[Vector, int] = {}
        self._heard: dict[bool, Numbered] = {}
        self.times = times
        self.reserved = reserved
        self.sheet, self.early = sheets
        self.sleepers: dict[int, Sleeper] = {}
        families: dict[Subject, Family] = {}
        for index, (place, (ahead, judge)) in enumerate(pairs.items()):
            clause = judge.court.clause
            assert isinstance(clause.statement, Prohibition)
            family = families.get(clause.subject)
            if family is None:
                family = families[clause.subject] = Family(clause.subject, registers, most, self.book, times)
                family.wake, family.is_gone = self._wake, self._gone
            reader = Reader(index, clause.statement.measures, self.book)
            hope = hope_of(clause, place, index, len(family.marks), reader.columns)
            family.add(hope, clause.statement.measures)
            self.sleepers[place] = Sleeper(place, hope, reader, ahead, judge)
            for court in (ahead.court, judge.court):
                court.subjects.is_full = family.is_unknown
        self.families = list(families.values())
        self.fields = _fields(one.judge.court.clause.parts for one in self.sleepers.values())
        self._numbers: dict[object, int] = {}
        self._unclear: set[Vector] = set()
        for family in self.families:
            family.column = _key_column(family.subject, self.book)
            if isinstance(family.subject, GroupSubject):
                family.sharing = tuple(self.book.column(one) for one in family.subject.sharing)
            self.book.hear(family.hear)
        self.late = [self._getter(what, self.sheet, registers) for what in self.book.columns]
        self.soon = [self._getter(what, self.early, registers) for what in self.book.columns]

    def _getter(self, what: Field | Condition, sheet: Sheet, registers: Registers) -> Value | Test:
        if isinstance(what, Condition):
            return sheet.test(what) or sheet.compiler.test(what)
        return value(what, registers)

    # ── Rows

    def row(self, event: Event, early: bool = False) -> Row:
        """The event as a row, before it is answered or after."""
        getters = self.soon if early else self.late
        return (event.time, event.id, self._number(event, early), *[get(event) for get in getters])

    def _number(self, event: Event, early: bool) -> int:
        """The number of how an event stands, which follows from truths, and from which fields there are."""
        if self.fields is None:
            return self.book.number(self._stand(event, early))
        truths = (self.early if early else self.sheet).of(event)
        key = (early, truths, tuple([event.fields.get(name) is None for name in self.fields]))
        found = self._numbers.get(key)
        if found is None:
            if len(self._numbers) >= REMEMBERED:
                self._numbers.clear()
            found = self._numbers[key] = self.book.number(self._stand(event, early))
        return found

    def _stand(self, event: Event, early: bool) -> Stand:
        return tuple([self._standing(one, event, early) for one in self.sleepers.values()])

    def _standing(self, one: Sleeper, event: Event, early: bool) -> Any:
        entry = (one.ahead.early if early else one.ahead.scales).weigh(event)
        return None if entry is None else entry.standing

    def code(self, truths: Vector, event: Event, early: bool) -> int | None:
        """The number of how an event stands, whose conditions are so; None where that does not say all."""
        if truths in self._unclear and not early:
            return None
        stand = self._stand(event, early)
        if not early and any(one is not None and None in one.counted for one in stand):
            self._unclear.add(truths)
            return None
        if not early and any(one is not None and any(one.lacking) for one in stand):
            return None
        found = self.book.number(stand)
        (self.early_codes if early else self.codes)[truths] = found
        self._heard[early](truths, found)
        return found

    def hear(self, early: bool, heard: Numbered) -> None:
        """Tell of each number that is given to a vector; None where all are forgotten."""
        self._heard[early] = heard

    # ── Events, at once

    def learn(self, event: Event) -> Row:
        """Take in an event that has arrived."""
        row = self.row(event)
        for family in self.families:
            key = family.key(row)
            if key is None:
                continue
            if family.grouped:
                self.link(family, event, key)
            if row[2]:
                state = family.state(key)
                self.stir(family.places if state is None else state.awake, key, row)
                if state is not None:
                    family.note(state, row)
        return row

    def link(self, family: Family, event: Event, key: Key) -> None:
        """Learn from an event who belongs with whom, for all clauses of a family."""
        for place in family.places:
            self.sleepers[place].ahead.court.subjects.link(event, key)
        family.link(event, key)

    def note(self, event: Event) -> Row:
        """Know an event that clauses hold which are awake."""
        row = self.row(event)
        for family, state in self._states(row):
            family.note(state, row)
        return row

    def open(self, event: Event) -> Row:
        """Know an event that was decided, which clauses hold that are awake; those that look at it wake."""
        row = self.row(event, early=True)
        for family, state in self._states(row):
            state.open += (row,)
            for hope in family.hopes:
                if self.book.stands[row[2]][hope.index] is not None:
                    self._wake(hope.place, state)
        return row

    def _states(self, row: Row) -> Iterator[tuple[Family, Quiet]]:
        for family in self.families:
            key = family.key(row)
            if key is not None and row[2] and (state := family.state(key)) is not None:
                yield family, state

    def stir(self, awake: tuple[int, ...], key: Key, row: Row) -> None:
        """Let clauses that are awake hold an event."""
        for place in awake:
            one = self.sleepers[place]
            self._hold(one.ahead, key, one.reader.entry(row))

    def _hold(self, one: ForeseenProhibition | Prohibited, key: Key, entry: Entry | None) -> None:
        if entry is not None:
            conduct: Conduct = one.court.subjects.of(key)
            one.anchoring.place(entry, conduct)
            one.court.bound(key, conduct)

    def foresee(self, event: Event, held: list[tuple[int, Event, Entry]]) -> tuple[Row, list[tuple[int, Said]]]:
        """What these clauses say of an event that is decided, by their places; it is open from now on."""
        row = self.row(event, early=True)
        found: list[tuple[int, Said]] = []
        opened: list[Quiet] = []
        for family in self.families:
            key = family.key(row)
            if key is None:
                continue
            if family.grouped:
                self.link(family, event, key)
            if row[2]:
                state = family.state(key)
                found += self._said(family, state, row, event, held)
                if state is not None:
                    opened.append(state)
        for state in opened:
            state.open += (row,)
        return row, found

    def _said(
        self, family: Family, state: Quiet | None, row: Row, event: Event, held: list[tuple[int, Event, Entry]]
    ) -> Iterator[tuple[int, Said]]:
        for hope in family.hopes:
            if state is not None and family.defers(state, hope, row):
                yield hope.place, (self.sleepers[hope.place], state.rows, len(state.rows), state.open)
            elif state is None or family.may_reach(state, hope, row):
                said, entry = self.sleepers[hope.place].ahead.foresee(event)
                if entry is not None:
                    held.append((hope.place, event, entry))
                if said is not None:
                    yield hope.place, said

    def drop(self, row: Row) -> None:
        """Hold an event no longer that was contradicted."""
        for family in self.families:
            key = family.key(row)
            if key is not None:
                family.drop(key, row[1])

    # ── Waking

    def _wake(self, place: int, state: Quiet) -> None:
        if place in state.awake:
            return
        one, judged = self.sleepers[place], self.times.judged
        family = next(family for family in self.families if place in family.places)
        state.awake += (place,)
        for row in sorted(state.rows):
            key, entry = family.key(row), one.reader.entry(row)
            assert key is not None
            self._hold(one.ahead, key, entry)
            if judged is not None and row[0] < judged:
                self._hold(one.judge, key, entry)
        for row in state.open:
            key, entry = family.key(row), one.reader.entry(row)
            if key is not None and entry is not None:
                self._hold(one.ahead, key, entry)
                reserved = self.reserved[row[1]]
                reserved.held.append((place, reserved.event, entry))

    def _gone(self, place: int, key: Key) -> bool:
        one = self.sleepers[place]
        courts = (one.ahead.court, one.judge.court)
        return not any(
            member in court.subjects.conducts for court in courts for member in court.subjects.members(key)
        )

    # ── Events, in their order

    def judge(self, awake: tuple[int, ...], event: Event, key: Key, row: Row) -> None:
        """Let clauses that are awake judge an event."""
        for place in awake:
            one = self.sleepers[place]
            entry = one.reader.entry(row)
            if entry is not None:
                one.judge.consider(event, key, entry)

    # ── State

    def _clauses(self, family: Family) -> list[dict[str, Any]]:
        """What the rows of a family's clauses mean, as plain values."""
        found = []
        for place in family.places:
            one, clause = self.sleepers[place], self.sleepers[place].judge.court.clause
            name = (clause.key, clause.digest)
            found.append({"place": place, "index": one.hope.index, "name": name, "columns": one.reader.columns})
        return found

    def is_like(self, state: dict[str, Any]) -> bool:
        """Whether others laid out their rows alike."""
        mine = [(family.column, self._clauses(family)) for family in self.families]
        return mine == [(known["column"], known["clauses"]) for known in state["families"]]

    def state(self) -> dict[str, Any]:
        """What is remembered."""
        return {
            "stands": self.book.stands,
            "families": [
                {"column": family.column, "clauses": self._clauses(family), "subjects": family.subjects.state()}
                for family in self.families
            ],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Remember what others did that were laid out alike."""
        self.book.restore(state["stands"])
        self._numbers.clear()
        self.codes.clear()
        self.early_codes.clear()
        for heard in self._heard.values():
            heard((), None)
        for family, known in zip(self.families, state["families"], strict=True):
            family.subjects.restore(known["subjects"])


def _fields(clauses: Iterable[object]) -> tuple[str, ...] | None:
    """The event fields that clauses look at; None if they look at others, too."""
    found: set[str] = set()
    for parts in clauses:
        for node in leaves(parts):
            match node:
                case EventField(name):
                    found.add(name)
                case PartField() if told_by_time(node):
                    pass
                case RegisterField() | RulingField() | PartField():
                    return None
    return tuple(sorted(found - set(ALWAYS)))


def _key_column(subject: Subject, book: Book) -> int | None:
    match subject:
        case EachSubject(field):
            return book.column(field)
        case GroupSubject(entity):
            return book.column(entity)
        case _:
            return None
