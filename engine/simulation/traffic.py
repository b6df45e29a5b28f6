"""The requests of one day of some accounts, drawn for all of them at once, as columns of numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from plainterms.engine.simulation.cohorts import ASKS
from plainterms.engine.simulation.population import COUNTRIES, NONE, Floats, Ints
from plainterms.engine.simulation.ranges import CLOCKS
from plainterms.engine.simulation.refusals import Columns, refused, with_retries
from plainterms.engine.simulation.setting import SECONDS, Setting
from plainterms.engine.simulation.traces import from_quantiles

HOURS = 24
PERSON, OFFICE, SERVICE, NIGHT = range(len(CLOCKS))
_WAKING = np.array([3, 1, 1, 1, 1, 2, 5, 12, 18, 20, 20, 20, 22, 22, 20, 20, 22, 26, 32, 38, 40, 36, 22, 8], float)
_WORKING = np.array([1, 0, 0, 0, 0, 1, 3, 10, 28, 38, 40, 36, 26, 34, 40, 40, 34, 22, 10, 6, 5, 5, 4, 2], float)
_PERSON_WEEK = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.1, 1.1])
_OFFICE_WEEK = np.array([1.0, 1.05, 1.05, 1.0, 0.9, 0.15, 0.12])

OLD, CURRENT, NEW = range(3)
"""Models by age: one of a year ago, one of two months ago, and one released while the log runs."""

ORDINARY_TEXTS, OF_ITS_OWN, OF_A_COHORT = 10**15, 10**12, 10**6
"""Where the numbers of templates begin: everybody's, an account's own, a cohort's."""

TEXTS = 60_000
"""Ordinary prompts' templates, the frequent ones first."""

SHORT = NONE
"""Instead of a template: a prompt of a few words."""

SHORT_SHARE, ORDINARY_ASKS = 0.3, (0.02, 0.01)
"""Shares of ordinary prompts that are short, and that ask for reasons or for grades as people do."""

MANY = 10
"""An account of more addresses a day has other ones, and other machines, every day."""


def day_of(scene: Setting, accounts: Ints, day: int, rng: np.random.Generator) -> Columns:
    """The requests that begin on this day of these accounts, by account, then time; the columns are

    ``account, cohort, time`` (seconds since the log's start), ``template, ask, wording``, ``address, country, agent,
    device, end_user``, ``model, input_tokens, output_tokens, cached_tokens, refused``.
    """
    rows, times = _arrivals(scene, accounts, day, rng)
    account = accounts[rows]
    cohort = scene.population.cohort[account]
    columns: dict[str, NDArray[Any]] = {
        "account": account,
        "cohort": cohort,
        "time": times,
        **_texts(scene, account, cohort, rng),
        **_places(scene, account, cohort, day, rng),
        "model": _models(scene, cohort, day, rng),
        "refused": refused(scene, cohort, rng),
    }
    columns |= _tokens(scene, columns, rng)
    return with_retries(scene, columns, rng)


# ── When


