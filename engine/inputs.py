"""The files that an audit uses: standard input put on disk, and the SHA-256 of each, worked out meanwhile."""

import hashlib
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from plainterms.engine.sources.files import expand

STANDARD_INPUT = "-"
SPOOLED = "standard-input"


@contextmanager
def spooled(logs: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The logs, with standard input written to a file for as long as needed, so that it can be read again."""
    if STANDARD_INPUT not in logs:
        yield tuple(logs)
        return
    with TemporaryDirectory(prefix="plainterms-") as folder:
        copy = Path(folder) / SPOOLED
        with copy.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield tuple(str(copy) if name == STANDARD_INPUT else name for name in logs)


class Digests:
    """The SHA-256 of files, worked out in a thread beside the audit; names as `engine.sources` expands them."""

    def __init__(self, paths: Iterable[str | Path]) -> None:
        self._pool = ThreadPoolExecutor(1, "digests")
        names = expand([str(path) for path in paths]) if paths else []
        self._found: dict[str, Future[str]] = {name: self._pool.submit(digest_of_file, name) for name in names}

    def of(self, path: str | Path) -> str:
        """The digest in hexadecimal; empty where the file could not be read, which the tally reports."""
        return self._found[str(path)].result() if str(path) in self._found else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)


def digest_of_file(path: str) -> str:
    """SHA-256 of a file's bytes; empty where it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
