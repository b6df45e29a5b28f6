"""Planted conduct: what an account, a key or a fleet does for some hours, so that each clause has findings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.population import (
    ACCOUNTS,
    COUNTRIES,
    MODELS,
    NEW_ACCOUNTS,
    ORGANISATIONS,
    RELEASES,
    TEMPLATE_OF_CAMPAIGN,
    Ints,
    Population,
)
from benchmarks.prompts import KINDS

MINUTE, HOUR, DAY = 60, 3600, 86_400

EVENT_KINDS = (
    "request",
    "sign_in",
    "suspension",
    "termination",
    "notice",
    "acceptance",
    "authorisation",
    "incident",
    "disclosure",
    "deployment",
    "review",
)

Values = Mapping[str, int | NDArray[np.int64]]


@dataclass(frozen=True)
class Campaign:
    """So many events of these accounts from ``start`` (seconds since the file's first) for ``seconds``.

    ``values`` sets columns of the draft, each event's by chance where there are several.
    """

    start: float
    seconds: float
    events: int
    accounts: NDArray[np.int64]
    values: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Span:
    """The days of one file, and how its number of events compares to a million in three days."""

    first_day: int
    days: int
    scale: float

    @property
    def seconds(self) -> int:
        """How long the file's part of the log is."""
        return self.days * DAY


def campaigns(rng: np.random.Generator, people: Population, span: Span) -> Iterator[Campaign]:
    """All that is planted in a file, apart from what duties and their triggers need."""
    for one in (_bursts, _keys, _contents, _fleets, _volumes, _sign_ins, _endings):
        yield from one(rng, people, span)


def times(rng: np.random.Generator, span: Span, each: float, length: float) -> Iterator[float]:
    """Starts of about ``each`` campaigns for a million events."""
    for _ in range(_number(rng, each, span)):
        yield rng.random() * max(span.seconds - length, 1)


def _number(rng: np.random.Generator, each: float, span: Span) -> int:
    return int(each * span.scale + rng.random())


def someone(rng: np.random.Generator) -> Ints:
    """An account with little traffic of its own."""
    return rng.integers(3_000, ACCOUNTS - NEW_ACCOUNTS, 1)


def _human(rng: np.random.Generator, people: Population, consumer: bool) -> Ints:
    while True:
        account = someone(rng)
        if people.clock[account[0]] > 0 and people.consumer[account[0]] == consumer:
            return account


def _prompt(kind: str) -> dict[str, int]:
    return {"prompt": KINDS.index(kind)}


def kind_of_event(name: str) -> dict[str, int]:
    """What makes the events of a campaign events of a kind."""
    return {"kind": EVENT_KINDS.index(name)}


# ── Rates


def _bursts(rng: np.random.Generator, people: Population, span: Span) -> Iterator[Campaign]:
    for start in times(rng, span, 25, MINUTE):
        yield Campaign(start, 50, int(rng.integers(70, 130)), someone(rng))
    for start in times(rng, span, 4, 5 * HOUR):
        account = someone(rng)
        for later in range(3):
            yield Campaign(start + later * HOUR, 50, 150, account)
    for start in times(rng, span, 4, HOUR):
        yield Campaign(start, 3_000, int(rng.integers(550, 700)), _human(rng, people, consumer=True))
    for start in times(rng, span, 4, HOUR):
        yield Campaign(start, 3_000, 150, someone(rng), {"tools": 2})
    for start in times(rng, span, 6, 10 * MINUTE):
        account = someone(rng)
        key = int(people.first_key[account[0]])
        yield Campaign(start, 540, int(rng.integers(60, 90)), account, {"key": key, "status": 1})
    for start in times(rng, span, 3, 20 * HOUR):
        yield Campaign(start, 20 * HOUR, 300, someone(rng), {"status": np.array([0, 1, 1])})
    for _ in range(_number(rng, 4, span)):
        night = int(rng.integers(span.days)) * DAY + 0.2 * HOUR
        yield Campaign(night, 3 * HOUR, 150, _human(rng, people, consumer=True))
    for _ in range(_number(rng, 8, span)):
        yield Campaign(0, span.seconds, 170 * span.days, _human(rng, people, consumer=False))


# ── Credentials


def _keys(rng: np.random.Generator, people: Population, span: Span) -> Iterator[Campaign]:
    for start in times(rng, span, 8, HOUR):
        account = someone(rng)
        key = int(people.first_key[account[0]])
        yield Campaign(start, 2_400, 12, account, {"key": key, "country": rng.choice(len(COUNTRIES), 5, False)})
    for start in times(rng, span, 6, HOUR):
        account = someone(rng)
        values: Values = {
            "key": int(people.first_key[account[0]]),
            "ip": rng.integers(0, 2**32, 40),
            "agent": rng.integers(0, 200, 14),
        }
        yield Campaign(start, 2_700, 60, account, values)
    for start in times(rng, span, 5, 6 * HOUR):
        account = someone(rng)
        key = int(people.first_key[account[0]])
        yield Campaign(start, HOUR, 60, account, {"key": key, "country": rng.choice(len(COUNTRIES), 2, False)})
    for start in times(rng, span, 4, 20 * HOUR):
        account = someone(rng)
        key = int(people.first_key[account[0]])
        yield Campaign(start, 20 * HOUR, 300, account, {"key": key, "end_user": rng.integers(0, 10**6, 200)})


# ── Contents


def _contents(rng: np.random.Generator, people: Population, span: Span) -> Iterator[Campaign]:
    for each, hours, least, most, kind in (
        (3, 20, 600, 900, "grading"),
        (4, 12, 300, 400, "email"),
        (2, 10, 4, 6, "identity"),
        (4, 70, 6, 9, "malware"),
        (6, 0.8, 8, 15, "jailbreak"),
        (4, 10, 8, 14, "extraction"),
        (3, 11, 400, 500, "synthesis"),
        (2, 70, 12, 18, "election"),
        (3, 10, 30, 50, "long"),
    ):
        for start in times(rng, span, each, hours * HOUR):
            yield Campaign(start, hours * HOUR, int(rng.integers(least, most)), someone(rng), _prompt(kind))
    for first, count, events, kind in (
        (15_000, 8, 300, "reasoning"),
        (15_100, 12, 60, "health"),
        (15_200, 5, 120, "persona"),
    ):
        for organisation in range(first, first + count):
            members = np.flatnonzero(people.organisation == organisation)
            yield Campaign(0, span.seconds, int(events * span.scale), members, _prompt(kind))
    for start in times(rng, span, 1, 6 * HOUR):
        yield Campaign(start, 5 * HOUR, 40, rng.integers(3_000, ACCOUNTS, 25), _prompt("weapon"))
    yield from _templates(rng, span)


def _templates(rng: np.random.Generator, span: Span) -> Iterator[Campaign]:
    for start in times(rng, span, 6, 20 * HOUR):
        accounts = rng.integers(3_000, ACCOUNTS - NEW_ACCOUNTS, int(rng.integers(60, 130)))
        values = {"template": int(rng.integers(*TEMPLATE_OF_CAMPAIGN)), **_prompt("template")}
        yield Campaign(start, 20 * HOUR, 5 * len(accounts), accounts, values)
    for _ in range(_number(rng, 3, span)):
        values = {"template": int(rng.integers(*TEMPLATE_OF_CAMPAIGN)), **_prompt("template")}
        yield Campaign(0, span.seconds, 200 * span.days, someone(rng), values)


# ── Fleets


def _fleets(rng: np.random.Generator, people: Population, span: Span) -> Iterator[Campaign]:
    for number in rng.integers(0, len(people.fleets), _number(rng, 4, span)):
        yield Campaign(0, span.seconds, 2_500, people.fleets[number])
    for start in times(rng, span, 6, 2 * MINUTE):
        first, second = rng.choice(people.fleets[int(rng.integers(len(people.fleets)))], 2, replace=False)
        yield Campaign(start, 5, 1, np.array([first]), {"status": 1, "error": 1})
        yield Campaign(start + 6, 40, 3, np.array([second]), {"status": 0})
    for start in times(rng, span, 20, 1):
        fleet = people.fleets[int(rng.integers(len(people.fleets)))]
        yield Campaign(start, MINUTE, 1, fleet[:1], kind_of_event("suspension"))
        yield Campaign(start + HOUR, 10 * HOUR, 3, fleet[1:])


# ── Volumes


def _volumes(rng: np.random.Generator, people: Population, span: Span) -> Iterator[Campaign]:
    for start in times(rng, span, 10, 20 * HOUR):
        student = someone(rng) // 25 * 25 + 7
        yield Campaign(start, 20 * HOUR, 150, student, {"input_tokens": rng.integers(15_000, 30_000, 50)})
    for start in times(rng, span, 4, 20 * HOUR):
        yield Campaign(start, 20 * HOUR, 1_200, someone(rng), {"model": int(rng.integers(len(MODELS)))})
    opened = people.opened_day - span.first_day
    fresh = np.flatnonzero((opened >= 0) & (opened < span.days - 0.9))
    for account in rng.permutation(fresh)[: _number(rng, 5, span)]:
        yield Campaign(opened[account] * DAY, 20 * HOUR, 260, np.array([account]))
    for number, day in enumerate(RELEASES.values()):
        if span.first_day <= day < span.first_day + span.days:
            yield from _pivots(rng, people, span, len(MODELS) + number, (day - span.first_day) * DAY)


def _pivots(rng: np.random.Generator, people: Population, span: Span, model: int, start: float) -> Iterator[Campaign]:
    for organisation in rng.integers(ORGANISATIONS // 2, ORGANISATIONS, 5):
        members = np.flatnonzero(people.organisation == organisation)
        if len(members):
            yield Campaign(start, 20 * HOUR, int(900 * span.scale), members, {"model": model})


# ── Account events


def _sign_ins(rng: np.random.Generator, people: Population, span: Span) -> Iterator[Campaign]:  # noqa: ARG001
    for start in times(rng, span, 5, 10 * MINUTE):
        yield Campaign(start, 480, int(rng.integers(15, 30)), someone(rng), {**kind_of_event("sign_in"), "status": 1})
    for start in times(rng, span, 4, 10 * MINUTE):
        yield Campaign(start, 540, 8, someone(rng), {**kind_of_event("sign_in"), "ip": rng.integers(0, 2**32, 8)})


def _endings(rng: np.random.Generator, people: Population, span: Span) -> Iterator[Campaign]:  # noqa: ARG001
    for start in times(rng, span, 60, DAY):
        account = someone(rng)
        yield Campaign(start, MINUTE, 1, account, kind_of_event("suspension"))
        if rng.random() < 0.2:
            yield Campaign(start + 2 * MINUTE, 10 * HOUR, 3, account, {"status": 0})
    for start in times(rng, span, 40, 1):
        yield Campaign(start, MINUTE, 1, someone(rng), kind_of_event("termination"))
    for start in times(rng, span, 20, 1):
        yield Campaign(start, MINUTE, 1, someone(rng), kind_of_event("authorisation"))
