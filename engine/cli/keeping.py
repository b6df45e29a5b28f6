"""What the folder of an audit keeps of what was asked and read, so that a finding can be explained later."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from plainterms.engine.audit import SHOWN_STANDARD_INPUT, Request
from plainterms.engine.events import Period
from plainterms.engine.inputs import digest_of_file, is_read_once
from plainterms.engine.report.jsonl import summary
from plainterms.engine.report.model import SUMMARY, Report
from plainterms.engine.sources.files import STDIN
from plainterms.engine.unchanged import Kept
from plainterms.policy.errors import PlainTermsError


def as_dict(request: Request) -> dict[str, object]:
    """The request, with absolute paths, as JSON can hold it."""
    mapping = request.mapping
    return {
        "folder": str(Path.cwd()),
        "terms": [str(path.absolute()) for path in request.terms],
        "logs": [name if name == STDIN else str(Path(name).absolute()) for name in request.logs],
        "registers": {name: str(path.absolute()) for name, path in request.registers.items()},
        "samples": {name: str(path.absolute()) for name, path in request.samples.items()},
        "resemblance": None if request.resemblance is None else str(request.resemblance.absolute()),
        "from": request.period.start,
        "until": request.period.until,
        "format": request.format,
        "mapping": None if mapping is None else str(mapping.absolute()),
        "mapping_sha256": None if mapping is None or is_read_once(str(mapping)) else digest_of_file(mapping),
    }


def write_summary(report: Report, request: Request, folder: Path) -> None:
    """Write `summary.json`: what was judged and found, and the request."""
    written = {**summary(report), "request": as_dict(request)}
    (folder / SUMMARY).write_bytes(orjson.dumps(written, option=orjson.OPT_INDENT_2))


def is_complete(folder: Path) -> bool:
    """Whether the audit that was written to a folder read and attributed everything."""
    return bool(orjson.loads((folder / SUMMARY).read_bytes())["complete"])


def kept_in(folder: Path) -> Kept:
    """The audit that was written to a folder. Raises PlainTermsError where there is none."""
    try:
        return _kept(orjson.loads((folder / SUMMARY).read_bytes()))
    except (OSError, KeyError, TypeError, AttributeError, orjson.JSONDecodeError) as error:
        raise PlainTermsError(
            f"{folder} holds no audit; write one with `plainterms audit … --out {folder}`"
        ) from error


def _kept(summary: dict[str, Any]) -> Kept:
    request = summary["request"]
    return Kept(_request(request), dict(_files(summary)), tuple(one["sha256"] for one in summary["terms"]))


def _files(summary: dict[str, Any]) -> Iterator[tuple[str, str]]:
    request = summary["request"]
    folder = Path(request["folder"])
    for one in (*summary["logs"], *summary["registers"]):
        path = one["path"]
        yield STDIN if path == SHOWN_STANDARD_INPUT else str(folder / path), one["sha256"]
    if request["mapping"] is not None:
        yield request["mapping"], request["mapping_sha256"]


def _request(kept: dict[str, Any]) -> Request:
    return Request(
        terms=tuple(Path(path) for path in kept["terms"]),
        logs=tuple(kept["logs"]),
        registers={name: Path(path) for name, path in kept["registers"].items()},
        samples={name: Path(path) for name, path in kept["samples"].items()},
        resemblance=None if kept["resemblance"] is None else Path(kept["resemblance"]),
        period=Period(kept["from"], kept["until"]),
        format=kept["format"],
        mapping=None if kept["mapping"] is None else Path(kept["mapping"]),
    )
