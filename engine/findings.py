"""Findings: what an audit says of a subject, with its evidence, as values that are the same bytes everywhere."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

import orjson

from plainterms.engine.plan import ClauseVersion, PlannedClause, leaves
from plainterms.policy.meaning import (
    AppearsIn,
    Condition,
    EachSubject,
    EventField,
    GroupSubject,
    Measure,
    PartField,
    PartShare,
    Prohibition,
    RegisterField,
    ResemblesAny,
    RulingField,
    Subject,
    TriggeredDuty,
)
from plainterms.policy.meaning import Field as MeaningField
from plainterms.policy.schema import MILLION, Type

Verdict = Literal["breach", "undetermined", "pending"]
SHOWN = 20
"""How many of the first and of the last events a finding shows."""

NAMED, LONG = 3, 60
"""Texts that the name of a condition holds, and characters of each."""


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole`` events."""

    part: int
    whole: int


Amount = int | Share
"""A measured amount: millionths (counts too), or a share."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What a quantity is at least and at most; None is unbounded."""

    low: Amount | None
    high: Amount | None


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit a bound sets at an anchor (millionths; of a share, of a percent); None is unbounded."""

    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True, slots=True)
class Reading:
    """All measures of a clause at one anchor. ``event`` is the anchor's id (a time for a periodic duty)."""

    time: int
    event: str
    values: tuple[Interval, ...]
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class ExceptionTally:
    """To how many of the events considered an exception applied, did not apply, or may have applied."""

    name: str
    words: str
    applied: int
    not_applied: int
    unknown: int

    @property
    def result(self) -> str:
        """In a word, for the reader."""
        if self.unknown:
            return "unknown"
        return "applied" if self.applied else "did not apply"


@dataclass(frozen=True, slots=True)
class Named:
    """The subject of a finding. ``members`` are the linked entities of a group as of the last anchor, sorted."""

    kind: str
    name: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cure:
    """How the time to cure after a notice runs: ``state`` is no notice, running, lapsed or cured."""

    state: str
    notice: str = ""
    notice_time: int | None = None
    deadline: int | None = None


@dataclass(frozen=True, slots=True)
class Chance:
    """What a matches file says of a finding's subject on one condition, and what chance allows.

    Of ``examined`` outputs ``matched`` match; at one false match in ``one_in``, chance makes ``expected`` on average
    and, with a probability of 99.9 %, no more than ``limit``. ``matches`` and ``calibration`` are SHA-256 digests.
    """

    condition: str
    one_in: int
    matches: str
    calibration: str
    examined: int
    matched: int
    expected: str
    limit: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One (document, clause, subject, episode). ``events`` are all ids of the evidence in total order.

    ``preceded_by`` names, for a shown event that ends a sequence, the latest event that began it.
    """

    id: str
    clause: PlannedClause
    version: ClauseVersion
    verdict: Verdict
    subject: Named
    first_time: int
    last_time: int
    opening: Reading
    peak: Reading
    events: Sequence[str]
    events_digest: str
    preceded_by: Mapping[str, str]
    exceptions: tuple[ExceptionTally, ...]
    presumed: tuple[str, ...]
    missing: tuple[tuple[str, int], ...]
    cure: Cure | None = None
    chances: tuple[Chance, ...] = ()


@dataclass(frozen=True, slots=True)
class ClauseSummary:
    """How many subjects of a clause were examined, and what was found.

    ``unattributed`` events count for the clause but do not say whose they are; ``untemplated`` ones have a prompt
    too short for a template.
    """

    terms: str
    clause: str
    examined: int
    breach: int
    undetermined: int
    pending: int
    clear: int
    unattributed: int = 0
    untemplated: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What an evaluator returns; findings in the order of clause, first time, subject, verdict, id."""

    findings: tuple[Finding, ...] = ()
    clauses: tuple[ClauseSummary, ...] = ()
    notes: tuple[str, ...] = field(default=())


# ── Identity


def finding_id(terms: str, version: str, clause: str, subject: Named, anchor: str) -> str:
    """32 hexadecimal digits from document, version, clause, subject and first anchor (an event's id)."""
    parts = [terms, version, clause, subject.kind, subject.name, anchor]
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()[:32]


def digest_of(ids: Iterable[str]) -> str:
    """SHA-256 over the ids' 128-bit digests (the first half of their SHA-256), in the order given."""
    whole = hashlib.sha256()
    for one in ids:
        whole.update(hashlib.sha256(one.encode()).digest()[:16])
    return whole.hexdigest()


# ── Names


