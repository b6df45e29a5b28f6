"""A matching as JSON Lines: the statement first, then each match, then what was set aside."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import orjson

from plainterms.engine.matching.match import Matching
from plainterms.engine.matching.report import words
from plainterms.engine.matching.rows import row_as_dict


def lines(found: Matching) -> Iterator[bytes]:
    """One object a line, its end included."""
    for row in (_statement(found), *_matches(found)):
        yield orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _statement(found: Matching) -> dict[str, Any]:
    return {
        "kind": "statement",
        "verdict": found.statement.verdict,
        "words": words.paragraph(found),
        "does_not_show": list(words.NOT_SHOWN),
        "notes": list(words.notes(found)),
        "statement": asdict(found.statement),
        "calibration_digest": found.calibration.digest,
        "lines": {name: asdict(one) for name, one in found.lines.items()},
        "quarantined": dict(found.quarantined),
        "concentration": None if found.concentration is None else asdict(found.concentration),
        "canaries": [asdict(one) for one in found.canaries],
        "identities": asdict(found.identities),
        "inputs": found.inputs,
        **({} if found.calibration.nominated is None else {"nominated": asdict(found.calibration.nominated)}),
    }


def _matches(found: Matching) -> Iterator[dict[str, Any]]:
    for row in found.matches:
        yield {"kind": "match", **row_as_dict(row)}
    for row in found.aside:
        yield {"kind": "aside", **row_as_dict(row)}
