"""Clauses of every kind: subjects, events, measures, statements, exceptions."""

from dataclasses import dataclass
from typing import Literal

from plainterms.policy import syntax
from plainterms.policy.schema import MILLION
from plainterms.policy.syntax import Measure, Name, Number, Path, Percent, Selection, Sequence, Text

from .conditions import Conditions, Names, fields_of
from .dice import Dice
from .vocabulary import KINDS, NUMBERS

PERCENTAGES = tuple(Percent(value) for value in (0, 25_000_000, 33_333_333, 50_000_000, 66_666_667, 100_000_000))
UNITS: tuple[syntax.CalendarUnit, ...] = ("day", "day", "week", "month", "quarter", "year")
LINKED = (("account",), ("device",), ("country",), ("account", "tier"), ("end_user",), ("time", "date"))
FURTHER = (("organisation",), ("email", "domain"), ("time", "hour"), ("account", "seats"), ("home", "fingerprint"))
COUNTED = (*LINKED[:3], *LINKED, *FURTHER)
AT_LEAST: tuple[syntax.Comparator, ...] = ("at least", "more than")
AT_MOST: tuple[syntax.Comparator, ...] = ("at most", "fewer than")

Windows = Literal["sliding", "calendar", "none"]


@dataclass(frozen=True)
class Judged:
    """Whose conduct a clause judges, and of which register bounds may be taken; ``kinds`` may be counted."""

    section: syntax.Section
    register: str
    kinds: tuple[str, ...]


