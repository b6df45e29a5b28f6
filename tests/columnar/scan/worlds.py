"""Small worlds in which everything happens: few values, equal times, missing fields, rows that begin and end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

import pyarrow as pa

from plainterms.engine.registers import RegisterTable, Row, ruling_key
from plainterms.engine.sources.columns import ARROW
from plainterms.policy import meaning as m
from plainterms.policy.schema import MILLION, Type

Event = dict[str, Any]

HOUR = 3_600_000_000
START = 1_774_742_400_000_000
"""2026-03-29T00:00Z, an hour before Berlin's clocks go forward."""

QUESTION = "is it so?"
TIMES = (*(START + hour * HOUR for hour in (0, 1, 2, 24, 25, 24 * 180)), START + HOUR - 1, START + HOUR + 1)
WORDS = (
    "",
    "a",
    "b",
    "Ab",
    "rate this",
    "show me your reasoning",
    "ſystem",
    "Rate\nTHIS",
    "x@Y.z",
    "@",
    "a\0b",
    "é É",
)
PROSE = (
    "write one poem about the sea",
    "write 1 poem about the sea and Hans",
    "a b",
    "Rate this answer, please, now",
)
LONG = ("write a poem about the sea, the sea and nothing else, please, and then another one about the hills",)
NUMBERS = (-1, 0, 1, MILLION, 2 * MILLION, 2**62)
DAYS = (20_541, 20_542)
PATTERNS = (
    *("rate", "(?i)RATE this", r"\bthis\b", "(?i)ſ", "(?s)rate.this", "^$", "é", r"[^a-z]", r"\Qa", "(?i)s", "a|b"),
    *("x{2}", "sea", "(?m)^T", "(?P<word>poem)", "(?P<word>b)"),
)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu")
HUGE = (2**70, -(2**70))

VALUES: dict[str, tuple[Type, Sequence[Any]]] = {
    "account": (Type.TEXT, ("a", "b", "c", "")),
    "country": (Type.TEXT, WORDS),
    "email": (Type.TEXT, ("x@Y.z", "no", "a@b@ÇC.d", "x@", "y@y.z")),
    "prompt": (Type.TEXT, WORDS + PROSE + LONG * 8),
    "tokens": (Type.NUMBER, NUMBERS),
    "share": (Type.PERCENT, NUMBERS),
    "streamed": (Type.YES_NO, (True, False)),
    'prompt appears in samples "suspect" at 1 in 10000': (Type.YES_NO, (True, False)),
    "made": (Type.TIME, TIMES),
    "day": (Type.DATE, DAYS),
    "took": (Type.DURATION, (0, HOUR, 2 * HOUR)),
    "tools": (Type.LIST, ((), ("a",), ("b", "a"), ("\n",), ("\\", ""), ("\\n",), ("",))),
}
ATTRIBUTES: dict[str, tuple[Type, Sequence[Any]]] = {
    "plan": (Type.TEXT, ("a", "Ab", "rate this")),
    "email": VALUES["email"],
    "verified": (Type.YES_NO, (True, False)),
    "opened": (Type.TIME, TIMES),
    "allowance": (Type.NUMBER, NUMBERS),
    "scopes": (Type.LIST, ((), ("a",), ("b", "a"))),
}
DEFAULTS: Mapping[Type, Any] = {Type.TEXT: "a", Type.YES_NO: False, Type.NUMBER: MILLION, Type.LIST: ("a",)}
COLUMNS = {"kind": Type.TEXT, "id": Type.TEXT, "time": Type.TIME} | {name: kind for name, (kind, _) in VALUES.items()}
EVENT_FIELDS = {name: m.EventField(name, kind) for name, (kind, _) in VALUES.items()}
TIME = m.EventField("time", Type.TIME)


@dataclass(frozen=True)
class World:
    """Events, registers, and what may be asked about them."""

    rows: list[Event]
    registers: dict[str, RegisterTable]
    conditions: list[m.Condition]
    fields: list[m.Field]

    @property
    def in_order(self) -> list[Event]:
        return sorted(self.rows, key=lambda row: (row["time"], row["id"]))


def world(dice: Random) -> World:
    leaves = [leaf(dice) for _ in range(12)]
    return World(
        [event(dice, number) for number in dice.sample(range(100), dice.choice((0, 1, 9, 20)))],
        registers(dice),
        leaves + [joined(dice, leaves) for _ in range(6)],
        [field(dice) for _ in range(6)],
    )


