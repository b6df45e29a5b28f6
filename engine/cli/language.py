"""Commands on the text of terms: `check`, `fmt`, `lint`, `test`, `fields`."""

import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plainterms.engine.cli.app import Exit, app, complain
from plainterms.policy.errors import PlainTermsError, Problem, TermsErrors, render

if TYPE_CHECKING:
    from plainterms.policy.meaning import Policy
    from plainterms.policy.syntax import Document


class Shape(StrEnum):
    """How a command prints."""

    TEXT = "text"
    JSONL = "jsonl"


Files = Annotated[
    list[Path], typer.Argument(metavar="FILE…", help="Files of terms, folders of them, or - for standard input.")
]
Format = Annotated[Shape, typer.Option("--format", help="How to print.")]


def terms_files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and those ending in `.terms` of folders named.

    Raises PlainTermsError for what is not there.
    """
    for path in paths:
        if path.is_dir():
            found = sorted(path.rglob("*.terms"))
            if not found:
                raise PlainTermsError(f"the folder {path} holds no file that ends in `.terms`")
            yield from found
        elif str(path) == "-" or path.exists():  # a pipe such as <(…) is not a file, but can be read
            yield path
        else:
            raise PlainTermsError(f"there is no file {path}")


def text_of(path: Path) -> tuple[str, str]:
    """The text of a file (or of standard input) and its name for messages."""
    try:
        raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return raw.decode("utf-8-sig"), "<stdin>" if str(path) == "-" else str(path)
    except UnicodeDecodeError as error:
        raise PlainTermsError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise PlainTermsError(f"{path} cannot be read: {error.strerror}") from error


@app.command()
def check(
    files: Files,
    inline: Annotated[
        bool,
        typer.Option("--inline", help="Also say what each clause keeps inline; refuse what never forgets."),
    ] = False,
    shape: Format = Shape.TEXT,
) -> None:
    """Check that terms say something that can be decided; print every mistake with its place.

    Examples:

        plainterms check acme.terms

        plainterms check --inline acme.terms

        plainterms check terms/ --format jsonl
    """
    from plainterms.policy.lint import endless, states

    problems: list[Problem] = []
    notes: list[Problem] = []
    checked = 0
    for path in terms_files(files):
        try:
            document, policy = _loaded(path, files)
        except TermsErrors as errors:
            problems += errors.problems
            continue
        checked += 1
        notes += states(document, policy) if inline else []
        problems += endless(document, policy) if inline else []
    _note(notes, shape)
    _show(problems, shape)
    if problems:
        raise typer.Exit(Exit.USAGE)
    if shape is Shape.TEXT:
        typer.echo(f"{checked} file{'s' if checked != 1 else ''} checked, no mistakes")


def _loaded(path: Path, named: Sequence[Path] = ()) -> "tuple[Document, Policy]":
    """A document, which may name files of its own folder and of those that the command was given."""
    from plainterms.policy.load import load_document, load_text

    folders = [folder for folder in named if folder.is_dir()]
    return load_text(*text_of(path)) if str(path) == "-" else load_document(path, *folders)


def _show(problems: Sequence[Problem], shape: Shape) -> None:
    if shape is Shape.JSONL:
        for problem in problems:
            typer.echo(_as_json(problem))
    elif problems:
        complain("\n\n".join(render(problem) for problem in problems))
        count = len(problems)
        kind = problems[0].level
        complain(f"\n{count} {kind}{'s' if count != 1 else ''}")


def _note(notes: Sequence[Problem], shape: Shape) -> None:
    for note in notes:
        typer.echo(_as_json(note) if shape is Shape.JSONL else f"{note.file}:{note.line}: {note.message}")


def _as_json(problem: Problem) -> bytes:
    import orjson

    return orjson.dumps(
        {
            "file": problem.file,
            "line": problem.line,
            "column": problem.column,
            "start": problem.span.start,
            "end": problem.span.end,
            "level": problem.level,
            "code": problem.code,
            "message": problem.message,
            "help": problem.help,
        }
    )


@app.command()
def fmt(
    files: Files,
    check_only: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if a file is not formatted.")
    ] = False,
) -> None:
    """Give terms their one canonical look; comments are kept. With - the result goes to standard output.

    Examples:

        plainterms fmt acme.terms

        plainterms fmt --check terms/

        plainterms fmt - < draft.terms
    """
    from plainterms.policy.format import format_document
    from plainterms.policy.parse import parse

    changed = []
    for path in terms_files(files):
        text, name = text_of(path)
        formatted = format_document(parse(text, name))
        if str(path) == "-" and not check_only:
            sys.stdout.write(formatted)
        elif formatted != text:
            changed.append(name)
            if not check_only:
                _rewrite(path, formatted)
    for name in changed:
        typer.echo(f"{'would format' if check_only else 'formatted'} {name}")
    if changed and check_only:
        raise typer.Exit(Exit.FINDINGS)


def _rewrite(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise PlainTermsError(f"{path} cannot be written: {error.strerror}") from error


@app.command()
def lint(
    files: Files,
    inline: Annotated[bool, typer.Option("--inline", help="Also say what each clause must remember inline.")] = False,
    shape: Format = Shape.TEXT,
) -> None:
    """Point at what is allowed but probably not meant: clauses that can never be in breach, missing examples …

    Examples:

        plainterms lint acme.terms

        plainterms lint --inline acme.terms
    """
    from plainterms.policy.lint import lint as lints_of
    from plainterms.policy.lint import states

    warnings: list[Problem] = []
    notes: list[Problem] = []
    for path in terms_files(files):
        document, policy = _loaded(path, files)
        warnings += lints_of(document, policy, inline=inline)
        notes += states(document, policy) if inline else []
    _note(notes, shape)
    _show(warnings, shape)
    if warnings:
        raise typer.Exit(Exit.FINDINGS)
    if shape is Shape.TEXT:
        typer.echo("nothing to point at")


@app.command("test")
def run_tests(
    files: Files,
    junit: Annotated[Path | None, typer.Option(help="Also write the outcomes as JUnit XML to this file.")] = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Also say what no example tests; exit 1 if there is such a thing.")
    ] = False,
) -> None:
    """Run the examples that stand under the clauses.

    Examples:

        plainterms test acme.terms

        plainterms test --coverage acme.terms

        plainterms test terms/ --junit report.xml
    """
    from plainterms.engine.cli.outcomes import print_outcomes, tested, write_junit
    from plainterms.engine.cli.paper import unheard

    found = [tested(str(path), _loaded(path, files)[1], coverage) for path in terms_files(files)]
    if junit is not None:
        try:
            write_junit(found, junit)
        except OSError as error:
            raise PlainTermsError(f"--junit {junit} cannot be written: {error.strerror}") from error
    passed = all(one.passed for one in found)
    covered = all(part.covered for one in found for part in one.coverage)
    with unheard():
        print_outcomes(found, coverage)
    if not passed or not covered:
        raise typer.Exit(Exit.FINDINGS)


@app.command()
def fields(
    terms: Annotated[Path | None, typer.Option(help="Include what this file declares.")] = None,
    shape: Format = Shape.TEXT,
) -> None:
    """List the kinds of events, their fields, and the registers that a clause can speak of.

    Examples:

        plainterms fields

        plainterms fields --terms acme.terms --format jsonl
    """
    from plainterms.engine.cli.listing import print_fields
    from plainterms.engine.cli.paper import unheard
    from plainterms.policy.schema import BUILT_IN

    schema = BUILT_IN
    if terms is not None:
        schema = _loaded(terms)[1].schema
    with unheard():
        print_fields(schema, as_json=shape is Shape.JSONL)
