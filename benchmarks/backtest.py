"""How well the signals of the rule library find campaigns in simulated logs, on seeds on which nobody tuned them.

    python -m benchmarks.backtest --logs 20 --out benchmarks/results/backtest.md

Each log is simulated and audited in processes of their own; of each only the scores' input is kept, under
`benchmarks/data/`, so that a run can be taken up again. The peer knows accounts alone: a limit on the requests of an
account in a day, set where as many benign accounts exceed it as are in breach of signals of severity high or above.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import orjson

from benchmarks.machine import processor
from plainterms.engine.backtest.accused import Accused
from plainterms.engine.backtest.intervals import Share
from plainterms.engine.backtest.score import Backtest, Log, backtest
from plainterms.engine.backtest.truth import CAMPAIGN, Truth, load_truth
from plainterms.engine.backtest.words import lines_of
from plainterms.engine.cli.backtesting import accused_in
from plainterms.engine.simulation.simulate import REGISTERS
from plainterms.policy.load import load

HERE = Path(__file__).parent
FOLDER = HERE / "data" / "simulated"
TERMS = HERE.parent / "rules" / "signals" / "harvesting.terms"
RANGES = HERE.parent / "engine" / "simulation" / "ranges.toml"
FIRST_SEED = 501
TUNED = "21 to 330"
"""Seeds on which the signals were tuned; nobody looked at those from 501 on before the signals were as they are."""

WORDED = ("reasoning_elicitation", "reward_model")
"""Clauses whose patterns know the wordings of the simulation."""


@dataclass(frozen=True)
class Tried:
    """A log that was simulated and audited: what was found, the truth, and the busiest day of each account."""

    events: int
    simulated: float
    audited: float
    accused: tuple[Accused, ...]
    busiest: dict[str, int]
    truth: Truth


@dataclass(frozen=True)
class Month:
    """What each log is made of, but for its seed; see `plainterms simulate --help`."""

    accounts: int
    campaigns: float
    scale: float
    days: int
    families: tuple[str, ...]

    def options(self) -> list[str]:
        """For `plainterms simulate`, and for this script."""
        asked = [f"--accounts={self.accounts}", f"--campaigns={self.campaigns:g}"]
        asked += [f"--scale={self.scale:g}"] * (self.scale != 1) + [f"--days={self.days}"] * (self.days != 30)
        return asked + [f"--family={name}" for name in self.families]


def tried(seed: int, month: Month) -> Tried:
    """A log of this seed, made where it is not there yet."""
    ranges = hashlib.sha256(RANGES.read_bytes()).hexdigest()[:6]
    asked = "".join(month.options()).replace("--", "-")
    folder = FOLDER / f"{load(TERMS).digest[:6]}-{ranges}{asked}-{seed}"
    if not (folder / "tried.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        _try(folder, seed, month)
    kept = orjson.loads((folder / "tried.json").read_bytes())
    accused = tuple(Accused(**{**one, "accounts": frozenset(one["accounts"])}) for one in kept["accused"])
    times = kept["simulated"], kept["audited"]
    return Tried(kept["events"], *times, accused, kept["busiest"], load_truth(folder / "truth.csv"))


def _try(folder: Path, seed: int, month: Month) -> None:
    begun = time.perf_counter()
    _run("simulate", f"--out={folder}", f"--seed={seed}", *month.options())
    made = time.perf_counter()
    registers = [f"--register={name}={folder / 'registers' / f'{name}.csv'}" for name in REGISTERS]
    audit, log = folder / "audit", folder / "log"
    _run("audit", f"--terms={TERMS}", f"--log={log}", *registers, f"--out={audit}", "--format=jsonl")
    done = time.perf_counter()
    _, (accused,), _ = accused_in([audit])
    busiest = _busiest_days(log)
    kept = {
        "events": _events(log),
        "simulated": made - begun,
        "audited": done - made,
        "accused": [
            {
                "clause": one.clause,
                "severity": one.severity,
                "verdict": one.verdict,
                "opened": one.opened,
                "accounts": sorted(one.accounts),
            }
            for one in accused
        ],
        "busiest": busiest,
    }
    (folder / "tried.json").write_bytes(orjson.dumps(kept))
    shutil.rmtree(log)
    shutil.rmtree(audit)


def _run(*arguments: str) -> None:
    command = [sys.executable, "-m", "plainterms", *arguments]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed with {done.returncode}")


def _events(log: Path) -> int:
    with duckdb.connect() as connection:
        query = "select count(*) from read_parquet(?, union_by_name = true)"
        return int(connection.execute(query, [str(log / "*.parquet")]).fetchall()[0][0])


def _busiest_days(log: Path) -> dict[str, int]:
    query = """
        select account, max(requests) from (
            select account, count(*) as requests from read_parquet(?, union_by_name = true)
            where kind = 'request' group by account, time::date
        ) group by account
    """
    with duckdb.connect() as connection:
        return dict(connection.execute(query, [str(log / "*.parquet")]).fetchall())


def peer(logs: Sequence[Tried], most: int) -> tuple[int, Share, Share]:
    """The limit on an account's requests in a day that at most so many benign accounts exceed.

    With it the share of campaigns of which it finds an account, and of their accounts.
    """
    benign: list[int] = []
    guilty: list[tuple[int, tuple[int, str]]] = []
    for number, log in enumerate(logs):
        for account, count in log.busiest.items():
            known = log.truth.accounts[account]
            if known.role == CAMPAIGN:
                guilty.append((count, (number, known.cohort)))
            else:
                benign.append(count)
    benign.sort(reverse=True)
    limit = benign[most] if most < len(benign) else 0
    found = {campaign for count, campaign in guilty if count > limit}
    campaigns = Share(len(found), len({campaign for _, campaign in guilty}))
    return limit, campaigns, Share(sum(count > limit for count, _ in guilty), len(guilty))


def without_wordings(logs: Sequence[Tried], clauses: Sequence[tuple[str, str]]) -> Backtest:
    """The same without the clauses whose patterns know how the simulated campaigns word what they ask for."""
    others = [(name, severity) for name, severity in clauses if name not in WORDED]
    return backtest([(log.accused, log.truth) for log in logs], others)


def report(result: Backtest, blind: Backtest, logs: Sequence[Tried], days: int, command: str) -> Iterator[str]:
    """The result as Markdown."""
    yield f"# Signals of harvesting on simulated logs, {datetime.now(UTC):%Y-%m-%d}"
    yield ""
    yield f"`{command}`, on {processor()}."
    events, simulated, audited = (
        sum(getattr(log, key) for log in logs) for key in ("events", "simulated", "audited")
    )
    yield f"{len(logs)} logs of {days} days with {events:,} events; simulating them took {simulated:,.0f} s, and"
    yield f"auditing them {audited:,.0f} s, on a machine that did other work. Seeds {TUNED} were used for tuning."
    yield "Campaigns and look-alikes are drawn from `engine/simulation/ranges.toml`, prompts from `wordings.toml`,"
    yield "which the patterns of the signals know: the rates hold for these, and not for a platform."
    yield ""
    found = blind.severe.campaigns
    yield f"**Without the wordings** ({' and '.join(WORDED)} left out), {found.part} of {found.whole} campaigns"
    yield "are found."
    yield ""
    limit, campaigns, reached = peer(logs, result.severe.benign.part)
    yield f"**Peer.** A limit of {limit:,} requests of an account in a day, which no more benign accounts exceed than"
    yield f"are in breach of signals of severity {result.least} or above, finds an account of {campaigns.part} of"
    yield f"{campaigns.whole} campaigns, and {reached.part:,} of {reached.whole:,} of their accounts."
    yield ""
    yield "```"
    yield from lines_of(result)
    yield "```"


def main() -> None:
    """Simulate, audit and score; print the result, or write it to `--out`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--logs", type=int, default=20)
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    parser.add_argument("--accounts", type=int, default=1_600)
    parser.add_argument("--campaigns", type=float, default=0.125)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--family", action="append", default=[])
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    month = Month(options.accounts, options.campaigns, options.scale, options.days, tuple(options.family))
    logs = [tried(options.first_seed + number, month) for number in range(options.logs)]
    clauses = [(clause.name, clause.severity) for clause in load(TERMS).clauses]
    pairs: list[Log] = [(log.accused, log.truth) for log in logs]
    asked = " ".join([f"--logs={options.logs}", f"--first-seed={options.first_seed}", *month.options()])
    command = f"python -m benchmarks.backtest {asked}"
    result, blind = backtest(pairs, clauses), without_wordings(logs, clauses)
    text = "\n".join(report(result, blind, logs, month.days, command))
    if options.out is None:
        print(text)
    else:
        options.out.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
