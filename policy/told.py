"""What the parts of a condition together say of each field."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from plainterms.policy.meaning import (
    AppearsIn,
    Compare,
    Condition,
    Constant,
    ContainsAny,
    ElapsedWithin,
    EventField,
    Field,
    InList,
    IsTrue,
    MatchesAny,
    Missing,
    PartField,
    RegisterField,
    ResemblesAny,
    Scalar,
)
from plainterms.policy.schema import MILLION

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Literal:
    """A condition without `and`, `or` and `not`, said to be true or false."""

    atom: Condition
    holds: bool


@dataclass(frozen=True)
class Told:
    """What is known of a field: it is in ``allowed`` (None: any) and in [least, greatest], and not ``refused``."""

    of: Field
    allowed: frozenset[Scalar] | None = None
    refused: frozenset[Scalar] = frozenset()
    least: int | None = None
    greatest: int | None = None
    missing: bool = False
    present: bool = False

    def admits(self, value: Scalar) -> bool:
        """Whether the field can have this value."""
        if value in self.refused or (self.allowed is not None and value not in self.allowed):
            return False
        if isinstance(value, str):
            return True
        return (self.least is None or value >= self.least) and (self.greatest is None or value <= self.greatest)

    def consistent(self) -> bool:
        """Whether the field can have any value, or be missing, as it is told."""
        if self.missing:
            return not self.present and may_be_missing(self.of)
        if self.allowed is not None:
            return any(self.admits(value) for value in self.allowed)
        if self.least is None or self.greatest is None:
            return True
        return self.least <= self.greatest and not (self.least == self.greatest and self.least in self.refused)


def told_by(literals: Iterable[Literal]) -> dict[Field, Told]:
    """What the literals together say of each field they name."""
    told: dict[Field, Told] = {}
    for literal in literals:
        told.update(_says(told, literal))
    return told


def declared(of: Field) -> Told:
    """What is known of a field before anything is said of it."""
    if isinstance(of, EventField | RegisterField):
        return Told(of, least=of.least, greatest=of.greatest)
    if isinstance(of, PartField) and of.part == "length":
        return Told(of, least=0)
    return Told(of, allowed=domain(of))


def domain(of: Field) -> frozenset[Scalar] | None:
    """All values that a field can have, where they are few."""
    match of:
        case PartField(part="hour"):
            return frozenset(hour * MILLION for hour in range(24))
        case PartField(part="weekday"):
            return frozenset(WEEKDAYS)
    return None


def _says(told: dict[Field, Told], literal: Literal) -> Iterable[tuple[Field, Told]]:
    holds = literal.holds

    def known(of: Field) -> Told:
        return told.get(of) or declared(of)

    match literal.atom:
        case Missing(of):
            yield of, replace(known(of), missing=True) if holds else replace(known(of), present=True)
        case IsTrue(of):
            yield of, _among(known(of), frozenset({True}), holds)
        case InList(of, values):
            yield of, _among(known(of), frozenset(values), holds)
        case Compare(of, "is", Constant(value)):
            yield of, _among(known(of), frozenset({value}), holds)
        case Compare(of, relation, Constant(int() as value)):
            yield of, _bounded(known(of), relation if holds else _OPPOSITE[relation], value)
        case Compare(left, _, right) if not isinstance(right, Constant):
            yield left, replace(known(left), present=True)
            yield right, replace(known(right), present=True)
        case ContainsAny(of) | MatchesAny(of) | ResemblesAny(of) | AppearsIn(of):
            yield of, replace(known(of), present=True)
        case ElapsedWithin(of, _, after):
            yield of, replace(known(of), present=True)
            yield after, replace(known(after), present=True)


_OPPOSITE = {">=": "<", ">": "<=", "<=": ">", "<": ">="}


def _among(told: Told, values: frozenset[Scalar], holds: bool) -> Told:
    if not holds:
        return replace(told, refused=told.refused | values, present=True)
    return replace(told, allowed=values if told.allowed is None else told.allowed & values, present=True)


def _bounded(told: Told, relation: str, value: int) -> Told:
    """Values are whole in their unit, so `> 3` is `>= 3.000001`."""
    told = replace(told, present=True)
    if relation in (">=", ">"):
        least = value + (relation == ">")
        return replace(told, least=least if told.least is None else max(told.least, least))
    greatest = value - (relation == "<")
    return replace(told, greatest=greatest if told.greatest is None else min(told.greatest, greatest))


def may_be_missing(of: Field) -> bool:
    """Whether an event can lack the field: all but its id and time, and what has a default."""
    match of:
        case EventField(name):
            return name not in ("id", "time")
        case RegisterField(default=default):
            return default is None
        case PartField(part, inner):
            return part == "domain" or part == "template" or may_be_missing(inner)
    return True
