"""The command on two versions of terms: `diff`."""

import sys
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated

import typer

from plainterms.engine.cli.app import Exit, app, complain
from plainterms.engine.cli.auditing import From, LogFormat, Mapping, Until, named_files, period_of
from plainterms.engine.cli.language import Format, Shape
from plainterms.policy.errors import PlainTermsError

if TYPE_CHECKING:
    from plainterms.engine.audit import Request
    from plainterms.engine.difference.changes import Change
    from plainterms.engine.difference.verdicts import Turned
    from plainterms.engine.difference.versions import Version


@app.command("diff")
def compare(
    before: Annotated[Path, typer.Argument(metavar="BEFORE", help="The earlier version, a file of terms.")],
    after: Annotated[Path, typer.Argument(metavar="AFTER", help="The later version.")],
    log: Annotated[
        list[str], typer.Option("--log", metavar="PATH", help="Also show whose verdict changes on this log; repeat.")
    ] = [],  # noqa: B006 - typer copies it
    register: Annotated[
        list[str], typer.Option("--register", metavar="NAME=FILE", help="A register for the log; repeat.")
    ] = [],  # noqa: B006
    start: From = None,
    until: Until = None,
    log_format: LogFormat = None,
    mapping: Mapping = None,
    shape: Format = Shape.TEXT,
) -> None:
    """Show what changed between two versions of terms, in words; with a log, also whose verdict changes.

    Both versions are judged as if they were in force throughout the log.

    Examples:

        plainterms diff acme.2025.terms acme.2026.terms

        plainterms diff old.terms new.terms --log logs/ --register account=accounts.csv --until 2026-06-01

    Exit codes: 0 no change, 1 changes, 2 usage or terms error, 3 incomplete input.
    """
    from plainterms.engine.cli.paper import unheard
    from plainterms.engine.difference.changes import changes
    from plainterms.engine.difference.versions import load_version

    if Path("-") in (before, after) or "-" in log:
        raise PlainTermsError("`diff` reads its files more than once; give files, not standard input")
    if not log and (register or start or until or log_format or mapping):
        raise PlainTermsError("options for a log need one; add `--log PATH`")
    versions = load_version(before), load_version(after)
    if log and not any(version.policy.clauses for version in versions):
        raise PlainTermsError("neither version has clauses, so no verdict can change; leave `--log` out")
    found = changes(*versions)
    turned: tuple[Turned, ...] = ()
    unread = 0
    if log:
        from plainterms.engine.audit import Request

        request = Request(
            terms=(before, after),
            logs=tuple(log),
            registers=named_files(register, "--register", "account=accounts.csv"),
            period=period_of(start, until),
            format=log_format,
            mapping=mapping,
        )
        turned, unread = _turned(versions, found, request)
    with unheard():
        _print(found, turned if log else None, shape)
    if unread:
        complain(f"incomplete: {unread:,} records could not be read; `plainterms audit` says which and why")
        raise typer.Exit(Exit.INCOMPLETE)
    raise typer.Exit(Exit.FINDINGS if found or turned else Exit.CLEAN)


def _turned(
    versions: "tuple[Version, Version]", found: "tuple[Change, ...]", request: "Request"
) -> "tuple[tuple[Turned, ...], int]":
    """The verdicts that differ, and how many records could not be read."""
    from plainterms.engine.difference.verdicts import judged, turned

    before, after = (judged(version.policy, request) for version in versions)
    renamed = {change.name: change.before for change in found if change.part == "name" and change.before is not None}
    return turned(before, after, renamed), max(before.quarantined, after.quarantined)


def _print(found: "tuple[Change, ...]", turned: "tuple[Turned, ...] | None", shape: Shape) -> None:
    from plainterms.engine.difference.words import change_lines, fitted, json_lines, turned_lines

    if shape is Shape.JSONL:
        sys.stdout.writelines(line.decode() for line in json_lines(found, turned or ()))
        return
    lines = list(change_lines(found)) or ["no change"]
    for line in fitted(lines, get_terminal_size().columns) if sys.stdout.isatty() else lines:
        typer.echo(line)
    if turned is not None:
        typer.echo("")
        for line in turned_lines(turned) if turned else ["no verdict changes on this log"]:
            typer.echo(line)
