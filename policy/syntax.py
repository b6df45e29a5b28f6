"""The tree of a Terms document as it was written: a frozen class for each rule of the grammar.

Two trees are equal when they say the same; where it stands in the text (``span``) does not count.
"""

from dataclasses import dataclass, field
from typing import Literal

Comparator = Literal["at least", "more than", "at most", "fewer than"]
Order = Literal[">=", "<=", ">", "<"]
CalendarUnit = Literal["day", "week", "month", "quarter", "year"]


@dataclass(frozen=True, order=True)
class Span:
    """Characters ``start`` to ``end`` (exclusive) of the document's text."""

    start: int
    end: int


NOWHERE = Span(0, 0)


@dataclass(frozen=True)
class Node:
    """What every part of the tree has."""

    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


# ── Words and values


@dataclass(frozen=True)
class Name(Node):
    """A name that the document declares or refers to."""

    text: str


@dataclass(frozen=True)
class Path(Node):
    """`country`, `account.created_at`, `account.created_at.hour`."""

    parts: tuple[str, ...]


@dataclass(frozen=True)
class PathAsOf(Node):
    """A register field as it stood on a date (days since 1970-01-01)."""

    path: Path
    date: int


@dataclass(frozen=True)
class Text(Node):
    """A quoted text; a line break inside the quotes reads as one space."""

    value: str


@dataclass(frozen=True)
class Number(Node):
    """A number in millionths."""

    value: int


@dataclass(frozen=True)
class Percent(Node):
    """A percentage in millionths: 50% is 50_000_000."""

    value: int


@dataclass(frozen=True)
class Date(Node):
    """A calendar day, days since 1970-01-01."""

    value: int


@dataclass(frozen=True)
class Time(Node):
    """An instant, microseconds since 1970-01-01T00:00Z."""

    value: int


@dataclass(frozen=True)
class Duration(Node):
    """A length of time: ``count`` of ``unit`` (singular); ``microseconds`` is what counts."""

    count: int
    unit: str

    @property
    def microseconds(self) -> int:
        """The length; of months and longer, which have none, an error was reported at parsing."""
        return self.count * MICROSECONDS[self.unit]


MICROSECONDS = {
    "second": 1_000_000,
    "minute": 60_000_000,
    "hour": 3_600_000_000,
    "day": 86_400_000_000,
    "week": 604_800_000_000,
}


@dataclass(frozen=True)
class YesNo(Node):
    """`yes` or `no`."""

    value: bool


@dataclass(frozen=True)
class Pattern(Node):
    """A regular expression; ``flags`` are the letters after the closing slash."""

    source: str
    flags: str = ""


Value = Text | Number | Percent | Date | Time | Duration | YesNo | Path
Length = Duration | Path
"""A duration written out, or the name of a `let`."""
FieldRef = Path | PathAsOf

# ── Conditions


@dataclass(frozen=True)
class Either(Node):
    """`A or B or …`."""

    operands: tuple["Condition", ...]


@dataclass(frozen=True)
class Both(Node):
    """`A and B and …`."""

    operands: tuple["Condition", ...]


@dataclass(frozen=True)
class Negation(Node):
    """`not A`."""

    operand: "Condition"


@dataclass(frozen=True)
class Truth(Node):
    """A yes/no field or a defined condition by itself."""

    of: FieldRef


@dataclass(frozen=True)
class Equal(Node):
    """`F is V`; ``negated``: `F is not V`."""

    left: FieldRef
    right: Value
    negated: bool = False


@dataclass(frozen=True)
class Ordered(Node):
    """`F >= V` and its like."""

    left: FieldRef
    order: Order
    right: Value


@dataclass(frozen=True)
class IsIn(Node):
    """`F is in LIST`; ``negated``: `F is not in LIST`."""

    left: FieldRef
    list: Name
    negated: bool = False


@dataclass(frozen=True)
class IsMissing(Node):
    """`F is missing`; ``negated``: `F is not missing`."""

    left: FieldRef
    negated: bool = False


@dataclass(frozen=True)
class Elapsed(Node):
    """`[F is] within D after F`; without ``left`` the event's own time."""

    left: FieldRef | None
    within: Length
    after: FieldRef


@dataclass(frozen=True)
class Contains(Node):
    """`F contains V`, `F contains any of V, …`."""

    left: FieldRef
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Matches(Node):
    """`F matches /re/i`, `F matches any of /re/, …`."""

    left: FieldRef
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True)
class Resembles(Node):
    """`F resembles "…"`, `F resembles any of "…", …`."""

    left: FieldRef
    texts: tuple[Text, ...]


@dataclass(frozen=True)
class Appears(Node):
    """`F appears in samples "NAME" [allowing chance of ONE in N]`."""

    left: FieldRef
    samples: Text
    chance: tuple[Number, Number] | None = None


@dataclass(frozen=True)
class Judged(Node):
    """`judged "words"`: a question that only a person can answer."""

    question: Text


Condition = (
    Either
    | Both
    | Negation
    | Truth
    | Equal
    | Ordered
    | IsIn
    | IsMissing
    | Elapsed
    | Contains
    | Matches
    | Resembles
    | Appears
    | Judged
)

