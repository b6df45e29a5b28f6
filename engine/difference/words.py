"""Changes and turned verdicts in words, and as lines of JSON."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from textwrap import wrap

import orjson

from plainterms.engine.difference.changes import IN_EFFECT, Change
from plainterms.engine.difference.verdicts import Turned
from plainterms.policy.names import listed

INDENT = "    "


def change_lines(changes: Sequence[Change]) -> Iterator[str]:
    """What changed, each thing under its own heading."""
    for (sort, name), parts in groupby(changes, key=lambda change: (change.sort, change.name)):
        some = list(parts)
        yield f"{sort} {name}{_whole(some[0])}"
        for change in some:
            yield from (f"{INDENT}{line}" for line in _part(change))
        yield from (f"{INDENT}{line}" for line in _users(some[0]))


def _whole(change: Change) -> str:
    if change.part:
        return ""
    return " added" if change.before is None else " removed"


def _part(change: Change) -> Iterator[str]:
    if not change.part:
        yield f"{'-' if change.after is None else '+'} {change.after or change.before}"
    elif change.part == IN_EFFECT:
        cause = f" through {listed(change.related)}" if change.related else ""
        yield f"reads as before, but means something else{cause}"
    else:
        yield f"{change.part} {_how(change)}"
        yield from (
            f"  {sign} {words}" for sign, words in (("-", change.before), ("+", change.after)) if words is not None
        )


def _how(change: Change) -> str:
    if change.before is None:
        return "added"
    return "removed" if change.after is None else "changed"


def _users(change: Change) -> Iterator[str]:
    if change.sort == "definition":
        yield f"used by {listed(change.related)}" if change.related else "used by no clause"


def fitted(lines: Iterable[str], room: int) -> Iterator[str]:
    """The lines broken between words where they are longer than the room, what follows set in under its beginning."""
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        yield from wrap(line, room, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def turned_lines(turned: Sequence[Turned]) -> Iterator[str]:
    """Whose verdict changes, by clause."""
    for clause, some in groupby(turned, key=lambda one: one.clause):
        yield f"clause {clause}"
        yield from (f"{INDENT}{one.kind} {one.name}: {one.before} -> {one.after}" for one in some)


def json_lines(changes: Sequence[Change], turned: Sequence[Turned]) -> Iterator[bytes]:
    """Each change and each turned verdict as one line of JSON; `type` tells them apart."""
    for change in changes:
        yield orjson.dumps({"type": "change", **asdict(change)}, option=orjson.OPT_APPEND_NEWLINE)
    for one in turned:
        yield orjson.dumps({"type": "verdict", **asdict(one)}, option=orjson.OPT_APPEND_NEWLINE)
