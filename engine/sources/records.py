"""Decodes the JSON objects of a stream into lots of records, quarantining what is no object."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from plainterms.engine.sources.intake import BYTES, ROWS, Intake, Lot
from plainterms.engine.sources.lines import Block

Record = Mapping[str, object]


@dataclass(frozen=True)
class Records:
    """Decoded objects, the line of each, and its raw text."""

    objects: list[dict[str, object]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    raws: list[bytes] = field(default_factory=list)

    def without(self, rows: Mapping[int, str]) -> "Records":
        """These records but for some rows."""
        kept = [row for row in range(len(self.lines)) if row not in rows]
        return Records(
            [self.objects[row] for row in kept],
            [self.lines[row] for row in kept],
            [self.raws[row] for row in kept],
        )

    def lot(self, intake: Intake) -> Lot:
        """The records by column, of the fields that are wanted and that any record has."""
        names = set().union(*self.objects)
        columns = {name: [entry.get(name) for entry in self.objects] for name in names if intake.wants(name)}
        return Lot(columns, self.lines, self.raws.__getitem__)


def decoded(blocks: Iterator[Block], intake: Intake) -> Iterator[Records]:
    """Lots of objects, each lot bounded in rows and bytes."""
    lot, size = Records(), 0
    for block in blocks:
        for line, raw in enumerate(block.lines, block.first):
            try:
                value = orjson.loads(raw)
            except orjson.JSONDecodeError as error:
                _refuse(line, raw, error, intake)
                continue
            if type(value) is not dict:
                intake.reject(line, f"not an object: the line holds {_named(value)}", raw)
                continue
            lot.objects.append(value)
            lot.lines.append(line)
            lot.raws.append(raw)
            size += len(raw)
            if len(lot.lines) >= ROWS or size >= BYTES:
                yield lot
                lot, size = Records(), 0
    if lot.lines:
        yield lot


def _refuse(line: int, raw: bytes, error: orjson.JSONDecodeError, intake: Intake) -> None:
    if not raw.strip():
        intake.blank()
        return
    intake.reject(line, _fault(raw, error), raw)


def _fault(raw: bytes, error: orjson.JSONDecodeError) -> str:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as bad:
        return f"not UTF-8: byte {bad.start + 1} of the line cannot be read"
    if "depth" in error.msg or "recursion" in error.msg:
        return "nested too deeply: the line holds more than 1024 lists or objects inside each other"
    return f"not JSON: cannot be read on at character {error.pos + 1}"


def _named(value: object) -> str:
    match value:
        case list():
            return "a list"
        case str():
            return "a text"
        case None:
            return "null"
        case bool():
            return "true or false"
        case _:
            return "a number"
