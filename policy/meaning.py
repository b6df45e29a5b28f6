"""What a checked document means: names resolved, definitions inlined, values in machine units.

Everything is frozen and hashable, so equal conditions are one condition wherever they stand. A set of events is a
condition over an event: the kind itself is asked with `KindIs`. Units are those of `schema.Type`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from plainterms.policy.schema import Schema, Type
from plainterms.policy.syntax import CalendarUnit

Scalar = str | int | bool

# ── Fields


@dataclass(frozen=True)
class EventField:
    """A field of the event itself."""

    name: str
    type: Type
    least: int | None = None
    greatest: int | None = None
    known_after: bool = False


@dataclass(frozen=True)
class RegisterField:
    """A field of the register row of the entity that the event names in ``key``.

    The row valid at the event's time, or at ``as_of`` (microseconds). ``default`` stands in for a missing value
    and is then *presumed*.
    """

    register: str
    name: str
    type: Type
    key: EventField
    as_of: int | None = None
    default: Scalar | tuple[str, ...] | None = None
    least: int | None = None
    greatest: int | None = None
    known_after: bool = False


@dataclass(frozen=True)
class RulingField:
    """A person's answer (yes/no) to a question about the entity or value that the event has in ``key``.

    Without ``key`` the question is about the whole service.
    """

    question: str
    key: "Field | None"

    @property
    def type(self) -> Type:
        """Always yes/no."""
        return Type.YES_NO


@dataclass(frozen=True)
class PartField:
    """A derived part of a field: a name of `schema.PARTS`. Parts of times are in ``timezone`` (IANA)."""

    part: str
    of: "EventField | RegisterField"
    type: Type
    timezone: str = "UTC"


Field = EventField | RegisterField | RulingField | PartField


@dataclass(frozen=True)
class Constant:
    """A value known from the text."""

    value: Scalar
    type: Type


# ── Conditions: true, false or unknown of one event


@dataclass(frozen=True)
class KindIs:
    """The event is of one of these kinds. Never unknown."""

    kinds: tuple[str, ...]


@dataclass(frozen=True)
class TimeIn:
    """The event's time is in [start, end), microseconds; None is unbounded. Never unknown."""

    start: int | None
    end: int | None


@dataclass(frozen=True)
class BreachIn:
    """The event is the opening of a breach of that clause; unknown of an undetermined finding's opening.

    ``clause`` is the clause's name within its document, dotted where it was incorporated.
    """

    clause: str


@dataclass(frozen=True)
class Follows:
    """An event of ``first``, of the same subject, came up to ``within`` microseconds before: t - within <= t_A < t.

    ``same`` and ``different`` are fields in which it agrees with, or differs from, the event; unknown where missing.
    """

    first: "Condition"
    within: int
    same: tuple[Field, ...] = ()
    different: tuple[Field, ...] = ()


@dataclass(frozen=True)
class IsTrue:
    """A yes/no field is yes."""

    field: Field


@dataclass(frozen=True)
class Compare:
    """``left`` stands in the relation to ``right``; unknown where either is missing."""

    left: Field
    relation: Literal["is", ">=", "<=", ">", "<"]
    right: Field | Constant


@dataclass(frozen=True)
class InList:
    """The field's value is one of ``values`` (sorted); of an ``open`` list, an unlisted value is unknown."""

    field: Field
    values: tuple[Scalar, ...]
    open: bool = False


@dataclass(frozen=True)
class Missing:
    """The field has no value. Never unknown."""

    field: Field


@dataclass(frozen=True)
class ElapsedWithin:
    """``field`` lies in (after, after + within]."""

    field: Field
    within: int
    after: Field


@dataclass(frozen=True)
class ContainsAny:
    """The text contains one of ``values`` as a part, or the list has one of them as an item."""

    field: Field
    values: tuple[str, ...]


@dataclass(frozen=True)
class MatchesAny:
    """One of the patterns (RE2 syntax, flags inlined as `(?i)…`) is found in the text."""

    field: Field
    patterns: tuple[str, ...]


