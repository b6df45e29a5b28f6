"""Commands that try clauses before anyone is accused: `simulate`, `backtest`."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from plainterms.engine.cli.app import Exit, app, complain
from plainterms.engine.cli.auditing import From, LogFormat, Mapping, Until, named_files, period_of
from plainterms.engine.cli.language import Format, Shape
from plainterms.policy.errors import PlainTermsError

if TYPE_CHECKING:
    from plainterms.engine.audit import Request
    from plainterms.engine.backtest.accused import Accused
    from plainterms.engine.backtest.score import Backtest


class LogShape(StrEnum):
    """How a simulated log is written."""

    PARQUET = "parquet"
    JSONL = "jsonl"


class Severity(StrEnum):
    """Severities of clauses."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@app.command()
def simulate(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Write log, registers and truth there.")],
    accounts: Annotated[int, typer.Option(metavar="N", help="Ordinary accounts; look-alikes come on top.")] = 2_000,
    campaigns: Annotated[
        float, typer.Option(metavar="N", help="Campaigns of each family; 0.5 is one of every other family.")
    ] = 1.0,
    scale: Annotated[
        float, typer.Option(metavar="X", help="Multiply the accounts of campaigns; 10 is about the published size.")
    ] = 1.0,
    families: Annotated[
        list[str],
        typer.Option("--family", metavar="NAME", help="Campaigns of this family only, such as slow_fleet; repeat."),
    ] = [],  # noqa: B006 - typer copies it
    days: Annotated[int, typer.Option(metavar="N", help="Days that the log covers.")] = 30,
    start: Annotated[str, typer.Option("--from", metavar="DATE", help="The first day of the log.")] = "2026-03-01",
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed gives the same bytes.")] = 1,
    traces: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Take arrivals, lengths and shared prefixes from traces there."),
    ] = None,
    shape: Annotated[LogShape, typer.Option("--format", help="How to write the log.")] = LogShape.PARQUET,
) -> None:
    """Write a simulated log with planted campaigns and benign look-alikes, and the truth beside it.

    Examples:

        plainterms simulate --out month

        plainterms simulate --out month --accounts 20000 --seed 7 --traces traces/

        plainterms simulate --out fleet --days 45 --family slow_fleet
    """
    from plainterms.engine.report.words import counted
    from plainterms.engine.simulation.simulate import Simulated
    from plainterms.engine.simulation.simulate import simulate as written

    try:
        first = date.fromisoformat(start)
    except ValueError as error:
        raise PlainTermsError(f"--from takes a date such as 2026-03-01, not `{start}`") from error
    asked = Simulated(accounts, seed, campaigns, scale, first, days, traces, shape.value, tuple(families))
    made = written(asked, out)
    of_roles = ", ".join(counted(made.accounts.get(role, 0), f"{name} account") for role, name in _ROLES)
    typer.echo(f"{counted(made.events, 'event')} of {of_roles}")
    for name in ("log", "registers", "truth.csv", "simulation.json"):
        typer.echo(f"wrote {out / name}")


_ROLES = (("ordinary", "ordinary"), ("lookalike", "look-alike"), ("campaign", "campaign"))