def field_name(entry: MeaningField) -> str:
    """A field as an author writes it."""
    match entry:
        case EventField():
            return entry.name
        case RegisterField():
            return f"{entry.register}.{entry.name}"
        case PartField():
            return f"{field_name(entry.of)}.{entry.part}"
        case RulingField():
            return f'judged "{entry.question}"'


def subject_kind(subject: Subject) -> str:
    """`account`, `group of account`, `service`."""
    match subject:
        case EachSubject():
            return field_name(subject.field)
        case GroupSubject():
            return f"group of {subject.entity.name}"
        case _:
            return "service"


def subject_name(subject: Subject, value: object) -> str:
    """The value that names a subject, as text."""
    match subject:
        case EachSubject():
            return value_text(value, subject.field.type)
        case GroupSubject():
            return str(value)
        case _:
            return "service"


def value_text(value: Any, kind: Type) -> str:
    """A field's value (in the units of `schema.Type`) as an author would write it, without quotes."""
    match kind:
        case Type.NUMBER:
            return decimal_text(Fraction(value, MILLION))
        case Type.PERCENT:
            return decimal_text(Fraction(value, MILLION)) + "%"
        case Type.YES_NO:
            return "yes" if value else "no"
        case Type.TIME:
            return rfc3339(value)
        case Type.DATE:
            return (EPOCH + timedelta(days=value)).date().isoformat()
        case Type.DURATION:
            return decimal_text(Fraction(value, MILLION)) + (" second" if value == MILLION else " seconds")
        case Type.LIST:
            return "; ".join(value)
        case Type.TEXT:
            return str(value)


# ── Numbers and instants


def decimal_text(value: Fraction) -> str:
    """A fraction whose denominator divides a power of ten, as a decimal with all its digits.

    Raises ValueError for a fraction that has no such decimal.
    """
    places, scaled = 0, value
    while scaled.denominator != 1:
        places, scaled = places + 1, scaled * 10
        if places > 40:
            raise ValueError(f"{value} has no finite decimal")
    digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
    sign = "-" if scaled < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = EPOCH.replace(tzinfo=None)
"""Arithmetic without a timezone is much faster."""


@lru_cache(4_096)
def rfc3339(time: int) -> str:
    """An instant (microseconds) in UTC, with as many decimals as it needs (none or six)."""
    return f"{(_NAIVE_EPOCH + timedelta(microseconds=time)).isoformat()}Z"


def instant(time: int | None) -> str | None:
    """As `rfc3339`; None stays None."""
    return None if time is None else rfc3339(time)


# ── What a clause rests on


def measures_of(clause: PlannedClause) -> tuple[Measure, ...]:
    """The measures of a clause, in the order written."""
    statement = clause.statement
    return statement.measures if isinstance(statement, Prohibition) else (statement.measure,)


def picking(clause: PlannedClause) -> Iterator[Condition]:
    """The conditions by which a statement picks its events."""
    for measure in measures_of(clause):
        yield measure.events
        if isinstance(measure.quantity, PartShare):
            yield measure.quantity.part
    if isinstance(clause.statement, TriggeredDuty):
        yield clause.statement.trigger


def basis_of(clause: PlannedClause, presumed: tuple[str, ...]) -> dict[str, list[str]]:
    """The fields a clause rests on, by how they are known."""
    found: dict[str, set[str]] = {"observed": set(), "inferred": set(), "declared": set(), "ruled": set()}
    for node in leaves(clause.parts):
        match node:
            case AppearsIn() | ResemblesAny():
                found["inferred"].add(similarity_name(node))
            case EventField():
                found["observed"].add(node.name)
            case RegisterField():
                found["declared"].add(field_name(node))
            case RulingField():
                found["ruled"].add(field_name(node))
            case _:
                pass
    shown = {name: sorted(names) for name, names in found.items()}
    return {
        "observed": shown["observed"],
        "inferred": shown["inferred"],
        "declared": shown["declared"],
        "presumed": list(presumed),
        "ruled": shown["ruled"],
    }


def similarity_name(leaf: AppearsIn | ResemblesAny) -> str:
    """A similarity condition as it is reported when unknown; long texts shortened, and of many the first."""
    name = field_name(leaf.field)
    if isinstance(leaf, AppearsIn):
        return f'{name} appears in samples "{leaf.samples}"'
    texts = [quoted(text) for text in leaf.texts[:NAMED]] + ["…"] * (len(leaf.texts) > NAMED)
    return f"{name} resembles {'any of ' if len(leaf.texts) > 1 else ''}{', '.join(texts)}"


def quoted(text: str) -> str:
    """A text in quotes on one line, shortened where it is long."""
    words = " ".join(text.split())
    return f'"{words}"' if len(words) <= LONG else f'"{words[:LONG]}…"'
