"""A checked document as lints look at it: the tree beside the meaning."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from plainterms.policy import meaning, syntax
from plainterms.policy.logic import all_of
from plainterms.policy.meaning import (
    FALSE,
    TRUE,
    BreachIn,
    Compare,
    Condition,
    Constant,
    EachSubject,
    EventField,
    Follows,
    Policy,
    Written,
)
from plainterms.policy.reason import avoidable, possible
from plainterms.policy.rewrite import rewritten
from plainterms.policy.schema import Type
from plainterms.policy.syntax import Document, Span


@dataclass(frozen=True)
class Found:
    """What a lint found: where, what, and what to do."""

    span: Span
    message: str
    help: str = ""


@dataclass(frozen=True)
class Linted:
    """A document without mistakes, and what it means. ``inline`` says that it is to run inside a platform."""

    document: Document
    policy: Policy
    inline: bool = False

    @cached_property
    def clauses(self) -> list[tuple[syntax.Clause, meaning.Clause]]:
        """The document's own clauses, each with its meaning."""
        meanings = {clause.name: clause for clause in self.policy.clauses}
        own = [item for item in self.document.items if isinstance(item, syntax.Clause)]
        return [(item, meanings[item.name.text]) for item in own if item.name.text in meanings]

    @cached_property
    def impossible(self) -> list[Span]:
        """Where conditions stand that can never be true."""
        return self._innermost(lambda condition: not possible(condition, self.policy.schema))

    @cached_property
    def certain(self) -> list[Span]:
        """Where conditions stand that can never be false."""
        return self._innermost(lambda condition: not avoidable(condition, self.policy.schema))

    def known(self, clause: meaning.Clause, condition: Condition) -> Condition:
        """The condition with what a clause makes sure of: whom it judges, and how severe breaches of others are."""

        def told(node: object) -> object:
            match node, clause.subject:
                case Follows(different=fields), EachSubject(field) if field in fields:
                    return FALSE
                case BreachIn(name), _:
                    is_so = Compare(_SEVERITY, "is", Constant(self._severities[name], Type.TEXT))
                    return all_of(node, is_so)
            return node

        return rewritten(condition, told)

    @cached_property
    def _severities(self) -> dict[str, str]:
        return {clause.name: clause.severity for clause in self.policy.clauses}

    def words(self, span: Span) -> str:
        """The author's words, on one line and not too long."""
        return shortened(self.document.text[span.start : span.end])

    def _innermost(self, is_so: Callable[[Condition], bool]) -> list[Span]:
        """Of conditions that contain one another, the smallest; what a `let` switches on or off is left alone."""
        found: list[Span] = []
        for written in sorted(self.policy.written, key=lambda one: one.end - one.start):
            names_a_definition = self.document.text[written.start : written.end].isidentifier()
            if names_a_definition or written.condition in (TRUE, FALSE) or _contains_any(written, found):
                continue
            if is_so(written.condition):
                found.append(Span(written.start, written.end))
        return found


_SEVERITY = EventField("severity", Type.TEXT)


def _contains_any(written: Written, spans: list[Span]) -> bool:
    return any(written.start <= span.start and span.end <= written.end for span in spans)


def shortened(words: str) -> str:
    """Words on one line, cut off where they go on and on."""
    line = " ".join(words.split())
    return line if len(line) <= 60 else line[:59] + "…"


def within(spans: list[Span], outer: Span) -> bool:
    """Whether one of the spans lies inside another."""
    return any(outer.start <= span.start and span.end <= outer.end for span in spans)
