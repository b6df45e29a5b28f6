"""What a service is told when it starts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from plainterms.engine.store import engines
from plainterms.policy.errors import PlainTermsError

MEBIBYTE = 2**20


@dataclass(frozen=True)
class Settings:
    """A store by its URL, the service's own folder, and what bounds it.

    ``places`` are the folders from which an organisation may audit logs, by the names of both. ``rate`` bounds the
    requests of one caller who is known, ``stranger_rate`` those of an address that is not, in the notation of
    `limits`. ``snapshot_seconds`` is how often monitors write down what they remember, ``lease_seconds`` how long a
    job stays with a worker of whom nothing is heard. ``public_url`` is how others reach the service.
    """

    store: str
    data: Path
    keys: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8765
    public_url: str = ""
    places: Mapping[tuple[str, str], Path] = field(default_factory=dict)
    rate: str = "200000/minute"
    stranger_rate: str = "600/minute"
    largest_body: int = 4 * MEBIBYTE
    largest_batch: int = 64 * MEBIBYTE
    largest_upload: int = 16 * 1024 * MEBIBYTE
    snapshot_seconds: float = 300
    lease_seconds: float = 30

    @property
    def url(self) -> str:
        """How others reach the service."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"


def data_folder(url: str, given: Path | None) -> Path:
    """The service's own folder: the one given, or `FILE.data` beside a store in a file. Raises PlainTermsError."""
    if given is not None:
        return given
    file = engines.file_of(engines.url_of(url))
    if file is None:
        raise PlainTermsError("a store in PostgreSQL has no folder beside it; name one for uploads with --data DIR")
    return file.with_name(f"{file.name}.data")


def own_folder(folder: Path) -> Path:
    """A folder that only its owner may look into, made if it is not there. Raises PlainTermsError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise PlainTermsError(f"the folder {folder} cannot be used: {error.strerror}") from error
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise PlainTermsError(f"the folder {folder} cannot be used: no permission to write there")
    return folder
