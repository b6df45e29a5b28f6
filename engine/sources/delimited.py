"""Reads the rows of CSV files as text; a row may span lines, and a bad one does not spoil its neighbours."""

import csv
from collections.abc import Iterator

import pyarrow as pa

from plainterms.engine.sources.files import Stream
from plainterms.engine.sources.intake import BYTES, ROWS, Intake
from plainterms.engine.sources.lines import LONGEST, Block, Broken, Overlong, pieces
from plainterms.engine.sources.parquet import Choice
from plainterms.engine.sources.quarantine import EXCERPT
from plainterms.engine.sources.tables import Rows

DELIMITERS = ",;\t|"


class _Feed:
    """Gives lines to the CSV reader; remembers the last that was not UTF-8, and how the current record begins."""

    def __init__(self, stream: Stream, intake: Intake, longest: int) -> None:
        self.line = 0
        self.bytes = 0
        self.damaged = 0
        self.record = b""
        self._intake = intake
        self._pieces = pieces(stream, longest)
        self._longest = longest

    def __iter__(self) -> Iterator[str]:
        for piece in self._pieces:
            match piece:
                case Block():
                    for raw in piece.lines:
                        self.line += 1
                        self.bytes += len(raw)
                        if len(self.record) < EXCERPT:
                            self.record += raw + b"\n"
                        yield self._text(raw)
                case Overlong():
                    self.line = piece.line
                    reason = f"line too long: {piece.length} bytes, the limit is {self._longest}"
                    self._refuse(piece.line, reason, piece.start)
                case Broken():
                    self._refuse(piece.line, f"file breaks off: {piece.reason}", piece.start)

    def _refuse(self, line: int, reason: str, start: bytes) -> None:
        self._intake.read()
        self._intake.reject(line, reason, start)

    def _text(self, raw: bytes) -> str:
        try:
            return raw.decode("utf-8") + "\n"
        except UnicodeDecodeError:
            self.damaged = self.line
            return raw.decode("utf-8", "backslashreplace") + "\n"


def rows(stream: Stream, intake: Intake, choose: Choice, longest: int = LONGEST) -> Iterator[Rows]:
    """The rows of a CSV file with a header, all cells as text, empty cells missing."""
    csv.field_size_limit(max(csv.field_size_limit(), longest))
    feed = _Feed(stream, intake, longest)
    lines = iter(feed)
    header = next(lines, None)
    if header is None:
        return
    names, fault = _header(header)
    if fault is None:
        wanted, fault = choose(names)
    reader = csv.reader(lines, delimiter=_delimiter(header), strict=True)
    records = _records(reader, feed, intake, len(names))
    if fault is not None:
        _refuse_all(records, fault, header, intake)
        return
    places = [names.index(name) for name in wanted]
    yield from _gathered(records, feed, wanted, places)


def _header(line: str) -> tuple[list[str], str | None]:
    """The names of the columns, or why there are none."""
    try:
        return next(csv.reader([line], delimiter=_delimiter(line), strict=True), []), None
    except csv.Error as error:
        return [], f"not CSV: the header cannot be read: {error}"


def _delimiter(header: str) -> str:
    return max(DELIMITERS, key=header.count)


def _records(reader: Iterator[list[str]], feed: _Feed, intake: Intake, width: int) -> Iterator[tuple[int, list[str]]]:
    """Rows of the right width with the line each begins on; the others are counted and quarantined."""
    while True:
        start, feed.record = feed.line + 1, b""
        try:
            cells = next(reader, None)
        except csv.Error as error:
            intake.read()
            intake.reject(start, f"not CSV: {error}", feed.record)
            continue
        if cells is None:
            return
        intake.read()
        if len(cells) < 2 and not any(cell.strip() for cell in cells):
            intake.blank()
        elif feed.damaged >= start:
            intake.reject(start, "not UTF-8: the row has bytes that are not UTF-8", feed.record)
        elif len(cells) != width:
            reason = f"wrong number of cells: {len(cells)}, the header has {width}"
            intake.reject(start, reason, feed.record)
        else:
            yield start, cells


def _refuse_all(records: Iterator[tuple[int, list[str]]], fault: str, header: str, intake: Intake) -> None:
    count = sum(1 for _ in records)
    intake.read(0 if count else 1)
    intake.reject(1, fault, header, max(count, 1))


def _gathered(
    records: Iterator[tuple[int, list[str]]], feed: _Feed, names: list[str], places: list[int]
) -> Iterator[Rows]:
    lines: list[int] = []
    cells: list[list[str]] = []
    mark = 0
    for line, row in records:
        lines.append(line)
        cells.append(row)
        if len(lines) >= ROWS or feed.bytes - mark >= BYTES:
            yield _rows(lines, cells, names, places)
            lines, cells, mark = [], [], feed.bytes
    if lines:
        yield _rows(lines, cells, names, places)


def _rows(lines: list[int], cells: list[list[str]], names: list[str], places: list[int]) -> Rows:
    arrays = [pa.array([row[place] or None for row in cells], pa.string()) for place in places]
    return Rows(pa.RecordBatch.from_arrays(arrays, names), pa.array(lines, pa.int64()), textual=True)
