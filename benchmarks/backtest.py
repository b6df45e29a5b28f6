"""How well the signals of the rule library find campaigns in simulated logs, on seeds that nobody tuned them on.

    python -m benchmarks.backtest --accounts 20000 --seeds 101 102 103

Each log is simulated and audited in a process of its own, and kept under `benchmarks/data/` until its findings have
been scored. The peer is one that knows accounts alone: a limit on the requests of an account in a day, set where as
many benign accounts are in breach as of the signals of severity high or above.
"""

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.machine import processor
from plainterms.engine.backtest.intervals import Share
from plainterms.engine.backtest.score import Backtest, Log, backtest
from plainterms.engine.backtest.truth import CAMPAIGN, load_truth
from plainterms.engine.backtest.words import lines_of
from plainterms.engine.cli.backtesting import accused_in
from plainterms.engine.simulation.simulate import REGISTERS

HERE = Path(__file__).parent
FOLDER = HERE / "data" / "simulated"
TERMS = HERE.parent / "rules" / "signals" / "harvesting.terms"


@dataclass(frozen=True)
class Spent:
    """What one log cost: events, and seconds to simulate and to audit it."""

    seed: int
    events: int
    simulated: float
    audited: float


def simulated(seed: int, accounts: int) -> Path:
    """The folder of a log, made where it is not there yet."""
    folder = FOLDER / f"{accounts}-{seed}"
    if not (folder / "truth.csv").exists():
        shutil.rmtree(folder, ignore_errors=True)
        _run("simulate", "--out", str(folder), "--accounts", str(accounts), "--seed", str(seed))
    return folder


def audited(folder: Path) -> Path:
    """The folder of its audit."""
    out = folder / "audit"
    if not (out / "summary.json").exists():
        registers = [f"--register={name}={folder / 'registers' / f'{name}.csv'}" for name in REGISTERS]
        _run("audit", f"--terms={TERMS}", f"--log={folder / 'log'}", *registers, f"--out={out}", "--format=jsonl")
    return out


def _run(*arguments: str) -> None:
    command = [sys.executable, "-m", "plainterms", *arguments]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed with {done.returncode}")


# ── The peer


def peer(folders: Sequence[Path], most: int) -> tuple[int, Share, Share]:
    """The limit on an account's requests in a day that at most so many benign accounts exceed.

    With it the share of campaigns of which it finds an account, and of their accounts.
    """
    benign: list[int] = []
    accounts: list[tuple[int, tuple[int, str]]] = []
    for number, folder in enumerate(folders):
        truth = load_truth(folder / "truth.csv")
        for account, count in _busiest_days(folder):
            known = truth.accounts[account]
            if known.role == CAMPAIGN:
                accounts.append((count, (number, known.cohort)))
            else:
                benign.append(count)
    benign.sort(reverse=True)
    limit = benign[most] if most < len(benign) else 0
    found = {campaign for count, campaign in accounts if count > limit}
    campaigns = Share(len(found), len({campaign for _, campaign in accounts}))
    return limit, campaigns, Share(sum(count > limit for count, _ in accounts), len(accounts))


def _busiest_days(folder: Path) -> list[tuple[str, int]]:
    query = """
        select account, max(requests) from (
            select account, count(*) as requests from read_parquet(?, union_by_name = true)
            where kind = 'request' group by account, time::date
        ) group by account
    """
    with duckdb.connect() as connection:
        return connection.execute(query, [str(folder / "log" / "*.parquet")]).fetchall()


# ── The result


def report(
    result: Backtest, spent: Sequence[Spent], accounts: int, against: tuple[int, Share, Share]
) -> Iterator[str]:
    """The result as Markdown."""
    now = datetime.now(UTC)
    seeds = " ".join(str(one.seed) for one in spent)
    yield f"# Signals of harvesting on simulated logs, {now:%Y-%m-%d}"
    yield ""
    yield f"`python -m benchmarks.backtest --accounts {accounts} --seeds {seeds}`, on {processor()}."
    yield "Seeds 21 to 23 were used for tuning. Campaigns and look-alikes are drawn from"
    yield "`engine/simulation/ranges.toml`; the rates hold for these ranges and wordings, not for a platform."
    yield ""
    yield "| seed | events | simulating, s | auditing, s |"
    yield "|--:|--:|--:|--:|"
    yield from (f"| {one.seed} | {one.events:,} | {one.simulated:.0f} | {one.audited:.0f} |" for one in spent)
    yield ""
    limit, campaigns, reached = against
    yield f"A limit of {limit:,} requests of an account in a day, which no more benign accounts exceed than are in"
    yield "breach of signals of severity high or above, finds an account of"
    yield f"{campaigns.part} of {campaigns.whole} campaigns, and {reached.part:,} of {reached.whole:,}"
    yield "of their accounts."
    yield ""
    yield "```"
    yield from lines_of(result)
    yield "```"


def main() -> None:
    """Simulate, audit and score; print the result, or write it to `--out`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103, 104, 105])
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    spent, folders = [], []
    for seed in options.seeds:
        begun = time.perf_counter()
        folder = simulated(seed, options.accounts)
        made = time.perf_counter()
        audited(folder)
        with duckdb.connect() as connection:
            path = str(folder / "log" / "*.parquet")
            counted = connection.execute(
                "select count(*) from read_parquet(?, union_by_name = true)", [path]
            ).fetchall()
        spent.append(Spent(seed, counted[0][0], made - begun, time.perf_counter() - made))
        folders.append(folder)
    clauses, accused, _ = accused_in([folder / "audit" for folder in folders])
    logs: list[Log] = [
        (found, load_truth(folder / "truth.csv")) for found, folder in zip(accused, folders, strict=True)
    ]
    result = backtest(logs, clauses)
    text = "\n".join(report(result, spent, options.accounts, peer(folders, result.severe.benign.part)))
    if options.out is None:
        print(text)
    else:
        options.out.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
