"""Whose verdict differs between two versions of a document on one log."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace

from plainterms.engine.audit import Request, evaluated, opened_for
from plainterms.engine.findings import Named, Result
from plainterms.engine.plan import plan, require_end
from plainterms.policy.meaning import Policy

GRAVEST = ("breach", "undetermined", "pending", "clear")
NOT_JUDGED = "not judged"
"""The verdict of a clause that a version does not have."""

Who = tuple[str, str, str]
"""Clause, kind of subject, and its name; a group stands for each of its members."""


@dataclass(frozen=True)
class Turned:
    """A verdict that changes."""

    clause: str
    kind: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Judgement:
    """The gravest verdict of each subject that is not clear, by clause, and what the audit could not read."""

    clauses: frozenset[str]
    verdicts: Mapping[Who, str]
    quarantined: int


def judged(policy: Policy, request: Request) -> Judgement:
    """How one version judges a log, as if it were in force throughout.

    Raises what `plainterms.audit` raises.
    """
    whole = plan([replace(policy, start=None, end=None, on_acceptance=False)])
    require_end(whole, request.period)
    with ExitStack() as stack:
        inputs, registers = opened_for(request, whole, stack)
        result = evaluated(inputs, registers).result
        quarantined = sum(inputs.quarantine.reasons.values())
    return Judgement(frozenset(clause.name for clause in whole.clauses), _verdicts(result), quarantined)


def _verdicts(result: Result) -> dict[Who, str]:
    found: dict[Who, str] = {}
    for finding in result.findings:
        for who in _whom(finding.clause.name, finding.subject):
            known = found.get(who, "clear")
            found[who] = min(known, finding.verdict, key=GRAVEST.index)
    return found


def _whom(clause: str, subject: Named) -> Iterator[Who]:
    if subject.members:
        yield from ((clause, subject.kind.removeprefix("group of "), member) for member in subject.members)
    else:
        yield clause, subject.kind, subject.name


def turned(before: Judgement, after: Judgement, renamed: Mapping[str, str]) -> tuple[Turned, ...]:
    """The verdicts that differ, by clause, kind and name; ``renamed`` are old names of clauses by the new ones."""
    old_names = {old: new for new, old in renamed.items()}
    old = {
        (old_names.get(clause, clause), kind, name): verdict
        for (clause, kind, name), verdict in before.verdicts.items()
    }
    had = {old_names.get(clause, clause) for clause in before.clauses}
    changes = (
        Turned(
            *who,
            old.get(who, "clear" if who[0] in had else NOT_JUDGED),
            after.verdicts.get(who, "clear" if who[0] in after.clauses else NOT_JUDGED),
        )
        for who in sorted({*old, *after.verdicts})
    )
    return tuple(one for one in changes if one.before != one.after)
