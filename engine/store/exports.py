"""All findings of an organisation as lines, for spreadsheets and for programs."""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

import orjson
from sqlmodel import Session

from plainterms.engine.findings import rfc3339
from plainterms.engine.store.listing import LARGEST, Wanted, page

COLUMNS = (
    "id",
    "terms",
    "version",
    "clause",
    "title",
    "verdict",
    "severity",
    "subject_kind",
    "subject",
    "first_time",
    "last_time",
    "event_count",
    "status",
    "number",
    "run",
    "superseded_by",
    "suppression",
)
EVERYTHING = Wanted(superseded=True, suppressed=True)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet might run."""


def json_lines(session: Session) -> Iterator[bytes]:
    """Each finding as one line of JSON."""
    for row in _rows(session):
        yield orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def csv_lines(session: Session) -> Iterator[bytes]:
    """A header, and each finding as one row; no cell is run by a spreadsheet as a formula."""
    yield _line(COLUMNS)
    for row in _rows(session):
        yield _line([harmless("" if row[name] is None else str(row[name])) for name in COLUMNS])


def harmless(text: str) -> str:
    """A cell that a spreadsheet shows and does not run: an apostrophe goes before what would begin a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def _rows(session: Session) -> Iterator[Mapping[str, Any]]:
    after = None
    while True:
        found = page(session, EVERYTHING, after=after, limit=LARGEST)
        for row in found.findings:
            times = {name: rfc3339(getattr(row, name)) for name in ("first_time", "last_time")}
            yield {name: getattr(row, name) for name in COLUMNS} | times
        session.expunge_all()
        after = found.after
        if after is None:
            return


def _line(cells: Any) -> bytes:
    written = StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return written.getvalue().encode()
