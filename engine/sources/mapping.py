"""Reads a mapping: a TOML file that says, for a table of any layout, where each of our fields comes from."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import orjson

from plainterms.engine.sources.errors import SourceError, nearest, shown
from plainterms.engine.sources.intake import KIND
from plainterms.policy.schema import Field, Schema, Type

FORBIDDEN = {
    "SUBQUERY": "a query inside it",
    "WINDOW": "a window",
    "STAR": "`*`",
    "PARAMETER": "a parameter",
}
_FUNCTIONS = """
    select distinct function_name from duckdb_functions()
    where function_type = 'aggregate' or stability not in ('CONSISTENT', 'CONSISTENT_WITHIN_QUERY')
        or function_name = 'age'
        or stability = 'CONSISTENT_WITHIN_QUERY' and not (
            len(parameter_types) > 0
            and regexp_matches(concat_ws(',', return_type, parameter_types), 'WITH TIME ZONE|TIMESTAMPTZ')
        )
    union
    select function_name from duckdb_functions() group by function_name
    having bool_or(function_type = 'table') and not bool_or(function_type = 'scalar')
"""
"""Whose value does not follow from the row alone. What depends on the session's timezone does: it is UTC, and locked.
`age` of one time counts from today, whatever its stability says."""
SPELLED = {"count_star": "count(*)"}
"""How an author writes a function that DuckDB calls otherwise."""


@dataclass(frozen=True)
class Source:
    """Where one field comes from: an expression over the columns it names."""

    field: Field
    expression: str
    columns: frozenset[str]


@dataclass(frozen=True)
class FieldMapping:
    """A mapping as it was read from ``path``."""

    path: Path
    sources: tuple[Source, ...]

    @property
    def columns(self) -> frozenset[str]:
        """Every column of the foreign table that is named."""
        return frozenset().union(*(source.columns for source in self.sources))


def connection() -> duckdb.DuckDBPyConnection:
    """A database in memory that can reach no file, no network and no extension."""
    limits: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "autoload_known_extensions": "false",
        "threads": "1",
    }
    database = duckdb.connect(":memory:", config=limits)
    database.execute("set timezone = 'UTC'")
    database.execute("set lock_configuration = true")
    return database


def load(path: Path, schema: Schema, copy: Path | None = None) -> FieldMapping:
    """The mapping in a TOML file, or in its ``copy``. Raises `SourceError` if it cannot be used."""
    try:
        data = tomllib.loads((copy or path).read_text("utf-8"))
    except OSError as error:
        raise SourceError(f"{path}: cannot be read as a mapping: {(error.strerror or str(error)).lower()}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(f"{path}: cannot be read as a mapping: {error}") from error
    for name in data:
        if name != "fields":
            raise SourceError(f"{path}: unknown section {shown(name)}; a mapping has the section `[fields]`")
    entries = data.get("fields")
    if not isinstance(entries, dict):
        raise SourceError(f"{path}: there is no section `[fields]`")
    known = {**schema.event_fields(), "kind": KIND}
    for name in ("id", "time"):
        if name not in entries:
            raise SourceError(f"{path}: `[fields]` must say where `{name}` comes from")
    with connection() as database:
        refused = {str(row[0]) for row in database.execute(_FUNCTIONS).fetchall()}
        return FieldMapping(
            path, tuple(_source(name, value, known, path, database, refused) for name, value in entries.items())
        )


def _source(
    name: str,
    value: object,
    known: Mapping[str, Field],
    path: Path,
    database: duckdb.DuckDBPyConnection,
    refused: set[str],
) -> Source:
    if name not in known:
        raise SourceError(f"{path}: unknown field {shown(name)}{nearest(name, known)}")
    if not isinstance(value, str) or not value.strip():
        raise SourceError(f"{path}: `{name}` must be a column's name, a text in single quotes, or `= expression`")
    text = value.strip()
    if not text.startswith(("=", "'")):
        quoted = '"' + text.replace('"', '""') + '"'
        cast = f"cast({quoted} as varchar)" if known[name].type is Type.TEXT else quoted
        return Source(known[name], cast, frozenset([text]))
    expression = text.removeprefix("=").strip()
    try:
        return Source(known[name], expression, _columns(expression, database, refused))
    except SourceError as error:
        raise SourceError(f"{path}: the expression for `{name}` {error}") from None


def _columns(expression: str, database: duckdb.DuckDBPyConnection, refused: set[str]) -> frozenset[str]:
    """The columns an expression names. Raises `SourceError` if it is more than an expression over one row."""
    row = database.execute("select json_serialize_sql(?)", [f"select {expression}"]).fetchone()
    tree: Any = orjson.loads(row[0]) if row else {"error": True}
    if tree["error"]:
        raise SourceError(f"cannot be understood: {tree.get('error_message', '')}")
    statements = tree["statements"]
    node = statements[0]["node"]
    if len(statements) > 1 or node.get("type") != "SELECT_NODE" or len(node["select_list"]) != 1 or _more(node):
        raise SourceError("must be one expression, without clauses such as `from`")
    named: set[str] = set()
    bound: set[str] = set()
    for part in _parts(node["select_list"]):
        kind = part.get("class")
        if kind in FORBIDDEN:
            raise SourceError(f"must not hold {FORBIDDEN[kind]}")
        if kind == "FUNCTION" and part["function_name"] in refused:
            name = SPELLED.get(part["function_name"], part["function_name"])
            raise SourceError(f"must not use {shown(name)}: its value does not follow from the row alone")
        if kind == "COLUMN_REF":
            named.add(part["column_names"][-1])
        if kind == "LAMBDA":
            bound.update(entry["column_names"][-1] for entry in _parts(part["lhs"]) if "column_names" in entry)
    return frozenset(named - bound)


def _more(node: Mapping[str, object]) -> bool:
    table = node.get("from_table")
    empty = isinstance(table, dict) and table.get("type") == "EMPTY"
    clauses = ("where_clause", "group_expressions", "having", "sample", "qualify", "modifiers")
    return not empty or any(node.get(clause) for clause in clauses)


def _parts(tree: object) -> Iterator[dict[str, Any]]:
    waiting: list[object] = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


def header_fault(mapping: FieldMapping, names: Iterable[str]) -> str | None:
    """Why a table with these columns cannot be read by the mapping, or None if it can."""
    have = {name.lower() for name in names}
    for source in mapping.sources:
        for column in sorted(source.columns):
            if column.lower() not in have:
                reason = f"unknown column: {shown(column)}, from which the mapping takes `{source.field.name}`"
                return reason + nearest(column, names)
    return None
