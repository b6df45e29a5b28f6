"""The way of most events, as generated code: what they change of bounds, and that no clause has to look at them.

For each policy functions are written for an event that is decided, that is recorded, and whose turn has come. They do
what `Sleepers.foresee` and `Sleepers.learn` do, where all that matters of an event is known and its subjects' clauses
sleep or do not mind; else they leave the event to those.
"""

from collections.abc import Callable, Iterator

from plainterms.engine.events import Event
from plainterms.engine.stream.entries import Entry
from plainterms.engine.stream.families import Family
from plainterms.engine.stream.hopes import Hope
from plainterms.engine.stream.page import Body, Gates, Page, possible
from plainterms.engine.stream.rows import Row
from plainterms.engine.stream.sleepers import Deferred, Reserved, Said, Sleepers
from plainterms.engine.stream.turns import closing, without
from plainterms.engine.stream.writer import FALSE, TRUE

Learn = Callable[[Event, Row | None], bool | None]
"""Whether clauses that never sleep have to look at an event that is recorded; None if nothing was done."""

Foresee = Callable[[Event], list[Said] | None]
"""What clauses say of an event that is decided; None if nothing was done."""

Look = Callable[[Event, list[tuple[int, Event, Entry]], list[Deferred]], list[Said]]


def learning(sleepers: Sleepers, gates: Gates, passed: dict[str, Row], noted: dict[str, Row]) -> Learn:
    """The function for events that are recorded. It closes their rows from when they were decided."""
    page = Page(sleepers, sleepers.sheet, gates, "learn(event, early)")
    page.names |= {"passed": passed, "noted": noted, "close": closing(sleepers), "without": without}
    keys = sorted({family.column for family in sleepers.families if family.column is not None})
    others = " or ".join(f"early[{column}] != {page.usual.column(column)}" for column in keys) or FALSE
    page.begin = [f"if early is not None and (not usually or {others}):", "    close(early)", "    early = None"]
    unusual = page.unusual
    unusual.write("if early is not None: close(early)", "early = None", *page.code("return None"))
    unknown = [f"{unusual.column(place)} is None" for place in page.measured()]
    if unknown:
        unusual.write(f"if code and ({' or '.join(unknown)}): return None")
    for body in (page.usual, unusual):
        body.row()
        for number, family in enumerate(sleepers.families):
            _learn(body, number, family)
        if body.gate != FALSE:
            body.write(f"if {body.gate}:", "    noted[identifier] = row", "    return True")
        body.write("passed[identifier] = row", "return False")
    return page.function()  # type: ignore[no-any-return]


def foreseeing(sleepers: Sleepers, gates: Gates, reserved: dict[str, Reserved], look: Look) -> Foresee:
    """The function for events that are decided; ``look`` asks the clauses that never sleep."""
    page = Page(sleepers, sleepers.early, gates, "foresee(event)")
    page.names |= {"reserved": reserved, "Reserved": Reserved, "look": look}
    page.unusual.write(*page.code("return None"))
    for body in (page.usual, page.unusual):
        body.write("late = []")
        body.row()
        for number, family in enumerate(sleepers.families):
            _foresee(body, number, family)
        for number in range(len(sleepers.families)):
            body.write(f"if s{number} is not None: s{number}.open += (row,)")
        body.write("reserved[identifier] = held = Reserved(event, [], row)")
        if body.gate != FALSE:
            body.write(f"if {body.gate}: return look(event, held.held, late)")
        body.write("return late")
    return page.function()  # type: ignore[no-any-return]


def _begin(page: Body, number: int, family: Family) -> str:
    """Lines up to the state of the event's subject, inside two conditions; returns the subject's key."""
    key = "'service'" if family.column is None else page.column(family.column)
    state = f"s{number}"
    held, new = page.constant(family.states), page.constant(family.new)
    page.write(f"{state} = None", "if True:" if family.column is None else f"if {key} is not None:")
    if family.grouped:
        link = page.constant(lambda event, key: page.page.sleepers.link(family, event, key))
        holders = page.constant(family.holders)
        for place, column in enumerate(family.sharing):
            shared = page.column(column)
            page.write(
                f"    if {shared} is not None and {holders}.get(({place}, {shared})) != {key}: {link}(event, {key})"
            )
    page.write(
        "    if code:", f"        {state} = {held}.get({key})", f"        if {state} is None: {state} = {new}({key})"
    )
    return key


