"""Well-typed documents of all constructs, as trees: definitions, versions, permissions, flow-down."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from plainterms.policy import syntax
from plainterms.policy.schema import MILLION
from plainterms.policy.syntax import Document, Head, Name, Number, Text

from .clauses import Clauses, Judged
from .conditions import Conditions, Names
from .dice import Dice
from .vocabulary import BACK_OVER_MIDNIGHT, DAYS, DECLARATIONS, DURATIONS, KINDS, TEXTS, ZONES

EPOCH = date(1970, 1, 1).toordinal()
PLACES = "code,name\nIR,Iran\nFR,France\n"


@dataclass(frozen=True)
class Library:
    """Documents that are audited together, the documents that these name, and tables."""

    documents: tuple[Document, ...]
    files: dict[str, Document] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=lambda: {"places.csv": PLACES})
    zone: str = "UTC"
    day: int = 0


@dataclass
class Author:
    """Writes documents about one day, in one timezone."""

    dice: Dice
    day: int
    zone: str
    durations: tuple[syntax.Duration, ...]
    clauses: int = 3

    def library(self) -> Library:
        """One document or several."""
        match self.dice.weighted(one=6, versions=3, precedence=1, flow_down=2, used=2):
            case "versions":
                return self.made(self.versions())
            case "precedence":
                return self.made([self.document("T"), self.prevailing()])
            case "flow_down":
                return self.flow_down()
            case "used":
                return self.used()
            case _:
                return self.made([self.document("T")])

    def made(self, documents: Sequence[Document], files: dict[str, Document] | None = None) -> Library:
        """The documents in random order."""
        mixed = tuple(self.dice.sample(list(documents), len(documents)))
        return Library(mixed, files or {}, zone=self.zone, day=self.day)

    # ── Documents

    def document(self, title: str, version: str = "1") -> Document:
        """A document with its own declarations."""
        names = Names(self.day, self.durations)
        items = [*DECLARATIONS, *self.declared(names)]
        return Document(self.head(title, version), (*items, *self.written(names)))

    def written(self, names: Names, prefix: str = "rule", made: list[str] | None = None) -> list[syntax.Item]:
        """Some clauses."""
        clauses = Clauses(self.dice, names, made if made is not None else [])
        return [clauses.clause(f"{prefix}{number}") for number in range(1, self.dice.randint(1, self.clauses) + 1)]

    def head(self, title: str, version: str, *more: syntax.HeadPart, dated: float = 0.3) -> Head:
        """The head of a document, often with dates."""
        parts: list[syntax.HeadPart] = [syntax.Version(Text(version)), syntax.Timezone(Text(self.zone)), *more]
        if self.dice.often(dated):
            parts.append(self.in_force(self.day + self.dice.randint(-1, 1)))
        if self.dice.often(0.1):
            parts.append(syntax.Cure(syntax.Duration(1, "day")))
        if self.dice.often(0.1):
            parts += [syntax.Source(Text("https://example.org/terms")), syntax.Published(syntax.Date(self.day))]
        return Head(Text(title), tuple(parts))

    def in_force(self, start: int) -> syntax.InForce:
        """From a day on, or up to another."""
        end = syntax.Date(start + self.dice.randint(1, 3)) if self.dice.often(0.4) else None
        return syntax.InForce(syntax.Date(start), end)

    def versions(self) -> list[Document]:
        """Two versions of a document; what they say differs, or only when they apply."""
        first = self.document("T", "1")
        changed = self.document("T", "2") if self.dice.often(0.5) else first
        if self.dice.often(0.4):
            heads = [self.head("T", version, syntax.AppliesOnAcceptance(), dated=0.8) for version in ("1", "2")]
        else:
            start = self.day + self.dice.randint(-1, 1)
            dates = [self.in_force(start - self.dice.randint(1, 2)), self.in_force(start)]
            heads = [self.head("T", str(number), date, dated=0) for number, date in enumerate(dates, 1)]
        return [replace(one, head=head) for one, head in zip((first, changed), heads, strict=True)]

    def prevailing(self) -> Document:
        """A document that permits what another prohibits."""
        names = Names(self.day, self.durations)
        selection, kinds = Clauses(self.dice, names, []).selection(_ANYONE, plain=True)
        statement = syntax.Permits(syntax.Measure(syntax.Any(selection)))
        sections = (_ANYONE.section, statement, *Clauses(self.dice, names, []).exceptions(kinds))
        permission = syntax.Clause(Name("leave"), Text("Leave"), sections)
        head = self.head("Order form", "1", syntax.PrevailsOver((Text("T"),)), dated=0.6)
        return Document(head, (*DECLARATIONS, *self.declared(names), permission, *self.written(names, "form")))

    def flow_down(self) -> Library:
        """A document that makes another's clauses bind."""
        upstream = self.document("Upstream", "7")
        names = Names(self.day, self.durations)
        made = [f"up.{item.name.text}" for item in upstream.items if _can_be_breached(item)]
        renamings = (syntax.Renaming(Name("organisation"), Name("end_user")),) if self.dice.often(0.5) else ()
        where = Conditions(self.dice, names, frozenset()).any(1) if self.dice.often(0.5) else None
        incorporates = syntax.Incorporates(Text("upstream.terms"), Name("up"), renamings, where)
        items = [*DECLARATIONS, incorporates, *self.declared(names), *self.written(names, made=made)]
        return self.made([Document(self.head("T", "1"), tuple(items))], {"upstream.terms": upstream})

    def used(self) -> Library:
        """A document that takes its definitions and parameters from a file."""
        names = Names(self.day, self.durations)
        common = Document(None, (*DECLARATIONS, *self.declared(names)))
        arguments = tuple(
            syntax.Argument(Name(name), Number(self.dice.randint(1, 3) * MILLION)) for name in names.numbers[:1]
        )
        items = (syntax.Use(Text("common.terms"), arguments), *self.written(names))
        return self.made([Document(self.head("T", "1"), items)], {"common.terms": common})

    # ── Declarations

    def declared(self, names: Names) -> list[syntax.Item]:
        """Lists, parameters, conditions and events, all declared in ``names``."""
        items: list[syntax.Item] = [syntax.ListOfValues(Name("shared"), (Text("d0"), Text("p1")))]
        items += [self.list_of(names, f"list{number}") for number in range(self.dice.randint(0, 2))]
        if self.dice.often(0.4):
            items.append(syntax.Let(Name("bound1"), Number(self.dice.randint(1, 3) * MILLION)))
            names.numbers.append("bound1")
        if self.dice.often(0.1):
            items.append(syntax.Let(Name("switch1"), syntax.YesNo(self.dice.often(0.5))))
            names.switches.append("switch1")
        for number in range(self.dice.randint(0, 2)):
            items.append(self.condition(names, f"cond{number}"))
        for number in range(self.dice.randint(0, 2)):
            items.append(self.events(names, f"evt{number}"))
        return items

    def list_of(self, names: Names, name: str) -> syntax.Item:
        """A list of texts or numbers, sometimes open."""
        among_others = self.dice.often(0.4)
        if self.dice.often(0.2):
            names.lists[name] = "number"
            return syntax.ListOfValues(Name(name), (Number(MILLION), Number(2 * MILLION)), among_others)
        names.lists[name] = "text"
        if self.dice.often(0.1):
            return syntax.ListFromFile(Name(name), Text("places.csv"), Text("code"), among_others)
        values = (*TEXTS["country"], *TEXTS["plan"], *TEXTS["device"], "a")
        return syntax.ListOfValues(Name(name), tuple(Text(one) for one in self.dice.some(values, 1, 4)), among_others)

    def condition(self, names: Names, name: str) -> syntax.Item:
        """A defined condition on what every event has."""
        asks = self.dice.often(0.3)
        meaning = Conditions(self.dice, names, frozenset(), asks).any()
        (names.asking if asks else names.conditions).append(name)
        return syntax.DefineCondition(Name(name), meaning)

    def events(self, names: Names, name: str) -> syntax.Item:
        """Defined events: a selection, a sequence, or any of several."""
        clauses = Clauses(self.dice, names, [])
        meaning: syntax.Selection | syntax.Sequence | syntax.AnyOf
        match self.dice.weighted(selection=3, sequence=1, any_of=2):
            case "selection":
                meaning, kinds = clauses.selection(_ANYONE)
            case "sequence":
                meaning, kinds = clauses.sequence(_ANYONE)
            case _:
                chosen = self.dice.some((*KINDS, *names.events), 2, 3)
                meaning = syntax.AnyOf(tuple(Name(one) for one in chosen))
                kinds = frozenset[str]().union(*(names.events.get(one, frozenset({one})) for one in chosen))
        names.events[name] = kinds
        return syntax.DefineEvent(Name(name), meaning)


_ANYONE = Judged(syntax.ForWholeService(), "", tuple(KINDS))


def _can_be_breached(item: syntax.Item) -> bool:
    if not isinstance(item, syntax.Clause):
        return False
    statements = [section for section in item.sections if isinstance(section, syntax.Permits)]
    return not any(isinstance(statement.measure.bounded, syntax.Any) for statement in statements)


def library(dice: Dice, clauses: int = 3) -> Library:
    """Documents about a random day in a random timezone; they share few durations, so that borders coincide."""
    zone, day = BACK_OVER_MIDNIGHT if dice.often(0.05) else (dice.choice(ZONES), dice.choice(DAYS))
    durations = dice.some(DURATIONS, 1, 2)
    return Author(dice, date.fromisoformat(day).toordinal() - EPOCH, zone, durations, clauses).library()
