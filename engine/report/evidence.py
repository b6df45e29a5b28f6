"""The events of a finding as a table: what is the same on all of them is said once, the rest gets a column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plainterms.engine.findings import Finding, field_name
from plainterms.engine.report.exhibits import Excerpt, Exhibit, asked, first_and_last, is_content
from plainterms.policy.meaning import EachSubject, Field


@dataclass(frozen=True)
class Cell:
    """A value as words, or a text of which an excerpt may be shown; ``None`` and no text: missing."""

    value: str | None
    text: Excerpt | None = None
    presumed: bool = False


@dataclass(frozen=True)
class Row:
    """An event, by its id alone where nothing else was read of it.

    ``after`` is the id of the event that began its sequence, and ``beginning`` that event itself if it was read.
    """

    id: str
    exhibit: Exhibit | None
    cells: tuple[Cell, ...]
    after: str
    beginning: Exhibit | None


@dataclass(frozen=True)
class Evidence:
    """``hidden`` events, which the files of the audit list, lie between ``first`` and ``last``."""

    columns: tuple[str, ...]
    same: tuple[tuple[str, Cell], ...]
    first: tuple[Row, ...]
    last: tuple[Row, ...]
    hidden: int
    matched: bool


def evidence(finding: Finding, exhibits: Mapping[str, Exhibit]) -> Evidence:
    """The table of a finding's first and last events."""
    ids = first_and_last(finding)
    known = [exhibits[name] for name in ids if name in exhibits]
    fields = [field for field in asked(finding.clause) if not _is_subject(field, finding)]
    varying = [field for field in fields if len({_cell(one, field) for one in known}) > 1]
    same = [field for field in fields if field not in varying and known]
    rows = [_row(name, exhibits, varying, finding.preceded_by.get(name, "")) for name in ids]
    hidden = len(finding.events) - len(ids)
    middle = len(rows) // 2 if hidden else len(rows)
    return Evidence(
        tuple(field_name(field) for field in varying),
        tuple((field_name(field), _cell(known[0], field)) for field in same),
        tuple(rows[:middle]),
        tuple(rows[middle:]),
        hidden,
        any(text.match for one in known for text in one.texts.values()),
    )


def _is_subject(field: Field, finding: Finding) -> bool:
    subject = finding.clause.subject
    return isinstance(subject, EachSubject) and subject.field == field


def _row(name: str, exhibits: Mapping[str, Exhibit], fields: Sequence[Field], after: str) -> Row:
    exhibit = exhibits.get(name)
    cells = () if exhibit is None else tuple(_cell(exhibit, field) for field in fields)
    return Row(name, exhibit, cells, after, exhibits.get(after))


def _cell(exhibit: Exhibit, field: Field) -> Cell:
    if is_content(field):
        return Cell(None, exhibit.texts.get(field))
    return Cell(exhibit.values.get(field), presumed=field in exhibit.presumed)
