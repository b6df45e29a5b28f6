"""The generated documents leave out no construct of the language."""

from dataclasses import is_dataclass

from plainterms.engine.plan import leaves
from plainterms.policy import meaning, syntax

from .cases import generated

SEEDS = range(300)
NOT_OF_A_CLAUSE = {"Example", "Given", "Setting", "SettingDifferent", "Comment", "Broken", "Node"}
"""Examples are tests of a clause and change nothing of its meaning; comments mean nothing."""

NOT_PLANNED = {"Written", "Brought", "Policy", "Permission", "Clause", "ClauseExample", "ExampleEvents"}
"""Parts of a checked document that a plan no longer has."""


def test_every_construct_is_generated() -> None:
    written, planned = set(), set()
    for seed in SEEDS:
        case = next(generated(seed))
        for document in (*case.library.documents, *case.library.files.values()):
            written |= {type(node).__name__ for node in leaves(document)}
        planned |= {type(node).__name__ for node in leaves(case.plan.clauses)}
    nodes = {name for name, kind in vars(syntax).items() if isinstance(kind, type) and issubclass(kind, syntax.Node)}
    assert nodes - written == NOT_OF_A_CLAUSE
    meant = {
        name
        for name, kind in vars(meaning).items()
        if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == meaning.__name__
    }
    assert meant - planned == NOT_PLANNED
