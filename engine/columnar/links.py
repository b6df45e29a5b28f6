"""Links between entities: who shares a value with whom, and from which event of the total order on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from plainterms.engine.columnar.arrays import Bools, Ints
from plainterms.engine.columnar.columns import Columns, taken
from plainterms.engine.parts import part_of
from plainterms.engine.registers import RegisterTable
from plainterms.policy.meaning import Field, GroupSubject, PartField, RegisterField


@dataclass(frozen=True)
class Links:
    """(entity, value, position from which it holds), one of each for a pair; numbers of values differ by field."""

    entity: Ints
    value: Ints
    since: Ints


@dataclass(frozen=True)
class Numbered:
    """The values of a field and further ones, by number; their numbers are only looked up where someone asks."""

    base: Sequence[Any]
    more: list[object] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.base) + len(self.more)

    def take(self, numbers: Ints) -> list[Any]:
        """Some of the values."""
        found = taken(self.base, np.where(numbers < len(self.base), numbers, -1))
        for place in np.flatnonzero(numbers >= len(self.base)).tolist():
            found[place] = self.more[int(numbers[place]) - len(self.base)]
        return found

    def numbers(self, wanted: Sequence[object]) -> list[int]:
        """The numbers of some values; new ones are added."""
        if not wanted:
            return []
        known = {value: number for number, value in enumerate((*self.base, *self.more))}
        for value in wanted:
            if value not in known:
                known[value] = len(self)
                self.more.append(value)
        return [known[value] for value in wanted]


@dataclass(frozen=True)
class Linked:
    """The links of a log, and all its entities and those of registers by number."""

    links: Links
    entities: Numbered


def linked(
    subject: GroupSubject, facts: Columns, registers: Mapping[str, RegisterTable], logged: Bools | None
) -> Linked:
    """The links that join entities, by events (those marked as ``logged``; None: all) and by register rows."""
    entities = Numbered(facts.codes(subject.entity).values)
    pieces, offset = [], 0
    for of in subject.sharing:
        known = Numbered(facts.codes(of).values)
        told = _told(list(_declared(subject, of, registers)), entities, known, facts)
        ignored = known.numbers(subject.ignoring)
        pieces.append(_shared(_seen(subject, facts, of, logged), told, len(known), ignored, offset))
        offset += len(known)
    return Linked(_joined(pieces), entities)


def _declared(
    subject: GroupSubject, field: Field, registers: Mapping[str, RegisterTable]
) -> Iterator[tuple[object, object, int | None]]:
    """(entity, value, since when) as the rows of a register keyed by the entity give it."""
    base = field.of if isinstance(field, PartField) else field
    if not isinstance(base, RegisterField) or base.key != subject.entity or base.register not in registers:
        return
    for entity, rows in registers[base.register].rows.items():
        for row in rows:
            value = row.values.get(base.name)
            if value is not None and isinstance(field, PartField):
                value = part_of(field, value)
            if value is not None:
                yield entity, value, row.start


def _told(
    declared: list[tuple[object, object, int | None]], entities: Numbered, known: Numbered, facts: Columns
) -> Links:
    """What registers say, as numbers; a row that begins after the last event links nobody."""
    entity = np.array(entities.numbers([entity for entity, _, _ in declared]), dtype=np.int64)
    value = np.array(known.numbers([value for _, value, _ in declared]), dtype=np.int64)
    lowest = -(2**63)
    start = np.array([lowest if start is None else start for _, _, start in declared], dtype=np.int64)
    since = np.searchsorted(facts.time, start).astype(np.int64)
    return Links(entity, value, since)


def _seen(subject: GroupSubject, facts: Columns, field: Field, logged: Bools | None) -> Links:
    """What events say, each event's link."""
    entity, value = facts.codes(subject.entity).of, facts.codes(field).of
    known = (entity >= 0) & (value >= 0)
    if logged is not None:
        known &= logged
    positions = np.flatnonzero(known)
    return Links(entity[positions], value[positions], positions)


def _shared(seen: Links, told: Links, values: int, ignored: list[int], offset: int) -> Links:
    """The first link of each pair, of values that two entities share and that are not to be ignored."""
    shared = np.zeros(values, dtype=bool)
    first = np.full(values, -1, dtype=np.int64)
    for links in (seen, told):
        first[links.value[::-1]] = links.entity[::-1]
    for links in (seen, told):
        shared[links.value[links.entity != first[links.value]]] = True
    shared[ignored] = False
    entity, value, since = (
        np.concatenate([getattr(links, name)[shared[links.value]] for links in (seen, told)])
        for name in ("entity", "value", "since")
    )
    order = np.lexsort((since, entity, value))
    entity, value, since = entity[order].astype(np.int64), value[order].astype(np.int64), since[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (entity[1:] != entity[:-1]) | (value[1:] != value[:-1])
    return Links(entity[fresh], value[fresh] + offset, since[fresh].astype(np.int64))


def _joined(pieces: list[Links]) -> Links:
    """The links of all fields in the order in which they come to hold."""
    entity = np.concatenate([piece.entity for piece in pieces])
    value = np.concatenate([piece.value for piece in pieces])
    since = np.concatenate([piece.since for piece in pieces])
    order = np.argsort(since, kind="stable")
    return Links(entity[order], value[order], since[order])
