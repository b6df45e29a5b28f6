"""A version of a document with all that it brings in: its definitions, its lists and who uses them."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from plainterms.policy import syntax
from plainterms.policy.files import read_text
from plainterms.policy.format import words_of
from plainterms.policy.incorporate import name_from
from plainterms.policy.load import load_document
from plainterms.policy.meaning import Policy
from plainterms.policy.names import stem
from plainterms.policy.parse import parse
from plainterms.policy.syntax import Document

Defined = (
    syntax.Let
    | syntax.ListOfValues
    | syntax.ListFromFile
    | syntax.Event
    | syntax.Register
    | syntax.DefineEvent
    | syntax.DefineCondition
)


@dataclass(frozen=True)
class Part:
    """A document whose clauses bind, itself or incorporated, with the files that it uses.

    ``prefix`` is what stands before the names of its clauses: nothing, or the names under which it was incorporated.
    """

    prefix: str
    document: Document
    used: tuple[Document, ...]

    def definitions(self) -> Iterator[tuple[str, Document, Defined]]:
        """What it and the files it uses define, parameters as they are set; with the document where it stands."""
        seen: set[str] = set()
        for document in (self.document, *self.used):
            for use in document.items:
                if isinstance(use, syntax.Use):
                    given = {one.name.text: syntax.Let(one.name, one.value) for one in use.arguments}
                    yield from ((name, document, let) for name, let in given.items() if name not in seen)
                    seen |= given.keys()
            for item in document.items:
                if isinstance(item, Defined) and item.name.text not in seen:
                    seen.add(item.name.text)
                    yield item.name.text, document, item


@dataclass(frozen=True)
class Version:
    """A checked document, its tree, and its parts, itself first."""

    document: Document
    policy: Policy
    parts: tuple[Part, ...]

    @cached_property
    def definitions(self) -> Mapping[str, Defined]:
        """All definitions, by name; those of incorporated documents with their prefix."""
        return {f"{part.prefix}{name}": item for part in self.parts for name, _, item in part.definitions()}

    @cached_property
    def clauses(self) -> Mapping[str, syntax.Clause]:
        """The clauses of the document and of those it incorporates, by the names under which they bind here."""
        return {
            f"{part.prefix}{item.name.text}": item
            for part in self.parts
            for item in part.document.items
            if isinstance(item, syntax.Clause)
        }

    @cached_property
    def lists(self) -> Mapping[str, frozenset[str]]:
        """The values of lists that come from files."""
        return {
            f"{part.prefix}{name}": _column(Path(document.file).parent / item.file.value, item.column.value)
            for part in self.parts
            for name, document, item in part.definitions()
            if isinstance(item, syntax.ListFromFile)
        }

    @cached_property
    def brought(self) -> Mapping[str, str]:
        """The files that are used and incorporated, and how; parameters apart, which are definitions."""
        items = [item for part in self.parts for document in (part.document, *part.used) for item in document.items]
        used = {
            f"use of {item.file.value}": f'use "{item.file.value}"' for item in items if isinstance(item, syntax.Use)
        }
        return used | {
            f"incorporation of {item.file.value}": words_of(item)
            for item in items
            if isinstance(item, syntax.Incorporates)
        }

    @cached_property
    def uses(self) -> Mapping[str, frozenset[str]]:
        """The definitions that each clause uses, directly or through others."""
        meant: dict[str, list[str]] = defaultdict(list)
        for name in self.definitions:
            prefix, base = _split(name)
            meant[prefix + stem(base)].append(name)
        mentions = {name: frozenset(_names(item)) for name, item in self.definitions.items()}
        return {name: _reached(_split(name)[0], _names(item), meant, mentions) for name, item in self.clauses.items()}

    def used_by(self, clause: str) -> frozenset[str]:
        """The definitions that a clause uses; none where the version does not have the clause."""
        return self.uses.get(clause, frozenset())

    def users_of(self, definition: str) -> tuple[str, ...]:
        """The clauses that use a definition, directly or through others."""
        return tuple(name for name, used in self.uses.items() if definition in used)


def _split(name: str) -> tuple[str, str]:
    """The prefix of a name, with its dot, and what stands after it."""
    start = name.rfind(".") + 1
    return name[:start], name[start:]


def _reached(
    prefix: str, names: Iterable[str], meant: Mapping[str, list[str]], mentions: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """The definitions that names mean in the part with this prefix, and those that these mention."""
    reached: set[str] = set()
    waiting = list(names)
    while waiting:
        for name in meant.get(prefix + stem(waiting.pop()), ()):
            if name not in reached:
                reached.add(name)
                waiting += mentions[name]
    return frozenset(reached)


def _names(node: Any) -> Iterator[str]:
    """Each name and each path's first part within a tree."""
    match node:
        case syntax.Name(text):
            yield text
        case syntax.Path(parts):
            yield parts[0]
        case tuple():
            for one in node:
                yield from _names(one)
        case _ if is_dataclass(node) and not isinstance(node, type):
            for entry in fields(node):
                yield from _names(getattr(node, entry.name))


def _column(file: Path, column: str) -> frozenset[str]:
    """The values of a column of a CSV file that the checker has accepted."""
    with file.open(newline="", encoding="utf-8-sig") as lines:
        rows = csv.reader(lines)
        place = [name.strip() for name in next(rows)].index(column)
        return frozenset(row[place].strip() for row in rows if len(row) > place) - {""}


def load_version(path: Path) -> Version:
    """The document at a path, with the files that it uses and incorporates.

    Raises TermsErrors for mistakes, Unreadable where a file cannot be read.
    """
    document, policy = load_document(path)
    return Version(document, policy, tuple(_parts(document, "")))


def _parts(document: Document, prefix: str) -> Iterator[Part]:
    yield Part(prefix, document, tuple(_used(document)))
    for item in document.items:
        if isinstance(item, syntax.Incorporates):
            name = item.name.text if item.name is not None else name_from(item.file.value)
            yield from _parts(_beside(document, item.file), f"{prefix}{name}.")


def _used(document: Document) -> Iterator[Document]:
    for item in document.items:
        if isinstance(item, syntax.Use):
            other = _beside(document, item.file)
            yield other
            yield from _used(other)


def _beside(document: Document, file: syntax.Text) -> Document:
    path = str(Path(document.file).parent / file.value)
    return parse(read_text(path), path)
