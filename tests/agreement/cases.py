"""The generated cases by number: documents, their plan, and logs for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from plainterms.engine.plan import Plan, plan
from plainterms.policy.check import check
from plainterms.policy.files import Texts
from plainterms.policy.format import format_document
from plainterms.policy.parse import parse

from .dice import Dice
from .logs import Clerk, Given
from .policies import Library, library

LOGS = 8
"""How many logs are written for the documents of one seed."""
SIZES = (5, 8, 8, 12, 12, 20, 40)


@dataclass(frozen=True)
class Generated:
    """One case; ``number`` counts the logs of a seed."""

    seed: int
    number: int
    library: Library
    plan: Plan
    given: Given


def planned(documents: Library) -> Plan:
    """The plan of documents, by way of their texts. Raises TermsErrors and PlanError."""
    texts, files = texts_of(documents)
    return plan([check(parse(text), Texts(files)) for text in texts])


def texts_of(documents: Library) -> tuple[list[str], dict[str, str]]:
    """The documents as texts, and the files that they name."""
    texts = [format_document(document) for document in documents.documents]
    files = {name: format_document(document) for name, document in documents.files.items()}
    every = "".join([*texts, *files.values()])
    return texts, {**files, **{name: table for name, table in documents.tables.items() if name in every}}


def generated(seed: int) -> Iterator[Generated]:
    """The cases of one seed."""
    dice = Dice(seed)
    documents = library(dice, clauses=dice.choice((1, 2, 2, 3)))
    whole = planned(documents)
    clerk = Clerk(dice, whole, documents.day, documents.zone)
    for number in range(LOGS):
        yield Generated(seed, number, documents, whole, clerk.given(dice.choice(SIZES)))
