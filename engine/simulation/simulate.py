"""A simulated month: cohorts drawn, their days written one after another, the truth beside them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import inf
from pathlib import Path
from typing import Literal

import duckdb
import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from plainterms.engine.simulation.cohorts import Cohort, cohorts_of
from plainterms.engine.simulation.population import Floats, Population, populated
from plainterms.engine.simulation.ranges import load_ranges
from plainterms.engine.simulation.registers import registers_of
from plainterms.engine.simulation.setting import Setting, expected, setting, split
from plainterms.engine.simulation.tables import Names, request_table, suspension_table
from plainterms.engine.simulation.traces import built_in, fitted
from plainterms.engine.simulation.traffic import day_of
from plainterms.engine.simulation.truth import truth_of
from plainterms.policy.errors import PlainTermsError, did_you_mean

Shape = Literal["parquet", "jsonl"]
PART = 400_000
"""Requests that are made at once, about: what a simulation holds in memory does not grow with the log."""

REGISTERS = ("account", "organisation", "api_key", "model")
"""The registers that are written."""

RELEASES = (0.2, 0.6)
"""The part of the log in which the new model comes out."""


@dataclass(frozen=True)
class Simulated:
    """What to simulate: ``accounts`` ordinary ones; ``campaigns`` of each family with ``scale`` times the accounts.

    Where ``families`` of campaigns are named, there are no others; those are the same as without the names.
    ``traces`` is a folder of traces (see `traces.fitted`); without it the built-in tables are used.
    """

    accounts: int
    seed: int = 1
    campaigns: float = 1.0
    scale: float = 1.0
    start: date = date(2026, 3, 1)
    days: int = 30
    traces: Path | None = None
    shape: Shape = "parquet"
    families: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises PlainTermsError for a simulation of nothing, and for a family that is none of campaigns."""
        for name, least in (("accounts", 1), ("seed", 0), ("campaigns", 0), ("scale", 0), ("days", 1)):
            if not least <= getattr(self, name) < inf:
                raise PlainTermsError(f"--{name} must be a number from {least} on, not {getattr(self, name)}")
        known = [family.name for family in load_ranges().of("campaign")]
        for family in self.families:
            if family not in known:
                meant = did_you_mean(family, known) or f"there are {', '.join(known)}"
                raise PlainTermsError(f"--family: there are no campaigns `{family}`; {meant}")


@dataclass(frozen=True)
class Written:
    """What was simulated: the events, and the accounts that acted by their role."""

    events: int
    cohorts: tuple[Cohort, ...]
    accounts: dict[str, int]


def simulate(asked: Simulated, folder: Path) -> Written:
    """Write `log/`, `registers/`, `truth.csv` and `simulation.json` to a folder: the same bytes for the same request.

    Raises PlainTermsError where the folder already holds a log, and for traces that cannot be read.
    """
    traces = built_in() if asked.traces is None else fitted(asked.traces)
    log = folder / "log"
    if log.exists() and any(log.iterdir()):
        raise PlainTermsError(f"{log} already holds a log; name another folder, or delete it first")
    log.mkdir(parents=True, exist_ok=True)
    ranges = load_ranges()
    rng = np.random.default_rng([asked.seed, 0])
    cohorts = tuple(cohorts_of(ranges, asked.accounts, asked.campaigns, asked.scale, rng, asked.families))
    release = int(asked.days * rng.uniform(*RELEASES))
    people = populated(cohorts, asked.days, asked.seed)
    scene = setting(cohorts, people, traces, asked.days, release, asked.start.weekday())
    names = Names(asked.seed, _instant(asked.start))
    firsts = np.full(len(people), np.inf)
    events = 0
    for number, table in enumerate(_tables(asked, scene, names, ranges.wordings, firsts)):
        _write(table, log / f"events-{number:05}", asked.shape)
        events += len(table)
    registers = registers_of(people, cohorts, names, release)
    truth = truth_of(people, cohorts, names, firsts)
    _write_books(folder, asked, cohorts, registers, truth)
    roles, counts = np.unique(truth["role"].to_numpy(zero_copy_only=False), return_counts=True)
    return Written(events, cohorts, dict(zip(roles.tolist(), counts.tolist(), strict=True)))


def _instant(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000


def _tables(
    asked: Simulated, scene: Setting, names: Names, wordings: Mapping[str, Sequence[str]], firsts: Floats
) -> Iterator[pa.Table]:
    """The suspensions, then the requests of each day, in parts; keeps the first time of each account."""
    people = scene.population
    suspensions = suspension_table(names, people, 0)
    if len(suspensions):
        yield suspensions
    made = len(suspensions)
    for day in range(asked.days):
        for part, accounts in enumerate(split(expected(scene) * _there(people, day), PART)):
            rng = np.random.default_rng([asked.seed, 2, day, part])
            columns = day_of(scene, accounts, day, rng)
            if len(columns["account"]):
                np.minimum.at(firsts, columns["account"], columns["time"])
                yield request_table(columns, names, people, scene.cohorts, wordings, made, rng)
                made += len(columns["account"])


def _there(people: Population, day: int) -> Floats:
    return ((people.begins < day + 1) & (people.ends > day)).astype(float)


# ── Files


def _write(table: pa.Table, path: Path, shape: Shape) -> None:
    if shape == "parquet":
        plain = [name for name in table.schema.names if name not in ("id", "time", "prompt", "ip")]
        pq.write_table(table, path.with_suffix(".parquet"), compression="zstd", use_dictionary=plain)
        return
    table = table.set_column(1, "time", _texts(table["time"]))
    with duckdb.connect() as connection:
        connection.register("events", table)
        lines = connection.sql("select to_json(events)::varchar as line from events").to_arrow_table()["line"]
    path.with_suffix(".jsonl").write_text("".join(f"{line}\n" for line in lines.to_pylist()), encoding="utf-8")


def _texts(times: pa.ChunkedArray) -> pa.ChunkedArray:
    milliseconds = pc.cast(times, pa.timestamp("ms", "UTC"))
    return pc.strftime(milliseconds, format="%Y-%m-%dT%H:%M:%SZ")


def _write_books(
    folder: Path, asked: Simulated, cohorts: tuple[Cohort, ...], registers: Mapping[str, pa.Table], truth: pa.Table
) -> None:
    (folder / "registers").mkdir(exist_ok=True)
    for name, table in registers.items():
        _csv(table, folder / "registers" / f"{name}.csv")
    _csv(truth, folder / "truth.csv")
    drawn = {
        "seed": asked.seed,
        "accounts": asked.accounts,
        "campaigns": asked.campaigns,
        "scale": asked.scale,
        "families": list(asked.families) or "all",
        "start": asked.start.isoformat(),
        "days": asked.days,
        "traces": "built in" if asked.traces is None else "given",
        "cohorts": [one.shown() for one in cohorts],
    }
    (folder / "simulation.json").write_bytes(orjson.dumps(drawn, option=orjson.OPT_INDENT_2) + b"\n")


def _csv(table: pa.Table, path: Path) -> None:
    shown = {
        name: _texts(column) if pa.types.is_timestamp(column.type) else column.cast(pa.string())
        for name, column in zip(table.schema.names, table.columns, strict=True)
    }
    pc_csv.write_csv(pa.table(shown), path)
