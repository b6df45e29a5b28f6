"""Commands of the service: `serve`, and `work` for more workers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plainterms.engine.cli.app import app
from plainterms.engine.cli.auditing import KeysFolder
from plainterms.policy.errors import PlainTermsError

if TYPE_CHECKING:
    from plainterms.engine.server.settings import Settings

URL = Annotated[
    str, typer.Option("--store", metavar="URL", help="The store: cases.db, or postgresql://user@host/name.")
]
Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="The service's own folder; FILE.data beside a file by default."),
]
Lease = Annotated[
    float,
    typer.Option(min=1, metavar="SECONDS", help="After how long another worker takes up the audit of one that died."),
]


@app.command()
def serve(
    store: URL = "cases.db",
    host: Annotated[str, typer.Option(help="The address to listen on; by default only this machine.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8765,
    public_url: Annotated[
        str, typer.Option(metavar="URL", help="How others reach the service, behind a proxy that speaks TLS.")
    ] = "",
    place: Annotated[
        list[str],
        typer.Option(metavar="ORGANISATION/NAME=DIR", help="A folder of logs that may be audited; repeat for more."),
    ] = [],  # noqa: B006 - typer copies it
    workers: Annotated[int, typer.Option(min=0, help="Workers for audits, beside the service itself.")] = 1,
    data: Data = None,
    keys: KeysFolder = None,
    lease: Lease = 30,
) -> None:
    """Serve decisions, audits, findings and reviews over HTTP.

    Examples:

        plainterms serve

        plainterms serve --store postgresql://terms@db/terms --data /var/lib/plainterms --keys /etc/plainterms/keys

        plainterms serve --place "Acme/logs=/var/log/acme"
    """
    from dataclasses import replace

    settings = replace(
        _settings(store, data, keys, lease),
        host=host,
        port=port,
        public_url=public_url,
        places=dict(map(_place, place)),
    )
    from plainterms.engine.server.serving import run

    run(settings, workers)


@app.command()
def work(store: URL = "cases.db", data: Data = None, keys: KeysFolder = None, lease: Lease = 30) -> None:
    """Work on audits, messages and decisions of a service: one more worker, until it is stopped.

    Examples:

        plainterms work --store cases.db
    """
    from plainterms.engine.server.serving import work as worked

    worked(_settings(store, data, keys, lease))


def _settings(store: str, data: Path | None, keys: Path | None, lease: float) -> "Settings":
    try:
        from plainterms.engine.server.settings import Settings, data_folder
    except ModuleNotFoundError as error:
        raise PlainTermsError("the service needs more packages; run `pip install 'plainterms[server]'`") from error
    own = data_folder(store, data).absolute()
    return Settings(store, own, None if keys is None else keys.absolute(), lease_seconds=lease)


def _place(given: str) -> tuple[tuple[str, str], Path]:
    names, equals, folder = given.partition("=")
    organisation, slash, name = names.rpartition("/")
    if not (equals and slash and organisation and name and folder):
        raise PlainTermsError(f'--place takes ORGANISATION/NAME=DIR, for example "Acme/logs=/var/log"; not `{given}`')
    if not Path(folder).is_dir():
        raise PlainTermsError(f"--place {names}: there is no folder {folder}")
    return (organisation, name), Path(folder).resolve()
