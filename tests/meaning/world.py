"""From the lines of a case to what an evaluator takes: policies, events, registers, period."""

import shlex
from collections import defaultdict
from collections.abc import Mapping

from plainterms.engine.acceptance import acceptances
from plainterms.engine.events import Event, Period
from plainterms.engine.plan import Plan, plan
from plainterms.engine.registers import RULINGS, RegisterTable, Row, ruling_key
from plainterms.policy.check import check
from plainterms.policy.files import Texts
from plainterms.policy.parse import parse
from plainterms.policy.schema import Field, Schema, Type

from .cases import Case
from .notation import instant, value

HEADER = 'terms "T" version "1" timezone "UTC"\n'
ANSWER = {"answer": Field("answer", Type.YES_NO, "what a person decided")}


def plan_of(case: Case) -> Plan:
    """The plan of all documents of a case."""
    files = Texts(case.files)
    return plan([check(parse(_whole(text)), files) for text in case.terms])


def _whole(text: str) -> str:
    """A text may leave out the header, and of a clause `c` that stands first its name."""
    if text.startswith("for "):
        text = 'clause c "C"\n' + text
    return text if text.startswith("terms ") else HEADER + text


def period_of(case: Case) -> Period:
    """The audit's period."""
    return Period(*(instant(limit) if limit else None for limit in (case.start, case.until)))


def events_of(case: Case, schema: Schema) -> list[Event]:
    """Lines of the log: `TIME ID ACCOUNT [KIND] [field=value …]`; `-` for no account, `request` for no kind."""
    return [_event(line, schema.event_fields()) for line in case.log]


def _event(line: str, fields: Mapping[str, Field]) -> Event:
    time, identifier, account, *rest = shlex.split(line)
    kind = rest.pop(0) if rest and "=" not in rest[0] else "request"
    settings = dict(item.split("=", 1) for item in rest)
    types = {name: fields[name].type if name in fields else Type.YES_NO for name in settings}  # else an appearance
    values = {name: value(written, types[name]) for name, written in settings.items()}
    return Event(identifier, instant(time), kind, {**({"account": account} if account != "-" else {}), **values})


def registers_of(case: Case, planned: Plan, events: list[Event]) -> dict[str, RegisterTable]:
    """The registers of a case, those of acceptance included."""
    return {**tables_of(case, planned.schema), **acceptances(events, planned.accepted_documents)}


def tables_of(case: Case, schema: Schema) -> dict[str, RegisterTable]:
    """The tables of a case. The first line of each names its columns."""
    return {
        name: _rulings(lines) if name == RULINGS else _register(name, lines, schema)
        for name, lines in case.tables.items()
    }


def _register(name: str, lines: list[str], schema: Schema) -> RegisterTable:
    register = schema.registers[name]
    return _table(name, [(cells[register.key], cells) for cells in _cells(lines)], register.fields)


def _rulings(lines: list[str]) -> RegisterTable:
    keyed = [(ruling_key(cells["question"], cells["entity"], cells["subject"]), cells) for cells in _cells(lines)]
    return _table(RULINGS, keyed, ANSWER)


def _cells(lines: list[str]) -> list[dict[str, str]]:
    columns, *rows = [shlex.split(line) for line in lines]
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _table(name: str, keyed: list[tuple[str, dict[str, str]]], fields: Mapping[str, Field]) -> RegisterTable:
    rows: dict[str, list[Row]] = defaultdict(list)
    for key, cells in keyed:
        span = [None if cells.get(end, "-") == "-" else instant(cells[end]) for end in ("from", "to")]
        known = {column: cell for column, cell in cells.items() if column in fields and cell != "-"}
        values = {column: value(cell, fields[column].type) for column, cell in known.items()}
        rows[key].append(Row(span[0], span[1], values))
    return RegisterTable(
        name,
        {
            key: tuple(sorted(found, key=lambda row: (row.start is not None, row.start or 0)))
            for key, found in rows.items()
        },
    )
