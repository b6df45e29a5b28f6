"""Names of subjects as a store keeps them: as they are, or under a keyed hash."""

from collections.abc import Callable
from typing import Any

from plainterms.engine.store.keys import Keys
from plainterms.engine.store.tables import Organisation
from plainterms.policy.meaning import EventField, Field

PERSONAL = frozenset(
    {
        "account",
        "organisation",
        "project",
        "api_key",
        "user",
        "end_user",
        "session",
        "ip",
        "device",
        "payment_fingerprint",
        "email",
    }
)
"""Fields of events that may name somebody."""

GROUP = "group of "

Naming = Callable[[str, str], str]
"""What a name of some kind is called in the store."""


def naming(organisation: Organisation, keys: Keys) -> Naming:
    """How an organisation wants names to be kept."""
    if not organisation.pseudonyms:
        return lambda _kind, name: name
    own = organisation.organisation
    return lambda kind, name: keys.pseudonym(own, kind.removeprefix(GROUP), name)


def renamed(document: dict[str, Any], name: Naming) -> dict[str, Any]:
    """A finding's line with its subject as the store calls it."""
    subject = document["subject"]
    changed = subject | {"name": name(subject["kind"], subject["name"])}
    if "first_members" in subject:
        changed["first_members"] = [name(subject["kind"], one) for one in subject["first_members"]]
    return document | {"subject": changed}


def is_personal(field: Field) -> bool:
    """Whether the field of an event may name somebody."""
    return isinstance(field, EventField) and field.name in PERSONAL
