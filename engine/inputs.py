"""The files that an audit uses: copies of what can be read only once, and the SHA-256 of each."""

import hashlib
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from plainterms.engine.sources.files import STDIN, expand

Copies = Mapping[str, Path]
"""Where the bytes of a path stand, if not there."""


@contextmanager
def spooled(paths: Iterable[str | Path]) -> Iterator[Copies]:
    """Copies of those paths that can be read only once, standard input and pipes, for as long as needed."""
    once = [name for name in dict.fromkeys(map(str, paths)) if is_read_once(name)]
    if not once:
        yield {}
        return
    with TemporaryDirectory(prefix="plainterms-") as folder:
        copies = {name: Path(folder) / str(number) for number, name in enumerate(once)}
        for name, copy in copies.items():
            _copy(name, copy)
        yield copies


def is_read_once(name: str) -> bool:
    """Whether a path is standard input, a pipe, or another thing that is no file on disk."""
    place = Path(name)
    return name == STDIN or (place.exists() and not place.is_file() and not place.is_dir())


def _copy(name: str, copy: Path) -> None:
    with copy.open("wb") as file:
        if name == STDIN:
            shutil.copyfileobj(sys.stdin.buffer, file)
        else:
            with Path(name).open("rb") as pipe:
                shutil.copyfileobj(pipe, file)


class Digests:
    """The SHA-256 of files, worked out in a thread beside the audit; names as `engine.sources` expands them."""

    def __init__(self, paths: Iterable[str | Path], copies: Copies) -> None:
        self._pool = ThreadPoolExecutor(1, "digests")
        names = expand([str(path) for path in paths]) if paths else []
        self._found: dict[str, Future[str]] = {
            name: self._pool.submit(digest_of_file, copies.get(name, name)) for name in names
        }

    def of(self, path: str | Path) -> str:
        """The digest in hexadecimal; empty where the file could not be read, which the tally reports."""
        return self._found[str(path)].result() if str(path) in self._found else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)


def digest_of_file(path: str | Path) -> str:
    """SHA-256 of a file's bytes; empty where it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
