"""What the names of one file mean, and where its mistakes are written down."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar

from plainterms.policy import syntax
from plainterms.policy.errors import Problem, did_you_mean
from plainterms.policy.meaning import Constant, Written
from plainterms.policy.names import plural, stem
from plainterms.policy.reader import Reader
from plainterms.policy.schema import BREACH, BUILT_IN, Field, Schema
from plainterms.policy.syntax import Document, Node, Span

T = TypeVar("T")


class Sort(StrEnum):
    """What a name can stand for."""

    LET = "`let`"
    LIST = "list"
    KIND = "kind of events"
    EVENTS = "definition of events"
    CONDITION = "condition"
    REGISTER = "register"


@dataclass(frozen=True, eq=False)
class Declared:
    """A name and its declaration; without ``home`` it is built in."""

    name: str
    sort: Sort
    home: "Scope | None" = None
    item: Any = None

    @property
    def span(self) -> Span:
        """Where the name is declared in its file."""
        span: Span = self.item.name.span
        return span

    @property
    def place(self) -> str:
        """File and line of the declaration."""
        assert self.home is not None
        return f"{self.home.file}:{self.home.text.count(chr(10), 0, self.span.start) + 1}"


@dataclass(frozen=True)
class ClauseName:
    """A clause that `breach of` can name; a permission has no breaches."""

    name: str
    permission: bool


_BUILT_IN = {stem(name): Declared(name, Sort.KIND) for name in BUILT_IN.kinds}


class Scope:
    """The names that one file can use: its own, those of the files it uses, and what is built in.

    It is filled by `declare.open_scope`; from then on it is only read, but for the meanings of definitions, which
    are worked out when they are first needed. ``chain`` are the files that are being read, this one last.
    """

    def __init__(
        self,
        document: Document,
        reader: Reader,
        chain: tuple[str, ...] = (),
        timezone: str = "",
        clauses: dict[str, ClauseName] | None = None,
        overrides: Mapping[str, Constant] | None = None,
    ) -> None:
        self.document, self.reader, self.found = document, reader, reader.found
        self.file, self.text = document.file, document.text
        self.chain = chain
        self.timezone = timezone
        self.clauses: dict[str, ClauseName] = {} if clauses is None else clauses
        self.overrides = overrides or {}
        self.schema: Schema = BUILT_IN
        self.names = dict(_BUILT_IN)
        self.written: list[Written] = []
        self.used: list[Scope] = []
        self.missed_timezone = False
        self.forgives_all = any(broken.opening in ("use", "incorporates") for broken in document.broken)
        self.forgiven = {word for broken in document.broken for word in _words(self.text, broken.span)}
        self._meanings: dict[Declared, Any] = {}
        self._open: list[Declared] = []

    # ── Mistakes ──────────────────────────────────────────────────────────────────────────────────────────────────

    def report(self, message: str, where: Node | Span, help: str = "") -> None:  # noqa: A002
        """Write a mistake down, unless it is one of a value that is known to be wrong."""
        span = where.span if isinstance(where, Node) else where
        if any(flawed.start <= span.start and span.end <= flawed.end for flawed in self.document.flawed):
            return
        self.found.append(Problem(message, span, self.file, self.text, help))

    def is_flawed(self, value: Node) -> bool:
        """Whether a value could not be read; what stands in its place says nothing."""
        return value.span in self.document.flawed

    def forgives(self, *words: str) -> bool:
        """Whether an unknown name is no mistake of its own, because what may declare it could not be read."""
        return self.forgives_all or any(word in self.forgiven or stem(word) in self.forgiven for word in words)

    def words(self, node: Node) -> str:
        """The author's words, on one line and not too long."""
        written = " ".join(self.text[node.span.start : node.span.end].split())
        return written if len(written) <= 60 else written[:59] + "…"

    # ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def find(self, name: str) -> Declared | None:
        """What a name in singular or plural stands for."""
        return self.names.get(stem(name))

    def find_as(self, name: str, *sorts: Sort) -> Declared | None:
        """What a name stands for, if it is of one of these sorts."""
        declared = self.find(name)
        return declared if declared is not None and declared.sort in sorts else None

    def find_beside_fields(self, name: str, sort: Sort) -> Declared | None:
        """A `let` or condition, where the name could also be a field's: of two names written alike, the field's."""
        declared = self.find_as(name, sort)
        if declared is None or declared.name == name:
            return declared
        kinds = self.schema.kinds.values()
        is_field = name in self.schema.entity_fields or any(name in kind.fields for kind in kinds)
        return None if is_field else declared

    def names_of(self, *sorts: Sort) -> list[str]:
        """All names of these sorts."""
        return [declared.name for declared in self.names.values() if declared.sort in sorts]

    def suggest(self, name: str, *sorts: Sort) -> str:
        """A help line with the nearest name of these sorts, in the number that the author used."""
        known = self.names_of(*sorts)
        if Sort.KIND in sorts and name.endswith("s"):
            known += [plural(word) for word in known]
        return did_you_mean(name, known)

    def once(self, declared: Declared, work: Callable[["Scope", Any], T]) -> T | None:
        """The meaning of a declaration, worked out once in the scope of its own file; None after a mistake."""
        home = declared.home
        assert home is not None
        if declared in home._meanings:
            meaning: T | None = home._meanings[declared]
            return meaning
        if declared in home._open:
            home._report_cycle(declared)
            return None
        home._open.append(declared)
        meaning = work(home, declared.item)
        home._open.pop()
        home._meanings[declared] = meaning
        return meaning

    def _report_cycle(self, declared: Declared) -> None:
        cycle = [entry.name for entry in self._open[self._open.index(declared) :]]
        shown = " → ".join(f"`{name}`" for name in [*cycle, cycle[0]])
        self.report(f"`{declared.name}` is defined by itself: {shown}", declared.span)

    # ── Fields ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def zone(self) -> str:
        """The timezone in which days and hours are meant."""
        return self.timezone or "UTC"

    @cached_property
    def event_fields(self) -> dict[str, Field]:
        """Every event field, those of `breach of` included."""
        return {**BREACH.fields, **self.schema.event_fields()}

    @cached_property
    def carriers(self) -> dict[str, frozenset[str]]:
        """The kinds that have a field; entity fields, which all have, are not listed."""
        found: dict[str, set[str]] = {}
        for kind in (BREACH, *self.schema.kinds.values()):
            for name in kind.fields:
                found.setdefault(name, set()).add(kind.name)
        return {name: frozenset(kinds) for name, kinds in found.items() if name not in self.schema.entity_fields}


def _words(text: str, span: Span) -> Iterable[str]:
    for word in re.findall(r"\w+", text[span.start : span.end]):
        yield word
        yield stem(word)


def own_items(scope: Scope, *types: type[T]) -> list[T]:
    """The items of these types in the scope's own file."""
    return [item for item in scope.document.items if isinstance(item, types)]


def sort_of(item: syntax.Item) -> Sort | None:
    """What an item's name stands for; None for items that declare no name of their own."""
    match item:
        case syntax.Let():
            return Sort.LET
        case syntax.ListOfValues() | syntax.ListFromFile():
            return Sort.LIST
        case syntax.Event():
            return Sort.KIND
        case syntax.DefineEvent():
            return Sort.EVENTS
        case syntax.DefineCondition():
            return Sort.CONDITION
        case syntax.Register() | syntax.Use() | syntax.Incorporates() | syntax.Clause():
            return None
