"""From the author's clauses to checked clauses."""

from collections.abc import Iterator
from typing import TypeVar

from plainterms.policy import syntax
from plainterms.policy.bounds import Judged
from plainterms.policy.conditions import condition_of
from plainterms.policy.errors import did_you_mean
from plainterms.policy.given import example_of
from plainterms.policy.header import Header
from plainterms.policy.logic import all_of, negated
from plainterms.policy.meaning import (
    FALSE,
    TRUE,
    ActionOnBreach,
    Citation,
    Clause,
    ClauseExample,
    Condition,
    NamedException,
    PeriodicDuty,
    Permission,
)
from plainterms.policy.names import listed
from plainterms.policy.resolve import Reading
from plainterms.policy.scope import Scope
from plainterms.policy.statements import Stated, statement_of
from plainterms.policy.subjects import ForWhom, key_of, subject_of
from plainterms.policy.values import length_of

SEVERITIES = ("low", "medium", "high", "critical")

ACTIONS = ("flag", "review", "warn", "throttle", "block", "suspend", "verify", "notify")

STATEMENTS = syntax.Prohibits | syntax.Permits | syntax.Requires


def clause_of(scope: Scope, header: Header, node: syntax.Clause) -> Clause | None:
    """The checked clause; None after a mistake in it."""
    for_whom = _subject_section(scope, node)
    subject = subject_of(scope, for_whom) if for_whom is not None else None
    place = for_whom.of.span if isinstance(for_whom, syntax.ForEach) else node.name.span
    statement = _statement_section(scope, node)
    stated = statement_of(Judged(scope, subject, place), statement) if statement is not None else None
    tested = stated.tested if stated is not None else None
    exceptions = list(_exceptions(scope, node, Reading(scope, tested or None, asks=True, asked_of=key_of(subject))))
    if stated is not None:
        _refuse_useless(scope, node, stated)
    examples = [example_of(scope, header, node, example, stated) for example in _all(node, syntax.Example)]
    severity, actions = _severity(scope, node), list(_actions(scope, node))
    cure = next((length_of(scope, section.within) for section in _all(node, syntax.Cure)), header.cure)
    if subject is None or stated is None:
        return None
    citations = tuple(_citations(header, node)) or (_citation(header),)
    return Clause(
        name=node.name.text,
        title=node.title.value,
        subject=subject,
        statement=stated.statement,
        conduct=TRUE,
        exceptions=tuple(exceptions),
        citation=citations[0],
        severity=severity,
        actions=tuple(actions),
        cure=cure,
        note="\n".join(note.text.value for note in _all(node, syntax.Note)),
        examples=tuple(example for example in examples if isinstance(example, ClauseExample)),
        timezone=scope.zone,
        further_citations=citations[1:],
    )


S = TypeVar("S", bound=syntax.Section)


def _all(node: syntax.Clause, kind: type[S]) -> list[S]:
    return [section for section in node.sections if isinstance(section, kind)]


# ── Whose conduct, and what is said of it ─────────────────────────────────────────────────────────────────────────


def _subject_section(scope: Scope, node: syntax.Clause) -> ForWhom | None:
    """The one `for …`; that it stands twice is seen at parsing."""
    found = [section for section in node.sections if isinstance(section, ForWhom)]
    if not found:
        message = f"clause `{node.name.text}` does not say whose conduct it judges"
        scope.report(message, node.name, "write `for each account`, or whom it binds")
    return found[0] if found else None


def _statement_section(scope: Scope, node: syntax.Clause) -> STATEMENTS | None:
    found = [section for section in node.sections if isinstance(section, STATEMENTS)]
    if not found:
        message = f"clause `{node.name.text}` neither prohibits, permits nor requires anything"
        scope.report(message, node.name, "add `prohibits …`, `permits …` or `requires …`")
        return None
    for other in found[1:]:
        if type(other) is not type(found[0]):
            word, first = _word(other), _word(found[0])
            message = f"clause `{node.name.text}` already says what it {first}"
            place = syntax.Span(other.span.start, other.span.start + len(word))
            scope.report(message, place, f"put `{word} …` into a clause of its own")
    return found[0]


def _word(node: STATEMENTS) -> str:
    return type(node).__name__.lower()


# ── Exceptions ────────────────────────────────────────────────────────────────────────────────────────────────────


def _exceptions(scope: Scope, node: syntax.Clause, reading: Reading) -> Iterator[NamedException]:
    seen: set[str] = set()
    for section in _all(node, syntax.Exception_):
        name = section.name.text
        if name in seen:
            scope.report(f"clause `{node.name.text}` already has an exception `{name}`", section.name, "rename it")
        seen.add(name)
        condition = _exception(reading, section)
        if condition is not None:
            yield NamedException(name, section.words.value, condition)


def _exception(reading: Reading, section: syntax.Exception_) -> Condition | None:
    when = condition_of(reading, section.when)
    unless = condition_of(reading, section.unless) if section.unless is not None else FALSE
    return None if when is None or unless is None else all_of(when, negated(unless))


def _refuse_useless(scope: Scope, node: syntax.Clause, stated: Stated) -> None:
    """Sections that nothing could ever come of."""
    if isinstance(stated.statement, PeriodicDuty):
        for exception in _all(node, syntax.Exception_):
            scope.report(
                "an exception is tested on events, and this duty is judged without one",
                exception.name,
                "name a trigger with `within … after EVENTS`, or test `where` on the events that are required",
            )
    useless = [part for part in node.sections if isinstance(part, syntax.OnBreach | syntax.Severity | syntax.Cure)]
    if isinstance(stated.statement, Permission) and useless:
        message = f"clause `{node.name.text}` permits, and nothing follows from a permission"
        scope.report(message, useless[0], "leave `severity`, `on breach` and `cure` out")


# ── Consequences ──────────────────────────────────────────────────────────────────────────────────────────────────


def _severity(scope: Scope, node: syntax.Clause) -> str:
    for section in _all(node, syntax.Severity):
        level = section.level.text
        if level in SEVERITIES:
            return level
        near = did_you_mean(level, SEVERITIES) or f"severity is {listed(SEVERITIES, 'or')}"
        scope.report(f"`{level}` is not a severity", section.level, near)
    return "medium"


def _actions(scope: Scope, node: syntax.Clause) -> Iterator[ActionOnBreach]:
    seen: set[ActionOnBreach] = set()
    for section in _all(node, syntax.OnBreach):
        for action in section.actions:
            found = _action(scope, action)
            if found in seen:
                scope.report(f"`{scope.words(action)}` stands twice", action, "keep one of them")
            elif found is not None:
                seen.add(found)
                yield found


def _action(scope: Scope, node: syntax.Action) -> ActionOnBreach | None:
    name, argument = node.name.text, node.argument
    if name not in ACTIONS:
        near = did_you_mean(name, ACTIONS) or f"the actions are {listed(ACTIONS)}"
        scope.report(f"`{name}` is not an action", node.name, near)
        return None
    if name == "notify" and argument is None:
        scope.report("`notify` does not say whom", node.name, 'write `notify "legal"`')
        return None
    if name != "notify" and argument is not None:
        scope.report(f"`{name}` takes no text", argument, "leave it out; reasons belong into `note`")
        return None
    return ActionOnBreach(name, argument.value if argument is not None else "")


# ── Citations ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _citations(header: Header, node: syntax.Clause) -> Iterator[Citation]:
    for cites in _all(node, syntax.Cites):
        yield _citation(header, cites.section.value, cites.words.value if cites.words is not None else "")


def _citation(header: Header, section: str = "", words: str = "") -> Citation:
    return Citation(header.title, header.version, section, words, header.source)