# ── Events


@dataclass(frozen=True)
class BreachOf(Node):
    """`breach of CLAUSE`: the openings of another clause's findings."""

    clause: Path


@dataclass(frozen=True)
class Link(Node):
    """`with same F` or `with different F`."""

    relation: Literal["same", "different"]
    of: Path


@dataclass(frozen=True)
class Selection(Node):
    """`KIND [with same F] [with different F] [where COND]`."""

    kind: Name | BreachOf
    links: tuple[Link, ...] = ()
    where: Condition | None = None


@dataclass(frozen=True)
class Sequence(Node):
    """`A followed within D by B`."""

    first: Selection
    within: Length
    then: Selection


Events = Selection | Sequence

# ── Measures


@dataclass(frozen=True)
class Different(Node):
    """`different F in EVENTS`."""

    of: Path
    events: Events


@dataclass(frozen=True)
class Total(Node):
    """`total F in EVENTS`."""

    of: Path
    events: Events


Quantity = Selection | Sequence | Different | Total
Amount = Number | Percent | Path


@dataclass(frozen=True)
class Any(Node):
    """`any EVENTS`."""

    events: Events


@dataclass(frozen=True)
class Counted(Node):
    """`at least N QUANTITY`; with ``part_of``, N is a percentage of that field."""

    comparator: Comparator
    amount: Amount
    quantity: Quantity
    part_of: Path | None = None


@dataclass(frozen=True)
class ShareBeing(Node):
    """`at least P% of EVENTS being EVENTS`."""

    comparator: Comparator
    amount: Amount
    whole: Events
    part: Events


@dataclass(frozen=True)
class ShareSharing(Node):
    """`at least P% of EVENTS sharing one F`."""

    comparator: Comparator
    amount: Amount
    whole: Events
    of: Path


@dataclass(frozen=True)
class Sliding(Node):
    """`within D`."""

    within: Length


@dataclass(frozen=True)
class After(Node):
    """`within D after EVENTS`."""

    within: Length
    events: Events


@dataclass(frozen=True)
class Before(Node):
    """`within D before EVENTS`."""

    within: Length
    events: Events


@dataclass(frozen=True)
class PerCalendar(Node):
    """`per calendar UNIT`."""

    unit: CalendarUnit


Window = Sliding | After | Before | PerCalendar


@dataclass(frozen=True)
class Measure(Node):
    """A bound on a quantity, in a window."""

    bounded: Any | Counted | ShareBeing | ShareSharing
    window: Window | None = None


# ── Sections of a clause


@dataclass(frozen=True)
class Cites(Node):
    """`cites "SECTION" ["WORDS"]`."""

    section: Text
    words: Text | None = None


@dataclass(frozen=True)
class ForEach(Node):
    """`for each F`."""

    of: Path


@dataclass(frozen=True)
class ForEachGroup(Node):
    """`for each group of ENTITY sharing F or G ignoring LIST`."""

    entity: Name
    sharing: tuple[Path, ...]
    ignoring: Name | None = None


@dataclass(frozen=True)
class ForWholeService(Node):
    """`for the whole service`."""


@dataclass(frozen=True)
class Prohibits(Node):
    """`prohibits M together with M …`."""

    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class Permits(Node):
    """`permits M`."""

    measure: Measure


@dataclass(frozen=True)
class Requires(Node):
    """`requires M`."""

    measure: Measure


@dataclass(frozen=True)
class Exception_(Node):  # noqa: N801 - `Exception` is taken
    """`except NAME "words" when COND [unless COND]`."""

    name: Name
    words: Text
    when: Condition
    unless: Condition | None = None


@dataclass(frozen=True)
class Severity(Node):
    """`severity LEVEL`."""

    level: Name


@dataclass(frozen=True)
class Action(Node):
    """One of the actions of `on breach`."""

    name: Name
    argument: Text | None = None


@dataclass(frozen=True)
class OnBreach(Node):
    """`on breach ACTION, …`."""

    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Cure(Node):
    """`cure within D after notice`."""

    within: Length


@dataclass(frozen=True)
class Note(Node):
    """`note "…"`."""

    text: Text


@dataclass(frozen=True)
class Setting(Node):
    """`FIELD VALUE`; several values make a list, none means `missing`."""

    of: Path
    values: tuple[Value, ...]


@dataclass(frozen=True)
class SettingDifferent(Node):
    """`different FIELD`: each event has a value of its own."""

    of: Path


@dataclass(frozen=True)
class Given(Node):
    """`given N KIND [with FIELD VALUE, different FIELD, …] [at TIME] [every D | over D]`."""

    count: Number
    kind: Name
    settings: tuple[Setting | SettingDifferent, ...] = ()
    at: Time | Date | None = None
    every: Duration | None = None
    over: Duration | None = None


@dataclass(frozen=True)
class Example(Node):
    """A test in the author's words."""

    verdict: Name
    title: Text
    given: tuple[Given, ...] = ()
    until: Time | Date | None = None