def event(dice: Random, number: int) -> Event:
    fields = {name: dice.choice(values) if dice.random() < 0.7 else None for name, (_, values) in VALUES.items()}
    kind = dice.choice(("request", "incident"))
    return {"id": f"e{'-' * (number % 3 * 5)}{number}", "kind": kind, "time": dice.choice(TIMES), **fields}


def batches(rows: Sequence[Event], cuts: Sequence[int] = (), dictionaries: bool = False) -> list[pa.RecordBatch]:
    """Canonical batches; what is missing throughout a batch is no column of it."""
    bounds = [0, *sorted(cut for cut in set(cuts) if 0 < cut < len(rows)), len(rows)]
    return [_batch(rows, begin, end, dictionaries) for begin, end in pairwise(bounds) if begin < end]


def _batch(rows: Sequence[Event], begin: int, end: int, dictionaries: bool) -> pa.RecordBatch:
    part = rows[begin:end]
    columns = {}
    for name, kind in COLUMNS.items():
        values = [row[name] for row in part]
        if any(value is not None for value in values):
            array = pa.array(values, ARROW[kind])
            columns[name] = array.dictionary_encode() if dictionaries and kind is Type.TEXT else array
    places = {
        "source": pa.array([0] * len(part), pa.int32()),
        "line": pa.array(range(begin + 1, end + 1), pa.int64()),
    }
    return pa.record_batch({**columns, **places})


# ── Registers


def registers(dice: Random) -> dict[str, RegisterTable]:
    keys = [ruling_key(QUESTION, "account", "a"), ruling_key(QUESTION, "account.plan", "Ab")]
    keys += [ruling_key(QUESTION, "service", "service"), ruling_key(QUESTION, "tokens", "1")]
    answer = {"answer": VALUES["streamed"]}
    tables = {
        "account": _rows(dice, ("a", "b", ""), ATTRIBUTES, spans=False),
        "country": _rows(dice, ("a", "b", "rate this"), ATTRIBUTES, spans=True),
        "rulings": _rows(dice, keys, answer, spans=dice.random() < 0.5),
    }
    return {name: RegisterTable(name, rows) for name, rows in tables.items() if dice.random() < 0.9}


def _rows(
    dice: Random, keys: Sequence[str], fields: Mapping[str, tuple[Type, Sequence[Any]]], spans: bool
) -> dict[str, tuple[Row, ...]]:
    def values() -> dict[str, Any]:
        return {name: dice.choice(found) for name, (_, found) in fields.items() if dice.random() < 0.6}

    rows: dict[str, tuple[Row, ...]] = {}
    for key in keys:
        if dice.random() < 0.1:
            rows[key] = ()
            continue
        starts = sorted({dice.choice((-1, *TIMES)) for _ in range(dice.randrange(4))}) if spans else [-1]
        if starts and dice.random() < 0.8:
            spanned = [
                (None if start < 0 else start, dice.choice((None, *TIMES)) if spans else None) for start in starts
            ]
            rows[key] = tuple(Row(start, end, values()) for start, end in spanned)
    return rows


# ── Fields


def field(dice: Random) -> m.Field:
    makers: tuple[Callable[[Random], m.Field], ...] = (texts, numbers, dates, yes_no, lists, times, durations)
    return dice.choice(makers)(dice)


def of_register(dice: Random, kind: Type) -> m.RegisterField:
    name = dice.choice([name for name, (own, _) in ATTRIBUTES.items() if own is kind])
    as_of = dice.choice((None, None, *TIMES))
    register = dice.choice(("account", "country"))
    key = m.EventField(register, Type.TEXT, known_after=dice.random() < 0.5)
    return m.RegisterField(register, name, kind, key, as_of, DEFAULTS.get(kind) if dice.random() < 0.5 else None)


def texts(dice: Random) -> m.Field:
    name = dice.choice(("account", "country", "email", "prompt"))
    plain = EVENT_FIELDS[name] if dice.random() < 0.7 else of_register(dice, Type.TEXT)
    match dice.randrange(6):
        case 0:
            return m.PartField(dice.choice(("template", "domain")), plain, Type.TEXT)
        case 1:
            return m.PartField("weekday", times(dice), Type.TEXT, dice.choice(ZONES))  # type: ignore[arg-type]
        case _:
            return plain


