"""Logs that sit on the boundaries of a plan: its durations, its calendar borders, its dates, its values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from plainterms.engine.calendars import period_end, period_start
from plainterms.engine.conditions import value_of
from plainterms.engine.events import Event, EventValue, Period
from plainterms.engine.findings import field_name, value_text
from plainterms.engine.needs import appearance_columns, event_columns
from plainterms.engine.plan import Plan, leaves
from plainterms.engine.registers import RULINGS, RegisterTable, Row, ruling_key
from plainterms.policy.instants import start_of_day
from plainterms.policy.meaning import (
    CalendarWindow,
    Distinct,
    ElapsedWithin,
    EventField,
    Follows,
    GroupSubject,
    KindIs,
    ModeShare,
    RegisterField,
    RulingField,
    SlidingWindow,
    TimeIn,
    TriggeredDuty,
)
from plainterms.policy.schema import ENTITY_FIELDS

from .dice import Dice
from .vocabulary import KINDS, LISTS, NUMBERS, REGISTERS, TEXTS, YES_NO

HOUR = 3_600_000_000
SHARED = ("device", "payment_fingerprint", "email", "model")
STRANGE = ("E", "É1", "zz", "~", " x", "e\u0301", "\uff5e1", "\U0001f600", "\ufffd", "0")
IDS = (*(f"e{number}" for number in range(60)), *STRANGE)


@dataclass(frozen=True)
class Given:
    """What is audited: records as they come (an id may repeat), registers, period."""

    records: tuple[Event, ...]
    registers: dict[str, RegisterTable] = field(default_factory=dict)
    period: Period = field(default_factory=Period)


@dataclass
class Clerk:
    """Writes logs for a plan about a day (days since 1970) in a timezone."""

    dice: Dice
    plan: Plan
    day: int
    zone: str
    palettes: dict[str, Sequence[str]] = field(default_factory=dict)

    def given(self, size: int) -> Given:
        """A log of up to so many events, registers and a period."""
        self.palettes.clear()
        lacking = self.dice.choice((0, 0, 0.05, 0.25))
        ids = self.dice.sample(IDS, self.dice.randint(min(3, size), size))
        events = [self.event(one, time, lacking) for one, time in zip(ids, self.times(len(ids)), strict=True)]
        events = self.joined(self.cured(events))
        registers = self.registers(events)
        return Given(tuple(self.repeated(events)), registers, self.period(events))

    # ── What the plan looks at

    @cached_property
    def nodes(self) -> list[object]:
        """Each part of the plan."""
        return [node for clause in self.plan.clauses for node in leaves(clause)]

    @cached_property
    def columns(self) -> list[str]:
        """The event fields that the plan looks at."""
        return sorted(event_columns(self.plan) - {"id", "time", "kind"})

    @cached_property
    def appearances(self) -> list[str]:
        """The columns that a matches file would tell."""
        return sorted(appearance_columns(self.plan))

    @cached_property
    def kinds(self) -> list[str]:
        """Kinds of events, those that the plan counts more often."""
        counted = [kind for node in self.nodes if isinstance(node, KindIs) for kind in node.kinds]
        found = ["request", *KINDS, *(counted * 6)]
        if self.plan.accepted_documents:
            found += ["acceptance"] * len(found)
        if self.cures:
            found += ["notice"] * (len(found) // 4)
        return found

    @cached_property
    def cures(self) -> list[int]:
        """The times to cure."""
        versions = [version for clause in self.plan.clauses for version in clause.versions]
        return sorted({version.cure for version in versions if version.cure is not None})

    @cached_property
    def lengths(self) -> list[int]:
        """The times after which duties fall due."""
        return sorted({node.length for node in self.nodes if isinstance(node, TriggeredDuty)})

    @cached_property
    def grouped(self) -> frozenset[str]:
        """The entities of which groups are formed."""
        return frozenset(node.entity.name for node in self.nodes if isinstance(node, GroupSubject))

    @cached_property
    def compared(self) -> frozenset[str]:
        """The fields of which different values, or the most frequent, are counted."""
        counted = [node.field for node in self.nodes if isinstance(node, Distinct | ModeShare)]
        return frozenset(one.name for one in counted if isinstance(one, EventField))

    @cached_property
    def durations(self) -> list[int]:
        """The lengths of windows, sequences, duties and other times."""
        return sorted(set(self._durations())) or [HOUR]

    def _durations(self) -> Iterator[int]:
        for node in self.nodes:
            match node:
                case SlidingWindow(length) | TriggeredDuty(length=length):
                    yield length
                case Follows(within=within) | ElapsedWithin(within=within):
                    yield within
        yield from self.cures

    @cached_property
    def units(self) -> list[CalendarWindow]:
        """The calendar windows, and days in any case."""
        return [CalendarWindow("day", self.zone), *(node for node in self.nodes if isinstance(node, CalendarWindow))]

    @cached_property
    def borders(self) -> list[int]:
        """Dates of documents, and beginnings of the days around."""
        dates = [end for node in self.nodes if isinstance(node, TimeIn) for end in (node.start, node.end)]
        days = [start_of_day(self.day + shift, self.zone) for shift in (-1, 0, 1, 2)]
        return [*(date for date in dates if date is not None), *days]

    # ── Times

    def times(self, count: int) -> list[int]:
        """Times at and about each other's borders, in no order: on the points of a grid, or in a walk."""
        scale = self.dice.choice(self.durations)
        times = [self.dice.choice(self.borders) + self.dice.choice((0, 0, -1, 1, HOUR, scale // 3))]
        parts = self.dice.choice((1, 2, 3))
        walk = self.dice.often(0.5)
        while len(times) < count:
            times.append(self.next(times, scale) if walk else self.point(times[0], scale // parts, parts))
        self.dice.shuffle(times)
        return times

    def point(self, first: int, step: int, parts: int) -> int:
        """A point of a grid some of whose points are exactly a duration apart, or just beside it."""
        return first + step * self.dice.randint(0, 2 * parts) + self.dice.choice((-1, 0, 0, 0, 0, 1))

    def next(self, times: Sequence[int], scale: int) -> int:
        """A further time."""
        last = self.dice.choice(times) if self.dice.often(0.3) else times[-1]
        match self.dice.weighted(same=4, step=7, tiny=2, inside=3, part=4, border=2, calendar=2):
            case "same":
                return last
            case "step":
                return last + self.dice.choice(self.durations) + self.dice.choice((-1, 0, 0, 1))
            case "tiny":
                return last + self.dice.choice((1, 2, 1_000_000))
            case "inside":
                return last + self.dice.randint(0, scale)
            case "part":
                return last + scale // self.dice.randint(2, 6)
            case "border":
                return self.dice.choice(self.borders) + self.dice.choice((-1, 0, 1))
            case _:
                window = self.dice.choice(self.units)
                turn = self.dice.choice((period_start, period_end))
                return turn(last, window.unit, window.timezone) + self.dice.choice((-1, 0, 1))

    # ── Events

    def event(self, identifier: str, time: int, lacking: float) -> Event:
        """An event of some kind, with some of its fields."""
        kind = self.dice.choice(self.kinds)
        names = [name for name in self.columns if name in ENTITY_FIELDS or self.has(kind, name)]
        values = {name: self.value(name) for name in names}
        values |= {name: self.dice.often(0.5) for name in self.appearances}
        kept = {name: one for name, one in values.items() if one is not None and not self.dice.often(lacking)}
        return Event(identifier, time, kind, kept)

    def has(self, kind: str, name: str) -> bool:
        """Whether events of the kind have the field."""
        return name in self.plan.schema.kinds[kind].fields

    def value(self, name: str) -> EventValue:
        """A value of a field."""
        if name in TEXTS:
            return self.dice.choice(self.palette(name))
        if name in NUMBERS:
            return self.dice.choice(NUMBERS[name])
        if name in YES_NO:
            return self.dice.often(0.5)
        if name in LISTS:
            return self.dice.some(LISTS[name], 0, 2)
        match name:
            case "about":
                return self.dice.choice([None, *(clause.name for clause in self.plan.clauses)])
            case "document":
                return self.dice.choice([policy.title for policy in self.plan.policies] + ["Other"])
            case "version":
                return self.dice.choice([policy.version for policy in self.plan.policies])
        return None

    def cured(self, events: Sequence[Event]) -> list[Event]:
        """The events, some notices moved to where a breach is seen, and an event to where its cure must be done."""
        found = list(events)
        others = [place for place, event in enumerate(events) if event.kind != "notice"]
        for place, event in enumerate(events):
            if event.kind == "notice" and self.cures and len(others) > 1 and self.dice.often(0.8):
                first, last = self.dice.sample(others, 2)
                breach, due = found[first], self.dice.choice((0, *self.lengths))
                notice = breach.time + due + self.dice.choice((-1, 0, 0, 1))
                end = notice + self.dice.choice(self.cures) + self.dice.choice((-1, 0, 0, 1))
                own = {name: value for name, value in breach.fields.items() if name in ENTITY_FIELDS}
                found[place] = replace(event, time=notice, fields={**event.fields, **own})
                found[last] = replace(found[last], time=end, fields={**found[last].fields, **own})
        return found

    def joined(self, events: Sequence[Event]) -> list[Event]:
        """The events, where groups are formed with one late one that shares its values with an early one."""
        found = sorted(events, key=lambda event: event.order)
        if self.grouped and len(found) > 2 and self.dice.often(0.6):
            early, late = self.dice.choice(found[: len(found) // 2]), self.dice.randrange(len(found) // 2, len(found))
            shared = {name: value for name, value in early.fields.items() if name not in self.grouped}
            shared = {name: value for name, value in shared.items() if name in SHARED}
            found[late] = replace(found[late], fields={**found[late].fields, **shared})
        return found

    def palette(self, name: str) -> Sequence[str]:
        """The values that a text field has in this log: few, so that events meet."""
        if name not in self.palettes:
            fewest = 2 if name in self.grouped | self.compared else 1
            self.palettes[name] = self.dice.some(TEXTS[name], fewest, fewest + self.dice.choice((0, 0, 1, 2)))
        return self.palettes[name]

    def repeated(self, events: Sequence[Event]) -> list[Event]:
        """The events in random order, some of them again, and seldom in contradiction to themselves."""
        records = list(events)
        if self.dice.often(0.2):
            records += self.dice.some(events, 1, 3)
        if self.dice.often(0.1):
            records += [replace(one, time=one.time + 1) for one in self.dice.some(events, 1, 1)]
        if self.dice.often(0.1):
            records += [replace(one, fields={}) for one in self.dice.some(events, 1, 1)]
        return self.dice.sample(records, len(records))

    # ── Registers

    def registers(self, events: Sequence[Event]) -> dict[str, RegisterTable]:
        """The registers that the plan looks at, with rows that begin and end at events, and rulings."""
        wanted: dict[str, dict[str, RegisterField]] = {}
        for node in self.nodes:
            if isinstance(node, RegisterField) and not node.register.startswith("acceptance of "):
                wanted.setdefault(node.register, {})[node.name] = node
        tables = {}
        for register, fields in sorted(wanted.items()):
            if self.dice.often(0.95):
                keys = TEXTS[self.plan.schema.registers[register].key]
                rows = {key: self.rows(events, register, sorted(fields)) for key in keys if self.dice.often(0.85)}
                tables[register] = RegisterTable(register, rows)
        return self.rulings(events, tables)

    def rows(self, events: Sequence[Event], register: str, fields: Sequence[str]) -> tuple[Row, ...]:
        """Rows of one key: one for all times, or several that meet, overlap or leave a gap."""
        if self.dice.often(0.6):
            return (Row(None, None, self.attributes(events, register, fields)),)
        starts: list[int | None] = sorted({self.near(events) for _ in range(self.dice.randint(1, 2))})
        if self.dice.often(0.6):
            starts = [None, *starts]
        rows = []
        for start, following in zip(starts, [*starts[1:], None], strict=True):
            end = self.dice.choice((following, following, None, self.near(events)))
            if end is not None and start is not None and end <= start:
                end = None
            rows.append(Row(start, end, self.attributes(events, register, fields)))
        return tuple(rows)

    def attributes(self, events: Sequence[Event], register: str, fields: Sequence[str]) -> dict[str, object]:
        """Values of a row."""
        found: dict[str, object] = {}
        for name in fields:
            values = REGISTERS.get(register, REGISTERS["organisation"]).get(name)
            if self.dice.often(0.15):
                continue
            if name == "grace":
                found[name] = self.dice.choice(self.durations)
            elif values:
                found[name] = self.dice.choice(values)
            else:
                shift = self.dice.choice((0, *self.durations))
                found[name] = self.near(events) - shift + self.dice.choice((-1, 0, 0, 1))
        return found

    def near(self, events: Sequence[Event]) -> int:
        """A time at an event, or just after it."""
        return self.dice.choice(events).time + self.dice.choice((0, 0, 0, 1))

    def rulings(self, events: Sequence[Event], tables: dict[str, RegisterTable]) -> dict[str, RegisterTable]:
        """The tables, with answers to some of the questions."""
        rows: dict[str, tuple[Row, ...]] = {}
        for node in dict.fromkeys(node for node in self.nodes if isinstance(node, RulingField)):
            for event in events if self.dice.often(0.8) else ():
                key = None if node.key is None else value_of(node.key, event, tables)
                if node.key is None or key is not None:
                    entity = "service" if node.key is None else field_name(node.key)
                    name = "service" if node.key is None else value_text(key, node.key.type)
                    start = self.dice.choice((None, None, self.near(events)))
                    answer = {"answer": self.dice.often(0.5)}
                    rows.setdefault(ruling_key(node.question, entity, name), (Row(start, None, answer),))
        return {**tables, RULINGS: RegisterTable(RULINGS, rows)} if rows else tables

    # ── Period

    def period(self, events: Sequence[Event]) -> Period:
        """All times, or from and until times at which something is."""
        times = sorted(event.time for event in events)
        start, until = None, None
        if self.dice.often(0.3):
            start = self.dice.choice(times[: 1 + len(times) // 2]) + self.dice.choice((0, 0, 1))
        if self.plan.has_duty or self.dice.often(0.3):
            late = self.dice.choice(times[len(times) // 2 :])
            until = late + self.dice.choice((0, 0, 1, *self.durations, *(one + 1 for one in self.durations)))
        return Period(start, until)
