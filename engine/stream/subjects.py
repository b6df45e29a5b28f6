"""Whose conduct is judged: the state of each subject, and groups that join as links appear."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Generic, Protocol, Self, TypeVar

from plainterms.engine.events import Event, EventValue
from plainterms.engine.parts import part_of
from plainterms.engine.stream.conduct import Conduct
from plainterms.engine.stream.values import Registers, Value, value
from plainterms.policy.meaning import EachSubject, Field, GroupSubject, PartField, RegisterField, Subject

Key = str | int | bool | tuple[str, ...]


class Joinable(Protocol):
    """What is held of a subject, which may become one with another."""

    joins: int
    degraded: bool

    def take_over(self, other: Self) -> None:
        """Become one subject with another."""


C = TypeVar("C", bound=Joinable)
SWEPT = 4
"""Subjects of one clause that are looked at, at each event, for whether they can be forgotten."""


class Subjects(Generic[C]):
    """The conduct of each subject by its key."""

    def __init__(self, subject: Subject, registers: Registers, make: Callable[[], C], most: int) -> None:
        self.key: Value = _key(subject, registers)
        self.make = make
        self.conducts: dict[Key, C] = {}
        self.round: deque[Key] = deque()
        self.is_full: Callable[[Key], bool] = lambda _key: len(self.conducts) >= most

    def of(self, key: Key) -> C:
        """The conduct of a subject; of one too many, a conduct that is held nowhere."""
        found = self.conducts.get(key)
        if found is None:
            if self.is_full(key):
                return self._too_many()
            found = self.conducts[key] = self.make()
            self.round.append(key)
        return found

    def state(self) -> dict[str, Any]:
        """All conducts, to be restored."""
        return {"conducts": self.conducts}

    def restore(self, state: dict[str, Any]) -> None:
        """Know what was known."""
        self.conducts.clear()
        self.conducts.update(state["conducts"])
        self.round = deque(self.conducts)

    def sweep(self, idle: Callable[[C], bool]) -> None:
        """Look at the next subjects of a round, and forget those of which nothing matters any more."""
        for _ in range(min(SWEPT, len(self.round))):
            key = self.round.popleft()
            conduct = self.conducts.get(key)
            if conduct is not None and idle(conduct):
                self.forget(key)
            elif conduct is not None:
                self.round.append(key)

    def forget(self, key: Key) -> None:
        """Hold nothing of a subject any more."""
        del self.conducts[key]

    def _too_many(self) -> C:
        found = self.make()
        found.degraded = True
        return found

    def link(self, event: Event, key: Key | None) -> None:
        """Learn from an event who belongs with whom."""

    def begun(self, time: int) -> None:
        """Learn what registers say from a time on."""

    def members(self, key: Key) -> frozenset[Key]:
        """All keys that are one subject with a key."""
        return frozenset({key})


class Groups(Subjects[C]):
    """Entities that share values are one subject, from the event on that shows it."""

    def __init__(self, subject: GroupSubject, registers: Registers, make: Callable[[], C], most: int) -> None:
        super().__init__(subject, registers, make, most)
        self.ignoring = frozenset(subject.ignoring)
        self.sharing = [value(field, registers) for field in subject.sharing]
        self.joined: dict[Key, set[Key]] = {}
        self.holders: dict[tuple[int, EventValue], Key] = {}
        self.declared = sorted(_declared(subject, registers), key=lambda one: one[0])
        self.declared.reverse()

    def state(self) -> dict[str, Any]:
        """All conducts, and who belongs with whom."""
        return {**super().state(), "joined": self.joined, "holders": self.holders}

    def restore(self, state: dict[str, Any]) -> None:
        """Know what was known; what registers have said since is learnt with the next event."""
        super().restore(state)
        self.joined = state["joined"]
        self.holders.clear()
        self.holders.update(state["holders"])

    def know(self, other: "Groups[Any]") -> None:
        """Know who belongs with whom as others do, of whose subjects nothing is held here that they do not join."""
        copies = {id(group): set(group) for group in other.joined.values()}
        self.joined = {key: copies[id(group)] for key, group in other.joined.items()}
        self.holders.clear()
        self.holders.update(other.holders)

    def link(self, event: Event, key: Key | None) -> None:
        """Join the event's entity with those that have the same values; breaches of other clauses link nobody."""
        if key is not None and event.kind != "breach":
            for index, of in enumerate(self.sharing):
                self._share(key, index, of(event))

    def begun(self, time: int) -> None:
        """Join entities to which register rows that have begun give the same values."""
        while self.declared and self.declared[-1][0] <= time:
            _, key, index, shared = self.declared.pop()
            self._share(key, index, shared)

    def _share(self, key: Key, index: int, shared: EventValue) -> None:
        if shared is None or shared in self.ignoring:
            return
        holder = self.holders.setdefault((index, shared), key)
        if holder != key:
            self._join(key, holder)

    def _join(self, one: Key, other: Key) -> None:
        own, theirs = self._group(one), self._group(other)
        if own is theirs:
            return
        if len(own) < len(theirs):
            own, theirs = theirs, own
        self._merge(own, theirs)
        own |= theirs
        for key in theirs:
            self.joined[key] = own

    def _merge(self, own: set[Key], theirs: set[Key]) -> None:
        """One conduct for all keys of two groups."""
        found = [self.conducts.get(next(iter(group))) for group in (own, theirs)]
        kept, taken = found
        if kept is not None and taken is not None:
            kept.take_over(taken)
        both = kept if kept is not None else taken
        if both is not None:
            both.joins += 1
            for key in theirs if both is kept else (*own, *theirs):
                self.conducts[key] = both

    def of(self, key: Key) -> C:
        """The conduct of the group of a key."""
        found = self.conducts.get(key)
        if found is None:
            if self.is_full(key):
                return self._too_many()
            found = self.make()
            for member in self._group(key):
                self.conducts[member] = found
            self.round.append(key)
        return found

    def forget(self, key: Key) -> None:
        """Hold nothing of a group any more, but who belongs to it."""
        for member in self._group(key):
            self.conducts.pop(member, None)

    def _group(self, key: Key) -> set[Key]:
        found = self.joined.get(key)
        if found is None:
            found = self.joined[key] = {key}
        return found

    def members(self, key: Key) -> frozenset[Key]:
        """All keys that are linked with a key."""
        return frozenset(self.joined.get(key, (key,)))


