"""What changed between two documents: head, definitions and clauses, part by part, in the documents' own words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from plainterms.engine.difference.versions import Version
from plainterms.engine.plan import map_conditions, wordless
from plainterms.policy import syntax
from plainterms.policy.format import words_of
from plainterms.policy.meaning import Clause
from plainterms.policy.syntax import Node

Sort = Literal["document", "definition", "clause"]

HEAD: Mapping[type[Node], str] = {
    syntax.Version: "version",
    syntax.Published: "published",
    syntax.InForce: "dates in force",
    syntax.AppliesOnAcceptance: "acceptance",
    syntax.PrevailsOver: "precedence",
    syntax.Timezone: "timezone",
    syntax.Source: "source",
    syntax.Cure: "cure",
}
"""What the parts of a head are called."""

SECTIONS: Mapping[type[Node], str] = {
    syntax.Cites: "citation",
    syntax.ForEach: "subject",
    syntax.ForEachGroup: "subject",
    syntax.ForWholeService: "subject",
    syntax.Severity: "severity",
    syntax.OnBreach: "consequences",
    syntax.Cure: "cure",
    syntax.Note: "note",
}
"""What sections of a clause are called, beside statement and exceptions; examples are no part of the terms."""

STATEMENTS = (syntax.Prohibits, syntax.Permits, syntax.Requires)
BOUNDS = (syntax.Counted, syntax.ShareBeing, syntax.ShareSharing)
IN_EFFECT = "effect"
"""The part that changes where a clause reads as before, but what it uses does not."""


@dataclass(frozen=True)
class Change:
    """One change. ``before`` and ``after`` are in the documents' words; None where there was or is nothing.

    ``part`` is empty where the whole is added or removed. ``clauses`` are those that use a changed definition, or
    for a clause changed in effect, what it depends on that changed.
    """

    sort: Sort
    name: str
    part: str
    before: str | None
    after: str | None
    related: tuple[str, ...] = ()


def changes(before: Version, after: Version) -> tuple[Change, ...]:
    """All changes, the head first, then definitions, then clauses, in the order of the later document."""
    definitions = list(_definitions(before, after))
    changed = frozenset(change.name for change in definitions)
    return (*_head(before, after), *definitions, *_clauses(before, after, changed))


def _in_both(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    yield from after
    yield from (name for name in before if name not in after)


def _words(nodes: Sequence[Node]) -> str | None:
    return "; ".join(words_of(node) for node in nodes) or None


# ── The head


def _head(before: Version, after: Version) -> Iterator[Change]:
    old, new = _parts(before), _parts(after)
    for part in _in_both(old, new):
        if old.get(part) != new.get(part):
            yield Change("document", after.policy.title, part, old.get(part), new.get(part))


def _parts(version: Version) -> dict[str, str]:
    head = version.document.head
    if head is None:
        return {}
    own = {"title": words_of(head.title)} | {HEAD[type(part)]: words_of(part) for part in head.parts}
    return {**own, **version.brought}


# ── Definitions


def _definitions(before: Version, after: Version) -> Iterator[Change]:
    old, new = before.definitions, after.definitions
    for name in _in_both(old, new):
        users = after.users_of(name) or before.users_of(name)
        if name not in old or name not in new:
            yield Change("definition", name, "", _said(old.get(name)), _said(new.get(name)), users)
        elif old[name] != new[name]:
            yield from _redefined(name, old[name], new[name], users)
    for name in _in_both(before.lists, after.lists):
        one, other = before.lists.get(name, frozenset()), after.lists.get(name, frozenset())
        if one != other and old.get(name) == new.get(name):  # of a file that says something else
            yield _relisted(name, one, other, after.users_of(name))


def _said(node: Node | None) -> str | None:
    return None if node is None else words_of(node)


def _redefined(name: str, old: Node, new: Node, users: tuple[str, ...]) -> Iterator[Change]:
    if isinstance(old, syntax.ListOfValues) and isinstance(new, syntax.ListOfValues):
        one, other = ({words_of(value) for value in node.values} for node in (old, new))
        if one != other:
            yield _relisted(name, frozenset(one), frozenset(other), users)
        if old.among_others != new.among_others:
            yield Change("definition", name, "openness", _openness(old), _openness(new), users)
        return
    yield Change("definition", name, "meaning", words_of(old), words_of(new), users)


def _relisted(name: str, old: frozenset[str], new: frozenset[str], users: tuple[str, ...]) -> Change:
    return Change("definition", name, "values", _listed(old - new), _listed(new - old), users)


def _listed(values: frozenset[str]) -> str | None:
    return ", ".join(sorted(values)) or None


def _openness(node: syntax.ListOfValues) -> str:
    return "among others" if node.among_others else "closed"


# ── Clauses


def _clauses(before: Version, after: Version, changed: frozenset[str]) -> Iterator[Change]:
    old, new = before.clauses, after.clauses
    renamed = dict(_renamed(before, after))
    for name in _in_both(old, new):
        if name in renamed:
            yield Change("clause", name, "name", renamed[name], name)
            yield from _clause(name, old[renamed[name]], new[name])
        elif name in renamed.values() and name not in new:
            continue
        elif name not in old or name not in new:
            yield Change(
                "clause", name, "", _said(_without_examples(old.get(name))), _said(_without_examples(new.get(name)))
            )
        else:
            found = list(_clause(name, old[name], new[name]))
            yield from found
            if not _touched(found) and _meaning(before, name) != _meaning(after, name):
                uses = tuple(sorted(changed & after.used_by(name))) or _of_the_head(before, after)
                yield Change("clause", name, IN_EFFECT, None, None, uses)


def _of_the_head(before: Version, after: Version) -> tuple[str, ...]:
    """The parts of the head that clauses depend on and that changed, and what was incorporated in another way."""
    changed = (change.part for change in _head(before, after))
    return tuple(part for part in changed if part == HEAD[syntax.Timezone] or part.startswith("incorporation "))


def _without_examples(clause: syntax.Clause | None) -> syntax.Clause | None:
    if clause is None:
        return None
    kept = tuple(one for one in clause.sections if not isinstance(one, syntax.Example))
    return syntax.Clause(clause.name, clause.title, kept)


def _renamed(before: Version, after: Version) -> Iterator[tuple[str, str]]:
    """Clauses of a new name that say what one of an old name, which is gone, said."""
    gone = [name for name in before.clauses if name not in after.clauses]
    for name in after.clauses:
        if name not in before.clauses:
            same = [old for old in gone if _meaning(before, old) == _meaning(after, name) is not None]
            if len(same) == 1:
                gone.remove(same[0])
                yield name, same[0]


def _meaning(version: Version, name: str) -> tuple[Any, ...] | None:
    found = next((clause for clause in version.policy.clauses if clause.name == name), None)
    return None if found is None else _essence(found)


def _essence(clause: Clause) -> tuple[Any, ...]:
    exceptions = tuple(one.condition for one in clause.exceptions)
    return map_conditions((clause.subject, clause.statement, clause.conduct, exceptions), wordless)


def _touched(found: Sequence[Change]) -> bool:
    """Whether a change of the clause's own text could have changed what it means."""
    return any(change.part not in (*SECTIONS.values(), "title") or change.part == "subject" for change in found)


