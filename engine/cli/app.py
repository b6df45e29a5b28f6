"""The `plainterms` command: its subcommands, its exit codes, and how errors are shown."""

import sys
from enum import IntEnum
from io import TextIOWrapper
from typing import Annotated

import typer

from plainterms.policy.errors import PlainTermsError, TermsErrors


class Exit(IntEnum):
    """Exit codes, the same for every command."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERNAL = 70


app = typer.Typer(
    name="plainterms",
    help="Audit API usage logs against terms of service written in the Terms language.",
    epilog=(
        "Exit codes: 0 clean, 1 findings, 2 usage or terms error, 3 incomplete input, 70 internal error."
        " NO_COLOR is respected."
    ),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"plainterms {version('plainterms')}")
        raise typer.Exit


@app.callback()
def plainterms(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Audit API usage logs against terms of service written in the Terms language."""


def complain(message: str) -> None:
    """One message on standard error."""
    sys.stderr.write(message.rstrip("\n") + "\n")


def main() -> None:
    """The console script: run a command and turn what goes wrong into a message and an exit code."""
    from plainterms.engine.cli import (  # noqa: F401 - each registers its commands
        auditing,
        backtesting,
        comparing,
        language,
        matching,
        resembling,
        serving,
        storing,
    )

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without our characters still shows the rest

    try:
        app()
    except TermsErrors as errors:
        count = len(errors.problems)
        complain(f"{errors}\n\n{count} error{'s' if count != 1 else ''}")
        sys.exit(Exit.USAGE)
    except PlainTermsError as error:
        complain(f"error: {error}")
        sys.exit(Exit.USAGE)
    except OSError as error:
        from plainterms.engine.cli.paper import discard

        discard()
        file = f": {error.filename}" if error.filename else " (standard output, or a file being written)"
        complain(f"error: {error.strerror}{file}")
        sys.exit(Exit.USAGE)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception:  # noqa: BLE001 - the last resort: said aloud, and exit code 70
        import traceback

        complain(traceback.format_exc())
        complain("internal error: this is a defect of Plainterms; please report it with the lines above")
        sys.exit(Exit.INTERNAL)
