"""Finds the files that paths name and opens them, decompressed."""

import gzip
import io
import os
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import pyarrow as pa
import zstandard

from plainterms.engine.sources.errors import SourceError

DAMAGE = (OSError, EOFError, zlib.error, zstandard.ZstdError)
"""What reading a damaged or unreadable file raises."""

STDIN = "-"
PEEK = 64 * 1024
FEED = 1024
SPOOL = 1 << 20
GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"


Position = Callable[[], int]


class Stream(Protocol):
    """What a file must be able to do to be read."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""


class Peeked:
    """A stream whose beginning was looked at and is given out again; ``path`` if it is a file as it stands.

    ``position`` says how many bytes of the file on disk have been read.
    """

    def __init__(self, stream: Stream, path: Path | None = None, position: Position = lambda: 0) -> None:
        self._stream = stream
        self.path = path
        self.position = position
        self.start, self._failure = _fill(stream)
        self._left = self.start

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        if self._left:
            data, self._left = self._left[:size], self._left[size:]
            return data
        if self._failure is not None:
            raise self._failure
        return self._stream.read(size)

    @contextmanager
    def spooled(self) -> Iterator[BinaryIO]:
        """All bytes in a file that can be read in any order. Raises what reading raises."""
        if self.path is not None:
            with pa.OSFile(str(self.path)) as plain:
                yield cast(BinaryIO, plain)
            return
        with tempfile.TemporaryFile() as file:
            while data := self.read(SPOOL):
                file.write(data)
            file.seek(0)
            yield cast(BinaryIO, file)


def _fill(stream: Stream) -> tuple[bytes, Exception | None]:
    start = b""
    try:
        while len(start) < PEEK and (data := stream.read(PEEK - len(start))):
            start += data
    except DAMAGE as error:
        return start, error
    return start, None


def expand(paths: Sequence[str]) -> list[str]:
    """The files that paths, patterns and folders name, each once, in order; folders and patterns are sorted.

    Hidden files inside folders are left out. Raises `SourceError` for a path that names nothing.
    """
    found: dict[str, None] = {}
    for path in paths:
        names = _named(path)
        if not names:
            raise SourceError(f"no file at `{path}`; give a file, a folder, a pattern such as `logs/*.jsonl`, or `-`")
        found.update(dict.fromkeys(names))
    return list(found)


def _named(path: str) -> list[str]:
    if path == STDIN:
        return [path]
    place = Path(path)
    if place.is_dir():
        inside = (entry for entry in place.rglob("*") if entry.is_file())
        return sorted(str(e) for e in inside if not any(p.startswith(".") for p in e.relative_to(place).parts))
    if place.exists():
        return [path]
    if any(sign in path for sign in "*?["):
        anchor = Path(place.anchor or ".")
        pattern = str(place.relative_to(place.anchor)) if place.anchor else path
        return sorted(str(entry) for entry in anchor.glob(pattern) if entry.is_file())
    return []


@contextmanager
def opened(name: str, copy: Path | None = None) -> Iterator[Peeked]:
    """The bytes of a file or of standard input, decompressed if they are gzip or zstd. Raises `OSError`.

    ``copy`` is where the bytes stand of what can be read only once.
    """
    if name == STDIN and copy is None:
        yield _plain(Peeked(sys.stdin.buffer))
        return
    path = copy or Path(name)
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        yield _plain(Peeked(file, path, lambda: size if file.closed else file.tell()))


def _plain(raw: Peeked) -> Peeked:
    if raw.start.startswith(GZIP):
        return Peeked(_Gzip(raw), None, raw.position)
    if raw.start.startswith(ZSTD):
        return Peeked(_Zstd(raw), None, raw.position)
    return raw


class _Gzip:
    """A gzip stream; what comes before damage is given out before the damage is told."""

    def __init__(self, raw: Stream) -> None:
        self._file = gzip.GzipFile(fileobj=cast(BinaryIO, io.BufferedReader(_Raw(raw))))

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        return self._file.read1(size)


class _Raw(io.RawIOBase):
    """A stream as the raw end of a buffered reader."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object, /) -> int:
        view = memoryview(cast(bytearray, buffer))
        data = self._stream.read(len(view))
        view[: len(data)] = data
        return len(data)


class _Zstd:
    """A zstd stream of any number of frames that, unlike the library's reader, tells when the last is cut short.

    It is fed little at a time, because a few bytes can stand for very many.
    """

    def __init__(self, raw: Stream) -> None:
        self._raw = raw
        self._frame = self._next()
        self._input = self._ready = b""
        self._begun = False

    @staticmethod
    def _next() -> "zstandard.ZstdDecompressionObj":
        return zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        while not self._ready:
            data = self._input or self._raw.read(FEED)
            self._input = b""
            if not data:
                if self._begun:
                    raise EOFError("compressed file ended before the end of its last frame")
                return b""
            self._begun = True
            self._ready = self._frame.decompress(data)
            if self._frame.eof:
                self._input, self._frame, self._begun = self._frame.unused_data, self._next(), False
        given, self._ready = self._ready[:size], self._ready[size:]
        return given
