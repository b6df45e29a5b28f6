"""Conditions written as Python: expressions for their truths, in which each thing is worked out once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any

from plainterms.engine.stream.conditions import Compiler
from plainterms.engine.stream.scanner import NOTHING
from plainterms.engine.stream.values import ALWAYS, known_after
from plainterms.policy.meaning import (
    And,
    Compare,
    Condition,
    Constant,
    ContainsAny,
    EventField,
    InList,
    IsTrue,
    KindIs,
    MatchesAny,
    Missing,
    Not,
    Or,
    TimeIn,
)

TRUE, FALSE = "True", "False"
FEW = 4
"""Values that a text or list is searched for in place; more are looked for by a function."""

LONGEST = 500
"""Characters of an expression; longer ones, which may be deep, are worked out on a line of their own."""


_OPERATORS = {"is": "==", ">=": ">=", "<=": "<=", ">": ">", "<": "<"}


@dataclass(frozen=True)
class Code:
    """An expression for a truth. ``sure`` says that it is never unknown."""

    code: str
    sure: bool = False


ALL, NONE = Code(TRUE, True), Code(FALSE, True)


class Writer:
    """Conditions as expressions; what is used more than once is worked out once.

    Constants, and functions to be asked, stand under names: nothing of a document's text becomes part of the source.
    """

    def __init__(self, compiler: Compiler, names: dict[str, Any], uses: Mapping[Any, int]) -> None:
        self.compiler = compiler
        self.names = names
        self.uses = uses
        self.lines: list[str] = []
        self._known: dict[object, Code] = {}
        self._constants: dict[object, str] = {}

    def written(self, condition: Condition) -> Code:
        """The truth of a condition."""
        known = self._known.get(condition)
        if known is None:
            known = self.expression(condition)
            again = self.uses[condition] > 1 and not known.code.isidentifier()
            if again or len(known.code) > LONGEST:
                known = Code(self.line("t", known.code), known.sure)
            self._known[condition] = known
        return known

    def line(self, letter: str, expression: str) -> str:
        """A name for what an expression gives, on a line of its own."""
        name = f"{letter}{len(self.lines)}"
        self.lines.append(f"    {name} = {expression}")
        return name

    def constant(self, value: object) -> str:
        """A name for a value."""
        known = (type(value), value) if isinstance(value, str | int | frozenset) else id(value)
        name = self._constants.get(known)
        if name is None:
            name = self._constants[known] = f"c{len(self.names)}"
            self.names[name] = value
        return name

    def expression(self, condition: Condition) -> Code:
        """The truth of a condition, worked out anew."""
        match condition:
            case And(operands):
                return self._joined([self.written(one) for one in operands], NONE, ALL)
            case Or(operands):
                return self._joined([self.written(one) for one in operands], ALL, NONE)
            case Not(operand):
                return self._opposite(self.written(operand))
            case KindIs((kind,)):
                return Code(f"(kind == {self.constant(kind)})", True)
            case KindIs(kinds):
                return Code(f"(kind in {self.constant(frozenset(kinds))})", True)
            case TimeIn(start, end):
                return (
                    Code(f"({' and '.join(self._ends(start, end))})", True) if (start, end) != (None, None) else ALL
                )
            case _:
                return Code(self._leaf(condition), isinstance(condition, Missing) and not self.compiler.early)

    def _ends(self, start: int | None, end: int | None) -> Iterator[str]:
        if start is not None:
            yield f"time >= {self.constant(start)}"
        if end is not None:
            yield f"time < {self.constant(end)}"

    def _opposite(self, truth: Code) -> Code:
        if truth in (ALL, NONE):
            return NONE if truth == ALL else ALL
        if truth.sure:
            return Code(f"(not {truth.code})", True)
        name = truth.code if truth.code.isidentifier() else self.line("t", truth.code)
        return Code(f"(None if {name} is None else not {name})")

    def _joined(self, truths: list[Code], decisive: Code, otherwise: Code) -> Code:
        """Kleene's and, or: ``decisive`` if one is, else unknown if one is."""
        if decisive in truths:
            return decisive
        sure = [one.code for one in truths if one.sure and one != otherwise]
        unsure = [one.code for one in truths if not one.sure]
        joint = (" and " if decisive == NONE else " or ").join(sure)
        if not unsure:
            return Code(f"({joint})", True) if len(sure) > 1 else Code(joint, True) if sure else otherwise
        rest = unsure[0] if len(unsure) == 1 else self._unsure(unsure, decisive, otherwise)
        if not sure:
            return Code(rest)
        return Code(f"({rest} if {joint} else False)" if decisive == NONE else f"(True if {joint} else {rest})")

    def _unsure(self, truths: list[str], decisive: Code, otherwise: Code) -> str:
        names = [one if one.isidentifier() else self.line("t", one) for one in truths]
        decided = " or ".join(f"{name} is {decisive.code}" for name in names)
        unknown = " or ".join(f"{name} is None" for name in names)
        return f"({decisive.code} if {decided} else None if {unknown} else {otherwise.code})"

    # ── Leaves

    def _leaf(self, leaf: Any) -> str:
        match leaf:
            case Compare(EventField() as field, relation, Constant(value)) if field.name not in ALWAYS:
                held = self.value(field)
                return f"(None if {held} is None else {held} {_OPERATORS[relation]} {self.constant(value)})"
            case InList(EventField() as field, values, is_open) if field.name not in ALWAYS:
                held, listed = self.value(field), f"in {self.constant(frozenset(values))}"
                inside = f"(True if {held} {listed} else None)" if is_open else f"{held} {listed}"
                return f"(None if {held} is None else {inside})"
            case Missing(EventField() as field) if field.name not in ALWAYS:
                absent = "None" if self.compiler.early and known_after(field) else TRUE
                return f"({absent} if {self.value(field)} is None else False)"
            case ContainsAny(EventField() as field, wanted) if field.name not in ALWAYS and len(wanted) <= FEW:
                held = self.value(field)
                found = " or ".join(f"{self.constant(one)} in {held}" for one in wanted)
                return f"(None if {held} is None else {found})"
            case IsTrue(EventField() as field) if field.name not in ALWAYS:
                return self.value(field)
            case MatchesAny(EventField() as field, patterns) if field.name not in ALWAYS:
                held = self.value(field)
                places = self.constant(frozenset(self.compiler.scanner.places[one] for one in patterns))
                scanned, nothing = self.scanned(field), self.constant(NOTHING)
                return (
                    f"(None if {held} is None else {scanned} is not {nothing} and not {places}.isdisjoint({scanned}))"
                )
            case _:
                return f"{self.constant(self.compiler.test(leaf))}(event)"

    def value(self, field: EventField) -> str:
        """A name for a field's value."""
        known = self._known.get(field.name)
        if known is None:
            known = self._known[field.name] = Code(self.line("v", f"get({self.constant(field.name)})"))
        return known.code

    def scanned(self, field: EventField) -> str:
        """A name for the places of the patterns that are found in a field."""
        held = self.value(field)
        known = self._known.get((held, "found"))
        if known is None:
            scanned = self.line(
                "m", f"None if {held} is None else m if (m := scanned({held})) is not None else found({held})"
            )
            known = self._known[held, "found"] = Code(scanned)
        return known.code


@lru_cache(256)
def compiled(source: str) -> CodeType:
    """Source that was written, once for all monitors of the same terms."""
    return compile(source, "<generated>", "exec")
