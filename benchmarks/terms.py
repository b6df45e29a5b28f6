"""Documents of 1, 10 and 50 clauses, cut from `bench-50.terms`, and one of a thousand for the checker."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("bench-50.terms")
SIZES = (1, 10, 50)

_ITEM = re.compile(r"^(?=(?:terms|list|event|define|clause) )", re.MULTILINE)
_COMMENT = re.compile(r"^#.*\n", re.MULTILINE)


@cache
def _items() -> tuple[str, ...]:
    text = _COMMENT.sub("", SOURCE.read_text())
    return tuple(item.strip() for item in _ITEM.split(text) if item.strip())


def clauses(count: int) -> Mapping[str, str]:
    """The first so many clauses, by name."""
    found = [item for item in _items() if item.startswith("clause ")]
    return {item.split()[1]: item for item in found[:count]}


def document(count: int) -> str:
    """The document of the first so many clauses, with the lists, events and definitions that it needs.

    Other events stay declared, because the log has them.
    """
    chosen = "\n\n".join(clauses(count).values())
    kept = [item for item in _items() if not item.startswith("clause ") and _is_needed(item, chosen)]
    return "\n\n".join([*kept, chosen]) + "\n"


def _is_needed(item: str, chosen: str) -> bool:
    match item.split():
        case ["list", name, *_] | ["define", "event", name, *_]:
            return re.search(rf"\b{name}s?\b", chosen) is not None
        case _:
            return True


def write(folder: Path, count: int) -> Path:
    """Write the document of so many clauses."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"bench-{count}.terms"
    path.write_text(document(count))
    return path


def thousand() -> str:
    """A document of a thousand different clauses: those of the benchmark again and again with other limits."""
    head = [item for item in _items() if not item.startswith("clause ")]
    found = clauses(50)
    made = [_varied(found[name], name, serial) for serial in range(20) for name in found]
    return "\n\n".join([*head, *made]) + "\n"


def _varied(clause: str, name: str, serial: int) -> str:
    renamed = clause.replace(f"clause {name} ", f"clause {name}_{serial} ", 1)
    renamed = renamed.replace("breach of rate_by_contract", f"breach of rate_by_contract_{serial}")
    return re.sub(r"(at least|more than|at most) (\d[\d_]*)\b(?![%.])", rf"\1 \g<2>{serial or ''}", renamed)