def _arrivals(scene: Setting, accounts: Ints, day: int, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """Each request's row among ``accounts`` and its time; conversations have turns, and start in bursts."""
    people = scene.population
    cohort = people.cohort[accounts]
    clock = scene.of("clock", cohort).astype(np.int64)
    here = np.clip(np.minimum(people.ends[accounts], day + 1) - np.maximum(people.begins[accounts], day), 0, 1)
    week = np.stack([_PERSON_WEEK, _OFFICE_WEEK, np.ones(7), np.ones(7)])[:, (scene.weekday + day) % 7]
    mean = people.rate[accounts] * here * week[clock] * (rng.random(len(accounts)) < scene.of("active", cohort))
    talks = clock <= OFFICE
    sessions = rng.poisson(np.where(talks, mean / np.mean(from_quantiles(scene.traces.turns, _EVENLY)), mean))
    rows = np.repeat(np.arange(len(accounts)), sessions)
    starts = _starts(scene, accounts, rows, sessions, day, rng)
    turns = np.ones(len(rows), np.int64)
    speaks = talks[rows]
    turns[speaks] = np.rint(from_quantiles(scene.traces.turns, rng.random(int(speaks.sum())))).astype(np.int64)
    pauses = from_quantiles(scene.traces.pauses, rng.random(int(turns.sum())))
    firsts = np.cumsum(turns) - turns
    pauses[firsts] = 0.0
    since = np.cumsum(pauses)
    times = np.repeat(starts - since[firsts], turns) + since
    rows = np.repeat(rows, turns)
    ends = np.minimum(people.ends[accounts], scene.days)[rows] * SECONDS
    kept = (times < ends) & (times >= people.begins[accounts][rows] * SECONDS)
    return rows[kept], times[kept]


_EVENLY = (np.arange(1_000) + 0.5) / 1_000


def _starts(scene: Setting, accounts: Ints, rows: Ints, sessions: Ints, day: int, rng: np.random.Generator) -> Floats:
    """When conversations begin: gaps as in the traces, stretched over the account's day by its clock."""
    gaps = from_quantiles(scene.traces.gaps, rng.random(len(rows)))
    total = np.cumsum(gaps)
    firsts = (np.cumsum(sessions) - sessions)[rows]
    before = (total - gaps)[firsts] if len(rows) else total
    lasts = (np.cumsum(sessions) - 1)[rows]
    after = (
        from_quantiles(scene.traces.gaps, rng.random(len(accounts)))[rows] + rng.exponential(1.0, len(accounts))[rows]
    )
    place = (total - before) / ((total[lasts] if len(rows) else total) - before + after)
    hours = np.empty(len(rows))
    clock = scene.of("clock", scene.population.cohort[accounts])[rows]
    for kind, rhythm in ((PERSON, _WAKING), (OFFICE, _WORKING)):
        chosen = clock == kind
        hours[chosen] = np.interp(
            place[chosen], np.concatenate([[0], np.cumsum(rhythm)]) / rhythm.sum(), np.arange(HOURS + 1)
        )
        offsets = np.array(list(COUNTRIES.values()))[scene.population.country[accounts[rows[chosen]]]]
        hours[chosen] = (hours[chosen] - offsets) % HOURS
    chosen = clock == SERVICE
    hours[chosen] = place[chosen] * HOURS
    chosen = clock == NIGHT
    cohort = scene.population.cohort[accounts[rows[chosen]]]
    hours[chosen] = (scene.of("hour", cohort) + place[chosen] * scene.of("burst", cohort)) % HOURS
    return (day * HOURS + hours) * 3_600.0


# ── What is asked


def _texts(scene: Setting, account: Ints, cohort: Ints, rng: np.random.Generator) -> Columns:
    count = len(account)
    templated = rng.random(count) < scene.of("templated", cohort)
    number = (scene.of("templates", cohort) * rng.random(count) ** 1.5).astype(np.int64)
    own = scene.of("own", cohort) > 0
    bases = np.where(own, OF_ITS_OWN + account * 1_000, (cohort + 1) * OF_A_COHORT)
    ordinary = ORDINARY_TEXTS + (TEXTS * rng.random(count) ** 2.5).astype(np.int64)
    ordinary[rng.random(count) < SHORT_SHARE] = SHORT
    asks = templated & (rng.random(count) < scene.of("asking", cohort))
    ask = np.where(asks, scene.of("ask", cohort).astype(np.int64), 0)
    draw = rng.random(count)
    likely = ~templated & (ordinary != SHORT)
    ask[likely & (draw < ORDINARY_ASKS[0])] = len(ASKS)
    ask[likely & (draw > 1 - ORDINARY_ASKS[1])] = len(ASKS) + 1
    template = np.where(templated, bases + number, ordinary)
    wordings = np.array([one.wording for one in scene.cohorts])[cohort] + number % 3
    return {"template": template, "ask": ask, "wording": np.where(asks, wordings, rng.integers(0, 1_000, count))}


# ── From where


def _places(scene: Setting, account: Ints, cohort: Ints, day: int, rng: np.random.Generator) -> Columns:
    count = len(account)
    addresses = scene.of("addresses", cohort)
    pooled = scene.of("pooled", cohort) > 0
    pool = np.maximum(np.ceil(addresses * scene.of("size", cohort) / 10), 1)
    which = (rng.random(count) * np.where(pooled, pool, addresses)).astype(np.int64)
    fresh = np.where(addresses > MANY, day + 1, 0)
    address = np.where(pooled, OF_ITS_OWN + cohort * OF_A_COHORT, account * 100_000 + fresh * 1_000) + which
    country = scene.population.country[account]
    countries = scene.of("countries", cohort).astype(np.int64)
    away = (country + 7 * (which % countries)) % len(COUNTRIES)
    agents = scene.of("agents", cohort).astype(np.int64)
    users = scene.of("end_users", cohort)
    return {
        "address": address,
        "country": away,
        "agent": account % 37 + np.where(addresses > MANY, which % agents, rng.integers(0, 1_000, count) % agents),
        "device": np.where(addresses > MANY, OF_ITS_OWN + account * 1_000 + which, scene.population.device[account]),
        "end_user": np.where(users > 0, account * 100_000 + (users * rng.random(count) ** 2).astype(np.int64), NONE),
    }


# ── Which model, how much


def _models(scene: Setting, cohort: Ints, day: int, rng: np.random.Generator) -> Ints:
    draw = rng.random(len(cohort))
    moved = (
        np.clip(scene.of("pivot", cohort) + 0.04 * (day - scene.release), 0, 0.95) if day >= scene.release else 0.0
    )
    return np.where(
        draw < moved, NEW, np.where(rng.random(len(cohort)) < scene.of("old_model", cohort), OLD, CURRENT)
    )


def _tokens(scene: Setting, columns: Columns, rng: np.random.Generator) -> Columns:
    """Lengths of a chat for people, of each trace for a third of the rest, of long conversations for every tenth."""
    count = len(columns["account"])
    names = list(scene.traces.lengths)
    people = scene.of("clock", columns["cohort"]) == PERSON
    kind = np.where(people, 1, columns["account"] % 3) % len(names)
    kind[columns["account"] % 10 == 9] = len(names) - 1
    inputs, outputs = np.empty(count), np.empty(count)
    for number, name in enumerate(names):
        chosen = kind == number
        inputs[chosen], outputs[chosen] = scene.traces.lengths[name].drawn(rng, int(chosen.sum()))
    grading = columns["ask"] == ASKS.index("grading")
    outputs[grading] = np.minimum(outputs[grading], 4 + outputs[grading] / 20)
    reused = from_quantiles(scene.traces.reused, rng.random(count))
    whole = np.maximum(np.rint(inputs), 1).astype(np.int64)
    return {
        "input_tokens": whole,
        "output_tokens": np.maximum(np.rint(outputs), 1).astype(np.int64),
        "cached_tokens": (whole * np.clip(reused, 0, 1)).astype(np.int64),
    }
