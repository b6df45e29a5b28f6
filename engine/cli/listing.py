"""Prints the schema: what a clause can speak of."""

import sys
from fractions import Fraction

import orjson
from rich.table import Table
from rich.text import Text

from plainterms.engine.cli.paper import Paper
from plainterms.engine.findings import decimal_text
from plainterms.policy.schema import MILLION, PARTS, Field, Schema


def sections(schema: Schema) -> list[tuple[str, str, list[Field]]]:
    """(name, meaning, fields) of the fields of every event, of each kind, and of each register."""
    found = [("every event", "fields that any kind of event may have", list(schema.entity_fields.values()))]
    found += [(f"event {kind.name}", kind.meaning, list(kind.fields.values())) for kind in schema.kinds.values()]
    for register in schema.registers.values():
        fields = list(register.fields.values())
        found.append(
            (f"register {register.name}", f"{register.meaning}; keyed by {register.key}".lstrip("; "), fields)
        )
    return found


def print_fields(schema: Schema, as_json: bool) -> None:
    """The schema as tables, or one JSON object a field."""
    if as_json:
        for section, _, fields in sections(schema):
            for field in fields:
                sys.stdout.buffer.write(orjson.dumps(_as_dict(section, field)) + b"\n")
        return
    console = Paper()
    for section, meaning, fields in sections(schema):
        console.print(Text(section, style="bold") + Text(f"  {meaning}" if meaning else "", style="not bold"))
        if fields:
            console.print(_table(fields))
        console.print()
    console.print(Text("parts of fields", style="bold"))
    table = Table("part", "of a", "is", "meaning", box=None, pad_edge=True)
    for name, (of, becomes, meaning) in PARTS.items():
        table.add_row(Text(f".{name}"), Text(str(of)), Text(str(becomes)), Text(meaning))
    console.print(table)


def _table(fields: list[Field]) -> Table:
    table = Table("field", "type", "meaning", "unit", "in logs of", box=None, pad_edge=True)
    for field in fields:
        meaning = field.meaning + (" (known after the request was answered)" if field.known_after else "")
        cells = (field.name, str(field.type), meaning, field.unit, ", ".join(field.carriers))
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _as_dict(section: str, field: Field) -> dict[str, object]:
    return {
        "in": section,
        "field": field.name,
        "type": str(field.type),
        "meaning": field.meaning,
        "unit": field.unit or None,
        "least": _number(field.least),
        "greatest": _number(field.greatest),
        "known_after": field.known_after,
        "formats": list(field.carriers),
    }


def _number(millionths: int | None) -> str | None:
    return None if millionths is None else decimal_text(Fraction(millionths, MILLION))