class Likeness(Protocol):
    """What was found out beforehand about which texts resemble which."""

    def told(self, wanted: tuple[str, ...], texts: Sequence[str]) -> Sequence[bool | None]:
        """Of each text whether it resembles one of those wanted; None where that was not examined."""


@dataclass(frozen=True)
class ResemblesAny:
    """The text resembles one of ``texts``, as is told ``by`` what was found out; unknown without that."""

    field: Field
    texts: tuple[str, ...]
    by: Likeness | None = None


@dataclass(frozen=True)
class AppearsIn:
    """The text appears in the samples, at a false-match rate of 1 in ``one_in`` per output (millionths)."""

    field: Field
    samples: str
    one_in: int | None = None


@dataclass(frozen=True)
class Not:
    """Kleene's negation."""

    operand: "Condition"


@dataclass(frozen=True)
class And:
    """Kleene's conjunction; of nothing, true."""

    operands: tuple["Condition", ...]


@dataclass(frozen=True)
class Or:
    """Kleene's disjunction; of nothing, false."""

    operands: tuple["Condition", ...]


Condition = (
    KindIs
    | TimeIn
    | BreachIn
    | Follows
    | IsTrue
    | Compare
    | InList
    | Missing
    | ElapsedWithin
    | ContainsAny
    | MatchesAny
    | ResemblesAny
    | AppearsIn
    | Not
    | And
    | Or
)

TRUE = And(())
FALSE = Or(())

# ── Measures


@dataclass(frozen=True)
class Count:
    """How many events."""


@dataclass(frozen=True)
class Distinct:
    """How many different values of the field."""

    field: Field


@dataclass(frozen=True)
class Sum:
    """The sum of the field, in millionths."""

    field: Field


@dataclass(frozen=True)
class PartShare:
    """The share of the events that are also ``part``."""

    part: Condition


@dataclass(frozen=True)
class ModeShare:
    """The share of the events that have the most frequent value of the field."""

    field: Field


Quantity = Count | Distinct | Sum | PartShare | ModeShare


@dataclass(frozen=True)
class Bound:
    """``relation`` says what *holds*.

    Without ``field`` the limit is ``amount`` millionths (of a share: millionths of a percent, 50% = 50_000_000);
    with it, ``amount`` millionths of a percent of the field's value at the anchor (100% = 100_000_000).
    """

    relation: Literal[">=", ">", "<=", "<"]
    amount: int
    field: Field | None = None


@dataclass(frozen=True)
class SlidingWindow:
    """(t - length, t], microseconds."""

    length: int


@dataclass(frozen=True)
class CalendarWindow:
    """The calendar unit in which the anchor lies, up to the anchor; weeks begin on Monday."""

    unit: CalendarUnit
    timezone: str


Window = SlidingWindow | CalendarWindow


@dataclass(frozen=True)
class Measure:
    """A quantity of the events in a window, and its bound. ``words`` is the measure as the author wrote it."""

    quantity: Quantity
    events: Condition
    bound: Bound
    window: Window | None
    words: str


# ── Clauses


@dataclass(frozen=True)
class EachSubject:
    """One subject for each value of the field."""

    field: Field


@dataclass(frozen=True)
class GroupSubject:
    """One subject for each set of entities linked by a common value of one of ``sharing``."""

    entity: EventField
    sharing: tuple[Field, ...]
    ignoring: tuple[str, ...] = ()


@dataclass(frozen=True)
class ServiceSubject:
    """Everything is one subject, named `service`."""


Subject = EachSubject | GroupSubject | ServiceSubject


@dataclass(frozen=True)
class Prohibition:
    """Breach where all measures hold (`prohibits`; `permits at most` is stored with its bound turned round).

    ``any_event`` marks `prohibits any EVENTS` alone and without a window: an episode for each calendar day.
    ``turned`` marks what was written as `permits at most`: permissions do not lift it.
    """

    measures: tuple[Measure, ...]
    any_event: bool = False
    turned: bool = False


