"""Lints of a document's names, timezone and files."""

from collections.abc import Iterator
from dataclasses import fields

from plainterms.policy import syntax
from plainterms.policy.header import may_have_timezone
from plainterms.policy.linted import Found, Linted
from plainterms.policy.names import stem
from plainterms.policy.schema import PARTS, Type
from plainterms.policy.syntax import Node

_DECLARING = (syntax.Let, syntax.ListOfValues, syntax.ListFromFile, syntax.DefineEvent, syntax.DefineCondition)


def unused(linted: Linted) -> Iterator[Found]:
    """Definitions, lists and `let`s that nothing in the document names; a file of definitions is for others."""
    items = linted.document.items
    if not any(isinstance(item, syntax.Clause) for item in items):
        return
    used = {stem(word) for item in items for word in _words(item)}
    for item in items:
        if isinstance(item, _DECLARING) and stem(item.name.text) not in used:
            yield Found(item.name.span, f"`{item.name.text}` is never used", "use it, or leave it out")


def _words(node: Node) -> Iterator[str]:
    """The names that a part of the document refers to; not what it declares."""
    match node:
        case syntax.Name(text):
            yield text
        case syntax.Path(parts):
            yield parts[0]
        case syntax.Action() | syntax.Severity():
            return
        case _:
            for entry in fields(node):
                if entry.name not in ("name", "span", "verdict"):
                    yield from _words_in(getattr(node, entry.name))


def _words_in(value: object) -> Iterator[str]:
    if isinstance(value, Node):
        yield from _words(value)
    elif isinstance(value, tuple):
        for part in value:
            yield from _words_in(part)


def without_timezone(linted: Linted) -> Iterator[Found]:
    """Parts of times in a document that does not say where; told once."""
    document = linted.document
    if may_have_timezone(document) or not any(isinstance(item, syntax.Clause) for item in document.items):
        return
    parts = {name for name, (needed, _, _) in PARTS.items() if needed == Type.TIME}
    for path in sorted(_paths(document.items), key=lambda path: path.span):
        if len(path.parts) > 1 and stem(path.parts[-1]) in parts:
            yield Found(
                path.span,
                f"`{'.'.join(path.parts)}` is read in UTC, because no timezone is named",
                'write `timezone "Europe/Berlin"`, or the one that is meant, under `terms`',
            )
            return


def _paths(value: object) -> Iterator[syntax.Path]:
    if isinstance(value, syntax.Path):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _paths(part)
    elif isinstance(value, Node):
        for entry in fields(value):
            yield from _paths(getattr(value, entry.name))


def used_clauses(linted: Linted) -> Iterator[Found]:
    """Files whose clauses bind nobody, because they are only used."""
    brought = {one.file: one.clauses for one in linted.policy.brought if one.way == "use"}
    for item in linted.document.items:
        if isinstance(item, syntax.Use) and brought.get(item.file.value):
            yield Found(
                item.file.span,
                f"`{item.file.value}` has clauses, and `use` does not bring them in",
                f'to be bound by them write `incorporates "{item.file.value}"`',
            )
