"""Pages hold every finding once, in order, whatever is asked for and whatever comes in meanwhile."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.listing import EVERYTHING, Order, Page, Wanted, page
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import Finding, Run


def finding(organisation: str, number: int, **columns: Any) -> Finding:
    dice = Random(number)
    given = {
        "id": f"{dice.randrange(2**32):08x}",
        "terms": "T",
        "version": "1",
        "clause": dice.choice("ab"),
        "title": "t",
        "verdict": dice.choice(("breach", "pending")),
        "severity": "low",
        "rank": dice.randrange(3),
        "subject_kind": "account",
        "subject": f"s{number % 3}",
        "first_time": 0,
        "last_time": dice.randrange(5),
        "run": "r",
        "superseded_by": None if number % 4 else "x",
    }
    return Finding(organisation=organisation, **{**given, **columns})


@pytest.fixture
def listed(store: Store) -> tuple[Store, str]:
    acme = store.found("Acme", "test").id
    with store.writing(acme, "test") as session:
        session.add(Run(organisation=acme, id="r", engine="", evaluator="", policies="", summary=""))
        session.flush()
        session.add_all(finding(acme, number) for number in range(60))
    return store, acme


def pages(store: Store, acme: str, wanted: Wanted, order: Order, limit: int) -> Iterator[Page]:
    after = None
    while True:
        with store.reading(acme) as session:
            found = page(session, wanted, order=order, after=after, limit=limit)
        yield found
        after = found.after
        if after is None:
            return


@pytest.mark.parametrize("order", ["time", "severity"])
@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Wanted(superseded=True), 60),
        (EVERYTHING, 45),
        (Wanted(subject="s1", superseded=True), 20),
        (Wanted(subject="nobody"), 0),
        (Wanted(run="r", status="open", severity="low", terms="T", superseded=True), 60),
    ],
)
def test_pages_hold_everything_once(listed: tuple[Store, str], wanted: Wanted, count: int, order: Order) -> None:
    found = [one for some in pages(*listed, wanted, order, 7) for one in some.findings]
    keys = [((one.rank,) if order == "severity" else ()) + (one.last_time, one.id) for one in found]
    assert len(set(keys)) == count
    assert keys == sorted(keys, reverse=True)


def test_what_comes_in_meanwhile_moves_nothing(listed: tuple[Store, str]) -> None:
    store, acme = listed
    walk = pages(store, acme, EVERYTHING, "time", 10)
    first = next(walk)
    with store.writing(acme, "test") as session:
        session.add(finding(acme, 1_001, last_time=9))
    found = [*first.findings, *(one for some in walk for one in some.findings)]
    assert len({one.id for one in found}) == len(found) == 45


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"limit": 0}, "a page has 1 to 500 findings, not 0"),
        ({"after": "%%%"}, "the cursor of the page cannot be read; begin with the first page"),
        (
            {"after": "WyJ0aW1lIiwgMSwgMl0="},
            "the cursor is not of a list in order of time; begin with the first page",
        ),
        ({"after": "WyJzZXZlcml0eSJd"}, "the cursor is not of a list in order of time; begin with the first page"),
    ],
)
def test_what_is_no_page(listed: tuple[Store, str], options: dict[str, Any], message: str) -> None:
    store, acme = listed
    with store.reading(acme) as session, pytest.raises(StoreError) as raised:
        page(session, **options)
    assert str(raised.value) == message
