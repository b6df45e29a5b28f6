"""Cuts a stream into JSON objects that span lines: one after another, or in one list."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from plainterms.engine.sources.files import DAMAGE, Stream
from plainterms.engine.sources.intake import Intake
from plainterms.engine.sources.lines import BOM, CHUNK, LONGEST, START, Block

_OUTSIDE = re.compile(rb"[^\s,\[\]]")
_SIGN = re.compile(rb'["{}\[\]]')
_IN_TEXT = re.compile(rb'["\\]')


def spans_lines(start: bytes) -> bool:
    """Whether a file that begins so holds a list of objects, or objects over several lines, not one on each line."""
    first = start.removeprefix(BOM).lstrip().partition(b"\n")[0].rstrip()
    return first == b"{" or first.startswith(b"[")


@dataclass
class _Cut:
    """How far an unfinished object was gone through."""

    at: int = 0
    depth: int = 0
    in_text: bool = False

    def end(self, data: bytes) -> int | None:
        """Where the object ends that begins at 0, None if it goes on after ``data``."""
        while True:
            found = (_IN_TEXT if self.in_text else _SIGN).search(data, self.at)
            if found is None:
                self.at = len(data)
                return None
            self.at = found.end()
            match found[0]:
                case b'"':
                    self.in_text = not self.in_text
                case b"\\":
                    if self.at == len(data):
                        self.at -= 1
                        return None
                    self.at += 1
                case b"{" | b"[":
                    self.depth += 1
                case _:
                    self.depth -= 1
                    if self.depth == 0:
                        return self.at


def documents(stream: Stream, intake: Intake, longest: int = LONGEST) -> Iterator[Block]:
    """The objects of a stream, each as a block of its own; each is counted as read.

    What stands between objects, or is never closed, is one quarantined record.
    """
    line, held, cut, failure = 1, b"", _Cut(), ""
    while True:
        try:
            data = stream.read(min(CHUNK, longest))
        except DAMAGE as error:
            data, failure = b"", str(error) or type(error).__name__
        if not data:
            break
        held = (held + data).removeprefix(BOM) if line == 1 and not held else held + data
        while held:
            if not cut.depth:
                line, held = _between(line, held, intake)
                if not held:
                    break
            end = cut.end(held)
            if end is None:
                break
            intake.read()
            yield Block(line, [held[:end]])
            line, held, cut = line + held.count(b"\n", 0, end), held[end:], _Cut()
        if len(held) > longest:
            intake.read()
            intake.reject(line, f"object too long: more than {longest} bytes", held[:START])
            line, held, cut = line + held.count(b"\n"), b"", _Cut()
    if held or failure:
        intake.read()
        reason = f"file breaks off: {failure}" if failure else "not closed: the object has no end"
        intake.reject(line, reason, held[:START])


def _between(line: int, held: bytes, intake: Intake) -> tuple[int, bytes]:
    """Skips to the next object; anything but white space, commas and brackets is quarantined, a line at a time."""
    while (found := _OUTSIDE.search(held)) is not None:
        line += held.count(b"\n", 0, found.start())
        held = held[found.start() :]
        if held.startswith(b"{"):
            return line, held
        stray = re.split(rb"[\n{]", held, maxsplit=1)[0]
        intake.read()
        intake.reject(line, "not an object: text between objects", stray)
        held = held[len(stray) :]
    return line + held.count(b"\n"), b""
