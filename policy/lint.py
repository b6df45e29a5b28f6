"""What is not wrong in a document, but not likely meant."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from plainterms.policy import lint_clauses, lint_conditions, lint_names
from plainterms.policy.errors import Problem
from plainterms.policy.linted import Found, Linted
from plainterms.policy.meaning import Policy
from plainterms.policy.syntax import Document


@dataclass(frozen=True)
class Rule:
    """A lint: its code, what it warns of, and how that is found."""

    code: str
    warns_of: str
    find: Callable[[Linted], Iterable[Found]]


RULES = (
    Rule("never-breach", "a clause that can never be in breach", lint_clauses.never_in_breach),
    Rule("contradiction", "a condition that can never be true", lint_conditions.contradictions),
    Rule("always-true", "a condition that can never be false", lint_conditions.certainties),
    Rule("dead-exception", "an exception that can never apply", lint_clauses.dead_exceptions),
    Rule("presumed-exception", "a default that satisfies an exception", lint_conditions.presumed_exceptions),
    Rule("negated-missing", "a negation over a field that may be missing", lint_conditions.negations_of_missing),
    Rule("unused", "a definition, list or `let` that nobody uses", lint_names.unused),
    Rule("no-example", "a clause without an example", lint_clauses.without_example),
    Rule("no-citation", "a clause without a citation", lint_clauses.without_citation),
    Rule("no-timezone", "hours and days of a document that names no timezone", lint_names.without_timezone),
    Rule("used-clauses", "clauses of a file that is only used", lint_names.used_clauses),
    Rule("endless-state", "an inline clause that counts for ever", lint_clauses.endless),
)
"""All lints, in the order in which the reference lists them."""


def lint(document: Document, policy: Policy, *, inline: bool = False) -> list[Problem]:
    """Warnings about a checked document, in the order of its text.

    ``inline`` adds what matters where the policy runs inside a platform, one event at a time.
    """
    linted = Linted(document, policy, inline)
    problems = [
        Problem(found.message, found.span, document.file, document.text, found.help, "warning", rule.code)
        for rule in RULES
        for found in rule.find(linted)
    ]
    return sorted(problems, key=lambda problem: problem.span)


def states(document: Document, policy: Policy) -> list[Problem]:
    """What each clause of a checked document keeps of its subjects where the policy runs inside a platform."""
    return [
        Problem(found.message, found.span, document.file, document.text, found.help, "note", "state")
        for found in lint_clauses.states(Linted(document, policy, inline=True))
    ]


def endless(document: Document, policy: Policy) -> list[Problem]:
    """The clauses of a checked document that never forget, as mistakes: a policy with one cannot run inline."""
    return [
        Problem(found.message, found.span, document.file, document.text, found.help, "error", "endless-state")
        for found in lint_clauses.endless(Linted(document, policy, inline=True))
    ]
