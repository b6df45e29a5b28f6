"""Commands on stores: `store`, `bundle`, `verify`, and what `audit --store` does."""

import sys
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plainterms.engine.cli.app import Exit, app
from plainterms.engine.cli.auditing import KeysFolder, Name, instant_of
from plainterms.policy.errors import PlainTermsError

if TYPE_CHECKING:
    from plainterms.engine.store.store import Store
    from plainterms.engine.store.tables import Organisation


class Texts(StrEnum):
    """How much of prompts and outputs a store keeps."""

    NONE = "none"
    EXCERPT = "excerpt"
    ALL = "all"


class Shape(StrEnum):
    """How findings are written."""

    CSV = "csv"
    JSONL = "jsonl"


URL = Annotated[
    str, typer.Option("--store", metavar="URL", help="The store: cases.db, or postgresql://user@host/name.")
]

stores = typer.Typer(
    name="store", help="Make and keep a store of audits.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(stores)

NEEDED = ("alembic", "cryptography", "sqlmodel")


@stores.callback()
def require_store() -> None:
    """Make and keep a store of audits."""
    if any(find_spec(name) is None for name in NEEDED):
        raise PlainTermsError("a store needs more than the core: run `pip install 'plainterms[store]'`")


@stores.command()
def create(
    store: URL,
    organisation: Annotated[str, typer.Option("--organisation", metavar="NAME", help="The organisation's name.")],
    texts: Annotated[Texts, typer.Option(help="How much of prompts and outputs is kept as evidence.")] = Texts.NONE,
    excerpt: Annotated[int, typer.Option(metavar="N", min=1, help="Characters of an excerpt.")] = 200,
    pseudonyms: Annotated[
        bool, typer.Option("--pseudonyms", help="Keep subjects under a keyed hash of their names.")
    ] = False,
    retention: Annotated[
        int | None, typer.Option(metavar="DAYS", min=1, help="After how many days `store purge` erases.")
    ] = None,
    keys: KeysFolder = None,
) -> None:
    """Make an organisation in a store, and the store itself if it is not there.

    Examples:

        plainterms store create --store cases.db --organisation Acme --texts excerpt
    """
    from plainterms.engine.store.store import Store

    with Store.open(store, keys=keys) as opened:
        made = opened.found(
            organisation,
            "store create",
            texts=texts.value,
            excerpt=excerpt,
            pseudonyms=pseudonyms,
            retention=retention,
        )
        typer.echo(f"{made.name}: {made.id}")


@stores.command()
def checkpoint(store: URL, organisation: Name = None) -> None:
    """Print where the log of custody ends, signed: give it to somebody else to keep.

    Examples:

        plainterms store checkpoint --store cases.db > checkpoint-of-today
    """
    from plainterms.engine.store.tables import Log

    with _opened(store, None) as opened:
        own = whose(opened, organisation)
        with opened.reading(own.id) as session:
            typer.echo(session.get_one(Log, own.id).checkpoint, nl=False)


@stores.command()
def findings(
    store: URL,
    shape: Annotated[Shape, typer.Option("--format", help="csv for spreadsheets, jsonl for programs.")] = Shape.CSV,
    organisation: Name = None,
) -> None:
    """Write all findings as they stand, the latest first.

    Examples:

        plainterms store findings --store cases.db > findings.csv
    """
    from plainterms.engine.store.exports import csv_lines, json_lines

    with _opened(store, None) as opened, opened.reading(whose(opened, organisation).id) as session:
        sys.stdout.buffer.writelines(csv_lines(session) if shape is Shape.CSV else json_lines(session))


@stores.command()
def purge(
    store: URL,
    subject: Annotated[str | None, typer.Option(metavar="NAME", help="Erase what names this subject.")] = None,
    kind: Annotated[str, typer.Option(metavar="KIND", help="What the subject is.")] = "account",
    before: Annotated[
        str | None, typer.Option(metavar="DATE", help="Erase what ended before then; else by the retention.")
    ] = None,
    organisation: Name = None,
    keys: KeysFolder = None,
) -> None:
    """Erase names, texts and ids of events; digests stay, so that the log still verifies.

    Examples:

        plainterms store purge --store cases.db --subject acct-17

        plainterms store purge --store cases.db --before 2026-01-01
    """
    from plainterms.engine.store.erasure import purge_before, purge_subject, retained_until

    with _opened(store, keys) as opened:
        own = whose(opened, organisation)
        if subject is not None and before is not None:
            raise PlainTermsError("give --subject or --before, not both")
        if subject is not None:
            count = purge_subject(opened, own, kind, subject, "store purge")
        else:
            time = retained_until(own) if before is None else instant_of(before, "--before")
            if time is None:
                raise PlainTermsError(f"{own.name} keeps everything; give --subject or --before")
            count = purge_before(opened, own, time, "store purge")
        typer.echo(f"{count:,} {'row' if count == 1 else 'rows'} purged")


@stores.command()
def upgrade(store: URL) -> None:
    """Bring the layout of a store up to date; keep a copy first.

    Examples:

        plainterms store upgrade --store cases.db
    """
    from plainterms.engine.store import engines, schema

    engine = engines.engine_of(engines.url_of(store))
    schema.upgrade(engine)
    engine.dispose()
    typer.echo(f"layout {schema.HEAD}")


@app.command()
def bundle(
    finding: Annotated[str, typer.Argument(metavar="FINDING-ID", help="The id of a finding, or how it begins.")],
    store: URL,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The zip to write.")],
    redacted: Annotated[
        bool, typer.Option("--redacted", help="Leave out names, texts and ids of events; digests stay.")
    ] = False,
    held: Annotated[
        Path | None,
        typer.Option("--checkpoint", metavar="FILE", help="A checkpoint held elsewhere, to be compared with."),
    ] = None,
    organisation: Name = None,
    keys: KeysFolder = None,
) -> None:
    """Write a finding, what it rests on and the proofs of custody as a zip that anybody can verify offline.

    Examples:

        plainterms bundle 3218a5f3 --store cases.db --out finding.zip

        plainterms bundle 3218a5f3 --store cases.db --out for-the-other-side.zip --redacted
    """
    require_store()
    from plainterms.engine.store.bundles import bundle as bundled

    with _opened(store, keys) as opened:
        own = whose(opened, organisation)
        out.write_bytes(bundled(opened, own, finding, redacted=redacted, held=_note(held)))


@app.command()
def verify(
    what: Annotated[str, typer.Argument(metavar="BUNDLE|STORE", help="A bundle, or the URL of a store.")],
    held: Annotated[
        Path | None, typer.Option("--checkpoint", metavar="FILE", help="A checkpoint that was held elsewhere.")
    ] = None,
) -> None:
    """Verify a bundle or a whole store, without a network.

    Examples:

        plainterms verify finding.zip

        plainterms verify cases.db --checkpoint checkpoint-of-march

    Exit codes: 0 everything fits, 1 something does not.
    """
    require_store()
    from plainterms.engine.cli.verifying import said_of_bundle, said_of_store

    lines, fits = (said_of_bundle if _is_bundle(what) else said_of_store)(what, _note(held))
    typer.echo("\n".join(lines))
    raise typer.Exit(Exit.CLEAN if fits else Exit.FINDINGS)


def whose(store: "Store", name: str | None) -> "Organisation":
    """The organisation of that name, or the only one. Raises PlainTermsError."""
    there = {one.name: one for one in store.organisations()}
    if name is None and len(there) == 1:
        return next(iter(there.values()))
    if name in there:
        return there[name]
    names = ", ".join(f"`{one}`" for one in there) or "none"
    wanted = "say which with --organisation" if name is None else f"there is none called `{name}`"
    raise PlainTermsError(f"{wanted}; the organisations of the store are {names}")


def _opened(url: str, keys: Path | None) -> "Store":
    from plainterms.engine.store.store import Store

    return Store.open(url, keys=keys, create=False)


def _note(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise PlainTermsError(f"{path} is no checkpoint") from error


def _is_bundle(what: str) -> bool:
    path = Path(what)
    if not path.is_file():
        if "://" in what:
            return False
        raise PlainTermsError(f"there is no bundle and no store at {what}")
    with path.open("rb") as file:
        return not file.read(16).startswith(b"SQLite format 3")