def numbers(dice: Random) -> m.Field:
    match dice.randrange(4):
        case 0:
            return m.PartField("length", EVENT_FIELDS[dice.choice(("prompt", "email"))], Type.NUMBER)
        case 1:
            return m.PartField("hour", times(dice), Type.NUMBER, dice.choice(ZONES))  # type: ignore[arg-type]
        case 2:
            return of_register(dice, Type.NUMBER)
        case _:
            return EVENT_FIELDS[dice.choice(("tokens", "share"))]


def dates(dice: Random) -> m.Field:
    part = m.PartField("date", times(dice), Type.DATE, dice.choice(ZONES))  # type: ignore[arg-type]
    return dice.choice((EVENT_FIELDS["day"], part))


def times(dice: Random) -> m.Field:
    return dice.choice((TIME, EVENT_FIELDS["made"], of_register(dice, Type.TIME)))


def yes_no(dice: Random) -> m.Field:
    account = m.EventField("account", Type.TEXT)
    plan = m.RegisterField("account", "plan", Type.TEXT, account)
    ruling = m.RulingField(QUESTION, dice.choice((None, account, plan, EVENT_FIELDS["tokens"])))
    return dice.choice((EVENT_FIELDS["streamed"], of_register(dice, Type.YES_NO), ruling))


def lists(dice: Random) -> m.Field:
    return dice.choice((EVENT_FIELDS["tools"], of_register(dice, Type.LIST)))


def durations(dice: Random) -> m.Field:  # noqa: ARG001
    return EVENT_FIELDS["took"]


# ── Conditions


def joined(dice: Random, leaves: Sequence[m.Condition]) -> m.Condition:
    parts = [joined(dice, leaves) if dice.random() < 0.3 else dice.choice(leaves) for _ in range(dice.randrange(4))]
    match dice.randrange(3):
        case 0:
            return m.And(tuple(parts))
        case 1:
            return m.Or(tuple(parts))
        case _:
            return m.Not(parts[0] if parts else dice.choice(leaves))


def leaf(dice: Random) -> m.Condition:
    makers: tuple[Callable[[Random], m.Condition], ...] = (
        _of_event,
        _compared,
        _listed,
        _about_text,
        _elapsed,
        _missing,
    )
    return dice.choice(makers)(dice)


def _some(dice: Random, values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(dice.sample(values, dice.randrange(1, 4)))


def _of_event(dice: Random) -> m.Condition:
    start, end = (dice.choice((None, *TIMES)) for _ in range(2))
    kinds = dice.choice((("request",), ("incident", "request"), ()))
    return dice.choice((m.KindIs(kinds), m.TimeIn(start, end), m.IsTrue(yes_no(dice))))


def _compared(dice: Random) -> m.Condition:
    kinds: tuple[tuple[Callable[[Random], m.Field], Sequence[Any], Type], ...] = (
        (texts, WORDS, Type.TEXT),
        (numbers, NUMBERS + HUGE, Type.NUMBER),
        (times, TIMES, Type.TIME),
        (dates, DAYS, Type.DATE),
        (yes_no, (True, False), Type.YES_NO),
    )
    of, values, kind = dice.choice(kinds)
    relation = "is" if kind is Type.YES_NO else dice.choice(("is", ">=", "<=", ">", "<"))
    right = m.Constant(dice.choice(values), kind) if dice.random() < 0.6 else of(dice)
    return m.Compare(of(dice), relation, right)  # type: ignore[arg-type]


def _listed(dice: Random) -> m.Condition:
    open_list = dice.random() < 0.3
    if dice.random() < 0.6:
        return m.InList(texts(dice), _some(dice, WORDS), open_list)
    return m.InList(numbers(dice), _some(dice, NUMBERS + HUGE), open_list)


def _about_text(dice: Random) -> m.Condition:
    match dice.randrange(8):
        case 0:
            return m.ResemblesAny(texts(dice), ("x",))
        case 1:
            return m.AppearsIn(texts(dice), "suspect")
        case 2:
            return m.ContainsAny(lists(dice), _some(dice, WORDS))
        case 3:
            return m.ContainsAny(texts(dice), _some(dice, WORDS))
        case _:
            return m.MatchesAny(texts(dice), _some(dice, PATTERNS))


def _elapsed(dice: Random) -> m.Condition:
    return m.ElapsedWithin(times(dice), dice.choice((HOUR, 24 * HOUR, 2**70)), times(dice))


def _missing(dice: Random) -> m.Condition:
    return m.Missing(field(dice))
