"""The head of a document: its title, version, dates and place."""

from dataclasses import dataclass
from zoneinfo import available_timezones

from plainterms.policy import syntax
from plainterms.policy.errors import did_you_mean
from plainterms.policy.instants import is_timezone, start_of_day
from plainterms.policy.scope import Scope
from plainterms.policy.syntax import Document, Span
from plainterms.policy.values import length_of


@dataclass(frozen=True)
class Header:
    """What the head says; ``start`` and ``end`` in microseconds since 1970-01-01T00:00Z, ``cure`` in microseconds."""

    title: str = ""
    version: str = ""
    source: str = ""
    start: int | None = None
    end: int | None = None
    on_acceptance: bool = False
    prevails_over: tuple[str, ...] = ()
    cure: int | None = None


def timezone_of(document: Document) -> str:
    """The timezone that the head names, if it is one."""
    parts = document.head.parts if document.head is not None else ()
    names = [part.name.value for part in parts if isinstance(part, syntax.Timezone)]
    return names[0] if names and is_timezone(names[0]) else ""


def may_have_timezone(document: Document) -> bool:
    """Whether the head names a timezone, or tried to."""
    if any(broken.opening == "terms" for broken in document.broken):
        return True
    return document.head is not None and any(isinstance(part, syntax.Timezone) for part in document.head.parts)


def header_of(scope: Scope, binds: bool = True) -> Header:
    """What the head says. A document whose clauses bind must name its title and its version."""
    document = scope.document
    binds = binds and any(isinstance(item, syntax.Clause | syntax.Incorporates) for item in document.items)
    if document.head is None:
        if binds and not any(broken.opening == "terms" for broken in document.broken):
            help_line = 'begin the file with `terms "TITLE"` and `version "…"`'
            scope.report("this document has clauses but no `terms`", _first_clause(document), help_line)
        return Header()
    found = {type(part): part for part in reversed(document.head.parts)}
    if binds and syntax.Version not in found:
        scope.report(
            f'"{document.head.title.value}" does not say its `version`',
            document.head.title,
            'write `version "2026-03"`, or what the document calls it, under `terms`',
        )
    _check_timezone(scope, found.get(syntax.Timezone))
    _check_precedence(scope, document.head, found.get(syntax.PrevailsOver))
    return _header(scope, document.head, found)


def _first_clause(document: Document) -> Span:
    item = next(item for item in document.items if isinstance(item, syntax.Clause | syntax.Incorporates))
    return item.name.span if isinstance(item, syntax.Clause) else item.file.span


def _check_timezone(scope: Scope, part: syntax.HeadPart | None) -> None:
    if isinstance(part, syntax.Timezone) and not is_timezone(part.name.value):
        near = did_you_mean(part.name.value, filter(is_timezone, available_timezones()))
        help_line = near or 'name one of the IANA database, such as "Europe/Berlin" or "UTC"'
        scope.report(f'there is no timezone "{part.name.value}"', part.name, help_line)


def _check_precedence(scope: Scope, head: syntax.Head, part: syntax.HeadPart | None) -> None:
    if not isinstance(part, syntax.PrevailsOver):
        return
    for title in part.titles:
        if title.value == head.title.value:
            scope.report("a document cannot prevail over itself", title, "name the title of the other document")


def _header(scope: Scope, head: syntax.Head, found: dict[type[syntax.HeadPart], syntax.HeadPart]) -> Header:
    version, source = found.get(syntax.Version), found.get(syntax.Source)
    precedence, cure = found.get(syntax.PrevailsOver), found.get(syntax.Cure)
    start, end = _in_force(scope, found.get(syntax.InForce))
    return Header(
        head.title.value,
        version.text.value if isinstance(version, syntax.Version) else "",
        source.text.value if isinstance(source, syntax.Source) else "",
        start,
        end,
        syntax.AppliesOnAcceptance in found,
        tuple(title.value for title in precedence.titles) if isinstance(precedence, syntax.PrevailsOver) else (),
        length_of(scope, cure.within) if isinstance(cure, syntax.Cure) else None,
    )


def _in_force(scope: Scope, part: syntax.HeadPart | None) -> tuple[int | None, int | None]:
    if not isinstance(part, syntax.InForce):
        return None, None
    start = start_of_day(part.start.value, scope.zone)
    if part.end is None:
        return start, None
    if part.end.value <= part.start.value:
        scope.report(
            f"this document ends on `{scope.words(part.end)}`, and begins no earlier",
            part.end,
            "it is in force from the first day up to, but not on, the second",
        )
        return start, None
    return start, start_of_day(part.end.value, scope.zone)