def subjects_of(subject: Subject, registers: Registers, make: Callable[[], Conduct], most: int) -> Subjects[Conduct]:
    """The subjects of a clause, none yet, and never more than ``most``."""
    if isinstance(subject, GroupSubject):
        return Groups(subject, registers, make, most)
    return Subjects(subject, registers, make, most)


def _key(subject: Subject, registers: Registers) -> Value:
    match subject:
        case EachSubject(field):
            return value(field, registers)
        case GroupSubject(entity):
            return value(entity, registers)
        case _:
            return lambda _event: "service"


def _declared(subject: GroupSubject, registers: Registers) -> Iterator[tuple[int, Key, int, EventValue]]:
    """From when on (microseconds) registers give an entity a value of the sharing field with an index."""
    for index, field in enumerate(subject.sharing):
        base = field.of if isinstance(field, PartField) else field
        if isinstance(base, RegisterField) and base.key == subject.entity and base.register in registers:
            for key, rows in registers[base.register].rows.items():
                for row in rows:
                    shared: EventValue = row.values.get(base.name)  # type: ignore[assignment]  # held as `Type` says
                    if shared is not None:
                        yield _ALWAYS if row.start is None else row.start, key, index, _whole(field, shared)


_ALWAYS = -(2**200)


def _whole(field: Field, shared: EventValue) -> EventValue:
    return part_of(field, shared) if isinstance(field, PartField) else shared
