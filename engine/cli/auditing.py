"""Commands on logs: `audit`, `explain`, `demo`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from plainterms.engine.cli.app import Exit, app
from plainterms.policy.errors import PlainTermsError

if TYPE_CHECKING:
    from plainterms.engine.events import Period
    from plainterms.engine.report.model import Report


class Shape(StrEnum):
    """How an audit prints."""

    TEXT = "text"
    JSONL = "jsonl"
    HTML = "html"


class Evaluator(StrEnum):
    """Which evaluator judges; both find the same."""

    COLUMNAR = "columnar"
    REFERENCE = "reference"


Terms = Annotated[
    list[Path], typer.Option("--terms", metavar="FILE", help="A document of terms; repeat for more, or for versions.")
]
Logs = Annotated[
    list[str],
    typer.Option(
        "--log", metavar="PATH", help="A log: file, folder, pattern or - ; .gz and .zst are read; repeat for more."
    ),
]
Registers = Annotated[
    list[str],
    typer.Option(
        "--register", metavar="NAME=FILE", help="A register (account, organisation, …, or rulings); repeat."
    ),
]
Samples = Annotated[
    list[str],
    typer.Option("--samples", metavar="NAME=FILE", help="The matches file of samples that clauses name; repeat."),
]
Name = Annotated[
    str | None, typer.Option("--organisation", metavar="NAME", help="Whose rows; needed where there are several.")
]
KeysFolder = Annotated[
    Path | None,
    typer.Option("--keys", metavar="DIR", help="The folder of the store's keys; FILE.keys beside a file by default."),
]
Resembling = Annotated[
    Path | None,
    typer.Option("--resemblance", metavar="FILE", help="What resembles what, as `plainterms resemble` wrote it."),
]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="TIME", help="Judge conduct from here on: a date (midnight UTC) or RFC 3339."),
]
Until = Annotated[
    str | None,
    typer.Option("--until", metavar="TIME", help="Where the log ends; needed when a clause is a duty. As --from."),
]
LogFormat = Annotated[
    str | None,
    typer.Option(
        "--log-format", metavar="NAME", help="litellm, otel, bedrock, jsonl, parquet or csv; else detected."
    ),
]
Mapping = Annotated[
    Path | None, typer.Option("--mapping", metavar="FILE", help="A mapping file (TOML) for any other table.")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Write report.html, findings.jsonl, event-ids.jsonl and summary.json there."
    ),
]


@app.command()
def audit(
    terms: Terms,
    log: Logs,
    register: Registers = [],  # noqa: B006 - typer copies it
    samples: Samples = [],  # noqa: B006
    resemblance: Resembling = None,
    start: From = None,
    until: Until = None,
    out: Out = None,
    shape: Annotated[Shape, typer.Option("--format", help="How to print the report.")] = Shape.TEXT,
    log_format: LogFormat = None,
    mapping: Mapping = None,
    workers: Annotated[
        int, typer.Option(min=1, help="Parallel workers; the findings are the same with any number.")
    ] = 2,
    spill: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep what is read in files there while the audit runs: for large logs."),
    ] = None,
    evaluator: Annotated[
        Evaluator, typer.Option(help="columnar is fast; reference defines the meaning.")
    ] = Evaluator.COLUMNAR,
    allow_quarantine: Annotated[
        int, typer.Option(metavar="N", min=0, help="Accept up to N records that could not be read.")
    ] = 0,
    allow_unattributed: Annotated[
        int, typer.Option(metavar="N", min=0, help="Accept up to N events a clause that do not say whose they are.")
    ] = 0,
    excerpt: Annotated[
        int, typer.Option(metavar="N", min=0, help="Show up to N characters of a prompt or output as evidence.")
    ] = 0,
    store: Annotated[
        str | None,
        typer.Option("--store", metavar="URL", help="Save the audit in a store: cases.db, or postgresql://…"),
    ] = None,
    organisation: Name = None,
    keys: KeysFolder = None,
) -> None:
    """Audit logs against terms.

    Examples:

        plainterms audit --terms acme.terms --log requests.jsonl --until 2026-06-01

        plainterms audit --terms acme.terms --log logs/ --register account=accounts.csv --out report

        zcat spend.jsonl.gz | plainterms audit --terms acme.terms --log - --format jsonl

        plainterms audit --terms acme.terms --log logs/ --store cases.db

    Exit codes: 0 clean, 1 findings, 2 usage or terms error, 3 incomplete input.
    """
    from plainterms.engine.audit import Request
    from plainterms.engine.cli.delivery import deliver
    from plainterms.engine.cli.paper import unheard
    from plainterms.engine.cli.progress import audited
    from plainterms.engine.cli.saving import destination

    if Path("-") in terms:
        raise PlainTermsError("--terms takes files; standard input can only be a log, as in `--log -`")
    request = Request(
        terms=tuple(terms),
        logs=tuple(log),
        registers=named_files(register, "--register", "account=accounts.csv"),
        samples=named_files(samples, "--samples", "suspect=matches-….jsonl"),
        resemblance=resemblance,
        period=period_of(start, until),
        format=log_format,
        mapping=mapping,
        evaluator=evaluator.value,
        workers=workers,
        quarantine=_quarantine(out, log),
        exhibits=out is not None or shape is Shape.HTML,
        excerpt=excerpt,
        allow_quarantine=allow_quarantine,
        allow_unattributed=allow_unattributed,
    )
    with _spilled(spill) as folder, destination(store, organisation, keys, request) as kept:
        report = audited(replace(kept.request, spill=folder))
        kept.save(report, _exit_code(report))
        with unheard():
            deliver(report, request, shape.value, out)
    raise typer.Exit(_exit_code(report))


@contextmanager
def _spilled(folder: Path | None) -> Iterator[Path | None]:
    """A folder of its own below the one given, which is gone when the report is written."""
    if folder is None:
        yield None
        return
    try:
        own = TemporaryDirectory(prefix="plainterms-", dir=folder)
    except OSError as error:
        raise PlainTermsError(f"--spill {folder} cannot be written: {error.strerror}") from error
    with own as name:
        yield Path(name)


def _exit_code(report: "Report") -> Exit:
    if report.gaps:
        return Exit.INCOMPLETE
    return Exit.FINDINGS if report.result.findings else Exit.CLEAN


def _quarantine(out: Path | None, logs: list[str]) -> Path:
    if out is None:
        return Path("quarantine.jsonl")
    for folder in (name for name in logs if Path(name).is_dir()):
        if out.resolve().is_relative_to(Path(folder).resolve()):
            raise PlainTermsError(f"--out {out} lies in --log {folder}, where the next audit would read it as a log")
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "quarantine.jsonl").unlink(missing_ok=True)  # of an earlier audit
    except OSError as error:
        raise PlainTermsError(f"--out {out} cannot be written: {error.strerror}") from error
    return out / "quarantine.jsonl"


def named_files(given: list[str], option: str, example: str) -> dict[str, Path]:
    """The files of `NAME=FILE` options by name. Raises PlainTermsError for what is not so written or not there."""
    found: dict[str, Path] = {}
    for pair in given:
        name, equals, file = pair.partition("=")
        if not equals or not name or not file:
            raise PlainTermsError(f"{option} takes NAME=FILE, for example `{option} {example}`; not `{pair}`")
        if not Path(file).exists() or Path(file).is_dir():  # a pipe such as <(…) is not a file, but can be read
            raise PlainTermsError(f"{option} {name}: there is no file {file}")
        if name in found:
            raise PlainTermsError(f"{option} {name} is given twice; put the rows into one file")
        found[name] = Path(file)
    return found


def period_of(start: str | None, until: str | None) -> "Period":
    """What `--from` and `--until` say. Raises PlainTermsError where they cannot be read, or nothing lies between."""
    from plainterms.engine.events import Period

    period = Period(instant_of(start, "--from"), instant_of(until, "--until"))
    if period.start is not None and period.until is not None and period.start >= period.until:
        raise PlainTermsError(f"--from {start} is not before --until {until}; nothing would be judged")
    return period


def instant_of(text: str | None, option: str) -> int | None:
    """Microseconds since 1970 from a date (midnight UTC) or RFC 3339."""
    if text is None:
        return None
    try:
        if len(text) == len("2026-01-01"):
            moment = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
        else:
            moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise PlainTermsError(
            f"{option} takes a date or a time such as 2026-06-01T00:00:00Z, not `{text}`"
        ) from error
    if moment.tzinfo is None:
        raise PlainTermsError(f"{option} {text} has no offset from UTC; add one, for example {text}Z")
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@app.command()
def explain(
    finding: Annotated[str, typer.Argument(metavar="FINDING-ID", help="The id of a finding, or how it begins.")],
    folder: Annotated[Path, typer.Option("--audit", metavar="DIR", help="The folder that `audit --out` wrote.")],
    shown: Annotated[
        int, typer.Option("--events", metavar="N", min=1, help="Show up to N events of each measure.")
    ] = 5,
) -> None:
    """Show why a finding was made: each measure and condition with its values, and the events behind them.

    Examples:

        plainterms explain 3218a5f3 --audit report
    """
    from plainterms.engine.cli.keeping import kept_in
    from plainterms.engine.cli.paper import Paper, unheard
    from plainterms.engine.reexamine import reexamine
    from plainterms.engine.report.tree import explanation_tree

    kept = kept_in(folder)
    if "-" in kept.request.logs and sys.stdin.isatty():
        raise PlainTermsError(
            "the audit read standard input; give the same log again, as in `plainterms explain … < log`"
        )
    explanation, schema = reexamine(kept, finding, shown)
    with unheard():
        Paper().print(explanation_tree(explanation, schema))


@app.command()
def demo(
    shape: Annotated[Shape, typer.Option("--format", help="How to print the report.")] = Shape.TEXT,
    out: Out = None,
) -> None:
    """Audit the example logs that come with Plainterms: one story in four log formats.

    Examples:

        plainterms demo

        plainterms demo --out report
    """
    from plainterms.engine.cli.delivery import deliver
    from plainterms.engine.cli.demo import command_line, demo_folder, demo_request
    from plainterms.engine.cli.paper import unheard
    from plainterms.engine.cli.progress import audited

    request = demo_request()
    if shape is Shape.TEXT:
        typer.echo(f"This is what the following command does:\n\n{command_line(demo_folder(), out)}\n")
    if out is not None:
        _quarantine(out, [])
    report = audited(request)
    with unheard():
        deliver(report, request, shape.value, out)