@dataclass
class Clauses:
    """Makes clauses. ``made`` are the names of those that can be in breach."""

    dice: Dice
    names: Names
    made: list[str]

    def clause(self, name: str) -> syntax.Clause:
        """A clause with a statement of any kind."""
        judged = self.subject()
        cure = syntax.Cure(self.dice.choice(self.names.durations))
        sections: list[syntax.Section] = [judged.section]
        match self.dice.weighted(prohibits=9, limits=3, permits=1, requires=5):
            case "prohibits":
                statement, kinds = self.prohibits(judged)
            case "limits":
                statement, kinds = self.limits(judged)
            case "permits":
                selection, kinds = self.selection(judged, plain=True)
                statement = syntax.Permits(Measure(syntax.Any(selection)))
            case _:
                statement, kinds = self.requires(judged)
        sections += [statement, *self.exceptions(kinds)]
        permits = isinstance(statement, syntax.Permits) and isinstance(statement.measure.bounded, syntax.Any)
        if not permits:
            self.made.append(name)
            severity = syntax.Severity(Name(self.dice.choice(("low", "high"))))
            sections += [severity, *([cure] if self.dice.often(0.35) else []), *self.words()]
        return syntax.Clause(Name(name), Text(f"Clause {name}"), tuple(sections))

    def words(self) -> list[syntax.Section]:
        """What is said of a clause and follows from its breach, and changes nothing of its meaning."""
        cites, note = syntax.Cites(Text("1.2"), Text("words of the clause")), syntax.Note(Text("a note"))
        action = syntax.Action(Name("notify"), Text("legal"))
        said: list[syntax.Section] = [cites, note, syntax.OnBreach((syntax.Action(Name("review")), action))]
        return [section for section in said if self.dice.often(0.2)]

    # ── Subjects

    def subject(self) -> Judged:
        """Any subject."""
        kinds = tuple(KINDS)
        match self.dice.weighted(account=7, entity=3, field=2, part=2, register=2, group=6, service=2):
            case "account":
                return Judged(syntax.ForEach(Path(("account",))), "account", kinds)
            case "entity":
                entity = self.dice.choice(("organisation", "end_user"))
                return Judged(syntax.ForEach(Path((entity,))), entity, kinds)
            case "field":
                return Judged(syntax.ForEach(Path((self.dice.choice(("device", "country")),))), "", kinds)
            case "part":
                part = self.dice.choice(("template", "template", "domain", "hour", "date"))
                if part == "template":
                    return Judged(syntax.ForEach(Path(("prompt", "template"))), "", ("request",))
                return Judged(syntax.ForEach(Path(("email" if part == "domain" else "time", part))), "", kinds)
            case "register":
                fields = (("account", "tier"), ("organisation", "plan"), ("account", "seats"), ("account", "counsel"))
                return Judged(syntax.ForEach(Path(self.dice.choice(fields))), "", kinds)
            case "group":
                return self.group(kinds)
            case _:
                return Judged(syntax.ForWholeService(), "", kinds)

    def group(self, kinds: tuple[str, ...]) -> Judged:
        """A group of linked entities."""
        entity = self.dice.choice(("account", "account", "end_user"))
        declared = ("account", "payment_fingerprint") if entity == "account" else ("home", "fingerprint")
        ways = (("device",), ("payment_fingerprint",), declared, ("email", "domain"), ("model", "family"))
        sharing = tuple(Path(way) for way in self.dice.some(ways, 1, 2))
        ignored = Name("shared") if self.dice.often(0.3) else None
        return Judged(syntax.ForEachGroup(Name(entity), sharing, ignored), entity, kinds)

    # ── Events

    def selection(
        self, judged: Judged, links: tuple[syntax.Link, ...] = (), plain: bool = False
    ) -> tuple[Selection, frozenset[str]]:
        """Events of one kind or, unless ``plain``, definition."""
        if judged.kinds == ("request",):
            kind, kinds = "request", frozenset({"request"})
        elif self.names.events and not plain and self.dice.often(0.3):
            kind = self.dice.choice(sorted(self.names.events))
            kinds = self.names.events[kind]
        else:
            kind = self.dice.choices(judged.kinds, [8 if one == "request" else 1 for one in judged.kinds])[0]
            kinds = frozenset({kind})
        where = Conditions(self.dice, self.names, kinds).any(1) if self.dice.often(0.4) else None
        return Selection(Name(kind), links, where), kinds

    def events(
        self, judged: Judged, links: tuple[syntax.Link, ...] = (), breaches: float = 0.25
    ) -> tuple[syntax.Events, frozenset[str]]:
        """A selection, a sequence, or (that often) the breaches of another clause."""
        if self.made and judged.kinds != ("request",) and self.dice.often(breaches):
            kinds = frozenset({"breach"})
            where = Conditions(self.dice, self.names, kinds).any(1) if self.dice.often(0.3) else None
            name = tuple(self.dice.choice(self.made).split("."))
            return Selection(syntax.BreachOf(Path(name)), links, where), kinds
        if not links and self.dice.often(0.2):
            return self.sequence(judged)
        return self.selection(judged, links)

    def sequence(self, judged: Judged) -> tuple[Sequence, frozenset[str]]:
        """`A followed within D by B`."""
        whole = Judged(judged.section, judged.register, tuple(KINDS))
        if self.made and self.dice.often(0.15):
            first: Selection = Selection(syntax.BreachOf(Path(tuple(self.dice.choice(self.made).split(".")))))
        else:
            first, _ = self.selection(whole)
        then, kinds = self.selection(judged, self.links())
        return Sequence(first, self.dice.choice(self.names.durations), then), kinds

    def links(self) -> tuple[syntax.Link, ...]:
        """`with same F with different F`."""
        if self.dice.often(0.5):
            return ()
        paths = [Path(parts) for parts in self.dice.some(LINKED, 1, 2)]
        return tuple(syntax.Link(self.dice.choice(("same", "different")), path) for path in paths)

    # ── Measures

    def measure(
        self,
        judged: Judged,
        comparators: tuple[syntax.Comparator, ...],
        window: syntax.Window | None,
        linked: bool = False,
        breaches: float = 0.25,
    ) -> tuple[Measure, frozenset[str]]:
        """A bounded quantity. ``linked`` says that its events may be compared with a trigger's."""
        events, kinds = self.events(judged, self.links() if linked else (), breaches)
        return Measure(self.bounded(judged, self.dice.choice(comparators), events, kinds), window), kinds

    def bounded(
        self, judged: Judged, comparator: syntax.Comparator, events: syntax.Events, kinds: frozenset[str]
    ) -> syntax.Counted | syntax.ShareBeing | syntax.ShareSharing:
        """A bound on some quantity of the events."""
        amount, part = self.amount(judged, 4)
        match self.dice.weighted(count=5, different=4, total=3, being=3, sharing=3):
            case "different":
                path = Path(self.dice.choice([*COUNTED, *([("prompt", "template")] if "request" in kinds else [])]))
                return syntax.Counted(comparator, amount, syntax.Different(path, events), part)
            case "total":
                return syntax.Counted(comparator, amount, syntax.Total(Path(self.added(kinds)), events), part)
            case "being" if "breach" not in kinds:
                return syntax.ShareBeing(comparator, self.share(judged), events, self.part(kinds))
            case "sharing":
                return syntax.ShareSharing(comparator, self.share(judged), events, Path(self.dice.choice(COUNTED)))
            case _:
                return syntax.Counted(comparator, amount, events, part)

    def added(self, kinds: frozenset[str]) -> tuple[str, ...]:
        """A number that can be added up."""
        own = [(name,) for name in fields_of(kinds) if name in NUMBERS]
        further = [("account", name) for name in ("seats", "floor", "quota")]
        return self.dice.choice([*own, *own, *own, *further, ("time", "hour")])

    def part(self, kinds: frozenset[str]) -> syntax.Events:
        """Events of which some are among those of the kinds."""
        kind = self.dice.choice(sorted(kinds))
        where = Conditions(self.dice, self.names, frozenset({kind})).any()
        if self.dice.often(0.2):
            first = Selection(Name(self.dice.choice(sorted(KINDS))))
            return Sequence(first, self.dice.choice(self.names.durations), Selection(Name(kind), self.links(), where))
        return Selection(Name(kind), (), where)

    def amount(self, judged: Judged, most: int) -> tuple[syntax.Amount, Path | None]:
        """A number, a `let`, a field of the subject's register, or a part of one."""
        fields = {"account": ("quota", "floor", "seats"), "organisation": ("allowance",)}.get(judged.register, ())
        if fields and self.dice.often(0.25):
            path = Path((judged.register, self.dice.choice(fields)))
            return (self.dice.choice(PERCENTAGES[1:]), path) if self.dice.often(0.4) else (path, None)
        if self.names.numbers and self.dice.often(0.15):
            return Path((self.dice.choice(self.names.numbers),)), None
        value = self.dice.randint(1, most) * MILLION
        return Number(value - 500_000 if self.dice.often(0.1) else value), None

    def share(self, judged: Judged) -> syntax.Amount:
        """A percentage."""
        if judged.register == "account" and self.dice.often(0.3):
            return Path(("account", "part"))
        return self.dice.choice(PERCENTAGES)

    # ── Statements

    def window(self, sort: Windows) -> syntax.Window | None:
        """A window of a measure."""
        match sort:
            case "sliding":
                return syntax.Sliding(self.dice.choice(self.names.durations))
            case "calendar":
                return syntax.PerCalendar(self.dice.choice(UNITS))
            case "none":
                return None

    def sort(self) -> Windows:
        """Which windows measures have."""
        chosen: dict[str, Windows] = {"sliding": "sliding", "calendar": "calendar", "none": "none"}
        return chosen[self.dice.weighted(sliding=6, calendar=3, none=1.5)]

    def prohibits(self, judged: Judged) -> tuple[syntax.Section, frozenset[str]]:
        """One to three measures, or `any`."""
        if self.dice.often(0.3):
            events, kinds = self.events(judged)
            return syntax.Prohibits((Measure(syntax.Any(events), self.window(self.sort())),)), kinds
        sort = self.sort()
        count = int(self.dice.weighted(**{"1": 5, "2": 3, "3": 1}))
        found = [self.measure(judged, AT_LEAST, self.window(sort))]
        for _ in range(count - 1):
            mixed: Windows = "none" if sort == "none" else self.dice.choice(("sliding", "calendar"))
            comparators = AT_MOST if self.dice.often(0.4) else AT_LEAST
            found.append(self.measure(judged, comparators, self.window(mixed), breaches=0.5))
        kinds = frozenset[str]().union(*(kinds for _, kinds in found))
        return syntax.Prohibits(tuple(measure for measure, _ in found)), kinds

    def limits(self, judged: Judged) -> tuple[syntax.Section, frozenset[str]]:
        """`permits at most`."""
        measure, kinds = self.measure(judged, AT_MOST, self.window(self.sort()))
        return syntax.Permits(measure), kinds

    def requires(self, judged: Judged) -> tuple[syntax.Section, frozenset[str]]:
        """A duty. Of a periodic one no kinds are returned: nothing is tested for exceptions."""
        grouped = isinstance(judged.section, syntax.ForEachGroup)
        match self.dice.weighted(after=5, before=3, calendar=0 if grouped else 3, none=0 if grouped else 1):
            case "calendar":
                window: syntax.Window | None = syntax.PerCalendar(self.dice.choice(UNITS))
            case "none":
                window = None
            case direction:
                events, kinds = self.events(judged)
                duration = self.dice.choice(self.names.durations)
                window = (syntax.After if direction == "after" else syntax.Before)(duration, events)
                return syntax.Requires(self.measure(judged, AT_LEAST, window, linked=True)[0]), kinds
        return syntax.Requires(self.measure(judged, AT_LEAST, window)[0]), frozenset()

    def exceptions(self, kinds: frozenset[str]) -> list[syntax.Section]:
        """None to two exceptions."""
        if not kinds or self.dice.often(0.5):
            return []
        conditions = Conditions(self.dice, self.names, kinds, asks=True)
        return [
            syntax.Exception_(
                Name(f"exc{number}"),
                Text(f"exception {number}"),
                conditions.any(1),
                conditions.any(1) if self.dice.often(0.4) else None,
            )
            for number in range(1, self.dice.randint(1, 2) + 1)
        ]