def _clause(name: str, old: syntax.Clause, new: syntax.Clause) -> Iterator[Change]:
    if old.title != new.title:
        yield Change("clause", name, "title", words_of(old.title), words_of(new.title))
    for part in dict.fromkeys(SECTIONS.values()):
        one, other = (
            _words([each for each in node.sections if SECTIONS.get(type(each)) == part]) for node in (old, new)
        )
        if one != other:
            yield Change("clause", name, part, one, other)
    yield from _statement(name, old, new)
    yield from _exceptions(name, old, new)


def _exceptions(name: str, old: syntax.Clause, new: syntax.Clause) -> Iterator[Change]:
    one, other = (
        {each.name.text: each for each in node.sections if isinstance(each, syntax.Exception_)} for node in (old, new)
    )
    for own in _in_both(one, other):
        if one.get(own) != other.get(own):
            yield Change("clause", name, f"exception {own}", _said(one.get(own)), _said(other.get(own)))


def _statement(name: str, old: syntax.Clause, new: syntax.Clause) -> Iterator[Change]:
    one, other = (next((each for each in node.sections if isinstance(each, STATEMENTS)), None) for node in (old, new))
    if one == other:
        return
    pairs = list(zip(_measures(one), _measures(other), strict=False))
    if type(one) is not type(other) or len(_measures(one)) != len(_measures(other)):
        yield Change("clause", name, "statement", _said(one), _said(other))
        return
    for before, after in pairs:
        yield from _measure(name, before, after)


def _measures(statement: Node | None) -> tuple[syntax.Measure, ...]:
    match statement:
        case syntax.Prohibits(measures):
            return measures
        case syntax.Permits(measure) | syntax.Requires(measure):
            return (measure,)
    return ()


def _measure(name: str, old: syntax.Measure, new: syntax.Measure) -> Iterator[Change]:
    if _counted(old) != _counted(new):
        yield Change("clause", name, "measure", words_of(old.bounded), words_of(new.bounded))
    elif old.bounded != new.bounded:
        yield Change("clause", name, "bound", words_of(old.bounded), words_of(new.bounded))
    if old.window != new.window:
        yield Change("clause", name, "window", _said(old.window), _said(new.window))


def _counted(measure: syntax.Measure) -> tuple[Any, ...]:
    """What a measure counts, its bound apart."""
    bounded = measure.bounded
    apart = ("comparator", "amount", "part_of", "span") if isinstance(bounded, BOUNDS) else ("span",)
    return (type(bounded), *(getattr(bounded, entry.name) for entry in fields(bounded) if entry.name not in apart))