def _learn(page: Body, number: int, family: Family) -> None:
    key = _begin(page, number, family)
    state, stir = f"s{number}", page.constant(page.page.sleepers.stir)
    page.write(
        f"        if {state} is None: {stir}({page.constant(family.places)}, {key}, row)",
        "        else:",
        f"            rows = {state}.rows",
        "            rows.append(row)",
        "            if early is not None:",
        f"                opened = {state}.open",
        f"                {state}.open = () if len(opened) == 1 else without(opened, identifier)",
        f"            if {state}.awake: {stir}({state}.awake, {key}, row)",
    )
    slots = [hope for hope in family.hopes if hope.sort in ("different", "total")]
    if slots:
        page.write(f"            marks = {state}.marks")
    if any(_counted(page, hope) for hope in family.hopes):
        page.write(
            f"            if {page.constant(family.counting)}[code]: {page.constant(family.count)}({state}, code)"
        )
    again = page.constant(family.count_again)
    for hope in slots:
        guard = page.guards[hope.place].code
        if guard == "False":
            continue
        inside = "            "
        if guard != TRUE:
            page.write(f"{inside}if {guard}:")
            inside += "    "
        page.write(*(inside + line for line in _noted(page, hope, state, family, again)))
    page.write(
        f"            if len(rows) + len({state}.open) >= {state}.alarm: {page.constant(family.review)}({state})"
    )


def _counted(page: Body, hope: Hope) -> bool:
    return hope.sort == "count" and page.guards[hope.place].code != FALSE


def _noted(page: Body, hope: Hope, state: str, family: Family, again: str) -> Iterator[str]:
    """Lines that let an event count toward a hope."""
    mark, this = f"marks[{hope.slot}]", page.constant(hope)
    match hope.sort:
        case "total":
            value = page.column(hope.value_at)
            yield f"if {value} > 0:"
            yield f"    {mark} = n = {mark} + {value}"
            yield f"    if n >= {hope.least}: {again}({state}, {this})"
        case _:
            value, measure = page.column(hope.value_at), page.constant(family.measure)
            yield f"if {value} not in {mark}: {measure}({state}, {this}, {value})"


def _foresee(page: Body, number: int, family: Family) -> None:
    _begin(page, number, family)
    state, inside = f"s{number}", "        "
    page.write(
        f"{inside}if {state} is None or {state}.awake and {page.constant(family.looks)}({state}, code): return None",
        f"{inside}opened = len({state}.open)",
        f"{inside}marks = {state}.marks",
        f"{inside}if len({state}.rows) + opened + 1 >= {state}.alarm:",
        f"{inside}    {page.constant(family.review)}({state})",
        f"{inside}    if {state}.awake and {page.constant(family.looks)}({state}, code): return None",
    )
    if page is page.page.usual:
        page.write(
            *(
                f"{inside}if marks[{hope.slot}] + opened >= {hope.least - 1}: return None"
                for hope in family.hopes
                if _counted(page, hope)
            )
        )
    elif any(_counted(page, hope) for hope in family.hopes):
        page.write(
            f"{inside}for hope in {page.constant(family.counting)}[code]:",
            f"{inside}    if marks[hope.slot] + opened + 1 >= hope.least: return None",
        )
    for hope in family.hopes:
        guard = page.guards[hope.place]
        if hope.sort in ("rows", "count") or guard.code == FALSE:
            continue
        deep = inside
        if guard.code != TRUE:
            page.write(f"{inside}if {possible(guard)}:")
            deep += "    "
        page.write(*(deep + line for line in _asked(page, hope, state, family)))


def _asked(page: Body, hope: Hope, state: str, family: Family) -> Iterator[str]:
    """Lines that give up where a hope may be reached with the event."""
    mark = f"marks[{hope.slot}]"
    value, this = page.column(hope.value_at), page.constant(hope)
    measure = page.constant(family.measure)
    if hope.sort == "different":
        yield f"if {value} is None:"
        yield "    return None" if not hope.later else f"    if len({mark}) + opened + 1 >= {hope.least}: return None"
        yield f"elif {value} not in {mark} and not {measure}({state}, {this}, {value}): return None"
        if hope.later:
            yield f"elif opened and len({mark}) + opened >= {hope.least}: return None"
        return
    yield f"if {value} is None:"
    if hope.defers:
        sleeper = page.constant(page.page.sleepers.sleepers[hope.place])
        yield f"    late.append(({sleeper}, {state}.rows, len({state}.rows), {state}.open))"
    else:
        yield "    return None"
    yield f"elif {'opened or ' if hope.later else ''}not {measure}({state}, {this}, {value}): return None"
