"""Clauses that are for each such subject, as far as they may sleep: one state of a subject serves all of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import Any

from plainterms.engine.events import Event
from plainterms.engine.stream.hopes import Hope
from plainterms.engine.stream.quiet import Quiet
from plainterms.engine.stream.rows import Book, Row, Stand
from plainterms.engine.stream.subjects import Groups, Key, Subjects
from plainterms.engine.stream.values import Registers
from plainterms.engine.stream.windows import Start, start_of
from plainterms.policy.meaning import GroupSubject, Measure, Subject

Gone = Callable[[int, Key], bool]
"""Whether nothing is held of a subject by a clause, by its place, that looks at events itself."""

Wake = Callable[[int, Quiet], None]
"""Let a clause, by its place, look at a subject's events itself from now on."""

SWEPT = 2
"""Subjects that are looked after when another one comes, so that no more are forgotten late than come."""

SMALL = 8
"""Values up to which a tuple serves as a set."""

LINGERS = 3_600_000_000
"""Microseconds for which a subject is still held of whom nothing matters, for it will often come again."""

AGAIN = 60_000_000
"""Microseconds after which it is looked anew how far back windows reach."""

ROWS = 8
"""Rows that may come, at least, before old ones are forgotten."""

FEW = 16
"""Rows up to which it is worth while to look through them again at any time."""

NEAR = 16
"""A clause wakes when it is nearer to its bound than one part in so many, or it would be asked at each event."""


@dataclass
class Times:
    """Up to when events are judged, and how much later than another an event may come (microseconds)."""

    lateness: int
    judged: int | None = None


