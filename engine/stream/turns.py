"""Generated code for events whose turn has come, and for those that are open no longer: most concern nobody awake."""

from collections.abc import Callable
from typing import Any

from plainterms.engine.events import Event
from plainterms.engine.stream.families import Family
from plainterms.engine.stream.page import Gates
from plainterms.engine.stream.rows import Row
from plainterms.engine.stream.sleepers import Sleepers
from plainterms.engine.stream.subjects import Groups
from plainterms.engine.stream.writer import compiled


def settling(
    sleepers: Sleepers, gates: Gates, passed: dict[str, Row], noted: dict[str, Row]
) -> Callable[[Event], bool]:
    """The function for an event after all that are before it; it says whether other clauses have to look at it."""
    script = Script({"judge": sleepers.judge, "passed": passed, "noted": noted, "row_of": sleepers.row})
    script.lines += [
        "def settle(event):",
        "    looked_at = False",
        "    row = passed.pop(event.id, None)",
        "    if row is None:",
        "        looked_at = True",
        "        row = noted.pop(event.id, None) or row_of(event)",
    ]
    for family in sleepers.families:
        script.lines += [f"    key = {_key(family)}", "    if key is not None:"]
        for place in family.places:
            court = sleepers.sleepers[place].judge.court
            if court.cures:
                named = script.constant(court)
                script.lines += [f"        {named}.hear(event, key)", f"    {named}.last_time = event.time"]
                script.lines.append("    if key is not None:")
        for place in family.places if family.grouped else ():
            subjects = sleepers.sleepers[place].judge.court.subjects
            assert isinstance(subjects, Groups)
            holders, link = script.constant(subjects.holders), script.constant(subjects.link)
            for number, column in enumerate(family.sharing):
                shared = f"row[{column}]"
                known = f"{holders}.get(({number}, {shared})) == key"
                script.lines.append(f"        if {shared} is not None and not {known}: {link}(event, key)")
        script.lines += [
            "        if row[2]:",
            f"            s = {script.constant(family.states)}.get(key)",
            f"            if s is None: judge({script.constant(family.places)}, event, key, row)",
            "            elif s.awake: judge(s.awake, event, key, row)",
        ]
    remembered = [
        f"({held} and {script.constant(court.subjects.key)}(event) in {held})"
        for gate in gates
        if gate is not None
        for court in gate.courts
        for held in [script.constant(court.subjects.conducts)]
    ]
    script.lines.append(f"    return {' or '.join(['looked_at', *remembered])}")
    return script.function("settle")  # type: ignore[no-any-return]


def closing(sleepers: Sleepers) -> Callable[[Row], None]:
    """The function for an event that was decided and is open no longer, by its row."""
    script = Script({"without": without})
    script.lines += ["def close(row):", "    identifier = row[1]"]
    for family in sleepers.families:
        script.lines += [
            f"    s = {script.constant(family.states)}.get({_key(family)})",
            "    if s is not None and s.open:",
            "        opened = s.open",
            "        s.open = without(opened, identifier) if len(opened) > 1 or opened[0][1] != identifier else ()",
        ]
    return script.function("close")  # type: ignore[no-any-return]


def without(opened: tuple[Row, ...], identifier: str) -> tuple[Row, ...]:
    """Rows that are open without an event's."""
    return tuple([row for row in opened if row[1] != identifier])


def _key(family: Family) -> str:
    return "'service'" if family.column is None else f"row[{family.column}]"


class Script:
    """Lines of a function, and what their names stand for."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        self.lines: list[str] = []

    def constant(self, value: object) -> str:
        """A name for a value."""
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    def function(self, name: str) -> Any:
        """The function that was written."""
        exec(compiled("\n".join(self.lines)), self.names)  # noqa: S102 - written here, names are ours
        return self.names[name]
