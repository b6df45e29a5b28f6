"""Links between entities: who shares a value with whom, and from which event of the total order on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np

from plainterms.engine.columnar.arrays import Bools, Ints, Places
from plainterms.engine.columnar.columns import Columns, taken
from plainterms.engine.parts import part_of
from plainterms.engine.registers import RegisterTable
from plainterms.policy.meaning import Field, GroupSubject, PartField, RegisterField

PORTION = 2**20
"""Events at a time."""


@dataclass(frozen=True)
class Links:
    """(entity, value, position from which it holds), one of each for a pair; numbers of values differ by field."""

    entity: Ints
    value: Ints
    since: Ints

    def only(self, keep: Bools) -> "Links":
        """Some of the links."""
        return Links(self.entity.compress(keep), self.value.compress(keep), self.since.compress(keep))


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
        seen = _Seen(facts.codes(subject.entity).of, facts.codes(of).of, logged)
        pieces.append(_shared(seen, told, len(known), ignored, offset))
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


@dataclass(frozen=True)
class _Seen:
    """What events say: which entity and which value each has, of the events that count (None: all)."""

    entity: Places
    value: Places
    logged: Bools | None

    def __iter__(self) -> Iterator[Links]:
        """Each event's link, portion by portion."""
        for start in range(0, len(self.entity), PORTION):
            entity, value = self.entity[start : start + PORTION], self.value[start : start + PORTION]
            known = (entity >= 0) & (value >= 0)
            if self.logged is not None:
                known &= self.logged[start : start + PORTION]
            places = np.flatnonzero(known)
            yield Links(entity.take(places), value.take(places), start + places)


def _shared(seen: _Seen, told: Links, values: int, ignored: list[int], offset: int) -> Links:
    """The first link of each pair, of values that two entities share and that are not to be ignored."""
    shared = np.zeros(values, dtype=bool)
    first = np.full(values, -1, dtype=np.int32)
    for links in chain(seen, (told,)):
        fresh = first.take(links.value) < 0
        first[links.value[fresh]] = links.entity[fresh]
        shared[links.value[links.entity != first.take(links.value)]] = True
    shared[ignored] = False
    return _firsts([links.only(shared.take(links.value)) for links in chain(seen, (told,))], offset)


def _firsts(pieces: list[Links], offset: int) -> Links:
    """The first link of each pair."""
    entity, value, since = (
        np.concatenate([getattr(links, name) for links in pieces]) for name in ("entity", "value", "since")
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
