"""Exhibits: what the log and the registers say of the events that a report shows, in the fields its clauses ask."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from plainterms.engine.conditions import compiled, is_presumed, value_of
from plainterms.engine.events import Event
from plainterms.engine.findings import SHOWN, Finding, Result, value_text
from plainterms.engine.matching.rows import text_digest
from plainterms.engine.plan import Plan, PlannedClause, leaves
from plainterms.engine.registers import RegisterTable
from plainterms.policy.meaning import EventField, Field, MatchesAny, PartField, RegisterField, RulingField

CONTENT = frozenset({"prompt", "system_prompt", "conversation", "output"})
"""Fields that hold what people wrote or were answered; reports give their length, and excerpts when asked."""

EMPTY = "(empty)"
"""What is shown of a list without items, or of a text without characters: it is known, and not missing."""

_IDENTITY = frozenset({"id", "time", "kind"})


@dataclass(frozen=True)
class Excerpt:
    """Part of a text of ``length`` characters, around the first match of a pattern of the clause if there is one.

    ``digest`` is the name under which matches files know the text.
    """

    length: int
    before: str = ""
    match: str = ""
    after: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Exhibit:
    """One event. ``values`` are by field, as words; ``presumed`` are those that a register's default gave."""

    id: str
    time: int
    kind: str
    values: Mapping[Field, str]
    texts: Mapping[Field, Excerpt]
    presumed: frozenset[Field] = frozenset()


def shown_ids(result: Result) -> frozenset[str]:
    """The ids of the events that a report shows: read these from the log and make exhibits of them."""
    return frozenset(name for finding in result.findings for name in shown_events(finding))


def shown_events(finding: Finding) -> Iterator[str]:
    """The first and last events of the evidence, those that began a sequence, and the anchors measured."""
    yield from first_and_last(finding)
    yield from finding.preceded_by.values()
    yield from (finding.opening.event, finding.peak.event)


def first_and_last(finding: Finding) -> tuple[str, ...]:
    """The first and the last `SHOWN` events, each once, in their order."""
    rest = max(SHOWN, len(finding.events) - SHOWN)
    return (*finding.events[:SHOWN], *finding.events[rest:])


def exhibits_of(
    events: Iterable[Event], plan: Plan, registers: Mapping[str, RegisterTable], excerpt: int = 0
) -> dict[str, Exhibit]:
    """An exhibit of each event, by id. ``excerpt`` is how many characters of a text to show; 0 shows none."""
    fields = tuple(dict.fromkeys(field for clause in plan.clauses for field in asked(clause)))
    patterns = _patterns(plan)
    return {event.id: _exhibit(event, fields, patterns, registers, excerpt) for event in events}


def asked(clause: PlannedClause) -> tuple[Field, ...]:
    """The fields that a clause looks at, in the order of its text; not the event's id, time and kind."""
    found: dict[Field, None] = {}
    for node in leaves((clause.subject, clause.statement, clause.incorporated, clause.exceptions)):
        match node:
            case EventField(name=name) if name not in _IDENTITY:
                found[node] = None
            case RegisterField() | RulingField() | PartField():
                found[node] = None
            case _:
                pass
    return tuple(found)


def _patterns(plan: Plan) -> dict[Field, tuple[str, ...]]:
    found: dict[Field, tuple[str, ...]] = {}
    for node in leaves(plan.clauses):
        if isinstance(node, MatchesAny):
            found[node.field] = found.get(node.field, ()) + node.patterns
    return found


def _exhibit(
    event: Event,
    fields: Iterable[Field],
    patterns: Mapping[Field, tuple[str, ...]],
    registers: Mapping[str, RegisterTable],
    excerpt: int,
) -> Exhibit:
    values: dict[Field, str] = {}
    texts: dict[Field, Excerpt] = {}
    presumed = set()
    for field in fields:
        value = value_of(field, event, registers)
        if value is None:
            continue
        if is_content(field) and isinstance(value, str):
            texts[field] = excerpt_of(value, patterns.get(field, ()), excerpt)
        else:
            values[field] = value_text(value, field.type) or EMPTY
        if is_presumed(field, event, registers):
            presumed.add(field)
    return Exhibit(event.id, event.time, event.kind, values, texts, frozenset(presumed))


def is_content(field: Field) -> bool:
    """Whether the field holds a text that a person or a model wrote, or its template."""
    base = field.of if isinstance(field, PartField) and field.part == "template" else field
    return isinstance(base, EventField) and base.name in CONTENT


def excerpt_of(text: str, patterns: Iterable[str], room: int) -> Excerpt:
    """At most ``room`` characters: a match and what stands around it, else the beginning."""
    if room <= 0:
        return Excerpt(len(text), digest=text_digest(text))
    found = next((match for pattern in patterns if (match := compiled(pattern).search(text))), None)
    if found is None:
        return Excerpt(len(text), after=_cut_end(text, room), digest=text_digest(text))
    start, end = found.start(), min(found.end(), found.start() + room)
    left = max(0, start - (room - (end - start)) // 2)
    right = left + max(room, end - left)
    before = ("…" if left else "") + text[left:start]
    after = text[end:right] + ("…" if right < len(text) else "")
    return Excerpt(len(text), before, text[start:end], after, text_digest(text))


def _cut_end(text: str, room: int) -> str:
    return text if len(text) <= room else text[:room] + "…"
