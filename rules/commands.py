"""The commands `plainterms rules list`, `show` and `copy`."""

import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from plainterms.rules.catalogue import Entry

rules = typer.Typer(
    name="rules",
    help="The library of real providers' terms. Thresholds are ours and illustrative; nothing is legal advice.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Shape(StrEnum):
    """How a command prints."""

    TEXT = "text"
    JSONL = "jsonl"


Named = Annotated[str, typer.Argument(metavar="NAME", help="A document, such as openai/services-agreement.")]


@rules.command("list")
def show_list(shape: Annotated[Shape, typer.Option("--format", help="How to print.")] = Shape.TEXT) -> None:
    """List the documents: provider, dates, number of clauses.

    Examples:

        plainterms rules list

        plainterms rules list --format jsonl
    """
    from plainterms.rules.catalogue import entries

    room = get_terminal_size().columns if sys.stdout.isatty() else None
    lines = _as_json(entries()) if shape is Shape.JSONL else as_table(list(entries()), room)
    typer.echo("\n".join(lines))


@rules.command()
def show(name: Named) -> None:
    """Print a document as it stands in the library; without a date, its newest version.

    Examples:

        plainterms rules show openai/services-agreement

        plainterms rules show anthropic/usage-policy.2024-06-06
    """
    from plainterms.rules.catalogue import path_of

    typer.echo(path_of(name).read_text("utf-8"), nl=False)


@rules.command()
def copy(
    name: Named,
    folder: Annotated[Path, typer.Argument(metavar="DEST", help="The folder to copy into.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there and differ.")] = False,
) -> None:
    """Copy a document and the files that it uses into a folder, to adapt them there.

    Examples:

        plainterms rules copy openai/services-agreement

        plainterms rules copy xai/enterprise-terms terms/
    """
    from plainterms.rules.copying import copy as copied

    for path in copied(name, folder, force=force):
        typer.echo(f"wrote {path}")


_HEADINGS = ("document", "title", "published", "from", "to", "clauses")
_SPARED: tuple[tuple[str, ...], ...] = ((), ("published",), ("title",), ("title", "published"))
"""What a terminal does without, the wider ones less."""


def as_table(found: Sequence["Entry"], room: int | None = None) -> Iterator[str]:
    """A line for each document, at most as wide as the room, if that is known."""
    columns = [list(column) for column in zip(_HEADINGS, *(_row(one) for one in found), strict=True)]
    widths = [max(map(len, column)) for column in columns]
    for spared in _SPARED:
        shown = [place for place, heading in enumerate(_HEADINGS) if heading not in spared]
        if room is None or sum(widths[place] + 2 for place in shown) - 2 <= room:
            break
    for row in zip(*columns, strict=True):
        cells = [row[place].ljust(widths[place]) for place in shown[:-1]]
        yield "  ".join([*cells, row[-1].rjust(widths[-1])])
    terms, clauses = [one for one in found if one.provider], sum(len(one.clauses) for one in found)
    signals = f" and {len(found) - len(terms)} of signals"
    yield f"{len(terms)} documents of {len({one.provider for one in terms})} providers{signals}, {clauses} clauses"


def _row(one: "Entry") -> tuple[str, ...]:
    return (one.name, one.title, one.published, one.start, one.end, str(len(one.clauses)))


def _as_json(found: Iterator["Entry"]) -> Iterator[str]:
    import orjson

    for one in found:
        made = one.provenance
        known = orjson.dumps(
            {
                "name": one.name,
                "provider": one.provider or None,
                "title": one.title,
                "version": one.version,
                "published": one.published or None,
                "from": one.start or None,
                "to": one.end or None,
                "source": one.source or None,
                "text": made.text or None if made is not None else None,
                "sha256": made.sha256 or None if made is not None else None,
                "clauses": one.clauses,
                "undecided": len(made.undecided) if made is not None else 0,
            }
        )
        yield known.decode()
