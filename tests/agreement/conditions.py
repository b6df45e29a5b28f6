"""Conditions on events of given kinds, every shape of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from plainterms.policy import syntax
from plainterms.policy.syntax import Condition, FieldRef, Name, Number, Path, PathAsOf, Text

from .dice import Dice
from .vocabulary import (
    COMMON,
    DURATIONS,
    ENTITY_KEYS,
    KINDS,
    LISTS,
    NUMBERS,
    QUESTIONS,
    REGISTERS,
    TEXTS,
    YES_NO,
)

HOUR = 3_600_000_000
DAY = 24 * HOUR
PATTERNS = (("capital", ""), (r"\b(rate|tell)\b", "i"), ("^x$", ""), ("[0-9]{2}", ""), ("them.*all", "s"))
CONTAINED = ("capital", "answer", "me", "x")
KEYED = {"account": "account", "organisation": "organisation", "model": "model", "home": "end_user"}
REGISTER_TEXTS = tuple(
    (register, name)
    for register, fields in REGISTERS.items()
    for name, values in fields.items()
    if values and isinstance(values[0], str)
)
REGISTER_YES_NO = tuple(
    (register, name) for register, fields in REGISTERS.items() for name, values in fields.items() if True in values
)
TIMES = (("account", "created_at"), ("organisation", "created_at"), ("model", "released_at"))


@dataclass
class Names:
    """What a document has declared so far; ``day`` is a date near the log, in days since 1970."""

    day: int
    durations: tuple[syntax.Duration, ...] = DURATIONS
    lists: dict[str, str] = field(default_factory=dict)
    conditions: list[str] = field(default_factory=list)
    asking: list[str] = field(default_factory=list)
    events: dict[str, frozenset[str]] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    switches: list[str] = field(default_factory=list)


def fields_of(kinds: frozenset[str]) -> list[str]:
    """The event fields that one of the kinds has."""
    return [*COMMON, *sorted({name for kind in kinds for name in KINDS.get(kind, ())})]


@dataclass(frozen=True)
class Conditions:
    """Makes conditions on events of ``kinds``. ``asks`` says that a person may be asked."""

    dice: Dice
    names: Names
    kinds: frozenset[str]
    asks: bool = False

    def any(self, depth: int = 2) -> Condition:
        """A condition of any shape."""
        if depth == 0 or self.dice.often(0.6):
            return self.leaf()
        match self.dice.weighted(both=3, either=3, negation=2):
            case "both":
                return syntax.Both(tuple(self.any(depth - 1) for _ in range(self.dice.randint(2, 3))))
            case "either":
                return syntax.Either(tuple(self.any(depth - 1) for _ in range(2)))
            case _:
                return syntax.Negation(self.any(depth - 1))

    def leaf(self) -> Condition:
        """A condition without others inside."""
        shapes: dict[str, tuple[int, Callable[[], Condition | None]]] = {
            "equal": (8, self.equal),
            "fields": (3, self.same_fields),
            "ordered": (5, self.ordered),
            "listed": (4, self.listed),
            "missing": (2, self.missing),
            "truth": (4, self.truth),
            "elapsed": (2, self.elapsed),
            "contains": (2, self.contains),
            "matches": (2, self.matches),
            "similar": (1, self.similar),
            "clock": (2, self.clock),
            "judged": (3 if self.asks else 0, self.judged),
        }
        while True:
            name = self.dice.weighted(**{shape: weight for shape, (weight, _) in shapes.items()})
            found = shapes[name][1]()
            if found is not None:
                return found

    # ── Fields

    def text(self) -> Path | PathAsOf:
        """A text of the event, of a register, or a part."""
        match self.dice.weighted(event=6, register=3, part=1):
            case "event":
                return Path((self.dice.choice([name for name in fields_of(self.kinds) if name in TEXTS]),))
            case "register":
                return self.dated(Path(self.dice.choice(REGISTER_TEXTS)))
            case _:
                return Path(self.dice.choice((("email", "domain"), ("account", "email", "domain"))))

    def dated(self, path: Path) -> FieldRef:
        """A register field, sometimes as of a date."""
        return PathAsOf(path, self.names.day + self.dice.randint(-1, 1)) if self.dice.often(0.15) else path

    def number(self) -> FieldRef:
        """A number of the event or of a register, or a part."""
        of_event = [(name,) for name in fields_of(self.kinds) if name in NUMBERS]
        parts = [("time", "hour")] + ([("prompt", "length")] if "request" in self.kinds else [])
        of_register = [
            *(("account", name) for name in ("seats", "quota", "floor")),
            ("account", "created_at", "hour"),
        ]
        groups = [group for group in (of_event, of_event, parts, of_register) if group]
        return Path(self.dice.choice(self.dice.choice(groups)))

    # ── Leaves

    def equal(self) -> Condition:
        """`F is V`."""
        left = self.text()
        parts = left.parts if isinstance(left, Path) else left.path.parts
        right = Text(self.dice.choice(text_values(parts)))
        return syntax.Equal(left, right, self.dice.often(0.3))

    def same_fields(self) -> Condition:
        """`F is F`, or `F >= F`."""
        if self.dice.often(0.5):
            right = self.text()
            while isinstance(right, PathAsOf):
                right = self.text()
            return syntax.Equal(self.text(), right, self.dice.often(0.4))
        right_number = self.number()
        assert isinstance(right_number, Path)
        return syntax.Ordered(self.number(), self.dice.choice((">=", "<=", ">", "<")), right_number)

    def ordered(self) -> Condition:
        """`F >= N`."""
        order = self.dice.choice((">=", "<=", ">", "<"))
        if self.dice.often(0.15):
            return syntax.Ordered(Path(("account", "grace")), order, self.dice.choice(self.names.durations))
        if self.dice.often(0.15):
            return syntax.Ordered(Path(("account", "part")), order, syntax.Percent(50_000_000))
        if self.dice.often(0.15):
            time = self.dice.choice((("time",), ("account", "created_at")))
            instant = syntax.Time(self.names.day * DAY + self.dice.randint(-1, 25) * HOUR)
            return syntax.Ordered(Path(time), order, self.dice.choice((syntax.Date(self.names.day), instant)))
        left = self.number()
        if self.names.numbers and self.dice.often(0.2):
            return syntax.Ordered(left, order, Path((self.dice.choice(self.names.numbers),)))
        assert isinstance(left, Path)
        return syntax.Ordered(left, order, Number(self.dice.choice(number_values(left.parts))))

    def listed(self) -> Condition | None:
        """`F is in LIST`."""
        if not self.names.lists:
            return None
        name = self.dice.choice(sorted(self.names.lists))
        left = self.text() if self.names.lists[name] == "text" else self.number()
        return syntax.IsIn(left, Name(name), self.dice.often(0.3))

    def missing(self) -> Condition:
        """`F is missing`."""
        left = self.dice.choice((self.text, self.number))()
        return syntax.IsMissing(left, self.dice.often(0.4))

    def truth(self) -> Condition:
        """A yes/no field, a defined condition or a switch by itself."""
        own = [(name,) for name in fields_of(self.kinds) if name in YES_NO]
        asking = self.names.asking if self.asks else []
        named = [(name,) for name in (*self.names.conditions, *asking, *self.names.switches)]
        if named and self.dice.often(0.3):
            return syntax.Truth(Path(self.dice.choice(named)))
        path = Path(self.dice.choice((*own, *own, *REGISTER_YES_NO)))
        if self.dice.often(0.2):
            return syntax.Equal(path, syntax.YesNo(self.dice.often(0.5)), self.dice.often(0.3))
        return syntax.Truth(self.dated(path) if len(path.parts) > 1 else path)

    def elapsed(self) -> Condition:
        """`within D after F`."""
        left = Path(self.dice.choice(TIMES)) if self.dice.often(0.3) else None
        return syntax.Elapsed(left, self.dice.choice(self.names.durations), Path(self.dice.choice(TIMES)))

    def contains(self) -> Condition | None:
        """`F contains V`."""
        if self.dice.often(0.4):
            values = self.dice.some(LISTS["tools"], 1, 2)
            return syntax.Contains(Path(("account", "authorisations")), tuple(Text(one) for one in values))
        if "request" not in self.kinds:
            return None
        if self.dice.often(0.5):
            return syntax.Contains(Path(("tools",)), tuple(Text(one) for one in self.dice.some(LISTS["tools"], 1, 2)))
        return syntax.Contains(Path(("prompt",)), tuple(Text(one) for one in self.dice.some(CONTAINED, 1, 2)))

    def matches(self) -> Condition:
        """`F matches /re/`."""
        path = Path(("prompt",)) if "request" in self.kinds and self.dice.often(0.8) else Path(("country",))
        patterns = self.dice.some(PATTERNS, 1, 2)
        return syntax.Matches(path, tuple(syntax.Pattern(source, flags) for source, flags in patterns))

    def similar(self) -> Condition | None:
        """What only a matches file decides."""
        if "request" not in self.kinds:
            return None
        if self.dice.often(0.5):
            return syntax.Resembles(Path(("prompt",)), (Text("write it out"),))
        return syntax.Appears(Path(("prompt",)), Text("suspect"))

    def clock(self) -> Condition:
        """Parts of the event's own time."""
        match self.dice.weighted(weekday=1, date=1, hour=1):
            case "weekday" if "breach" in self.kinds:
                return syntax.Equal(Path(("severity",)), Text("high"))
            case "weekday":
                return syntax.Equal(Path(("time", "weekday")), Text(self.dice.choice(("Sunday", "Monday"))))
            case "date":
                date = syntax.Date(self.names.day + self.dice.randint(-1, 1))
                return syntax.Ordered(Path(("time", "date")), self.dice.choice((">=", "<")), date)
            case _:
                return syntax.Ordered(Path(("time", "hour")), "<", Number(self.dice.choice((1, 2, 12)) * 1_000_000))

    def judged(self) -> Condition:
        """A question that only a person can answer."""
        return syntax.Judged(Text(self.dice.choice(QUESTIONS)))


def text_values(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Values that a text field can have."""
    if parts[-1] == "domain":
        return ("example.org", "other.net")
    values = TEXTS[parts[0]] if len(parts) == 1 else REGISTERS[parts[0]][parts[1]]
    return tuple(str(one) for one in values)


def number_values(parts: tuple[str, ...]) -> tuple[int, ...]:
    """Values that a number field can have."""
    match parts:
        case (*_, "hour"):
            return (0, 1_000_000, 2_000_000, 12_000_000)
        case (*_, "length"):
            return (1_000_000, 16_000_000, 25_000_000)
        case (name,):
            return NUMBERS[name]
    return tuple(int(str(one)) for one in REGISTERS[parts[0]][parts[1]])


assert set(ENTITY_KEYS) >= set(KEYED.values())
