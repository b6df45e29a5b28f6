"""From the tree of a document to its meaning, or to all that is wrong with it."""

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from os.path import normpath
from typing import assert_never

from plainterms.policy import syntax
from plainterms.policy.clauses import clause_of
from plainterms.policy.conditions import define_condition
from plainterms.policy.errors import Problem, TermsErrors
from plainterms.policy.events import define_event
from plainterms.policy.files import Files
from plainterms.policy.header import Header, header_of
from plainterms.policy.incorporate import Incorporation, incorporated_clauses, incorporation_of
from plainterms.policy.lists import list_values
from plainterms.policy.meaning import BreachIn, Brought, Clause, Policy
from plainterms.policy.reader import Reader
from plainterms.policy.reuse import open_scope
from plainterms.policy.rewrite import nodes
from plainterms.policy.scope import ClauseName, Declared, Scope, Sort, own_items
from plainterms.policy.syntax import Document
from plainterms.policy.values import let_value


def check(document: Document, files: Files) -> Policy:
    """The meaning of a document, with all files that it names.

    Raises `TermsErrors` with every mistake in the document and in those files.
    """
    policy, problems = check_collecting(document, files)
    if problems:
        raise TermsErrors(problems)
    return policy


def check_collecting(document: Document, files: Files) -> tuple[Policy, list[Problem]]:
    """The meaning of what is sound in a document, and all mistakes in it and in the files that it names."""
    reader = Reader(files)
    policy = _policy(document, reader, (normpath(document.file),))
    once = {(problem.file, problem.span, problem.message): problem for problem in reader.found}
    return policy, list(once.values())


def _policy(document: Document, reader: Reader, chain: tuple[str, ...]) -> Policy:
    scope = open_scope(document, reader, chain, _clause_names(document))
    header = header_of(scope)
    incorporations = list(_incorporations(scope))
    clauses = list(_own_clauses(scope, header))
    for incorporation in incorporations:
        clauses += incorporated_clauses(scope, incorporation)
    _work_out_all(scope)
    _refuse_cycles(scope, clauses)
    return _assembled(scope, header, clauses)


def _assembled(scope: Scope, header: Header, clauses: Iterable[Clause]) -> Policy:
    return Policy(
        title=header.title,
        version=header.version,
        source=header.source,
        timezone=scope.zone,
        start=header.start,
        end=header.end,
        on_acceptance=header.on_acceptance,
        prevails_over=header.prevails_over,
        schema=scope.schema,
        clauses=tuple(clauses),
        digest=scope.reader.digest(scope.document),
        written=tuple(scope.written),
        brought=tuple(_brought(scope)),
    )


def _incorporations(scope: Scope) -> Iterable[Incorporation]:
    for node in own_items(scope, syntax.Incorporates):
        found = incorporation_of(scope, node, lambda document, chain: _policy(document, scope.reader, chain))
        if found is not None:
            yield found


# ── Clauses ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _clause_names(document: Document) -> dict[str, ClauseName]:
    clauses = [item for item in document.items if isinstance(item, syntax.Clause)]
    return {clause.name.text: ClauseName(clause.name.text, _permits_any(clause)) for clause in clauses}


def _permits_any(clause: syntax.Clause) -> bool:
    return any(
        isinstance(section, syntax.Permits) and isinstance(section.measure.bounded, syntax.Any)
        for section in clause.sections
    )


def _own_clauses(scope: Scope, header: Header) -> Iterable[Clause]:
    seen: dict[str, syntax.Clause] = {}
    for node in own_items(scope, syntax.Clause):
        name = node.name.text
        if name in seen:
            line = scope.text.count("\n", 0, seen[name].name.span.start) + 1
            scope.report(f"there is already a clause `{name}`", node.name, f"rename it; the first is on line {line}")
        seen.setdefault(name, node)
        found = clause_of(scope, header, node)
        if found is not None:
            yield found


def _refuse_cycles(scope: Scope, clauses: Iterable[Clause]) -> None:
    """A clause that counts its own breaches has no meaning."""
    graph = {
        clause.name: {node.clause for node in nodes(clause.statement) if isinstance(node, BreachIn)}
        for clause in clauses
    }
    own = {node.name.text: node for node in reversed(own_items(scope, syntax.Clause))}
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            cycle = list(reversed(error.args[1]))
            first = min(cycle, key=lambda name: own[name].span)
            start = cycle.index(first)
            shown = " → ".join(f"`{name}`" for name in [*cycle[start:-1], *cycle[:start], first])
            message = f"clause `{first}` counts its own breaches: {shown}"
            scope.report(message, own[first].name, "take one `breach of` out")
            graph[first] = set()
        else:
            return


# ── Definitions ───────────────────────────────────────────────────────────────────────────────────────────────────


def _work_out_all(scope: Scope) -> None:
    """Definitions that nobody uses are checked as well."""
    for declared in list(scope.names.values()):
        if declared.home is scope:
            _work_out(scope, declared)
    for used in scope.used:
        header_of(used, binds=False)
        _work_out_all(used)


def _work_out(scope: Scope, declared: Declared) -> None:
    match declared.sort:
        case Sort.LET:
            scope.once(declared, let_value)
        case Sort.LIST:
            scope.once(declared, list_values)
        case Sort.EVENTS:
            scope.once(declared, define_event)
        case Sort.CONDITION:
            scope.once(declared, define_condition)
        case Sort.KIND | Sort.REGISTER:
            pass
        case _:
            assert_never(declared.sort)


def _brought(scope: Scope) -> Iterable[Brought]:
    for node in scope.document.items:
        if not isinstance(node, syntax.Use | syntax.Incorporates):
            continue
        document = scope.reader.known(node.file, scope.document)
        if document is not None:
            names = tuple(item.name.text for item in document.items if isinstance(item, syntax.Clause))
            yield Brought(node.file.value, "use" if isinstance(node, syntax.Use) else "incorporates", names)