Section = (
    Cites
    | ForEach
    | ForEachGroup
    | ForWholeService
    | Prohibits
    | Permits
    | Requires
    | Exception_
    | Severity
    | OnBreach
    | Cure
    | Note
    | Example
)

# ── The document


@dataclass(frozen=True)
class Version(Node):
    """`version "…"`."""

    text: Text


@dataclass(frozen=True)
class Published(Node):
    """`published DATE`."""

    date: Date


@dataclass(frozen=True)
class InForce(Node):
    """`in force from DATE [to DATE]`, half-open."""

    start: Date
    end: Date | None = None


@dataclass(frozen=True)
class AppliesOnAcceptance(Node):
    """`applies on acceptance`."""


@dataclass(frozen=True)
class PrevailsOver(Node):
    """`prevails over "TITLE", …`."""

    titles: tuple[Text, ...]


@dataclass(frozen=True)
class Timezone(Node):
    """`timezone "NAME"`."""

    name: Text


@dataclass(frozen=True)
class Source(Node):
    """`source "…"`: where the text was taken from."""

    text: Text


HeadPart = Version | Published | InForce | AppliesOnAcceptance | PrevailsOver | Timezone | Source | Cure


@dataclass(frozen=True)
class Head(Node):
    """`terms "TITLE"` and what stands under it."""

    title: Text
    parts: tuple[HeadPart, ...] = ()


@dataclass(frozen=True)
class Argument(Node):
    """A parameter set by `use … with`."""

    name: Name
    value: Value


@dataclass(frozen=True)
class Use(Node):
    """`use "FILE" [with NAME VALUE, …]`."""

    file: Text
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True)
class Renaming(Node):
    """`with ENTITY as ENTITY`."""

    theirs: Name
    ours: Name


@dataclass(frozen=True)
class Incorporates(Node):
    """`incorporates "FILE" [as NAME] [with ENTITY as ENTITY] [where COND]`."""

    file: Text
    name: Name | None = None
    renamings: tuple[Renaming, ...] = ()
    where: Condition | None = None


@dataclass(frozen=True)
class Let(Node):
    """`let NAME be VALUE`."""

    name: Name
    value: Value


@dataclass(frozen=True)
class ListOfValues(Node):
    """`list NAME is V, … [among others]`."""

    name: Name
    values: tuple[Value, ...]
    among_others: bool = False


@dataclass(frozen=True)
class ListFromFile(Node):
    """`list NAME from "FILE" column "C" [among others]`."""

    name: Name
    file: Text
    column: Text
    among_others: bool = False


@dataclass(frozen=True)
class FieldDeclaration(Node):
    """`NAME: TYPE [from A to B] [default V] [known after]`; ``type`` as in `schema.Type`."""

    name: Name
    type: str
    least: Value | None = None
    greatest: Value | None = None
    default: Value | None = None
    known_after: bool = False


@dataclass(frozen=True)
class Event(Node):
    """`event NAME has FIELD, …`."""

    name: Name
    fields: tuple[FieldDeclaration, ...] = ()


@dataclass(frozen=True)
class Register(Node):
    """`register NAME [keyed by ENTITY] has FIELD, …`."""

    name: Name
    key: Name | None
    fields: tuple[FieldDeclaration, ...]


@dataclass(frozen=True)
class AnyOf(Node):
    """`any of A, B`: events of several kinds."""

    names: tuple[Name, ...]


@dataclass(frozen=True)
class DefineEvent(Node):
    """`define event NAME is …`."""

    name: Name
    meaning: Selection | Sequence | AnyOf


@dataclass(frozen=True)
class DefineCondition(Node):
    """`define condition NAME means COND`."""

    name: Name
    meaning: Condition


@dataclass(frozen=True)
class Clause(Node):
    """`clause NAME "TITLE"` and its sections, in the order written."""

    name: Name
    title: Text
    sections: tuple[Section, ...] = ()


Item = (
    Use | Incorporates | Let | ListOfValues | ListFromFile | Event | Register | DefineEvent | DefineCondition | Clause
)


@dataclass(frozen=True)
class Comment(Node):
    """A `# …` comment, its words without the mark."""

    text: str


@dataclass(frozen=True)
class Broken(Node):
    """An item with a syntax error: the word it begins with, and the name it declares if it could be read.

    Uses of that name are not errors of their own; after a broken `use` any unknown name may come from there.
    """

    opening: str
    name: str | None = None


@dataclass(frozen=True)
class Document(Node):
    """A whole file. ``text`` and ``file`` are for messages; ``comments`` are in the order written.

    ``broken`` are the items that `parse_collecting` left out, ``flawed`` the values that it could not read in the
    others; another value stands in their place.
    """

    head: Head | None
    items: tuple[Item, ...] = ()
    comments: tuple[Comment, ...] = field(default=(), compare=False)
    text: str = field(default="", compare=False, repr=False)
    file: str = field(default="<text>", compare=False)
    broken: tuple[Broken, ...] = field(default=(), compare=False)
    flawed: tuple[Span, ...] = field(default=(), compare=False)
