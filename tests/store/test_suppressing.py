"""Suppressions hide what they name, also what comes later, until they end; each with its reason."""

from typing import Any

import pytest

from plainterms.engine.audit import Request
from plainterms.engine.report.model import Report
from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.listing import EVERYTHING, Wanted, page
from plainterms.engine.store.saving import save
from plainterms.engine.store.store import Store
from plainterms.engine.store.suppressing import lift, lift_expired, suppress
from plainterms.engine.store.tables import Suppression
from plainterms.engine.store.tables.rows import now
from plainterms.engine.store.verifying import verify_store

HOUR = 3_600_000_000


def made(organisation: str, **named: Any) -> Suppression:
    given = {"reason": "a test account", "approver": "person:a", "expires": now() + HOUR}
    return Suppression(organisation=organisation, **{**given, **named})


def shown(store: Store, organisation: str) -> list[str | None]:
    with store.reading(organisation) as session:
        assert len(page(session, Wanted(suppressed=True)).findings) == 3
        return sorted(str(one.subject) for one in page(session, EVERYTHING).findings)


@pytest.mark.parametrize(
    ("named", "left"),
    [
        ({"subject": "ann"}, ["bob", "cy"]),
        ({"terms": "House Rules", "clause": "rate"}, ["cy"]),
        ({"terms": "House Rules", "clause": "rate", "subject": "bob"}, ["ann", "cy"]),
        ({"terms": "Other Rules", "clause": "rate"}, ["ann", "bob", "cy"]),
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_what_is_named_is_hidden(
    store: Store, house: tuple[Report, Request], named: dict[str, str], left: list[str], *, before: bool
) -> None:
    acme = store.found("Acme", "test")
    if not before:
        save(*house, store, acme, "test")
    with store.writing(acme.id, "test") as session:
        suppress(session, made(acme.id, **named))
    if before:
        save(*house, store, acme, "test")
    assert shown(store, acme.id) == left
    assert verify_store(store)[0].problems == ()


def test_what_was_hidden_is_shown_again(store: Store, house: tuple[Report, Request]) -> None:
    acme = store.found("Acme", "test")
    save(*house, store, acme, "test")
    one, two = (
        made(acme.id, subject="ann"),
        made(acme.id, terms="House Rules", clause="rate", expires=now() + 2 * HOUR),
    )
    with store.writing(acme.id, "test") as session:
        assert (suppress(session, one), suppress(session, two)) == (1, 1)
    with store.writing(acme.id, "test") as session:
        assert lift(session, session.merge(one), now()) == 0  # the other one still names it
    assert shown(store, acme.id) == ["cy"]
    with store.writing(acme.id, "test") as session:
        assert lift_expired(session, now() + HOUR) == 0
        assert lift_expired(session, now() + 3 * HOUR) == 2
    assert shown(store, acme.id) == ["ann", "bob", "cy"]


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({}, "a suppression names a finding, a clause or a subject; this one would hide everything"),
        ({"subject": "ann", "reason": ""}, "a suppression needs a reason and somebody who approves it"),
        ({"subject": "ann", "expires": 0}, "a suppression has to end after it begins"),
        ({"clause": "rate"}, "say of which terms the clause `rate` is"),
    ],
)
def test_what_is_no_suppression(store: Store, named: dict[str, Any], message: str) -> None:
    acme = store.found("Acme", "test")
    one = made(acme.id, created=now(), **named)
    with pytest.raises(StoreError) as raised, store.writing(acme.id, "test") as session:
        suppress(session, one)
    assert str(raised.value) == message
