"""Makes a failing case small: whatever can be left out is left out, greedily, until nothing can."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from plainterms.engine.registers import RegisterTable
from plainterms.policy import syntax
from plainterms.policy.syntax import Document

from .logs import Given
from .policies import Library

Fails = Callable[[Library, Given], bool]


def shrunk(library: Library, given: Given, fails: Fails) -> tuple[Library, Given]:
    """The smallest failing case on the greedy way down. ``fails`` must be false of cases that make no sense."""
    while True:
        smaller = next((pair for pair in _smaller(library, given) if fails(*pair)), None)
        if smaller is None:
            return library, given
        library, given = smaller


def _smaller(library: Library, given: Given) -> Iterator[tuple[Library, Given]]:
    for one in _fewer_records(given):
        yield library, one
    for documents in _libraries(library):
        yield documents, given
    for one in _plainer(given):
        yield library, one


# ── Logs and registers


def _fewer_records(given: Given) -> Iterator[Given]:
    size = len(given.records) // 2
    while size:
        for start in range(0, len(given.records), size):
            yield replace(given, records=given.records[:start] + given.records[start + size :])
        size //= 2


def _plainer(given: Given) -> Iterator[Given]:
    for name in given.registers:
        yield replace(given, registers={key: table for key, table in given.registers.items() if key != name})
    for name, table in given.registers.items():
        for rows in _fewer_rows(table):
            yield replace(given, registers={**given.registers, name: rows})
    yield from _plainer_records(given)
    for side in ("start", "until"):
        if getattr(given.period, side) is not None:
            yield replace(given, period=replace(given.period, **{side: None}))


def _fewer_rows(table: RegisterTable) -> Iterator[RegisterTable]:
    for key, rows in table.rows.items():
        yield replace(table, rows={other: found for other, found in table.rows.items() if other != key})
        for index, row in enumerate(rows):
            if len(rows) > 1:
                yield replace(table, rows={**table.rows, key: rows[:index] + rows[index + 1 :]})
            for name in row.values:
                less = replace(row, values={other: value for other, value in row.values.items() if other != name})
                yield replace(table, rows={**table.rows, key: (*rows[:index], less, *rows[index + 1 :])})


def _plainer_records(given: Given) -> Iterator[Given]:
    for index, record in enumerate(given.records):
        for name in record.fields:
            less = replace(record, fields={other: value for other, value in record.fields.items() if other != name})
            yield replace(given, records=(*given.records[:index], less, *given.records[index + 1 :]))


# ── Documents


def _libraries(library: Library) -> Iterator[Library]:
    for index, document in enumerate(library.documents):
        others = library.documents[:index], library.documents[index + 1 :]
        if len(library.documents) > 1:
            yield replace(library, documents=(*others[0], *others[1]))
        for less in _trees(document):
            yield replace(library, documents=(*others[0], less, *others[1]))
    for name, document in library.files.items():
        yield replace(library, files={key: one for key, one in library.files.items() if key != name})
        for less in _trees(document):
            yield replace(library, files={**library.files, name: less})


def _trees(node: Any) -> Iterator[Any]:
    """Trees of the same class with one thing less somewhere."""
    for entry in fields(node):
        value = getattr(node, entry.name)
        if isinstance(value, tuple) and value and not isinstance(value[0], str):
            for index, item in enumerate(value):
                yield replace(node, **{entry.name: value[:index] + value[index + 1 :]})
                for less in _parts(item):
                    yield replace(node, **{entry.name: (*value[:index], less, *value[index + 1 :])})
        elif is_dataclass(value) and not isinstance(value, syntax.Span):
            if entry.name in OPTIONAL:
                yield replace(node, **{entry.name: None})
            for less in _parts(value):
                yield replace(node, **{entry.name: less})


OPTIONAL = ("where", "unless", "part_of", "window", "ignoring", "end")


def _parts(node: Any) -> Iterator[Any]:
    """A condition's operands, a sequence's last events, and smaller trees of the same class."""
    match node:
        case syntax.Both(operands) | syntax.Either(operands):
            yield from operands
        case syntax.Negation(operand):
            yield operand
        case syntax.Sequence(then=then):
            yield then
    if is_dataclass(node) and not isinstance(node, Document):
        yield from _trees(node)
