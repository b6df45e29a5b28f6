"""What a monitor of other terms remembered of clauses that are the same: from its rows into each clause's state."""

from collections.abc import Iterable
from typing import Any

from plainterms.engine.stream.ahead import Ahead
from plainterms.engine.stream.entries import Entry
from plainterms.engine.stream.evaluator import Evaluator
from plainterms.engine.stream.families import Family
from plainterms.engine.stream.foresight import ForeseenProhibition
from plainterms.engine.stream.prohibited import Prohibited
from plainterms.engine.stream.rows import Book, Reader
from plainterms.engine.stream.sleepers import Sleepers
from plainterms.engine.stream.subjects import Groups, Key


def adopt(ahead: Ahead, evaluator: Evaluator, sleepers: Sleepers | None, state: dict[str, Any] | None) -> None:
    """Let each clause look itself at the events of subjects of whom something was remembered.

    ``state`` is that of the sleepers of the other terms. What their clauses held while awake is restored before.
    """
    places = {(judge.court.clause.key, judge.court.clause.digest): at for at, judge in enumerate(evaluator.judges)}
    for known in () if state is None else state["families"]:
        for clause in known["clauses"]:
            if clause["name"] in places:
                _give(ahead, evaluator, places[clause["name"]], clause, known, state)
    if sleepers is not None:
        for family in sleepers.families:
            _let_look(sleepers, family)
        for event in evaluator.arrivals.events:
            evaluator.noted[event.id] = sleepers.note(event)
    for reserved in ahead.reserved.values():
        reserved.row = None if sleepers is None else sleepers.open(reserved.event)


def _give(
    ahead: Ahead, evaluator: Evaluator, place: int, clause: dict[str, Any], known: dict[str, Any], state: Any
) -> None:
    """Into the windows of a clause what was held of its subjects in rows."""
    one, judge = ahead.at[place], evaluator.judges[place]
    assert isinstance(one, ForeseenProhibition)
    assert isinstance(judge, Prohibited)
    picks = Reader(0, one.anchoring.measures, Book(0)).picks
    asleep = {
        id(quiet): quiet for quiet in known["subjects"]["conducts"].values() if clause["place"] not in quiet.awake
    }
    for quiet in asleep.values():
        for row in sorted({*quiet.rows, *quiet.open}):
            standing = state["stands"][row[2]][clause["index"]]
            if standing is None:
                continue
            values = [pick(row) if at is None else row[at] for at, pick in zip(clause["columns"], picks, strict=True)]
            entry = Entry(row[0], row[1], standing, tuple(values), None)
            key = "service" if known["column"] is None else row[known["column"]]
            _hold(one, key, entry)
            if row in quiet.open:
                reserved = ahead.reserved[row[1]]
                reserved.held.append((place, reserved.event, entry))
            elif evaluator.times.judged is not None and row[0] < evaluator.times.judged:
                _hold(judge, key, entry)


def _hold(one: ForeseenProhibition | Prohibited, key: Key, entry: Entry) -> None:
    subjects = one.court.subjects
    full, subjects.is_full = subjects.is_full, lambda _key: False
    one.anchoring.place(entry, subjects.of(key))
    subjects.is_full = full


def _let_look(sleepers: Sleepers, family: Family) -> None:
    """Clauses of whose subjects something is held look at these themselves; all know the same groups."""
    own = [sleepers.sleepers[place] for place in family.places]
    if isinstance(family.subjects, Groups):
        _level([family.subjects, *(each.ahead.court.subjects for each in own)])
        _level([each.judge.court.subjects for each in own])
    for each in own:
        for court in (each.ahead.court, each.judge.court):
            for key in court.subjects.conducts:
                state = family.state(key)
                if state is not None and each.place not in state.awake:
                    state.awake += (each.place,)


def _level(several: Iterable[Any]) -> None:
    groups: list[Groups[Any]] = list(several)
    wise = max(groups, key=lambda one: len(one.holders))
    for one in groups:
        if one is not wise:
            one.know(wise)
