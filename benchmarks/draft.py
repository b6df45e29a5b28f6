"""One file of the log as columns of numbers: ordinary traffic, with what campaigns planted laid over it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from benchmarks.arrivals import CLOCKS, START, activity, arrivals, trace
from benchmarks.campaigns import DAY, EVENT_KINDS, Campaign, Span, campaigns
from benchmarks.duties import owed
from benchmarks.population import (
    COUNTRIES,
    GATEWAYS,
    MODELS,
    RELEASES,
    TEMPLATE_OF_CAMPAIGN,
    UNSUPPORTED,
    Ints,
    Population,
    population,
)
from benchmarks.prompts import KINDS, TRIGGERS

SEED = 20_261_122
FILE_EVENTS = 1_000_000
FILE_DAYS = 3
"""A full file holds a million events of three days, so a longer log has the same density."""

SIGN_INS = 0.008
AGENTS = 200
OTHER_COUNTRIES = len(COUNTRIES)
"""Numbers of countries from here on are those of UNSUPPORTED."""


@dataclass(frozen=True)
class Draft:
    """Columns of numbers by name, with the times in microseconds; -1 is missing."""

    number: int
    times: Ints
    columns: dict[str, Ints]


def span_of(number: int, events: int) -> Span:
    """The days that a file covers."""
    scale = events / FILE_EVENTS
    days = max(1, round(FILE_DAYS * scale))
    return Span(number * FILE_DAYS, days, scale)


def end_of(events: int) -> int:
    """The second at which a log of so many events ends."""
    last = (events - 1) // FILE_EVENTS
    span = span_of(last, events - last * FILE_EVENTS)
    return START + (span.first_day + span.days) * DAY


def draft(number: int, events: int) -> Draft:
    """The columns of one file, the same in every run."""
    rng = np.random.default_rng([SEED, number])
    people, span = population(), span_of(number, events)
    times = arrivals(rng, span.first_day, span.days, events)
    accounts = _accounts(rng, people, times)
    planted = list(_claimed(rng, times, chain(
        owed(SEED, number, span), campaigns(rng, people, span)
    )))  # fmt: skip
    for rows, campaign in planted:
        accounts[rows] = campaign.accounts[rng.integers(0, len(campaign.accounts), len(rows))]
    columns = {"account": accounts, **_ordinary(rng, people, times, accounts)}
    for rows, campaign in planted:
        for name, values in campaign.values.items():
            columns[name][rows] = rng.choice(values, len(rows)) if isinstance(values, np.ndarray) else values
    return Draft(number, times, columns)


def _accounts(rng: np.random.Generator, people: Population, times: Ints) -> Ints:
    """Whose each event is: a kind of account by the hour, then an account of the kind by its weight."""
    hours = (times // 1_000_000 - START) // 3600
    least = int(hours.min())
    shares = activity(np.arange(least, int(hours.max()) + 1))
    reach = np.cumsum(shares / shares.sum(axis=0), axis=0)[:, hours - least]
    kinds = (rng.random(len(times)) > reach[:-1]).sum(axis=0)
    accounts = np.empty(len(times), np.int64)
    for kind in range(len(CLOCKS)):
        rows = np.flatnonzero(kinds == kind)
        drawn = np.searchsorted(people.reach[kind], rng.random(len(rows)))
        accounts[rows] = people.by_clock[kind][np.minimum(drawn, len(people.by_clock[kind]) - 1)]
    return accounts


def _claimed(rng: np.random.Generator, times: Ints, planned: Iterable[Campaign]) -> Iterator[tuple[Ints, Campaign]]:
    """For each campaign rows within its time that no campaign before has taken."""
    taken = np.zeros(len(times), bool)
    origin = times[0] // (DAY * 1_000_000) * DAY * 1_000_000
    for campaign in planned:
        begin = origin + int(campaign.start * 1e6)
        low, high = np.searchsorted(times, [begin, begin + int(campaign.seconds * 1e6)])
        if high > low and campaign.events:
            drawn = np.unique(rng.integers(low, high, 2 * campaign.events))
            free = rng.permutation(drawn[~taken[drawn]])[: campaign.events]
            taken[free] = True
            yield free, campaign


# ── Ordinary traffic


def _mixed(*numbers: Ints) -> Ints:
    """A number that looks random and is the same for the same numbers."""
    mixed = np.zeros(len(numbers[0]), np.uint64)
    for number in numbers:
        mixed = (mixed ^ number.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return (mixed >> np.uint64(1)).astype(np.int64)


def _ordinary(rng: np.random.Generator, people: Population, times: Ints, accounts: Ints) -> dict[str, Ints]:
    count = len(times)
    day = (times // 1_000_000 - START) // DAY

    def one_of(first: Ints, many: Ints) -> Ints:
        return first[accounts] + (many[accounts] * rng.random(count) ** 2).astype(np.int64)

    failed = (rng.random(count) < 0.025).astype(np.int64)
    lengths = rng.integers(0, len(trace().input_tokens), count)
    moved = (accounts % 33 == 0) & (day >= 15)
    gateway = rng.random(count) < 0.002
    return {
        "kind": np.where(rng.random(count) < SIGN_INS, EVENT_KINDS.index("sign_in"), 0),
        "key": one_of(people.first_key, people.keys),
        "device": np.where(gateway, rng.integers(0, GATEWAYS, count), one_of(people.first_device, people.devices)),
        "fingerprint": people.fingerprint[accounts] + moved * 1_000_000,
        "ip": _mixed(accounts, rng.integers(0, 3, count)) % 2**32,
        "agent": _mixed(accounts, (rng.random(count) < 0.1).astype(np.int64)) % AGENTS,
        "country": _countries(rng, people, accounts, day),
        "model": _models(rng, accounts, day),
        "input_tokens": trace().input_tokens[lengths],
        "output_tokens": trace().output_tokens[lengths],
        "status": failed,
        "error": rng.choice([1, 1, 1, 2, 3, 4], count),
        "temperature": rng.choice(4, count, p=[0.2, 0.2, 0.4, 0.2]),
        "streamed": (rng.random(count) < 0.6).astype(np.int64),
        "end_user": _end_users(rng, people, accounts),
        "tools": rng.choice(4, count, p=[0.94, 0.04, 0.01, 0.01]),
        "reference": np.full(count, -1),
        **_prompts(rng, people, accounts),
    }


def _countries(rng: np.random.Generator, people: Population, accounts: Ints, day: Ints) -> Ints:
    """People travel for whole days; a few events come from unsupported places."""
    drawn = _mixed(accounts, day)
    abroad = (drawn % 50 == 0) & (people.clock[accounts] > 0)
    country = np.where(abroad, drawn // 50 % len(COUNTRIES), people.country[accounts])
    strange = rng.random(len(accounts)) < 0.0001
    return np.where(strange, OTHER_COUNTRIES + rng.integers(0, len(UNSUPPORTED), len(accounts)), country)


def _models(rng: np.random.Generator, accounts: Ints, day: Ints) -> Ints:
    chance = rng.random(len(accounts))
    model = np.where(chance < 0.7, _mixed(accounts) % len(MODELS), rng.integers(0, len(MODELS), len(accounts)))
    for number, released in enumerate(RELEASES.values()):
        taken_up = (rng.random(len(accounts)) < 0.05) & (day >= released)
        model = np.where(taken_up, len(MODELS) + number, model)
    return model


def _end_users(rng: np.random.Generator, people: Population, accounts: Ints) -> Ints:
    many = people.end_users[accounts]
    return np.where(many > 0, accounts * 10_000 + (many * rng.random(len(accounts)) ** 3).astype(np.int64), -1)


def _prompts(rng: np.random.Generator, people: Population, accounts: Ints) -> dict[str, Ints]:
    count = len(accounts)
    kinds = np.zeros(count, np.int64)
    kinds[rng.random(count) < 0.002] = KINDS.index("long")
    bounds = np.cumsum([share for share, _ in TRIGGERS.values()])
    drawn = np.searchsorted(bounds, rng.random(count))
    first = len(KINDS) - len(TRIGGERS)
    kinds = np.where(drawn < len(TRIGGERS), first + drawn, kinds)
    followed = rng.random(count) < people.templated[accounts]
    own = _mixed(accounts, rng.integers(0, 12, count)) % TEMPLATE_OF_CAMPAIGN[0]
    templates = np.where(followed & (kinds != KINDS.index("long")), own, -1)
    return {"prompt": kinds, "template": templates}