@app.command()
def backtest(
    truth: Annotated[
        list[Path], typer.Option("--truth", metavar="FILE", help="The truth of a log; repeat, one for each audit.")
    ],
    audits: Annotated[
        list[Path], typer.Option("--audit", metavar="DIR", help="A folder that `audit --out` wrote; repeat.")
    ] = [],  # noqa: B006 - typer copies it
    terms: Annotated[
        list[Path], typer.Option("--terms", metavar="FILE", help="Instead of --audit: audit by these terms; repeat.")
    ] = [],  # noqa: B006
    log: Annotated[
        list[str], typer.Option("--log", metavar="PATH", help="Instead of --audit: audit this log; repeat.")
    ] = [],  # noqa: B006
    register: Annotated[
        list[str], typer.Option("--register", metavar="NAME=FILE", help="A register for --log; repeat.")
    ] = [],  # noqa: B006
    start: From = None,
    until: Until = None,
    log_format: LogFormat = None,
    mapping: Mapping = None,
    workers: Annotated[int, typer.Option(min=1, help="Parallel workers of the audit.")] = 2,
    least: Annotated[
        Severity, typer.Option("--severity", help="From which severity on a breach counts as an accusation.")
    ] = Severity.HIGH,
    recall: Annotated[
        float | None,
        typer.Option(metavar="SHARE", min=0, max=1, help="Exit 1 if fewer campaigns are found by such clauses."),
    ] = None,
    benign: Annotated[
        float | None,
        typer.Option(metavar="N", min=0, help="Exit 1 if more of 10,000 benign accounts are in breach of such."),
    ] = None,
    shape: Format = Shape.TEXT,
) -> None:
    """Score clauses on logs of which the truth is known: precision, recall, time to detection, and what was missed.

    Examples:

        plainterms backtest --truth month/truth.csv --audit report

        plainterms backtest --truth truth.csv --terms acme.terms --log logs/ --recall 0.95 --benign 1

    Exit codes: 0 scored, 1 a limit that was asked for is missed, 2 usage or terms error, 3 incomplete audit.
    """
    from plainterms.engine.backtest.score import backtest as scored
    from plainterms.engine.backtest.truth import load_truth
    from plainterms.engine.cli.paper import unheard

    if bool(audits) == bool(terms or log) or bool(terms) != bool(log):
        raise PlainTermsError("give either --audit, or --terms and --log")
    truths = [load_truth(path) for path in truth]
    with TemporaryDirectory(prefix="plainterms-") as own:
        folders = audits
        if not audits:
            from plainterms.engine.audit import Request

            registers = named_files(register, "--register", "account=accounts.csv")
            period = period_of(start, until)
            request = Request(
                terms=tuple(terms),
                logs=tuple(log),
                registers=registers,
                period=period,
                format=log_format,
                mapping=mapping,
                workers=workers,
            )
            folders = [_audited(request, Path(own))]
        if len(folders) != len(truths):
            raise PlainTermsError(
                f"{len(truths)} --truth for {len(folders)} audits; give one for each, in their order"
            )
        clauses, accused, complete = accused_in(folders)
    result = scored(list(zip(accused, truths, strict=True)), clauses, least.value)
    with unheard():
        _print(result, shape)
    raise typer.Exit(_exit_code(result, complete, recall, benign))


def _audited(request: "Request", folder: Path) -> Path:
    """Run the audit and write to a folder what a backtest reads of one."""
    from plainterms.engine.cli.keeping import write_summary
    from plainterms.engine.cli.progress import audited
    from plainterms.engine.finding_json import write_findings

    report = audited(request)
    write_findings(report.result.findings, folder)
    write_summary(report, request, folder)
    return folder


def accused_in(folders: Sequence[Path]) -> "tuple[list[tuple[str, str]], list[list[Accused]], bool]":
    """The clauses with their severities, what each audit found, and whether all of them were complete.

    Raises ChangedError where terms, logs or registers are not what an audit read.
    """
    from plainterms.engine.cli.keeping import is_complete

    tried = [_clauses_and_accused(folder) for folder in folders]
    clauses = tried[0][0]
    if any(one != clauses for one, _ in tried):
        raise PlainTermsError("the audits are by different terms; backtest those of one version together")
    incomplete = [folder for folder in folders if not is_complete(folder)]
    for folder in incomplete:
        complain(f"incomplete: the audit in {folder} could not read or attribute everything; see its summary.json")
    return clauses, [accused for _, accused in tried], not incomplete


def _clauses_and_accused(folder: Path) -> "tuple[list[tuple[str, str]], list[Accused]]":
    from plainterms.engine.audit import opened
    from plainterms.engine.backtest.accused import accused_of
    from plainterms.engine.cli.keeping import kept_in
    from plainterms.engine.plan import clause_key
    from plainterms.engine.unchanged import require_files, require_unchanged
    from plainterms.policy.meaning import Permission

    kept = kept_in(folder)
    require_files(kept.request)
    with ExitStack() as stack:
        inputs, _ = opened(kept.request, stack)
        require_unchanged(kept, inputs)
        policies = inputs.plan.policies
        several = len({policy.title for policy in policies}) > 1
        accused = list(accused_of(folder, inputs.batches(frozenset({"account"})), several))
    severities = {
        clause_key(policy.title, clause.name) if several else clause.name: clause.severity
        for policy in policies
        for clause in policy.clauses
        if not isinstance(clause.statement, Permission)
    }
    return list(severities.items()), accused


def _print(result: "Backtest", shape: Shape) -> None:
    from plainterms.engine.backtest.words import json_lines, lines_of

    if shape is Shape.JSONL:
        sys.stdout.writelines(line.decode() for line in json_lines(result))
    else:
        sys.stdout.writelines(f"{line}\n" for line in lines_of(result))


def _exit_code(result: "Backtest", complete: bool, recall: float | None, benign: float | None) -> Exit:
    if not complete:
        return Exit.INCOMPLETE
    found, wronged = result.severe.campaigns.value, result.severe.benign.value
    short = recall is not None and found is not None and found < recall
    many = benign is not None and wronged is not None and wronged * 10_000 > benign
    return Exit.FINDINGS if short or many else Exit.CLEAN