class Family:
    """The subjects of some clauses, in which most of those clauses sleep."""

    def __init__(
        self, subject: Subject, registers: Registers, most: tuple[int, int], book: Book, times: Times
    ) -> None:
        self.subject = subject
        self.grouped = isinstance(subject, GroupSubject)
        self.events_held, subjects_held = most
        self.book = book
        self.times = times
        self.subjects: Subjects[Quiet] = (
            Joining(subject, registers, self._make, subjects_held, self._level)
            if isinstance(subject, GroupSubject)
            else Subjects(subject, registers, self._make, subjects_held)
        )
        self.states = self.subjects.conducts
        self.holders = self.subjects.holders if isinstance(self.subjects, Groups) else {}
        self.joins = 0
        self.column: int | None = None
        self.sharing: tuple[int, ...] = ()
        self.hopes: list[Hope] = []
        self.starts: list[Start] = []
        self.wake: Wake
        self.is_gone: Gone
        self.marks: list[Any] = []
        self.counting: list[tuple[Hope, ...]] = []
        self.alarm = min(ROWS, self.events_held)
        self._horizon = (-(2**200), -(2**200))

    def add(self, hope: Hope, measures: Sequence[Measure]) -> None:
        """One more clause."""
        self.hopes.append(hope)
        self.starts += [start_of(one.window, None) for one in measures]
        if hope.sort == "rows":
            self.alarm = min(self.alarm, hope.least)
        else:
            self.marks.append(_NOTHING[hope.sort])

    def hear(self, stand: Stand) -> None:
        """Note, by the number of a way to stand, which bounds on counts it moves."""
        found = [
            hope
            for hope in self.hopes
            if hope.sort == "count"
            and (standing := stand[hope.index]) is not None
            and standing.counted[hope.measure] is not False
        ]
        self.counting.append(tuple(found))

    def looks(self, state: Quiet, number: int) -> bool:
        """Whether a clause that is awake looks at events that stand so."""
        stand = self.book.stands[number]
        return any(hope.place in state.awake and stand[hope.index] is not None for hope in self.hopes)

    def count(self, state: Quiet, number: int) -> None:
        """Let an event that is held count, as it stands."""
        marks, opened = state.marks, len(state.open)
        for hope in self.counting[number]:
            marks[hope.slot] += 1
            if marks[hope.slot] + opened >= hope.least:
                self.count_again(state, hope)

    @property
    def places(self) -> tuple[int, ...]:
        """Of all clauses."""
        return tuple(hope.place for hope in self.hopes)

    def key(self, row: Row) -> Key | None:
        """Whose an event is."""
        return "service" if self.column is None else row[self.column]

    def is_unknown(self, key: Key) -> bool:
        """Whether a subject is one too many, of whom nothing is held."""
        return key not in self.states

    def _make(self) -> Quiet:
        return Quiet(self.marks.copy(), self.alarm)

    def state(self, key: Key) -> Quiet | None:
        """What is held of a subject; None of one too many."""
        found = self.states.get(key)
        return self.new(key) if found is None else found

    def new(self, key: Key) -> Quiet | None:
        """Begin to hold a subject, and forget others of whom nothing matters any more."""
        for _ in range(min(SWEPT, len(self.subjects.round))):
            self._look_after(self.subjects.round.popleft())
        return None if self.subjects.is_full(key) else self.subjects.of(key)

    def link(self, event: Event, key: Key) -> None:
        """Learn from an event who belongs with whom."""
        joins = self.joins
        self.subjects.link(event, key)
        if self.joins > joins:
            self._joined(self.states[key])

    def _level(self, one: Quiet, other: Quiet) -> None:
        """Before two become one: the same clauses are awake in both."""
        self.joins += 1
        for place in set(one.awake) ^ set(other.awake):
            self.wake(place, other if place in one.awake else one)

    # ── Bounds from above

    def note(self, state: Quiet, row: Row) -> None:
        """Take an event's row in, and wake the clauses that can now find something, or that it leaves in doubt."""
        state.rows.append(row)
        for hope in self.hopes:
            if hope.place not in state.awake:
                self._note(state, row, hope)
        if len(state.rows) + len(state.open) >= state.alarm:
            self.review(state)

    def _note(self, state: Quiet, row: Row, hope: Hope) -> None:
        standing = self.book.stands[row[2]][hope.index]
        if standing is None or standing.counted[hope.measure] is False:
            return
        if None in standing.counted or any(standing.lacking):
            self.wake(hope.place, state)
        elif hope.sort == "different" or hope.sort == "total":
            if self._counts(state, hope, row[hope.value_at]):
                self.count_again(state, hope)
        elif hope.sort == "count":
            marks: list[Any] = state.marks
            marks[hope.slot] += 1
            if marks[hope.slot] + len(state.open) >= hope.least:
                self.count_again(state, hope)

    def measure(self, state: Quiet, hope: Hope, value: object) -> bool:
        """Let a value count, of an event that will be held; whether the bound is out of reach even so."""
        if not self._counts(state, hope, value):
            return True
        self.count_again(state, hope)
        return hope.place not in state.awake and not self._counts(state, hope, value)

    def _counts(self, state: Quiet, hope: Hope, value: Any) -> bool:
        """Let a value count; whether the bound may be reached."""
        marks, slot = state.marks, hope.slot
        if hope.sort == "total":
            marks[slot] += max(0, value)
            return bool(marks[slot] >= hope.least)
        if value not in marks[slot]:
            marks[slot] = _with(marks[slot], value)
        return len(marks[slot]) >= hope.least

    def defers(self, state: Quiet, hope: Hope, row: Row) -> bool:
        """Whether what a clause that sleeps says turns on what is not yet known of an event."""
        if not hope.defers or hope.place in state.awake or row[hope.value_at] is not None:
            return False
        standing = self.book.stands[row[2]][hope.index]
        return standing is not None and standing.counted[hope.measure] is not False

    def may_reach(self, state: Quiet, hope: Hope, row: Row) -> bool:
        """Whether a clause can say something of an event that is decided; it is awake then."""
        standing = self.book.stands[row[2]][hope.index]
        if hope.place in state.awake:
            return True
        if standing is None or standing.counted[hope.measure] is False:
            return False
        if self._reaches(state, hope, row):
            self.wake(hope.place, state)
        return hope.place in state.awake

    def _reaches(self, state: Quiet, hope: Hope, row: Row) -> bool:
        marks: list[Any] = state.marks
        slot, opened = hope.slot, len(state.open)
        if hope.sort == "rows":
            if len(state.rows) + opened + 1 >= state.alarm:
                self.review(state)
            return False
        if hope.sort == "count":
            if marks[slot] + opened + 1 >= hope.least:
                self.count_again(state, hope)
            return bool(marks[slot] + opened + 1 >= hope.least)
        value = row[hope.value_at]
        if hope.sort == "different":
            if value is None:
                return not hope.later or len(marks[slot]) + opened + 1 >= hope.least
            return not self.measure(state, hope, value) or (hope.later and len(marks[slot]) + opened >= hope.least)
        if value is None or (hope.later and opened):
            if not hope.later or hope.most is None:
                return True
            more = (opened + 1) * max(0, hope.most) + max(0, value or 0)
            return bool(marks[slot] + more >= hope.least)
        return not self.measure(state, hope, value)

    def count_again(self, state: Quiet, hope: Hope) -> None:
        """Forget what is out of the clause's window; wake it where the bound is still near."""
        marks, slot = state.marks, hope.slot
        if hope.place in state.awake:
            marks[slot] = _NOTHING[hope.sort]
            return
        found: Iterator[Any] = self._exactly(state, hope)
        if hope.sort == "different":
            values = set(found)
            size, marks[slot] = len(values), tuple(values) if len(values) < SMALL else values
            near = size >= hope.least - 1
        elif hope.sort == "count":
            size = sum(1 for _ in found)
            marks[slot] = size
            size += len(state.open)
            near = size >= hope.least - hope.least // NEAR
        else:
            size = sum(value for value in found if value is not None and value > 0)
            marks[slot] = size
            near = size >= hope.least - hope.least // NEAR
        if size >= hope.least or (near and len(state.rows) >= FEW):
            self.wake(hope.place, state)

    def _exactly(self, state: Quiet, hope: Hope) -> Iterator[object]:
        """What each event in the clause's window is measured with, of those that it may count."""
        stands, index, measure = self.book.stands, hope.index, hope.measure
        column = 0 if hope.sort in ("rows", "count") else hope.value_at
        start, stop = self._window(hope)
        for row in reversed(state.rows):
            time = row[0]
            if time < start:
                if time < stop:
                    break
                continue
            standing = stands[row[2]][index]
            if standing is not None and standing.counted[measure] is not False:
                yield row[column]
        if hope.sort in ("different", "total"):
            for row in state.open:
                if row[column] is not None:
                    yield row[column]

    def _window(self, hope: Hope) -> tuple[int, int]:
        """Where the window of the next instant to be judged begins, and before which row it cannot."""
        judged = self.times.judged
        if judged is None:
            return -(2**200), -(2**200)
        start = hope.start(judged)
        return start, start - self.times.lateness

    def review(self, state: Quiet) -> None:
        """Look through a subject's rows: forget the old, wake who is near, and set the next alarm."""
        self._forget_old(state)
        if state.awake and state.rows:
            self._calm(state, self.key(state.rows[-1]))
        if len(state.rows) + len(state.open) >= self.events_held:
            for hope in self.hopes:
                if hope.place not in state.awake:
                    self.wake(hope.place, state)
            state.rows = []
        held = len(state.rows) + len(state.open)
        alarm = held + max(ROWS, held // 4)
        for hope in self.hopes:
            if hope.sort == "rows" and hope.place not in state.awake:
                size = held
                if held + 1 >= hope.least - hope.least // NEAR:
                    size = sum(1 for _ in self._exactly(state, hope)) + len(state.open)
                if size + 1 >= hope.least or (size >= FEW and size + 1 >= hope.least - hope.least // NEAR):
                    self.wake(hope.place, state)
                else:
                    alarm = min(alarm, held + hope.least - size)
        state.alarm = min(alarm, self.events_held)

    def _joined(self, state: Quiet) -> None:
        """Look at all bounds again after subjects have become one."""
        for hope in self.hopes:
            if hope.sort != "rows":
                self.count_again(state, hope)
        self.review(state)

    def _first(self) -> int:
        """Rows before it can be forgotten; worked out anew when some time has passed."""
        judged, (at, first) = self.times.judged, self._horizon
        if judged is not None and judged >= at + AGAIN:
            first = min(start(judged) for start in self.starts)
            self._horizon = judged, first
        return first

    def _forget_old(self, state: Quiet) -> None:
        """Forget rows that no window reaches any more; the last stays, to tell when the subject was last seen."""
        rows = state.rows
        if len(rows) > 1 and rows[0][0] < self._first():
            first = self._horizon[1]
            state.rows = list(dropwhile(lambda row: row[0] < first, rows)) or rows[-1:]

    def _look_after(self, key: Key) -> None:
        """Forget a subject of whom nothing has mattered for a while."""
        state = self.states.get(key)
        if state is None:
            return
        self._forget_old(state)
        if state.awake:
            self._calm(state, key)
        if state.open or state.awake or (state.rows and state.rows[-1][0] >= self._first() - LINGERS):
            self.subjects.round.append(key)
        else:
            self.subjects.forget(key)

    def _calm(self, state: Quiet, key: Key | None) -> None:
        calm = [place for place in state.awake if key is not None and self.is_gone(place, key)]
        if calm:
            state.awake = tuple(place for place in state.awake if place not in calm)
            state.alarm = 0
            for hope in self.hopes:
                if hope.place in calm and hope.sort != "rows":
                    self.count_again(state, hope)

    def drop(self, key: Key, identifier: str) -> None:
        """Hold an event no longer that was contradicted."""
        state = self.states.get(key)
        if state is not None:
            state.rows = [row for row in state.rows if row[1] != identifier]


def _with(known: tuple[object, ...] | set[object], value: object) -> tuple[object, ...] | set[object]:
    """Few values take least memory, and are found soonest, as a tuple."""
    if isinstance(known, tuple):
        return (*known, value) if len(known) < SMALL else {*known, value}
    known.add(value)
    return known


class Joining(Groups[Quiet]):
    """Groups of quiet subjects; who is told of two before they become one."""

    def __init__(
        self,
        subject: GroupSubject,
        registers: Registers,
        make: Callable[[], Quiet],
        most: int,
        level: Callable[[Quiet, Quiet], None],
    ) -> None:
        super().__init__(subject, registers, make, most)
        self.level = level

    def _merge(self, own: set[Key], theirs: set[Key]) -> None:
        one, other = (self.conducts.get(next(iter(group))) for group in (own, theirs))
        if one is not None and other is not None:
            self.level(one, other)
        super()._merge(own, theirs)


_NOTHING: dict[str, object] = {"count": 0, "different": (), "total": 0}
