"""Cases as text, in the notation of `tests/meaning`: mismatches that were found are kept and replayed for ever."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson

from plainterms.engine.events import Event, Period
from plainterms.engine.plan import Plan
from plainterms.engine.registers import RULINGS, RegisterTable, Row
from plainterms.policy.schema import Field, Schema, Type
from tests.meaning.cases import Case, cases_in
from tests.meaning.notation import instant_text, value_text
from tests.meaning.world import ANSWER, events_of, period_of, plan_of, tables_of

from .logs import Given

ENDS = ("from", "to")
FOLDER = Path(__file__).parent / "kept"


def kept_cases() -> list[Case]:
    """All cases of the folder."""
    return [case for path in sorted(FOLDER.glob("*.txt")) for case in cases_in(path)]


def replayed(case: Case) -> tuple[Plan, Given]:
    """A case as it was."""
    planned = plan_of(case)
    records = tuple(events_of(case, planned.schema))
    return planned, Given(records, tables_of(case, planned.schema), period_of(case))


def case_text(title: str, texts: Sequence[str], files: Mapping[str, str], planned: Plan, given: Given) -> str:
    """A case in the notation."""
    lines = [f"=== {title}"]
    for name, text in files.items():
        lines += _section(f"file {name}", text.splitlines())
    for text in texts:
        lines += _section("terms", text.splitlines())
    for name, table in given.registers.items():
        if table.rows:
            lines += _rulings(table) if name == RULINGS else _register(table, planned.schema)
    lines += _section("log", [_event(one, planned.schema) for one in given.records])
    return "\n".join([*lines, *_audit(given.period)]) + "\n"


def _section(heading: str, body: Sequence[str]) -> list[str]:
    return [heading, *(f"    {line}" for line in body if line)]


def _event(event: Event, schema: Schema) -> str:
    types = schema.event_fields()
    account = event.fields.get("account")
    words = [instant_text(event.time), event.id, "-" if account is None else str(account), event.kind]
    words += [
        f"{name}={value_text(value, types[name].type if name in types else Type.YES_NO)}"  # else an appearance
        for name, value in sorted(event.fields.items())
        if name != "account" and value is not None
    ]
    return shlex.join(words)


def _audit(period: Period) -> list[str]:
    words = [f"from {instant_text(period.start)}"] if period.start is not None else []
    words += [f"until {instant_text(period.until)}"] if period.until is not None else []
    return [f"audit {' '.join(words)}"] if words else []


def _register(table: RegisterTable, schema: Schema) -> list[str]:
    register = schema.registers[table.name]
    names = sorted({name for rows in table.rows.values() for row in rows for name in row.values})
    body = [[key, *_row(row, names, register.fields)] for key, rows in table.rows.items() for row in rows]
    return _section(f"register {table.name}", [shlex.join(line) for line in [[register.key, *ENDS, *names], *body]])


def _rulings(table: RegisterTable) -> list[str]:
    body = [[*orjson.loads(key), *_row(row, ["answer"], ANSWER)] for key, rows in table.rows.items() for row in rows]
    heading = ["question", "entity", "subject", *ENDS, "answer"]
    return _section("rulings", [shlex.join(line) for line in [heading, *body]])


def _row(row: Row, names: Sequence[str], fields: Mapping[str, Field]) -> list[str]:
    ends = ["-" if end is None else instant_text(end) for end in (row.start, row.end)]
    cells = [row.values.get(name) for name in names]
    known = zip(names, cells, strict=True)
    return [*ends, *("-" if cell is None else value_text(cell, fields[name].type) for name, cell in known)]
