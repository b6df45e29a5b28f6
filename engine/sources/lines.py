"""Cuts a stream of bytes into lines without ever holding an absurdly long one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from plainterms.engine.sources.files import DAMAGE, Stream
from plainterms.engine.sources.intake import Intake

CHUNK = 1 << 20
LONGEST = 32 * 2**20
"""Default limit of a line or document, in bytes."""

BOM = b"\xef\xbb\xbf"
START = 8192
"""How much of a line is kept that is too long or breaks off."""


@dataclass(frozen=True)
class Block:
    """Whole lines that follow each other, without their line feeds; ``first`` is the number of the first."""

    first: int
    lines: list[bytes]


@dataclass(frozen=True)
class Overlong:
    """A line over the limit: its number, its length and its beginning."""

    line: int
    length: int
    start: bytes


@dataclass(frozen=True)
class Broken:
    """The place where a stream cannot be read on, why, and the beginning of the line that breaks off."""

    line: int
    reason: str
    start: bytes


def pieces(stream: Stream, longest: int = LONGEST) -> Iterator[Block | Overlong | Broken]:
    """The lines of a stream; a byte order mark at the start is dropped. A last line needs no line feed."""
    line, held, skipped, begun = 1, b"", 0, False
    chunk = min(CHUNK, longest)
    while True:
        try:
            data = stream.read(chunk)
        except DAMAGE as error:
            yield Broken(line, str(error) or type(error).__name__, held[:START])
            return
        if not data:
            break
        if not begun:
            data, begun = data.removeprefix(BOM), True
        if skipped:
            end = data.find(b"\n")
            skipped += len(data) if end < 0 else end
            if end < 0:
                continue
            yield Overlong(line, skipped, held)
            line, held, skipped, data = line + 1, b"", 0, data[end + 1 :]
        lines = (held + data).split(b"\n")
        held = lines.pop()
        if lines and len(lines[0]) > longest:
            yield Overlong(line, len(lines[0]), lines.pop(0)[:START])
            line += 1
        if lines:
            yield Block(line, lines)
            line += len(lines)
        if len(held) > longest:
            skipped, held = len(held), held[:START]
    if skipped:
        yield Overlong(line, skipped, held)
    elif held:
        yield Block(line, [held])


def blocks(stream: Stream, intake: Intake, longest: int = LONGEST) -> Iterator[Block]:
    """The lines of a stream that can be held; each is counted as read, the others also as quarantined."""
    for piece in pieces(stream, longest):
        match piece:
            case Block():
                intake.read(len(piece.lines))
                yield piece
            case Overlong():
                intake.read()
                reason = f"line too long: {piece.length} bytes, the limit is {longest}"
                intake.reject(piece.line, reason, piece.start)
            case Broken():
                intake.read()
                intake.reject(piece.line, f"file breaks off: {piece.reason}", piece.start)
            case _:
                assert_never(piece)