@dataclass(frozen=True)
class Permission:
    """`permits any EVENTS`: takes the events out of prohibitions."""

    events: Condition


@dataclass(frozen=True)
class TriggeredDuty:
    """Breach where the measure does not hold in the time after (t, t + length] or before [t - length, t) a trigger.

    ``same`` and ``different`` compare the counted events with the trigger. The measure's own window is None.
    """

    measure: Measure
    trigger: Condition
    direction: Literal["after", "before"]
    length: int
    same: tuple[Field, ...] = ()
    different: tuple[Field, ...] = ()


@dataclass(frozen=True)
class PeriodicDuty:
    """Breach where the measure does not hold in a calendar period, or (None) in the audited period."""

    measure: Measure
    period: CalendarWindow | None


Statement = Prohibition | Permission | TriggeredDuty | PeriodicDuty


@dataclass(frozen=True)
class NamedException:
    """An exception of a clause; it applies where ``when`` and not ``unless``."""

    name: str
    words: str
    condition: Condition


@dataclass(frozen=True)
class Citation:
    """The section and the exact words, of which document and version."""

    document: str
    version: str
    section: str = ""
    words: str = ""
    source: str = ""


@dataclass(frozen=True)
class ActionOnBreach:
    """A recommended action."""

    name: str
    argument: str = ""


@dataclass(frozen=True)
class ClauseExample:
    """One event set of an author's test, in machine units; see `engine.examples`."""

    title: str
    verdict: str
    events: tuple["ExampleEvents", ...]
    until: int | None


@dataclass(frozen=True)
class ExampleEvents:
    """``count`` events of a kind; ``settings`` are (field name, value or None for missing), register fields dotted.

    Each event has a value of its own in the text fields of ``different``.
    ``start`` is the first event's time; ``spacing`` the time between two, in microseconds.
    """

    count: int
    kind: str
    settings: tuple[tuple[str, Scalar | tuple[str, ...] | None], ...]
    start: int
    spacing: int
    different: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clause:
    """A clause of a checked document.

    ``name`` is dotted where the clause was incorporated (`policy.regions`). ``conduct`` holds the conditions of
    incorporation, with the dates in which the incorporated document is in force (`TRUE` for a document's own
    clauses: the dates of the document itself are added by `engine.plan`, which knows all its versions). Counted
    events and triggers must meet it, context need not. ``cure`` is in microseconds.
    ``further_citations`` are those after the first; several notes are one, each on its line.
    """

    name: str
    title: str
    subject: Subject
    statement: Statement
    conduct: Condition
    exceptions: tuple[NamedException, ...]
    citation: Citation
    severity: str
    actions: tuple[ActionOnBreach, ...]
    cure: int | None
    note: str
    examples: tuple[ClauseExample, ...]
    timezone: str
    further_citations: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class Written:
    """A condition and where it stands in the document's text, characters ``start`` to ``end`` (exclusive)."""

    start: int
    end: int
    condition: Condition


@dataclass(frozen=True)
class Brought:
    """A document brought in by `use` or `incorporates`, under the name by which it was called.

    ``clauses`` are the names of the clauses that stand in it.
    """

    file: str
    way: Literal["use", "incorporates"]
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """A checked document.

    ``start`` and ``end`` are the dates in force as instants (microseconds, half-open) in its ``timezone``.
    ``clauses`` include those incorporated. ``prevails_over`` are titles of other documents. ``digest`` is the
    SHA-256 over the texts of the document and of all files it reads, lists included, line ends apart. ``written``
    are all conditions of the document's own text, ``brought`` the documents it names; both are for lints.
    """

    title: str
    version: str
    source: str
    timezone: str
    start: int | None
    end: int | None
    on_acceptance: bool
    prevails_over: tuple[str, ...]
    schema: Schema
    clauses: tuple[Clause, ...]
    digest: str
    written: tuple[Written, ...] = field(default=(), compare=False, repr=False)
    brought: tuple[Brought, ...] = field(default=(), compare=False)
