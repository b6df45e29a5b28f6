"""The events of an audit in their total order, and who belongs with whom as of each of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from plainterms.engine.conditions import Truth, World, both, either, opposite, truth_of, value_of
from plainterms.engine.events import Event, EventValue, Period
from plainterms.engine.parts import part_of
from plainterms.engine.registers import RegisterTable
from plainterms.policy.meaning import EachSubject, Field, Follows, GroupSubject, PartField, RegisterField, Subject

Key = str | int | bool | tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """One clause's view of the log.

    ``events`` stand in the total order (time, id) and may include breach events of other clauses, which are no log
    events: they link nobody and nobody is examined for them.
    """

    subject: Subject
    events: Sequence[Event]
    registers: Mapping[str, RegisterTable]
    period: Period

    @property
    def world(self) -> World:
        """What conditions of this clause may look at."""
        return World(self.registers, self.follows)

    def upto(self, anchor: Event) -> Iterator[Event]:
        """The events up to and including the anchor, in order."""
        return (event for event in self.events if event.order <= anchor.order)

    # ── Subjects

    def key(self, event: Event) -> Key | None:
        """The subject's (or, of a group, the entity's) value; None where it is missing."""
        match self.subject:
            case EachSubject():
                return value_of(self.subject.field, event, self.registers)
            case GroupSubject():
                return value_of(self.subject.entity, event, self.registers)
            case _:
                return "service"

    def members(self, anchor: Event) -> frozenset[Key]:
        """The keys that are one subject with the anchor's, as of the anchor."""
        key = self.key(anchor)
        return frozenset() if key is None else self.linked_as_of(anchor, key)

    def linked_as_of(self, anchor: Event, key: Key) -> frozenset[Key]:
        """The keys that are one subject with a key, as of an anchor."""
        return linked(key, self.links(anchor)) if isinstance(self.subject, GroupSubject) else frozenset({key})

    def links(self, anchor: Event) -> set[tuple[Key, int, Key]]:
        """(entity, index of the sharing field, value) for each link known as of the anchor."""
        subject = self.subject
        assert isinstance(subject, GroupSubject)
        found = set()
        for index, field in enumerate(subject.sharing):
            for event in self.upto(anchor):
                if event.kind != "breach":
                    found.add((self.key(event), index, value_of(field, event, self.registers)))
            for entity, value in self._declared(field, anchor.time):
                found.add((entity, index, value))
        return {
            (entity, index, value)
            for entity, index, value in found
            if entity is not None and value is not None and value not in subject.ignoring
        }

    def _declared(self, field: Field, time: int) -> Iterator[tuple[Key, EventValue]]:
        """The values that register rows begun by then give to entities."""
        base = field.of if isinstance(field, PartField) else field
        assert isinstance(self.subject, GroupSubject)
        if (
            not isinstance(base, RegisterField)
            or base.key != self.subject.entity
            or base.register not in self.registers
        ):
            return
        for entity, rows in self.registers[base.register].rows.items():
            for row in rows:
                value: EventValue = row.values.get(base.name)  # type: ignore[assignment]  # held as `Type` says
                if value is not None and (row.start is None or row.start <= time):
                    yield entity, part_of(field, value) if isinstance(field, PartField) else value

    # ── Sequences

    def follows(self, leaf: Follows, event: Event) -> Truth:
        """Whether an event of ``leaf.first`` of the same subject came before; unknown where the subject is."""
        if self.key(event) is None:
            return None
        return either(self.began(leaf, earlier, event) for earlier in self.candidates(leaf, event))

    def candidates(self, leaf: Follows, event: Event) -> list[Event]:
        """The events of the same subject that lie within the time before the event."""
        members = self.members(event)
        return [
            earlier
            for earlier in self.events
            if event.time - leaf.within <= earlier.time < event.time and self.key(earlier) in members
        ]

    def began(self, leaf: Follows, earlier: Event, event: Event) -> Truth:
        """Whether the earlier event is one of ``leaf.first`` and agrees and differs as it must."""
        return both(
            [truth_of(leaf.first, earlier, self.world), self.related(leaf.same, leaf.different, earlier, event)]
        )

    def related(self, same: tuple[Field, ...], different: tuple[Field, ...], first: Event, second: Event) -> Truth:
        """Whether two events agree in ``same`` and differ in ``different``; unknown where a value is missing."""
        return both(
            [self._equal(field, first, second) for field in same]
            + [opposite(self._equal(field, first, second)) for field in different]
        )

    def _equal(self, field: Field, first: Event, second: Event) -> Truth:
        values = [value_of(field, event, self.registers) for event in (first, second)]
        return None if None in values else values[0] == values[1]


def linked(key: Key, links: set[tuple[Key, int, Key]]) -> frozenset[Key]:
    """All entities that can be reached from one by common values."""
    reached: set[Key] = {key}
    while True:
        values = {(index, value) for entity, index, value in links if entity in reached}
        more = {entity for entity, index, value in links if (index, value) in values}
        if more <= reached:
            return frozenset(reached)
        reached |= more


def examined(case: Case) -> list[Key]:
    """The subjects (of groups, the entities) of the log's events in the audited period, in order of appearance."""
    found = {
        key: None
        for event in case.events
        if event.kind != "breach" and case.period.holds(event.time) and (key := case.key(event)) is not None
    }
    return list(found)
